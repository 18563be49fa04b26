"""The people of a workspace for ``bayyina link``; loaded only where no file is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bayyina.app.linking import LENIENT_FROM, STRICT_FROM, LinkOrder, LinkRun, link_workspace
from bayyina.app.linking_answers import (
    bring_pairs,
    list_answers,
    rows_of_list,
    source_of,
    write_rows,
)
from bayyina.app.linking_found import Thresholds
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import counted, progress_bar, show
from bayyina.errors import InputError
from bayyina.linkage.result_files import check_outputs


def link_of_workspace(
    *, seed: int, unique: Sequence[str], as_json: bool, settings: Mapping[str, Any]
) -> None:
    """Link the people of the workspace, or bring pairs, and say what each list's people are."""
    order = LinkOrder(
        seed=seed,
        thresholds=Thresholds(
            settings["strict"] or STRICT_FROM, settings["lenient"] or LENIENT_FROM
        ),
        anew=settings["anew"],
        keyed=settings["keyed"],
        unique=tuple(unique),
    )
    name, out, pairs = settings["list_name"], settings["out"], settings["from_pairs"]
    if out is not None and name is None:
        raise InputError("--out goes with --list NAME.", hint="Name the list to answer for.")
    if out is not None:
        check_outputs([out], [] if pairs is None else [pairs])
    lists = _lists_of(settings["of_lists"], pairs)
    with workspace_at_work() as workspace, progress_bar() as progress:
        if name is not None:
            source_of(workspace, name)  # refused before anything is written
        brought = None
        if pairs is not None:
            brought = bring_pairs(workspace, pairs, lists, progress, thresholds=order.thresholds)
            run = None
        else:
            run = link_workspace(workspace, order, progress)
        answers = list_answers(workspace, progress)
        rows = None if name is None else rows_of_list(workspace, name, progress)
    if rows is not None and out is not None:
        write_rows(out, rows)
    document = _document(run, brought, answers, name, rows, out)
    show(document, _in_words(document), as_json=as_json)


def _lists_of(names: Sequence[str], pairs: Path | None) -> tuple[str, str]:
    """The lists whose ids the pairs name."""
    if pairs is None:
        if names:
            raise InputError("--of goes with --from.", hint="Name the file of pairs.")
        return ("", "")
    if not 1 <= len(names) <= 2:
        raise InputError(
            "The pairs' ids are those of one list or of two.",
            hint="Write --of NAME for id_a, and again for id_b where it is another list.",
        )
    return (names[0], names[-1])


def _document(
    run: LinkRun | None,
    brought: dict[str, Any] | None,
    answers: Sequence[dict[str, Any]],
    name: str | None,
    rows: Sequence[Mapping[str, str]] | None,
    out: Path | None,
) -> dict[str, Any]:
    chosen = [one for one in answers if name in (None, one["list"])]
    return {
        "linked": None if run is None else run.to_json(),
        "brought": brought,
        "lists": chosen,
        "rows": None if rows is None or out is not None else list(rows),
        "file": None if out is None else str(out),
    }


def _in_words(document: Mapping[str, Any]) -> str:
    lines: list[str] = []
    linked, brought = document["linked"], document["brought"]
    if linked is not None:
        lines += _of_run(linked)
    if brought is not None:
        lines.append(
            f"{counted(brought['pairs'], 'pair')} brought (batch {brought['batch']}); "
            f"{brought['unknown']:,} name rows that the lists here do not have."
        )
    lines += ["", f"  {'people':>9}{'known':>9}{'review':>9}{'new':>9}  list"]
    for one in document["lists"]:
        counts = "".join(f"{one[key]:>9,}" for key in ("people", "known", "to_review", "new"))
        lines.append(f"  {counts}  {one['list']}")
    lines += ["", "Known: in another list too. Links are indicators; `bayyina review` asks people."]
    for row in (document["rows"] or [])[:20]:
        lines.append(f"  {row['answer']:<7}{row['id']:<14}{row['key']:<16}{row['others'][:60]}")
    if document["rows"] is not None and len(document["rows"]) > 20:
        lines.append(f"  and {len(document['rows']) - 20:,} more; --out FILE.csv writes all.")
    if document["file"]:
        lines.append(f"Written: {document['file']}")
    return "\n".join(lines)


def _of_run(linked: Mapping[str, Any]) -> list[str]:
    if linked["batch"] is None:
        return [
            "Nothing is new since the last run; --anew links everybody again.",
            *linked["notes"],
        ]
    found = linked["decisions"]
    how = "everybody" if linked["whole"] else f"{linked['new_rows']:,} new or changed records"
    return [
        (
            f"{counted(linked['rows'], 'record')} of people; linked: {how}; "
            f"{counted(linked['candidates'], 'pair')} compared (run {linked['run']}, batch {linked['batch']})."
        ),
        (
            f"{counted(found.get('strict', 0), 'link')} at the strict threshold, "
            f"{found.get('lenient', 0):,} more at the lenient one, {found.get('unsure', 0):,} unsure."
        ),
        *linked["notes"],
    ]

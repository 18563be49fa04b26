"""Releasing a report: two people sign its machine-readable twin; who received it is recorded.

What is signed is the SHA-256 of the twin with the workspace, the report and the recipients.
Until two different people have signed, pages carry the notice that they are a draft; the
second signature writes them again without it, from the twin, so that no number can differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bayyina.app.live import live_batches
from bayyina.app.output_decisions import what_rules_forbid
from bayyina.app.pending_halves import Half, Memberships, lapsed_halves
from bayyina.app.permissions import require
from bayyina.app.released_outputs import rests_on_any, withdrawn_since
from bayyina.app.report_differences import Differences, small_differences
from bayyina.app.report_inserts import middles
from bayyina.app.report_signers import check_signer
from bayyina.app.rows import MemberRow, RunRow, batch_of
from bayyina.app.same_people import people_by_handle
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run
from bayyina.custody.canonical import canonical_json
from bayyina.custody.determinations import NEEDED_PEOPLE
from bayyina.errors import CheckFailedError, FileUnreadableError, InputError, PermissionRefusedError
from bayyina.figures.results import RecordRef
from bayyina.keys.signing import PUBLICATION, is_signed, sign
from bayyina.reporting.building import build_report
from bayyina.reporting.context import ReportContext
from bayyina.reporting.definitions import SUFFIX, Definition
from bayyina.reporting.labels import VocabularyLabels
from bayyina.reporting.reading import read_definition

BUILT: Final = "report"
"""Kind of the runs that record the building of a report."""

SIGNED: Final = "publication"
"""Kind of the runs that record somebody's signature under a report."""

PUBLISH: Final = "publish"
"""The action of signing a report."""

SMALL: Final = 3
"""Groups of fewer records may point at a person."""


@dataclass(frozen=True)
class Twin:
    """The machine-readable twin of a report, as it was read."""

    path: Path
    """The file."""

    content: Mapping[str, Any]
    """What it says."""

    digest: str
    """SHA-256 (hex) over its bytes."""

    @property
    def name(self) -> str:
        """The stem of the report's files."""
        return str(self.content["name"])


@dataclass(frozen=True)
class Signature:
    """Somebody's signature under a twin, found genuine."""

    person: str
    """The handle."""

    recipients: tuple[str, ...]
    """Whom this person named as receiving the report."""

    key: str
    """The public key that it was made with, hex."""

    has_entered: bool = False
    """Whether this person entered records that the report rests on."""


@dataclass(frozen=True)
class Publication:
    """How far the release of a report has come."""

    twin: Twin
    """The report."""

    people: tuple[str, ...]
    """Who has signed, in order."""

    recipients: tuple[str, ...]
    """Everybody who is recorded as receiving it."""

    files: tuple[Path, ...]
    """Pages that were written again without the notice on drafts."""

    small_groups: int
    """Groups of one or two records, which may point at a person."""

    differences: Differences
    """Small groups that follow from two numbers together."""

    entered_by: tuple[str, ...]
    """Who of those who signed entered records that it rests on, because too few others could."""

    batch: int
    """The batch that records this signature."""

    @property
    def is_published(self) -> bool:
        """Whether two people have signed."""
        return len(self.people) >= NEEDED_PEOPLE


def read_twin(path: Path) -> Twin:
    """The twin in a file.

    Raises:
        FileUnreadableError: it cannot be read, or is not a report's twin.
    """
    try:
        content = path.read_bytes()
        document = json.loads(content)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not JSON"
        raise FileUnreadableError(
            f"The report {path} cannot be read: {reason}.",
            hint="Give the NAME.json that lies beside a report's pages.",
        ) from error
    figures = document.get("figures") if isinstance(document, dict) else None
    if (
        not isinstance(figures, dict)
        or not isinstance(document.get("name"), str)
        or not all(_is_figure(one) for one in figures.values())
    ):
        raise FileUnreadableError(
            f"{path} is not the machine-readable twin of a report.",
            hint="Give the NAME.json that lies beside a report's pages.",
        )
    return Twin(path, document, hashlib.sha256(content).hexdigest())


def was_built_here(workspace: Workspace, twin: Twin) -> bool:
    """Whether the log says that this very twin was built in the workspace."""
    return any(run.get("twin") == twin.digest for run in _runs(workspace, BUILT))


def signatures(workspace: Workspace, digest: str) -> list[Signature]:
    """The genuine signatures under a twin that count, in order; one per row.

    One that waited for a second person lapsed if whoever made it might not release meanwhile.
    """
    members = Memberships(workspace.store)
    found = list(_genuine(workspace, digest))
    halves = [half for half, _ in found]
    lapsed = lapsed_halves(members, halves, PUBLISH, NEEDED_PEOPLE)
    return [one for half, one in found if half.number not in lapsed]


def _genuine(workspace: Workspace, digest: str) -> Iterator[tuple[Half, Signature]]:
    """The genuine signatures under a twin, those that lapsed among them."""
    people = people_by_handle(workspace.store)
    for number, run in _numbered_runs(workspace, SIGNED):
        if run.get("twin") != digest:
            continue
        members = workspace.store.find(MemberRow, "number", [int(run["member"])])
        body = {name: value for name, value in run.items() if name != "signature"}
        key = bytes.fromhex(run["key"])
        if not members or members[0].sign_public != run["key"]:
            continue
        if is_signed(key, PUBLICATION, canonical_json(body), bytes.fromhex(run["signature"])):
            person = people.get(members[0].handle, members[0].handle)
            one = Signature(
                person, tuple(run["recipients"]), run["key"], bool(run.get("entered_records"))
            )
            yield Half(number, members[0].number), one


def publish_report(
    workspace: Workspace, path: Path, *, reasons: str, recipients: Sequence[str] = ()
) -> Publication:
    """Sign a built report; the second person's signature releases it.

    Whoever has signed may sign again only to record further recipients.

    Args:
        workspace: Where it was built.
        path: The twin, ``NAME.json``.
        reasons: What was looked at before signing.
        recipients: Bodies that receive it, for the correction notice should a figure change.

    Raises:
        FileUnreadableError: the file is not a report's twin.
        InputError: it was not built here, was changed since, or there are no reasons.
        CheckFailedError: it shows what the rules of disclosure hide, or counts what an informant
            has taken back since.
        PermissionRefusedError: the member may not, has signed already, or entered what it rests on
            (``report_signers``).
    """
    require(workspace, PUBLISH)
    twin = read_twin(path)
    named = tuple(dict.fromkeys(filter(None, (one.strip() for one in recipients))))
    if not reasons.strip():
        raise InputError("A release needs its reasons.", hint="Say what was looked at.")
    if not was_built_here(workspace, twin):
        raise InputError(
            f"{path} was not built in this workspace, or was changed since.",
            hint="Build the report again, and release what was built.",
        )
    _check_own(workspace, twin, named)
    _check_rules(workspace, twin)
    _check_consents(workspace, twin)
    has_entered = check_signer(workspace, twin.content)
    drafted = _definition(twin)
    differences = small_differences(workspace, twin.content, twin.digest)
    batch = _sign(workspace, twin, reasons.strip(), named, has_entered=has_entered)
    found = signatures(workspace, twin.digest)
    people = tuple(dict.fromkeys(one.person for one in found))
    files = tuple(_released(workspace, twin, drafted)) if len(people) >= NEEDED_PEOPLE else ()
    entered = tuple(dict.fromkeys(one.person for one in found if one.has_entered))
    small = _small_groups(twin)
    return Publication(twin, people, _recipients(found), files, small, differences, entered, batch)


def recipients_of(workspace: Workspace, digest: str) -> tuple[str, ...]:
    """Everybody recorded as receiving the report with this twin."""
    return _recipients([one for _, one in _genuine(workspace, digest)])


def _check_own(workspace: Workspace, twin: Twin, named: Sequence[str]) -> None:
    people = people_by_handle(workspace.store)
    handle = people.get(workspace.member.handle, workspace.member.handle)
    earlier = signatures(workspace, twin.digest)
    if not named and any(one.person == handle for one in earlier):
        raise PermissionRefusedError(
            f"{handle} has signed this report already.",
            hint="A second person must sign it now; --recipient records who receives it.",
        )
    for one in earlier:
        if one.person != handle and one.key == workspace.member.sign_public:
            raise PermissionRefusedError(
                f"{one.person} and {handle} would sign with one and the same key.",
                hint="Each person needs a key of their own.",
            )


def _check_rules(workspace: Workspace, twin: Twin) -> None:
    """Refuse what the rules of today would hide: they, or an embargo, may have changed since."""
    forbidden = what_rules_forbid(workspace, twin.content)
    if forbidden:
        raise CheckFailedError(
            f"{twin.name} shows what may not be published: {forbidden[0]}"
            + (f" There are {len(forbidden) - 1} more." if len(forbidden) > 1 else ""),
            hint="Build the report again; what may not leave is left out then.",
            code="disclosure",
        )


def _check_consents(workspace: Workspace, twin: Twin) -> None:
    """Refuse what was counted before somebody took back that it be counted."""
    built = [run for run in _runs(workspace, BUILT) if run.get("twin") == twin.digest]
    since = withdrawn_since(workspace, max(figure_sizes(twin.content), default=0))
    if since and rests_on_any(workspace, built[-1], since):
        raise CheckFailedError(
            f"{twin.name} counts what an informant has taken back since.",
            hint="Build the report again; what was taken back is not counted then.",
            code="disclosure",
        )


def figure_sizes(content: Mapping[str, Any]) -> list[int]:
    """Sizes of the log that the figures of a twin were counted from."""
    return [int(figure["custody_size"]) for figure in content["figures"].values()]


def _removals(content: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """What was hidden when it was built, by figure."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in (content.get("disclosure") or {}).get("removals", ()):
        found.setdefault(one["id"], []).append(one)
    return found


def _sign(
    workspace: Workspace,
    twin: Twin,
    reasons: str,
    recipients: Sequence[str],
    *,
    has_entered: bool,
) -> int:
    body = {
        "origin": workspace.identity.origin,
        "report": twin.name,
        "twin": twin.digest,
        "reasons": reasons,
        "recipients": list(recipients),
        "member": workspace.member.number,
        "key": workspace.member.sign_public,
        **({"entered_records": 1} if has_entered else {}),
    }
    signature = sign(workspace.keys.personal, PUBLICATION, canonical_json(body)).hex()
    details: dict[str, str | int] = {
        "report": twin.name,
        "twin": twin.digest,
        "recipients": len(recipients),
    }
    return log_run(workspace, "publish-report", SIGNED, {**body, "signature": signature}, details)


def _definition(twin: Twin) -> Definition:
    """The definition that lies beside the twin, which must be the one that was built.

    Raises:
        InputError: it is not there, or not the same.
    """
    beside = twin.path.with_name(f"{twin.name}{SUFFIX}")
    try:
        text = beside.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        text = ""
    raw, findings = read_definition(text)
    is_same = hashlib.sha256(text.encode()).hexdigest() == twin.content.get("definition_digest")
    if raw is None or findings or not is_same:
        raise InputError(
            f"{beside} is not the definition that this report was built from.",
            hint="Keep the files of a report together; or build it again.",
        )
    return Definition.from_raw(raw, twin.content.get("parameters") or {})


def _released(workspace: Workspace, twin: Twin, definition: Definition) -> Iterator[Path]:
    """Write the pages that lie beside the twin again, without the notice on drafts."""
    content = twin.content
    checks = {one["id"]: one["published"] for one in content["checks"]}
    context = ReportContext(
        time=datetime.fromisoformat(content["time"]),
        is_fictional=bool(content["fictional"]),
        labels=VocabularyLabels(workspace.vocabulary, workspace.gazetteer),
        custody_size=content["custody_size"],
        checkpoint=content["checkpoint"],
        records=_unlisted,
        short_id=workspace.short_id,
        position=middles(workspace),
        orders=content.get("orders") or {},
        sites=content.get("sites") or {},
        removals=_removals(content),
        published=checks or None,
        targets_are_published=content["targets_are_published"],
        known_at=content["known_at"] or "",
        recorded_at=content["recorded_at"] or "",
    )
    for lang in definition.languages():
        if twin.path.with_name(f"{twin.name}.{lang}.html").is_file():
            yield from build_report(
                definition,
                content["figures"],
                lang=lang,
                out_folder=twin.path.parent,
                context=context,
                data_files=False,
            )


def _unlisted(_query: str, _group: Mapping[str, str] | None) -> Iterator[RecordRef]:
    """The lists of records lie beside the pages already."""
    return iter(())


def _small_groups(twin: Twin) -> int:
    return sum(
        0 < (group.get("value") or 0) < SMALL
        for figure in twin.content["figures"].values()
        for group in figure.get("groups", ())
    )


def _recipients(found: Sequence[Signature]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in found for name in one.recipients))


def _runs(workspace: Workspace, kind: str) -> Iterator[dict[str, Any]]:
    return (run for _, run in _numbered_runs(workspace, kind))


def _numbered_runs(workspace: Workspace, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    standing = live_batches(workspace.store)
    for row in workspace.store.scan(RunRow):
        if row.run_kind == kind and batch_of(row.number) in standing:
            yield row.number, json.loads(row.parameters)


def _is_figure(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("query"), str)
        and (isinstance(one.get("value"), int) or bool(one.get("hidden")))
        and isinstance(one.get("custody_size"), int)
    )

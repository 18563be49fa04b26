"""``bayyina demo``: the whole job on invented lists."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import click

from bayyina.app.demonstrating import Demonstration, demonstrate
from bayyina.app.linking_demonstrated import ERROR_RATE, UNSURE_RATE
from bayyina.app.second_factor import set_second_factor
from bayyina.cli.opening import DEMO
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.db.opening import create_workspace
from bayyina.errors import InputError, StorageError
from bayyina.scenario import SEED, read_targets, resolve_targets, write_lists

LINKED_ROWS = 30_000
"""So many rows of lists are linked by name without being asked; the scenario at full scale has
six times as many, and takes some minutes more."""

MARKER = "fictional-demo.json"
"""File that says that a folder was made by the demonstration and may be replaced by it."""

PASSPHRASE = DEMO
"""Passphrase of the demonstration's person."""

PERSON = "demo"
"""Handle of the demonstration's person."""


@click.command()
@click.option("--scale", type=float, default=1.0, show_default=True, help="Share of all figures.")
@click.option(
    "--targets", type=click.Path(path_type=Path), help="JSON of figure ids and values to reproduce."
)
@click.option("--seed", type=int, default=SEED, show_default=True, help="Of the invention.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("fictional-demo"),
    show_default=True,
    help="Where lists, workspace and report go; an earlier demonstration there is replaced.",
)
@click.option(
    "--link/--no-link",
    "link",
    default=None,
    help=f"Also link people by name and review; as a matter of course up to {LINKED_ROWS:,} rows.",
)
@click.option("--serve", is_flag=True, help="Serve it to browsers at the end, until Ctrl-C.")
@json_option
def demo(
    scale: float,
    targets: Path | None,
    seed: int,
    folder: Path,
    link: bool | None,
    serve: bool,
    as_json: bool,
) -> None:
    """Invent lists, import them, count them, and write a report in two languages."""
    started = time.monotonic()
    wanted = resolve_targets(read_targets(targets) if targets else None, scale=scale)
    _make_room(folder)
    with progress_bar(lines=True) as progress:
        progress(0, 1, "lists invented")
        lists = write_lists(folder / "lists", targets=wanted, seed=seed)
        progress(1, 1, "lists invented")
        workspace = create_workspace(
            folder / "workspace",
            name="Fictional demonstration",
            handle=PERSON,
            person_name="Fictional demonstrator",
            passphrase=PASSPHRASE,
            fictional=True,
        )
        try:
            shown = demonstrate(
                workspace,
                lists=lists,
                targets=wanted,
                out_folder=folder / "report",
                progress=progress,
                link=sum(one.rows for one in lists) <= LINKED_ROWS if link is None else link,
            )
            set_second_factor(workspace, is_required=False)
        finally:
            workspace.store.close()
    seconds = round(time.monotonic() - started, 1)
    document = {
        "figures": [figure.to_json() for figure in shown.figures],
        "report": {
            lang: [str(path) for path in paths] for lang, paths in shown.report.files.items()
        },
        "linkage": None if shown.linkage is None else shown.linkage.to_json(),
        "lists": [{"list": title, **result.to_json()} for title, result in shown.imports],
        "seconds": seconds,
    }
    show(document, _in_words(shown, folder, seconds), as_json=as_json)
    if serve:
        _serve(folder / "workspace")
    if not all(figure.equal for figure in shown.figures):
        raise click.exceptions.Exit(1)


def _serve(folder: Path) -> None:
    """Serve the workspace in a process of its own, until it is told to end."""
    click.echo(f"Sign in as {PERSON} with the passphrase {PASSPHRASE}.", err=True)
    command = [sys.executable, "-m", "bayyina", "--workspace", str(folder), "serve"]
    with suppress(KeyboardInterrupt):
        subprocess.run(command, check=False, stdout=sys.stderr)  # noqa: S603 - this program itself


def _make_room(folder: Path) -> None:
    """Make the folder, in place of an earlier demonstration only."""
    try:
        if folder.exists():
            if any(folder.iterdir()) and not (folder / MARKER).is_file():
                raise InputError(
                    f"{folder} holds something else than a demonstration.",
                    hint="Name another folder with --folder; nothing was changed.",
                )
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        note = {"fictional": True, "about": "Everything in this folder is invented."}
        (folder / MARKER).write_text(json.dumps(note) + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be written to: {error.strerror}.", hint="Choose another --folder."
        ) from error


def _in_words(shown: Demonstration, folder: Path, seconds: float) -> str:
    lines = ["FICTIONAL: software check on invented records", ""]
    wanted = "published" if shown.targets_are_published else "target"
    more = "" if shown.linkage is None else f"{'automatic':>10}{'reviewed':>10}"
    lines += [f"  {'':9}{wanted:>10}{'computed':>10}{more}"]
    for figure in shown.figures:
        mark = "equal" if figure.equal else "DIFFERENT"
        line = f"  {mark:<9}{figure.published:>10,}{figure.computed:>10,}"
        if figure.automatic is not None and figure.reviewed is not None:
            line += f"{figure.automatic:>10,}{figure.reviewed:>10,}"
        lines.append(f"{line}  {figure.id}")
    lines += _of_linkage(shown)
    rows = sum(result.rows.rows for _, result in shown.imports)
    statements = sum(result.changes.statements for _, result in shown.imports)
    if not shown.targets_are_published:
        lines += ["", "The targets were set for this run; nobody published them."]
    lines += [
        "",
        f"{counted(len(shown.imports), 'list')}, {counted(rows, 'row')}, {counted(statements, 'statement')}, {seconds} seconds.",
    ]
    lines += [f"Report: {path}" for paths in shown.report.files.values() for path in paths[:2]]
    workspace = folder / "workspace"
    program = sys.argv[0] if Path(sys.argv[0]).name.startswith("bayyina") else "bayyina"
    lines += [
        f"Look further: BAYYINA_PASSPHRASE={PASSPHRASE} {program} -w {workspace} log verify",
    ]
    return "\n".join(lines)


def _of_linkage(shown: Demonstration) -> list[str]:
    """What linking by name came to, beside the truth."""
    found = shown.linkage
    if found is None:
        return ["", "People were not linked by name; --link does that too."]
    lines = [
        "",
        "computed: people joined by the number that the invented lists share; automatic: by their",
        (
            "names alone; reviewed: as simulated reviewers corrected it, who err in "
            f"{ERROR_RATE:.0%} of {counted(found.pairs_reviewed, 'pair')}"
        ),
        f"and leave {UNSURE_RATE:.0%} open. Against the truth of the invention:",
        f"  {'':10}{'pairs: precision':>18}{'recall':>8}{'F1':>8}{'B-cubed F1':>12}",
    ]
    for name, one in found.accuracy.items():
        pairs = one.pairwise
        lines.append(
            f"  {name:<10}{pairs.precision:>18.3f}{pairs.recall:>8.3f}{pairs.f1:>8.3f}"
            f"{one.bcubed.f1:>12.3f}"
        )
    for name, bounds in (("precision", found.precision), ("recall", found.recall)):
        if bounds is not None:
            lines.append(
                f"  {name} of the links, estimated from a sample: {bounds.value:.3f} "
                f"[{bounds.low:.3f}, {bounds.high:.3f}]"
            )
    return lines

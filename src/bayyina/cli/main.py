"""The program ``bayyina``: its commands, and the one place where errors become messages."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from bayyina import __version__
from bayyina.cli.failures import never_show_values
from bayyina.cli.lazy import LazyCommand, LazyGroup
from bayyina.errors import BayyinaError

COMMANDS = {
    "demo": LazyCommand(
        "bayyina.cli.demo", "demo", "The whole job on invented lists, ending with a report."
    ),
    "init": LazyCommand("bayyina.cli.workspaces", "init", "Make a workspace and its first person."),
    "doctor": LazyCommand(
        "bayyina.cli.workspaces", "doctor", "Say what is missing and how to install it."
    ),
    "serve": LazyCommand(
        "bayyina.cli.serve", "serve", "Serve the workspace to browsers, in Arabic and English."
    ),
    "practice": LazyCommand(
        "bayyina.cli.practice", "practice", "Learn the work by doing it, on invented people."
    ),
    "tokens": LazyCommand(
        "bayyina.cli.tokens", "tokens", "Tokens with which other programs work in the workspace."
    ),
    "check": LazyCommand(
        "bayyina.cli.checks", "check", "Check one of the small files people write."
    ),
    "import": LazyCommand("bayyina.cli.lists", "import_", "Take a list in: rows to statements."),
    "undo": LazyCommand(
        "bayyina.cli.lists", "undo", "Take an import, judgements or a linkage back."
    ),
    "evidence": LazyCommand(
        "bayyina.cli.evidence",
        "evidence",
        "Files that are evidence: kept encrypted, re-checked, handed out with an entry.",
    ),
    "redact": LazyCommand(
        "bayyina.cli.redaction",
        "redact",
        "A copy of a file in which what a plan names cannot be read.",
    ),
    "sites": LazyCommand(
        "bayyina.cli.sites", "sites", "Sites: when the ground was disturbed, from image series."
    ),
    "figures": LazyCommand("bayyina.cli.figures", "figures", "Count, and open what was counted."),
    "report": LazyCommand("bayyina.cli.reports", "report", "Build a report from its definition."),
    "dossier": LazyCommand("bayyina.cli.papers", "dossier", "Everything about one person."),
    "letter": LazyCommand("bayyina.cli.papers", "letter", "A plain letter to a family."),
    "facility": LazyCommand(
        "bayyina.cli.papers", "facility", "Who was held or served in a facility, and when."
    ),
    "matrix": LazyCommand(
        "bayyina.cli.papers", "matrix", "An instrument's elements, and what is missing."
    ),
    "exhibits": LazyCommand(
        "bayyina.cli.exhibits", "exhibits", "A list of exhibits with digests and custody annex."
    ),
    "methods": LazyCommand(
        "bayyina.cli.torture", "methods", "Methods of torture, by independent accounts."
    ),
    "sentences": LazyCommand(
        "bayyina.cli.torture", "sentences", "Death sentences: issued, commuted, carried out."
    ),
    "export": LazyCommand(
        "bayyina.cli.exports", "export", "Write records in a form that other programs read."
    ),
    "submit": LazyCommand(
        "bayyina.cli.submissions", "submit", "Prepare a form for a UN body or court; send nothing."
    ),
    "consent": LazyCommand(
        "bayyina.cli.consents", "consent", "Who agreed to which use; taking it back."
    ),
    "objection": LazyCommand(
        "bayyina.cli.consents", "objection", "A living person objects to being named."
    ),
    "tasks": LazyCommand("bayyina.cli.tasks", "tasks", "What is owed to people, and by when."),
    "notification": LazyCommand(
        "bayyina.cli.notifications", "notification", "Telling a family of a death: two decide."
    ),
    "hold": LazyCommand(
        "bayyina.cli.holds", "hold", "Legal holds: what must not be erased, until two lift it."
    ),
    "release": LazyCommand(
        "bayyina.cli.releases", "release", "What may leave for whom, and why something may not."
    ),
    "orders": LazyCommand(
        "bayyina.cli.orders", "orders", "Court orders: what is due, what lies before and after."
    ),
    "claims": LazyCommand(
        "bayyina.cli.claims", "claims", "Published numbers: what contradicts what, and why."
    ),
    "media": LazyCommand(
        "bayyina.cli.media", "media", "What a file is and says; which files look alike."
    ),
    "names": LazyCommand(
        "bayyina.cli.names", "names", "Names in Arabic and Latin script: compare, match, spell."
    ),
    "link": LazyCommand(
        "bayyina.cli.linkage", "link", "Find who is the same person, in lists or the workspace."
    ),
    "review": LazyCommand(
        "bayyina.cli.review", "review", "Look at pairs that the linkage is unsure of, and decide."
    ),
    "identify": LazyCommand(
        "bayyina.cli.identification",
        "identify",
        "Photographed bodies: candidates, the board, what was decided.",
    ),
    "certificates": LazyCommand(
        "bayyina.cli.certificates",
        "certificates",
        "Certificates and register extracts: whose they are.",
    ),
    "estimate": LazyCommand(
        "bayyina.cli.estimation", "estimate", "Estimate how many people no list holds, or refuse."
    ),
    "estimate-lists": LazyCommand(
        "bayyina.cli.estimation_of_lists",
        "estimate_lists",
        "The same from lists of people, which are linked first.",
    ),
    "log": LazyCommand("bayyina.cli.log", "log", "The custody log: verify, checkpoint, prove."),
    "bundle": LazyCommand("bayyina.cli.bundle", "bundle", "Bundles for courts: write, check."),
    "determine": LazyCommand(
        "bayyina.cli.decisions", "determine", "Decide about a record, signed with your key."
    ),
    "decide": LazyCommand(
        "bayyina.cli.deciding_outside",
        "decide",
        "Decisions of another organisation's reviewer, signed elsewhere.",
    ),
    "judge": LazyCommand(
        "bayyina.cli.decisions", "judge", "Say whether two records are the same somebody."
    ),
    "erase": LazyCommand(
        "bayyina.cli.erasures", "erase", "Destroy what is said about a record; it takes two people."
    ),
    "seal": LazyCommand(
        "bayyina.cli.sealing", "seal", "Seal what stands in clear and ought not to; at once."
    ),
    "people": LazyCommand("bayyina.cli.people", "people", "Who works in this workspace."),
    "cases": LazyCommand(
        "bayyina.cli.cases", "cases", "Cases: parts of the workspace, each with its own roles."
    ),
    "keys": LazyCommand(
        "bayyina.cli.keys", "keys", "Keys: who holds them, replacing them, recovery by shares."
    ),
    "lock": LazyCommand(
        "bayyina.cli.locking", "lock", "In a hurry: forget unlocked keys, remove plain files."
    ),
    "backup": LazyCommand(
        "bayyina.cli.backups", "backup", "Encrypted backups: make, verify, restore."
    ),
    "record": LazyCommand("bayyina.cli.records", "record", "Show what is said of one record."),
    "find": LazyCommand(
        "bayyina.cli.records", "find", "Find a record by its id or by a name in either script."
    ),
    "own-files": LazyCommand(
        "bayyina.cli.workspaces", "own_files", "The workspace's own rules, and what the log holds."
    ),
    "kept-aside": LazyCommand(
        "bayyina.cli.records", "kept_aside", "List rows that could not be read and were kept."
    ),
    "jobs": LazyCommand("bayyina.cli.jobs", "jobs", "Background work: list, run, cancel."),
}
"""Every command, in the order of the help."""


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="bayyina")
@click.option(
    "--workspace",
    "-w",
    envvar="BAYYINA_WORKSPACE",
    default="./workspace",
    show_default=True,
    help="The workspace folder.",
)
@click.option(
    "--as",
    "person",
    envvar="BAYYINA_PERSON",
    default=None,
    help="Handle of the person at work; not needed where the workspace has one.",
)
@click.pass_context
def program(context: click.Context, workspace: str, person: str | None) -> None:
    """Records that a court, a UN body or a family can rely on.

    The passphrase of the person at work is read from BAYYINA_PASSPHRASE, from the file
    that BAYYINA_PASSPHRASE_FILE names, or asked for.
    """
    context.obj = {"workspace": workspace, "person": person}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and end the process with its exit status."""
    never_show_values()
    for stream in (sys.stdout, sys.stderr):
        _write_all_scripts(stream)
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def _write_all_scripts(stream: TextIO) -> None:
    """Let a stream take Arabic: documents are UTF-8 whatever the machine's own encoding is.

    What no text can hold, such as bytes in a file's name, is written as an escape that
    JSON reads back.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return
    if stream.isatty():
        stream.reconfigure(errors="backslashreplace")
    else:
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def run(arguments: Sequence[str]) -> int:
    """Run the program; the answer is its exit status: 0 done, 1 did not hold, 2 wrong use."""
    as_json = "--json" in arguments
    try:
        status = program.main(args=list(arguments), standalone_mode=False, prog_name="bayyina")
    except click.exceptions.Abort:
        return _fail("interrupted", "Interrupted; nothing half-done was kept.", "", 2, as_json)
    except click.ClickException as error:
        return _fail("usage", error.format_message(), _usage_hint(error), 2, as_json)
    except BayyinaError as error:
        return _fail(error.code, error.message, error.hint, error.exit_status, as_json)
    return status if isinstance(status, int) else 0


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "bayyina"
    return f"See `{path} --help`."


def _fail(code: str, message: str, hint: str, status: int, as_json: bool) -> int:
    if as_json:
        document = {"error": {"code": code, "message": message, "hint": hint}}
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stderr.write(f"{message} {hint}".strip() + "\n")
    return status

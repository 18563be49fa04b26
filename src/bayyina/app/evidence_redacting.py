"""Redacted copies of items: items of their own, linked to what they were made from, and to the plan.

A copy names its plan by id and not by digest, and the kept plan ends with a line that follows from
the case key: a plan is short, so whoever has its digest could try names until it fits.

The original stays as it is. The plan is kept too, sealed, because it names what it hides: it
shows later why each place was redacted, and lets the copy be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple, TypeAlias

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bayyina import __version__
from bayyina.app.evidence_about import Bringing, Lineage
from bayyina.app.evidence_deriving import Derived, derived_of, keep_derived
from bayyina.app.evidence_events import LOOK
from bayyina.app.evidence_items import Item, find_item, read_items
from bayyina.app.evidence_reading import LOOK_ACTION, write_bytes
from bayyina.app.evidence_vault import EVIDENCE
from bayyina.app.live import live_batches, live_statements
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.rows import StatementRow
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run
from bayyina.errors import InputError
from bayyina.keys.salts import KEY_LENGTH
from bayyina.media.redaction.results import Redaction
from bayyina.media.redaction.running import TOOL, redact_file
from bayyina.standards.file_reading import read_text
from bayyina.standards.redaction_plan import read_plan
from bayyina.vault.private_folders import private_folder

REDACT: Final = "redact-evidence"
"""What the log calls a redaction, and the permission that it takes."""

RUN: Final = "redaction"
"""Kind of the run that records one."""

REDACTION: Final = "redaction"
"""Code of a redacted copy among the ways in which items are made."""

PLAN: Final = "redaction_plan"
"""Code of a plan among them."""

ENDINGS: Final = {
    "image/png": "png", "image/jpeg": "jpg", "image/tiff": "tif", "application/pdf": "pdf",
    "text/plain": "txt", "text/csv": "csv", "application/json": "json",
    "application/x-ndjson": "jsonl", "audio/wav": "wav", "audio/mpeg": "mp3", "audio/mp4": "m4a",
    "audio/ogg": "ogg", "audio/flac": "flac", "video/mp4": "mp4",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}  # fmt: skip
"""Ending of the name of a copy, by what it is; the item's own name may tell too much."""

_INFO: Final = b"bayyina/redaction-plan/v1"

MANY_TIMES: Final = 8
"""A copy, its unfinished form and the original take at most so many times the original's bytes."""

Redact: TypeAlias = Callable[..., Redaction]
"""Makes a copy of a file by a plan; see ``redact_file``."""


class RedactedItem(NamedTuple):
    """A redacted copy that was made and taken in."""

    made: Derived
    """The item that the copy is."""

    plan: str
    """Short id of the item that the plan is kept as."""

    redaction: Redaction
    """How it was made and checked."""

    batch: int
    """The batch that records it."""


def redact_item(
    workspace: Workspace,
    *,
    item: str,
    plan: Path,
    report: Path,
    progress: Progress,
    opened: bool = False,
    reason: str = "",
    redact: Redact = redact_file,
) -> RedactedItem:
    """Make a redacted copy of an item, and keep it with its plan.

    Args:
        workspace: Where the item is.
        item: Its short id.
        plan: The plan.
        report: The report of the intake.
        progress: Told files done.
        opened: Whether the copy of a sealed item is not to be sealed.
        reason: Why a sealed item is opened for it.
        redact: What makes copies.

    Raises:
        InputError: there is no such item, it was erased, or a sealed one is opened without reason.
        SmallFileError: the plan is wrong.
        RedactionRefusedError: the plan cannot be carried out on the item.
        RedactionCheckError: the copy did not pass its check; nothing was kept.
        CheckFailedError: the item's bytes are not those that were taken in.
        PermissionRefusedError: the member may not redact, or not open what is sealed.
    """
    require(workspace, REDACT, records=_number(workspace, item))
    found = _standing(workspace, item)
    read_plan(plan)
    if found.is_sealed:
        _look(workspace, found, reason)
    with private_folder(workspace.folder, room=MANY_TIMES * found.size) as folder:
        original = folder / "original"
        write_bytes(workspace, found, original)
        own_plan = folder / f"{item}.redaction.yaml"
        own_plan.write_text(_kept_text(workspace, plan), encoding="utf-8", newline="")
        copy = folder / "copy"
        done = redact(original, own_plan, copy, ending=_ending(found))
        original.unlink()
        kept = _keep_plan(workspace, found, own_plan, report, progress)
        named = copy.rename(folder / f"{item}.redacted.{ENDINGS[done.media_type]}")
        lineage = Lineage(
            found.number, REDACTION, TOOL, __version__,
            f"plan {kept}; {_told(done)}",
        )  # fmt: skip
        sealed = found.is_sealed and not opened
        intake = keep_derived(
            workspace, named, lineage, Bringing(sealed=sealed), report, progress,
            permission=REDACT,
        )  # fmt: skip
        made = derived_of(item, named, intake)
    batch = record_redaction(workspace, item=item, made=made.id, plan=kept, done=done)
    return RedactedItem(made, kept, done, batch)


def redactable_item(workspace: Workspace, short_id: str) -> Item:
    """An item of which the member may make a redacted copy.

    Raises:
        InputError: there is no such item, or it was erased.
        PermissionRefusedError: the member may not redact.
    """
    require(workspace, REDACT, records=_number(workspace, short_id))
    return _standing(workspace, short_id)


def redactions_of(workspace: Workspace, numbers: Collection[int]) -> dict[int, int]:
    """The newest redacted copy that stands of each of some items that has one, by record number."""
    store, batches = workspace.store, live_batches(workspace.store)
    terms = store.terms()
    made, origin = (terms.get((EVIDENCE, name)) for name in ("derivation", "derived_from"))
    rows = store.find(StatementRow, "value", [REDACTION])
    copies = sorted({row.record for row in rows if row.term == made})
    stated = live_statements(store, copies, batches)
    are_made = {row.record for row in stated if row.term == made and row.value == REDACTION}
    found: dict[int, int] = {}
    for row in sorted(stated, key=lambda one: one.record):
        if row.term == origin and row.record in are_made and row.value and row.value.isdecimal():
            found[int(row.value)] = row.record
    return {number: found[number] for number in numbers if number in found}


def record_redaction(
    workspace: Workspace, *, item: str, made: str, plan: str, done: Redaction
) -> int:
    """Log how a redacted copy that was taken in was made; the batch that records it.

    Args:
        workspace: Where the items are.
        item: Short id of the original.
        made: Short id of the copy.
        plan: Short id of the plan.
        done: How the copy was made and checked.

    Raises:
        PermissionRefusedError: the member may not redact.
    """
    require(workspace, REDACT, records=_number(workspace, item))
    parameters = {
        "record": record_number(workspace, item),
        "made": record_number(workspace, made),
        "plan": record_number(workspace, plan),
        "plan_sha256": done.plan_sha256,
        "sha256": done.sha256,
        "copy_sha256": done.copy_sha256,
        "places": [
            {"kind": kind, "reason": reason, "line": line, "count": count}
            for kind, reason, line, count in done.places
        ],
        "left_out": dict(done.left_out),
        "checks": list(done.checks),
        "tools": dict(done.tools),
    }
    details = {"places": sum(count for *_, count in done.places)}
    return log_run(workspace, REDACT, RUN, parameters, details)


def _number(workspace: Workspace, item: str) -> Iterator[int]:
    """The record of an item; read only where somebody's roles are for a case."""
    yield record_number(workspace, item)


def _standing(workspace: Workspace, short_id: str) -> Item:
    row = find_item(workspace, short_id)
    if row.wrapped_key is None:
        raise InputError(f"{short_id} was erased.", hint="There is nothing to redact.")
    return read_items(workspace, [row])[0]


def _look(workspace: Workspace, item: Item, reason: str) -> None:
    """Log that a sealed item is opened, before it is."""
    require(workspace, "open-sealed", records=[item.number])
    if not reason.strip():
        raise InputError(
            f"{item.id} is sealed, so opening it has its reason.",
            hint="Give it with --reason; it stands in the log.",
        )
    parameters = {"record": item.number, "reason": reason.strip(), "sealed": 1}
    log_run(workspace, LOOK_ACTION, LOOK, parameters, {"sealed": 1})


def _keep_plan(
    workspace: Workspace, item: Item, plan: Path, report: Path, progress: Progress
) -> str:
    """Take the plan in, sealed; the same plan used again stays one item."""
    lineage = Lineage(item.number, PLAN, "a person", "", "")
    done = keep_derived(
        workspace, plan, lineage, Bringing(sealed=True), report, progress, permission=REDACT
    )
    known = done.lines[0].id if len(done.lines) == 1 else None
    return known or derived_of(item.id, plan, done).id


def _kept_text(workspace: Workspace, plan: Path) -> str:
    """The plan with a last line that nobody can guess who lacks the case key.

    Digests of items are stored in clear. A plan is short, so without this line its digest would
    confirm a name that somebody guesses. The same plan has the same line, and stays one item.
    """
    text = read_text(plan).rstrip("\n")
    key = HKDF(SHA256(), KEY_LENGTH, None, _INFO).derive(workspace.keys.case_key)
    line = blake2b(text.encode("utf-8"), key=key, digest_size=16).hexdigest()
    return f"{text}\n# {line}\n"


def _ending(item: Item) -> str:
    """The ending of the item's name, which says what kind of text it is."""
    return PurePosixPath(item.names[0]).suffix.removeprefix(".") if item.names else ""


def _told(done: Redaction) -> str:
    """How much was redacted, and why: never what."""
    places = sum(count for *_, count in done.places)
    reasons = dict.fromkeys(reason for _, reason, _, _ in done.places)
    return f"{places} places; reasons: {', '.join(reasons) or 'nothing to redact'}"

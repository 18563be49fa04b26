"""What the person who brings files says of them, and what the files say of themselves: as drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bayyina.app.evidence_files import name_of
from bayyina.app.evidence_vault import EVIDENCE
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.model.drafts import ValueDraft
from bayyina.model.values import read_value
from bayyina.vault.taking import Taken


@dataclass(frozen=True)
class Bringing:
    """What is said of all files that one command takes in."""

    source: str = ""
    """Name of the source, or the pseudonym of a confidential one."""

    kind: str = ""
    """What the files are said to be, such as ``photograph``."""

    captured: str = ""
    """When they were made, as a partial date."""

    received: str = ""
    """When they were received; the day of the intake if nothing is said."""

    brought_by: str = ""
    """Who brought them; sealed."""

    consent: str = ""
    """Whether there is consent."""

    consent_for: tuple[str, ...] = ()
    """What the consent is for, each use by itself."""

    note: str = ""
    """Anything else."""

    sealed: bool = False
    """Whether each look at them is to be an entry of the log."""

    second_digest: bool = False
    """Whether the SHA-512 of each is kept beside its SHA-256."""


@dataclass(frozen=True)
class Lineage:
    """What an item was made from, and how."""

    parent: int
    """Record number of the item that it was made from."""

    derivation: str
    """Code of ``derivation_kinds``."""

    tool: str
    """What made it."""

    version: str
    """Version of that."""

    parameters: str
    """With which parameters, as given."""


@dataclass(frozen=True)
class Told:
    """What is said of files, read by the vocabulary."""

    source: str
    """Name of the source; empty for none."""

    received_on: str
    """Last possible day on which they were received, ISO 8601."""

    common: tuple[ValueDraft, ...]
    """What is said of each item."""

    arrival: tuple[ValueDraft, ...]
    """What is said of an arrival: of bytes that were here before, too."""


def read_bringing(workspace: Workspace, bringing: Bringing) -> Told:
    """What is said, as drafts.

    Raises:
        InputError: a text is no value of its property.
    """
    today = workspace.clock.now().date().isoformat()
    given: list[tuple[str, str, str]] = [
        ("kind", bringing.kind, "--kind"),
        ("captured_on", bringing.captured, "--captured"),
        ("consent", bringing.consent, "--consent"),
        *(("consent_for", text, "--consent-for") for text in bringing.consent_for),
        ("note", bringing.note, "--note"),
        ("sealed", "yes" if bringing.sealed else "", "--sealed"),
    ]
    arriving = [
        ("received_on", bringing.received or today, "--received"),
        ("brought_by", bringing.brought_by, "--brought-by"),
    ]
    common = tuple(_draft(workspace, *one) for one in given if one[1].strip())
    arrival = tuple(_draft(workspace, *one) for one in arriving if one[1].strip())
    return Told(bringing.source.strip(), arrival[0].date_hi or today, common, arrival)


def read_lineage(workspace: Workspace, lineage: Lineage) -> tuple[ValueDraft, ...]:
    """What an item was made from, as drafts; raises ``InputError``."""
    given = (
        ("derivation", lineage.derivation, "--kind"),
        ("tool", lineage.tool, "--tool"),
        ("tool_version", lineage.version, "--tool-version"),
        ("tool_parameters", lineage.parameters, "--parameters"),
    )
    return (
        ValueDraft("derived_from", str(lineage.parent)),
        *(_draft(workspace, *one) for one in given if one[1].strip()),
    )


def own_facts(taken: Taken) -> tuple[ValueDraft, ...]:
    """What the bytes are."""
    second = () if taken.sha512 is None else (ValueDraft("sha512", taken.sha512.hex()),)
    return (
        ValueDraft("digest", taken.sha256.hex()),
        *second,
        ValueDraft("size", str(taken.size), num_lo=taken.size, num_hi=taken.size),
        ValueDraft("media_type", taken.media_type),
    )


def arrival_facts(path: Path, mtime_ns: int) -> tuple[ValueDraft, ...]:
    """How the file was called, where it lay, and the time that its file system gave it."""
    name, whole = name_of(path.name), name_of(str(path))
    seconds, rest = divmod(mtime_ns, 1_000_000_000)
    try:
        changed = f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{rest:09d}Z"
    except (ValueError, OverflowError, OSError):
        changed = f"{mtime_ns} ns"
    facts = [ValueDraft("file_name", name.text), ValueDraft("file_path", whole.text)]
    if name.raw is not None:
        facts.append(ValueDraft("file_name_bytes", name.raw))
    return (*facts, ValueDraft("file_time", changed))


def _draft(workspace: Workspace, name: str, text: str, option: str) -> ValueDraft:
    prop = workspace.vocabulary.types[EVIDENCE].properties[name]
    try:
        draft = read_value(
            prop, text, vocabulary=workspace.vocabulary, gazetteer=workspace.gazetteer
        )
    except InputError as error:
        raise InputError(f"{option}: {error.message}", hint=error.hint, code=error.code) from error
    if prop.of is not None and draft.value not in workspace.vocabulary.term_lists[prop.of].terms:
        known = ", ".join(workspace.vocabulary.term_lists[prop.of].terms)
        raise InputError(f"{option} {text} is not known.", hint=f"Known are {known}.")
    return draft

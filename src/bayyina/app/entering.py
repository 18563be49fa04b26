"""A report typed in by hand: a source, a person, and what happened to them, in one change.

What is entered becomes the same statements as those of a list or a form, each with its source.
Whoever enters a report cannot later decide about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from uuid import uuid4

from bayyina.app.evidence_form_file import Form, FormRecord, FormStatement
from bayyina.app.evidence_forms import take_form
from bayyina.app.permissions import require
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, InputError
from bayyina.model.values import read_value
from bayyina.model.vocabulary import UNRECOGNISED, Property

ENTER: Final = "enter-report"
"""What the log calls it."""

PERSON: Final = "Person"
"""Type of whom a report is about."""

NOT_KNOWN: Final = "not_known"
"""Property that says of another one that it is not known, and why."""

LEFT_OUT: Final = frozenset(
    {NOT_KNOWN, "earlier_practice", "list_name", "unique_rows", "release", "released_on"}
    | {"file_digest", "brought_by"}
)
"""Properties that no form asks for: they are set by other means, or say what a person may not say
alone, such as that something was verified before."""

_VALUES: Final = "|"
"""Between several values of one field, as in lists."""

_SOURCE: Final = "source"


class ReadValue(NamedTuple):
    """How the program understands what was written in a field."""

    property: str
    """Name of the property."""

    written: str
    """What was written."""

    value: str
    """Its normal form, or the wording where there is none."""

    is_recognised: bool
    """False for a place, a party or a term that the vocabulary does not know; it is kept in words."""

    problem: str
    """Why it cannot be taken in; empty where it can."""


class Report(NamedTuple):
    """What somebody typed in: texts by property, several values of one separated by ``|``."""

    source: Mapping[str, str]
    """Of the source; its ``name`` is needed."""

    said_on: str
    """When the source said it; may be partial, or empty."""

    person: Mapping[str, str]
    """Of a new person; empty where ``person_id`` names one who is here."""

    person_id: str
    """Short id of a person who is here already; empty for a new one."""

    act_type: str
    """Type of what happened, such as ``Arrest``; empty where only the person is entered."""

    act: Mapping[str, str]
    """Of what happened. ``not_known`` here and for the person holds ``PROPERTY: REASON``, with a
    reason of the list ``unknown_reasons``."""

    lang: str
    """Language of names and texts, ``ar`` or ``en``."""


class Entered(NamedTuple):
    """What became of a report."""

    person: str
    """Short id of the person."""

    act: str
    """Short id of what happened; empty where nothing was said of that."""

    statements: int
    """New statements."""

    batch: int
    """The batch that recorded it."""


def act_types(workspace: Workspace) -> list[str]:
    """Types of what can have happened to a person, in the vocabulary's order."""
    types = workspace.vocabulary.types
    return [name for name in workspace.vocabulary.kinds_of("Act") if not types[name].abstract]


def fields_of(workspace: Workspace, record_type: str) -> list[Property]:
    """Properties of a type that a form asks for: links to other records are left out.

    A facility is asked for: it is written in words, as in a list.
    """
    return [
        prop
        for prop in workspace.vocabulary.types[record_type].properties.values()
        if (prop.type != "link" or "Facility" in prop.to) and prop.name not in LEFT_OUT
    ]


def read_fields(
    workspace: Workspace, record_type: str, said: Mapping[str, str], lang: str
) -> list[ReadValue]:
    """How each value of a part of a report is understood, before anything is taken in."""
    properties = workspace.vocabulary.types[record_type].properties
    read = []
    for name, text in said.items():
        prop = properties.get(name)
        if prop is None:
            read.append(ReadValue(name, text, "", False, f"There is no {name} of a {record_type}."))
            continue
        read += [_read(workspace, prop, part, lang) for part in _parts(prop, text)]
    return read


def enter_report(workspace: Workspace, report: Report) -> Entered:
    """Take a report in.

    Raises:
        InputError: the source has no name, nothing is said, or a value cannot be read.
        PermissionRefusedError: the member may not take reports in.
    """
    require(workspace, "import")
    if not report.source.get("name", "").strip():
        raise InputError("A report has a source.", hint="Name it; a pseudonym is enough.")
    if report.act_type and report.act_type not in act_types(workspace):
        raise InputError(f"{report.act_type} is nothing that happens to a person.")
    form, person_key, act_key = _form(workspace, report)
    # No digest of what was typed: it would let anybody who reads the log confirm a guess.
    done = take_form(workspace, form, ENTER, {"about": report.act_type or PERSON})
    if done.batch is None:
        raise InputError("Nothing of this report is new.", hint="All of it stands already.")
    ids = {one.key: one.id for one in done.records}
    person = report.person_id or ids[person_key]
    return Entered(person, ids.get(act_key, ""), done.statements, done.batch)


def _form(workspace: Workspace, report: Report) -> tuple[Form, str, str]:
    person_key, act_key = report.person_id or f"person-{uuid4()}", f"act-{uuid4()}"
    records = []
    person = _statements(workspace, PERSON, report.person, report)
    if report.person_id:
        if person:
            records.append(FormRecord(1, "", report.person_id, "", tuple(person)))
    elif not person:
        raise InputError("Nothing is said of the person.", hint="Give at least a name.")
    else:
        records.append(FormRecord(1, person_key, "", PERSON, tuple(person)))
    if report.act_type:
        act = _statements(workspace, report.act_type, report.act, report)
        victim = FormStatement(1, "victim", person_key, None, "", _SOURCE, report.said_on, None, "")
        records.append(FormRecord(1, act_key, "", report.act_type, (victim, *act)))
    if not records:
        raise InputError("Nothing is said in this report.")
    asked = {prop.name for prop in fields_of(workspace, "Source")}
    if not asked.issuperset(report.source):
        raise InputError("This is not asked of a source here.")
    source = {name: text.strip() for name, text in report.source.items() if text.strip()}
    form = Form(Path(), workspace.identity.fictional, {_SOURCE: source}, tuple(records))
    return form, person_key, act_key


def _statements(
    workspace: Workspace, record_type: str, said: Mapping[str, str], report: Report
) -> list[FormStatement]:
    properties = {prop.name: prop for prop in fields_of(workspace, record_type)}
    properties[NOT_KNOWN] = workspace.vocabulary.types[record_type].properties[NOT_KNOWN]
    made = []
    for name, text in said.items():
        prop = properties.get(name)
        if prop is None:
            raise InputError(f"There is no {name} in this part of a report.")
        lang = report.lang if prop.type in {"name", "text"} else None
        made += [
            FormStatement(1, name, part, lang, "", _SOURCE, report.said_on, None, "")
            for part in _parts(prop, text)
        ]
    return made


def _parts(prop: Property, text: str) -> Sequence[str]:
    """The values of a field: several where the property can hold several."""
    texts = text.split(_VALUES) if prop.multiple else [text]
    return [part.strip() for part in texts if part.strip()]


def _read(workspace: Workspace, prop: Property, text: str, lang: str) -> ReadValue:
    try:
        draft = read_value(
            prop, text, vocabulary=workspace.vocabulary, gazetteer=workspace.gazetteer, lang=lang
        )
    except BayyinaError as error:
        return ReadValue(prop.name, text, "", False, error.message)
    known = draft.value != UNRECOGNISED
    if prop.type == "link" and workspace.vocabulary.read_facility(text) is None:
        return ReadValue(prop.name, text, "", False, "This facility is not in the vocabulary.")
    if prop.type == "term" and prop.of:
        terms = workspace.vocabulary.term_lists[prop.of].terms
        if draft.value not in terms:
            return ReadValue(prop.name, text, "", False, "This is no word of the list.")
    return ReadValue(prop.name, text, draft.value if known else text, known, "")

"""Whether the evidence of a site suffices: what two people decided, and what is at hand.

The decision is that of a documentation standard for sites, which the required number of
people have signed. What is at hand besides is only weighed: it says what is missing and
decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bayyina.app.determination_words import AGAINST, FOR, word_of
from bayyina.app.live import live_batches, live_statements
from bayyina.app.own_files import own_standards
from bayyina.app.pending_halves import without_lapsed
from bayyina.app.rows import DeterminationRow, MemberRow, RecordRow, batch_of
from bayyina.app.signed_decisions import signed_decision, who_entered
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import check_two_people
from bayyina.errors import CustodyError, PermissionRefusedError
from bayyina.keys.record_keys import KeyWrap
from bayyina.reporting.submissions.form_file import Wording
from bayyina.standards.documentation_standard import DocumentationStandard, EvidenceLine
from bayyina.standards.evaluation import Reason, evaluate

SITE: Final = "Site"
"""Record type that is decided about."""

LINE_OF_KIND: Final[Mapping[str, str]] = {
    "witness": "eyewitness_account",
    "victim": "eyewitness_account",
    "insider": "insider_account",
    "family": "family_account",
    "list": "list_entry",
    "document": "document",
    "satellite": "satellite_change",
    "social_media": "social_media_post",
}
"""Line of evidence that a source of a kind can give; media and organisations retell others."""


ARABIC_REASONS: Final[Mapping[str, str]] = {
    "met": "الأدلة كافية: {lines}.",
    "missing_line": "لا يوجد: {lines}.",
    "same_origin": "يعود إلى أصل واحد: {lines}.",
    "condition": "شرط غير مسجّل: {lines}.",
    "blocked": "يعترض عليه: {lines}.",
    "never_alone": "لا يكفي وحده: {lines}.",
    "not_stated": "لم يُذكر: {lines}.",
}
"""Reasons of an evaluation in Arabic, by their code."""


_CODE: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
"""A code of the vocabulary inside a sentence."""


@dataclass(frozen=True)
class Decided:
    """What people decided about a site under one standard."""

    standard: str
    """Name of the standard."""

    sufficient: bool
    """Whether enough people decided that it is met, and nobody is against it."""

    people: tuple[str, ...]
    """Who decided so."""

    against: tuple[str, ...]
    """Who is against it."""


@dataclass(frozen=True)
class AtHand:
    """What the statements of a site come to under one standard; a recommendation."""

    standard: str
    """Name of the standard."""

    met: bool
    """Whether the lines at hand would suffice."""

    lines: tuple[EvidenceLine, ...]
    """The lines, each with what it goes back to."""

    reasons: tuple[Reason, ...]
    """Why, or what is missing."""

    words: tuple[Wording, ...]
    """The reasons in both languages."""


def site_standards(workspace: Workspace) -> list[DocumentationStandard]:
    """The standards that sites are decided by, in order of their names."""
    known = own_standards(workspace.folder)
    return [rules for _, rules in sorted(known.items()) if rules.applies_to == SITE]


def decided_about(workspace: Workspace, record: RecordRow) -> tuple[Decided, ...]:
    """What people decided about a site, under each standard that anybody decided by."""
    store = workspace.store
    standing = live_batches(store)
    rows = [
        row
        for row in store.find(DeterminationRow, "record", [record.number])
        if batch_of(row.number) in standing
    ]
    if not rows or record.wrapped_key is None:
        return ()
    key = KeyWrap(workspace.keys.case_key).open_record(record.number, bytes(record.wrapped_key))
    handles = {row.number: row.handle for row in store.scan(MemberRow)}
    by_standard: dict[str, dict[str, DeterminationRow]] = {}
    for row in without_lapsed(workspace, rows):
        by_standard.setdefault(row.standard, {})[handles[row.member]] = row
    entered = who_entered(workspace, record.number)
    found = []
    for rules in site_standards(workspace):
        last = list(by_standard.get(rules.name, {}).values())
        if last:
            found.append(_decided(workspace, rules, last, key, entered))
    return tuple(found)


def is_sufficient(workspace: Workspace, record: RecordRow) -> bool:
    """Whether people decided that the evidence of a site suffices."""
    decided = decided_about(workspace, record)
    return any(one.sufficient for one in decided) and not any(one.against for one in decided)


def _decided(
    workspace: Workspace,
    rules: DocumentationStandard,
    last: list[DeterminationRow],
    key: bytes,
    entered: set[str],
) -> Decided:
    handles = {
        row.member: workspace.store.find(MemberRow, "number", [row.member])[0].handle
        for row in last
    }
    against = tuple(sorted(handles[row.member] for row in last if word_of(row) == AGAINST))
    pro = [row for row in last if word_of(row) == FOR and row.decision == "sufficient"]
    people: tuple[str, ...] = ()
    if pro:
        try:
            people = check_two_people(
                [signed_decision(workspace, row, key) for row in pro], entered_by=entered
            )
        except (PermissionRefusedError, CustodyError):
            return Decided(rules.name, False, tuple(handles[row.member] for row in pro), against)
    sufficient = len(people) >= rules.people and not against
    return Decided(rules.name, sufficient, people, against)


def at_hand(
    workspace: Workspace,
    records: Iterable[int],
    stated: Iterable[str],
    sources: Mapping[int, str],
    origins: Mapping[int, str],
) -> tuple[AtHand, ...]:
    """What the sources of a site come to, under each standard for sites.

    Args:
        workspace: Where the standards are.
        records: The site and what was done to it.
        stated: Properties that are stated of the site.
        sources: Kind of each source, by number.
        origins: What each source goes back to.
    """
    store = workspace.store
    rows = live_statements(store, sorted(records), live_batches(store))
    given = sorted({row.source for row in rows if row.source is not None})
    lines = tuple(
        dict.fromkeys(
            EvidenceLine(LINE_OF_KIND[sources[number]], origins.get(number, str(number)))
            for number in given
            if sources.get(number) in LINE_OF_KIND
        )
    )
    answers = []
    for rules in site_standards(workspace):
        found = evaluate(rules, lines, stated=set(stated), vocabulary=workspace.vocabulary)
        words = tuple(_in_words(workspace, reason) for reason in found.reasons)
        answers.append(AtHand(rules.name, found.met, lines, found.reasons, words))
    return tuple(answers)


def _in_words(workspace: Workspace, reason: Reason) -> Wording:
    """A reason in both languages."""
    lines = workspace.vocabulary.term_lists["evidence_lines"]
    properties = workspace.vocabulary.types[SITE].properties

    def named(lang: str) -> list[str]:
        return [
            properties[name].label[lang] if name in properties else lines.label(name, lang)
            for name in reason.lines
        ]

    told = dict(zip(reason.lines, named("en"), strict=True))
    english = _CODE.sub(lambda code: told.get(code[0], code[0]), reason.message)
    form = ARABIC_REASONS.get(reason.code, "{lines}.")
    return Wording(english, form.format(lines="، ".join(named("ar"))))

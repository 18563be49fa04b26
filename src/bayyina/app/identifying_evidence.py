"""What bodies and people have in common, from several independent lines, looked up by body.

A line says that something stated fits, does not fit, or is only a lead. Each names the record
that states it and the origin it goes back to: copies of one list are one origin.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from bayyina.app.identifying_cards import number_on
from bayyina.app.identifying_reading import Cases, one_link, values_of
from bayyina.app.lead_origins import Origins
from bayyina.figures.case_rows import CaseRow, CustodyAct
from bayyina.model.label_folding import fold_label

SUPPORTS, CONTRADICTS, LEADS = "supports", "contradicts", "leads"

PROFILE_MARKS: Final = ("distinctive_mark", "old_injury", "medical_device")
PROFILE_CLOTHING: Final = ("clothing", "personal_effects")
_NEIGHBOURS: Final = 40
_FEW: Final = 25
_WORD: Final = re.compile(r"\w{3,}")
_NUMBER: Final = re.compile(r"\d+")


class LeadLine(NamedTuple):
    """Something that a body and a person have in common, or that parts them."""

    line: str
    """Code of the line of evidence."""

    says: str
    """``supports``, ``contradicts`` or ``leads`` (a computer's hint that carries nothing)."""

    about: str
    """Code of what was found, such as ``words_shared``; words are made from it."""

    detail: tuple[str, ...]
    """What goes into these words."""

    cites: int
    """Record that states it."""

    origin: str
    """What it goes back to."""

    source: str
    """Who says it."""


class Stay(NamedTuple):
    """A person's custody, all accounts of it together."""

    taken: str | None
    """Earliest first day on which the person can have been taken."""

    taken_late: str | None
    """Earliest last day by which the person was taken, as some account has it."""

    start: CustodyAct | None
    """The account that has the earliest start."""

    alive: CustodyAct | None
    """A release, sighting or death with the latest first day."""

    where: frozenset[str]
    """Facilities and groups of the custody."""


def stays_of(acts: Iterable[CustodyAct], roots: Mapping[int, int]) -> dict[int, Stay]:
    """The custody of each person, by the lowest record of who is one person."""
    by_person: dict[int, list[CustodyAct]] = defaultdict(list)
    for act in acts:
        if act.custody or act.record_type == "Sighting":
            by_person[roots.get(act.person, act.person)].append(act)
    return {person: _stay(own) for person, own in by_person.items()}


def _stay(acts: Sequence[CustodyAct]) -> Stay:
    starts = [act for act in acts if act.custody == "start"]
    dated = [act for act in starts if act.first]
    ends = [act for act in acts if act.custody != "start" and act.first]
    start = min(dated, key=lambda act: act.first or "", default=None)
    return Stay(
        taken=start.first if start else None,
        taken_late=min((act.last for act in starts if act.last), default=None),
        start=start or (starts[0] if starts else None),
        alive=max(ends, key=lambda act: act.first or "", default=None),
        where=frozenset(place for act in starts for place in act.where),
    )


def window_lines(body: Sequence[CaseRow], stay: Stay | None, origins: Origins) -> list[LeadLine]:
    """Whether the day and place of the photograph fit a person's custody.

    It fits where the person was taken before the photograph and the custody was at the body's
    branch or facility; a start of custody, a release, a sighting or a death that is certainly
    later than the photograph contradicts.
    """
    days = [(row.first, row.last) for row in body if row.property == "photographed_on"]
    latest = max((last for _, last in days if last), default=None)
    if stay is None or latest is None or stay.start is None:
        return []
    own = origins.of(stay.start.record, stay.start.source)
    if stay.taken is not None and stay.taken > latest:
        detail = (stay.taken, latest)
        return [
            make_line(
                "date_place_window", CONTRADICTS, "taken_later", detail, stay.start.record, own
            )
        ]
    if stay.alive is not None and (stay.alive.first or "") > latest:
        other = origins.of(stay.alive.record, stay.alive.source)
        alive = (stay.alive.record_type, stay.alive.first or "", latest)
        return [
            make_line(
                "date_place_window", CONTRADICTS, "alive_later", alive, stay.alive.record, other
            )
        ]
    if stay.taken_late is None or stay.taken_late > latest:
        return []
    if not _places(body) & _place_words(stay.where):
        return []
    detail = (stay.taken_late, latest)
    return [make_line("date_place_window", SUPPORTS, "window_fits", detail, stay.start.record, own)]


def _places(body: Sequence[CaseRow]) -> set[str]:
    codes = {row.value for row in body if row.property in ("branch", "facility")}
    return codes | {f"#{n}" for text in values_of(body, "branch_number") if (n := number_on(text))}


def _place_words(where: Iterable[str]) -> set[str]:
    """Codes as they are, and numbers that stand in them or in words for a place."""
    return {*where, *(f"#{number_on(n)}" for text in where for n in _NUMBER.findall(text))}


class WordIndex:
    """Which people's profiles share words with what is stated of a body."""

    def __init__(
        self,
        profiles: Mapping[int, Sequence[CaseRow]],
        names: Sequence[str],
        roots: Mapping[int, int],
    ) -> None:
        """Index the words that ``names`` state in the profiles."""
        self._by_word: dict[str, set[int]] = defaultdict(set)
        self._people: dict[int, int] = {}
        for record, rows in profiles.items():
            person = one_link(rows, "person")
            if person:
                self._people[record] = roots.get(person, person)
                for row in rows:
                    if row.property in names:
                        for word in words_in(row.value):
                            self._by_word[word].add(record)
        self._most = max(_FEW, len(self._people) // 50)

    def found(self, texts: Iterable[str]) -> list[tuple[int, int, tuple[str, ...]]]:
        """Person, profile, and shared words: two at least, none that everybody has."""
        shared: dict[int, list[str]] = defaultdict(list)
        for word in sorted({word for text in texts for word in words_in(text)}):
            profiles = self._by_word.get(word, ())
            if len(profiles) <= self._most:
                for profile in profiles:
                    shared[profile].append(word)
        return [
            (self._people[profile], profile, tuple(words))
            for profile, words in sorted(shared.items())
            if len(words) > 1
        ]


def words_in(text: str) -> set[str]:
    """Words of three letters or more, folded as labels are in both scripts."""
    return set(_WORD.findall(fold_label(text)))


class CardSeries:
    """Detainee numbers of identified bodies, which rise with the day of arrival at a branch."""

    def __init__(
        self, cases: Cases, identified: Mapping[int, int], stays: Mapping[int, Stay]
    ) -> None:
        """Take each identified body whose person's custody has a day."""
        by_branch: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        for body, person in identified.items():
            number, branch = series_place(cases.bodies[body])
            stay = stays.get(person)
            if number is not None and branch and stay is not None and stay.taken_late:
                by_branch[branch].append((number, stay.taken_late, body))
        self._series = {branch: sorted(found) for branch, found in by_branch.items()}

    def window(self, body: int, rows: Sequence[CaseRow]) -> tuple[str, str, int] | None:
        """Days between which the holder of a number came, and the body below it.

        The nearest identified numbers below and above, at most forty away, whose days are in
        the order of their numbers; None where the series says nothing.
        """
        number, branch = series_place(rows)
        series = [one for one in self._series.get(branch, ()) if one[2] != body]
        if number is None or not series:
            return None
        at = bisect_left(series, (number, "", 0))
        if at == 0 or at == len(series):
            return None
        below, above = series[at - 1], series[at]
        if number - below[0] > _NEIGHBOURS or above[0] - number > _NEIGHBOURS:
            return None
        return (below[1], above[1], below[2]) if below[1] <= above[1] else None


def series_place(rows: Sequence[CaseRow]) -> tuple[int | None, str]:
    """Detainee number and branch number of a body, where each is clear."""
    numbers = {number_on(text) for text in values_of(rows, "body_number")}
    branches = {number_on(text) for text in values_of(rows, "branch_number")}
    number = numbers.pop() if len(numbers) == 1 else ""
    is_number = number.isdecimal() and len(number) < 12
    return int(number) if is_number else None, branches.pop() if len(branches) == 1 else ""


class NumberIndex:
    """Records that state a branch number and a detainee number together, by both."""

    def __init__(self, told: Iterable[tuple[int, int, str]]) -> None:
        """``told`` are person, record, and a text with numbers such as ``215/1234``."""
        self._found: dict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
        for person, record, text in told:
            numbers = [number_on(part) for part in _NUMBER.findall(text)]
            if 1 < len(numbers) <= 4:
                for one in numbers:
                    for other in numbers:
                        if one != other:
                            self._found[one, other].add((person, record))

    def found(self, rows: Sequence[CaseRow]) -> list[tuple[int, int]]:
        """Person and record of those that state a body's branch and detainee number."""
        number, branch = series_place(rows)
        return sorted(self._found.get((branch, str(number)), ())) if branch else []


def make_line(
    line: str, says: str, about: str, detail: tuple[str, ...], cites: int, origin: tuple[str, str]
) -> LeadLine:
    """Make a line from its parts and the origin with its source."""
    return LeadLine(line, says, about, detail, cites, *origin)

"""The slow way of counting, second half: states, keys, totals and groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import product
from typing import Any

from bayyina.figures.query_tree import And, Comparison
from tests.unit.figures.oracle import (
    HIGH,
    LOW,
    MAYBE,
    NO,
    PLACES,
    YES,
    Oracle,
    Row,
    Seen,
    Tri,
    common,
)
from tests.unit.figures.oracle_parts import (
    Candidate,
    Counted,
    Start,
    leading,
    period,
    timed_act,
    together,
)

ENDS = ("Release", "Death", "Execution")
CLARIFIES = {
    "fate": ("Release", "Handover", "Death", "Execution"),
    "whereabouts": ("Release", "Handover"),
}
STARTS = ("Arrest", "Detention", "Transfer")


class Figures(Oracle):
    """Counts one world."""

    def count(self) -> Counted:
        candidates = [c for c in self.candidates() if c.verdict.possible]
        certain = {c.uid for c in candidates if c.verdict.certain}
        possible = {c.uid for c in candidates}
        groups, unplaced = self.groups(candidates)
        unknown = unplaced if self.query.keys else len(possible) - len(certain)
        return Counted(certain, possible, groups, unknown)

    # --- who is in it ---

    def candidates(self) -> list[Candidate]:
        unit = self.vocabulary.units[self.query.unit]
        state, condition = self.query.state, self.query.condition
        if unit.record == "Person":
            return [c for person in self.persons for c in self.of_person(person)]
        found = []
        for row in self.rows:
            if row.type in self.kinds(unit.record):
                for prop, value in unit.filter.items():
                    if not self.compare(row, Comparison(prop, "=", (value,))).certain:
                        break
                else:
                    found += self.of_record(row, state, condition)
        return found

    def of_record(self, row: Row, state: Any, condition: Any) -> list[Candidate]:
        if row.type != "PhotographedBody":
            return [self.dated(seen, condition) for seen in self.seen(row)]
        body = Seen(row, None, True)
        if state is not None:
            found = []
            for seen, verdict in self.identified(body):
                verdict = verdict.and_(
                    self.holds(body, condition, timed=False) if condition else YES
                )
                verdict = verdict.and_(self.in_interval(seen.row))
                found.append(
                    self._candidate(row.record, seen, verdict, last=self.day, interval=True)
                )
            return found
        pairs = leading(condition)
        if pairs is None:
            verdict = self.holds(body, condition, timed=True) if condition else YES
            return [self._candidate(row.record, body, verdict)]
        return self._led(body, row.record, pairs)

    def dated(self, seen: Seen, condition: Any) -> Candidate:
        verdict = self.in_interval(seen.row)
        if self.query.as_of is not None:
            verdict = verdict.and_(self.inside(seen.row.occurred(), LOW, self.day))
        if condition is not None:
            verdict = verdict.and_(self.holds(seen, condition, timed=False))
        last = self.day if self.query.as_of is not None else HIGH
        return self._candidate(seen.row.record, seen, verdict, last=last, interval=True)

    def of_person(self, person: int) -> list[Candidate]:
        condition = self.query.condition
        if self.query.state is not None:
            return self.in_state(person)
        pairs = leading(condition)
        if pairs is not None:
            return self._led(person, person, pairs)
        verdict = self.holds(person, condition, timed=True) if condition else YES
        if not timed_act(condition):
            verdict = verdict.and_(self.in_interval(self.persons[person]))
        return [self._candidate(person, Seen(self.persons[person], person, True), verdict)]

    def _led(self, unit: Any, uid: int, pairs: Any) -> list[Candidate]:
        found = []
        for act, rest in pairs:
            for seen, verdict in self.acts(unit, act, timed=True):
                for part in rest:
                    verdict = verdict.and_(self.holds(unit, part, timed=True))
                last = self.day if self.query.as_of is not None else HIGH
                found.append(self._candidate(uid, seen, verdict, last=last, interval=True))
        return found

    def _candidate(
        self, uid: int, seen: Seen, verdict: Tri, *, last: int = HIGH, interval: bool = False
    ) -> Candidate:
        lo, hi = self.interval() if interval else (LOW, HIGH)
        if self.query.axis == "occurred":
            hi = min(hi, last)
        span = seen.row.axis(self.query.axis)
        return Candidate(uid, verdict, [seen.row], seen.person, seen.sure, (lo, hi), span)

    # --- states ---

    def in_state(self, person: int) -> list[Candidate]:
        state, condition = self.query.state, self.query.condition
        assert state is not None
        timed = timed_act(condition)
        found = []
        for candidate in self.state_candidates(person, state.name, state.by):
            verdict = candidate.verdict
            limits = candidate.limits
            if not timed and self.query.interval is not None:
                lo, hi = self.interval()
                verdict = verdict.and_(self.inside(candidate.span, lo, hi))
                limits = (max(lo, limits[0]), min(hi, limits[1]))
            if condition is not None:
                verdict = verdict.and_(self.holds_in_state(person, candidate, condition, timed))
            found.append(candidate._replace(verdict=verdict, limits=limits))
        return found

    def holds_in_state(self, person: int, candidate: Candidate, condition: Any, timed: bool) -> Tri:
        match condition:
            case Comparison() if condition.property in ("age_class", "demographic"):
                possible = self.ages if condition.property == "age_class" else self.demographics
                groups = possible(candidate.rows, person)
                wanted = set(condition.values)
                return Tri(bool(groups) and groups <= wanted, not groups or bool(groups & wanted))
            case And():
                verdict = YES
                for part in condition.parts:
                    verdict = verdict.and_(self.holds_in_state(person, candidate, part, timed))
                return verdict
            case _:
                return self.holds(person, condition, timed=timed)

    def state_candidates(self, person: int, name: str, by: str | None) -> list[Candidate]:
        if name == "held":
            return self.held(person, ENDS, None, by)
        if name == "disappeared":
            return self.disappeared(person, by)
        if name == "identified":
            return [
                self._candidate(person, seen, verdict, last=self.day)
                for seen, verdict in self.identified(person)
            ]
        found = []
        for row in self.by_person[person]:
            verdict = self.settled(person, row, name)
            if verdict is None:
                continue
            if by is not None:
                verdict = verdict.and_(self.compare(row, Comparison("by", "=", (by,))))
            found.append(self._candidate(person, Seen(row, person, True), verdict, last=self.day))
        return found

    def settled(self, person: int, row: Row, name: str) -> Tri | None:
        """Released, located, dead."""
        kinds = {
            "released": ("Release",),
            "located": ("Release", "Handover"),
            "dead": ("Death", "Execution"),
        }[name]
        if row.type not in kinds:
            return None
        lo, hi = row.occurred()
        verdict = Tri(row.people[person], True).and_(self.inside((lo, hi), LOW, self.day))
        if name == "dead":
            return verdict
        sure, maybe = self.start_bounds(person)
        verdict = verdict.and_(Tri(maybe is None or lo > maybe, sure is None or hi >= sure))
        if name == "released":
            dead = NO
            for other in self.by_person[person]:
                dead = dead.or_(self.settled(person, other, "dead") or NO)
            verdict = verdict.and_(dead.not_())
        return verdict

    def identified(self, unit: Any) -> list[tuple[Seen, Tri]]:
        found = []
        for seen, linked in self.linked(unit, "Identification"):
            verdict = linked.and_(self.compare(seen.row, Comparison("state", "=", ("identified",))))
            lo, hi = seen.row.occurred()
            end = seen.row.documented()[1] if (lo, hi) == (LOW, HIGH) else hi
            found.append((seen, verdict.and_(self.inside((lo, end), LOW, self.day))))
        return found

    def spans(self, person: int, kinds: tuple[str, ...]) -> list[tuple[int, int]]:
        """Bounds of acts; one whose person is disputed is never certain."""
        found = []
        for row in self.by_person[person]:
            if row.type in kinds:
                lo, hi = row.occurred()
                found.append((lo, hi if row.people[person] else HIGH))
        return found

    def start_bounds(self, person: int) -> tuple[int | None, int | None]:
        """S and S'."""
        spans = self.spans(person, STARTS)
        sure = max((lo for lo, hi in spans if hi <= self.day), default=None)
        return sure, max((hi for lo, hi in spans if lo <= self.day), default=None)

    def starts(self, person: int) -> list[Start]:
        """Starts of custody, accounts with the same bounds as one."""
        rows = [row for row in self.by_person[person] if row.type in STARTS]
        found: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for row in rows:
            lo, hi = row.occurred()
            found[lo, hi if row.people[person] else HIGH].append(row)
        return [
            Start(*span, rows, common([self.until(person, row) for row in rows], LOW, HIGH))
            for span, rows in found.items()
        ]

    def until(self, person: int, row: Row) -> tuple[int, int]:
        """What an act says of its own end; no end when the person was moved on that day."""
        lo, hi = row.span("end_date")
        moves = {
            other.occurred()[0]
            for other in self.by_person[person]
            if other.type in STARTS
            and other.people[person]
            and other.occurred()[0] == other.occurred()[1] < other.span("end_date")[1]
        }
        return (LOW, HIGH) if lo == hi and lo in moves else (lo, hi)

    def ends(self, person: int, kinds: tuple[str, ...]) -> list[tuple[int, int]]:
        """Bounds of acts that end custody, and of the ends that detentions state."""
        found = self.spans(person, kinds)
        if "Release" in kinds and "Execution" in kinds and "Handover" not in kinds:
            for row in self.by_person[person]:
                lo, hi = self.until(person, row) if row.type in STARTS else (LOW, HIGH)
                if (lo, hi) != (LOW, HIGH):
                    found.append((lo, hi if row.people[person] else HIGH))
        return found

    def live(self, person: int, ended: bool) -> list[tuple[Start, Tri]]:
        """Starts on or before the day, unless they themselves say that they were over."""
        found = []
        for start in self.starts(person):
            verdict = self.inside((start.lo, start.hi), LOW, self.day)
            if ended and start.until != (LOW, HIGH):
                over = Tri(start.until[1] <= self.day, start.until[0] <= self.day)
                verdict = verdict.and_(over.not_())
            found.append((start, verdict))
        return found

    def latest_start(self, person: int, ended: bool) -> Start | None:
        live = self.live(person, ended)
        possible = [start for start, verdict in live if verdict.possible]
        certain = [start for start, verdict in live if verdict.certain]
        return max(certain or possible, key=lambda s: (s.lo, s.hi), default=None)

    def after(self, person: int, kinds: tuple[str, ...], ended: bool) -> Tri:
        """Whether one of the acts came at or after the latest start of custody."""
        live = self.live(person, ended)
        sure = max((start.lo for start, verdict in live if verdict.certain), default=None)
        maybe = max((start.hi for start, verdict in live if verdict.possible), default=None)
        spans = self.ends(person, kinds)
        ends_sure = [lo for lo, hi in spans if hi <= self.day]
        ends_maybe = [hi for lo, hi in spans if lo <= self.day]
        certain = bool(ends_sure) and maybe is not None and max(ends_sure) > maybe
        return Tri(certain, bool(ends_maybe) and sure is not None and max(ends_maybe) >= sure)

    def held(
        self, person: int, ends: tuple[str, ...], clarified: str | None, by: str | None
    ) -> list[Candidate]:
        ended = bool(ends)
        start = self.latest_start(person, ended)
        if start is None:
            return []
        verdict = NO
        for _, live in self.live(person, ended):
            verdict = verdict.or_(live)
        verdict = verdict.and_(self.after(person, ends, ended).not_())
        if clarified:
            settled = self.after(person, CLARIFIES["fate"], ended).and_(
                self.after(person, CLARIFIES["whereabouts"], ended)
            )
            verdict = verdict.and_(settled.not_())
        if by is not None:
            verdict = verdict.and_(self.by(start.rows, by))
        documented = (
            min(r.documented()[0] for r in start.rows),
            min(r.documented()[1] for r in start.rows),
        )
        occurred = (start.lo, start.hi)
        axis = self.query.axis
        span, last = (documented, HIGH) if axis == "documented" else (occurred, self.day)
        return [Candidate(person, verdict, start.rows, person, True, (LOW, last), span)]

    def by(self, rows: list[Row], group: str) -> Tri:
        pooled = Row(rows[0].type, 0, said=[s for row in rows for s in row.said])
        return self.compare(pooled, Comparison("by", "=", (group,)))

    def disappeared(self, person: int, by: str | None) -> list[Candidate]:
        rule = self.rule.disappeared
        assert rule is not None
        ends = ENDS if rule.of == "held" else ()
        found = []
        for candidate in self.held(person, ends, "and", None):
            begun, first = self.first_starts(person, ends)
            verdict = candidate.verdict.and_(begun(self.day - rule.after_days))
            verdict = verdict.and_(together([self.agent(s.rows, rule, by) for s in first]))
            if by is not None:
                verdict = verdict.and_(together([self.by(s.rows, by) for s in first]))
            unacknowledged = together([self.unacknowledged(s.rows) for s in first])
            verdict = verdict.and_(unacknowledged.or_(self.reported(person)))
            found.append(candidate._replace(verdict=verdict))
        return found

    def first_starts(
        self, person: int, ends: tuple[str, ...]
    ) -> tuple[Callable[[int], Tri], list[Start]]:
        """Whether the custody that goes on had begun by a day, and what may be its beginning."""
        breaks = self.ends(person, ends) + self.spans(person, CLARIFIES["whereabouts"])
        last_sure = max((lo for lo, hi in breaks if hi <= self.day), default=LOW)
        last_maybe = max((hi for lo, hi in breaks if lo <= self.day), default=LOW - 1)
        live = self.live(person, bool(ends))
        sure = [s for s, verdict in live if verdict.certain and s.lo > last_maybe]
        maybe = [s for s, verdict in live if verdict.possible and s.hi >= last_sure]
        bound = min((s.hi for s in sure), default=self.day)

        def begun(day: int) -> Tri:
            return Tri(any(s.hi <= day for s in sure), any(s.lo <= day for s in maybe))

        return begun, [s for s in maybe if s.lo <= bound]

    def agent(self, rows: list[Row], rule: Any, by: str | None) -> Tri:
        kinds = {"state"}
        if rule.non_state == "counted apart" and by:
            kinds.add("non_state")
        groups = set().union(*(row.values("by") for row in rows))
        found = {self.vocabulary.groups[g].kind for g in self.refine("group", None, groups)}
        if not found:
            return MAYBE
        return Tri(found <= kinds, bool(found & (kinds | {"unknown"})))

    def unacknowledged(self, rows: list[Row]) -> Tri:
        said = set().union(*(row.values("acknowledged") for row in rows))
        return Tri(said == {"no"}, not said or "no" in said)

    def reported(self, person: int) -> Tri:
        verdict = NO
        for row in self.by_person[person]:
            if row.type != "ReportedDisappearance":
                continue
            flags = [row.values("information_refused"), row.values("denied")]
            tells = Tri(
                not any(flags) or {"yes"} in flags, not (flags[0] == {"no"} and flags[1] == {"no"})
            )
            span = row.occurred()
            dated = self.inside(span, LOW, self.day) if span != (LOW, HIGH) else YES
            linked = Tri(row.people[person], True)
            verdict = verdict.or_(linked.and_(tells).and_(dated))
        return verdict

    # --- groups ---

    def groups(
        self, candidates: list[Candidate]
    ) -> tuple[dict[tuple[str, ...], tuple[int, int]], int]:
        """Counts of each group, and of units that nothing certainly places."""
        certain: dict[Any, set[int]] = defaultdict(set)
        possible: dict[Any, set[int]] = defaultdict(set)
        rows = []
        for candidate in candidates:
            places = [self.place(key, candidate) for key in self.query.keys]
            rows.append((candidate, places))
        settled = {c.uid for c, places in rows if c.verdict.certain and all(s for s, _ in places)}
        unplaced = set()
        for candidate, places in rows:
            uid, verdict = candidate.uid, candidate.verdict
            if all(is_settled for is_settled, _ in places):
                for group in product(*(names for _, names in places)):
                    possible[group].add(uid)
                    if verdict.certain:
                        certain[group].add(uid)
                continue
            for group in product(*(names for _, names in places)):
                possible[group].add(uid)
            if uid in settled:
                continue
            for group in product(*(names if s else ["unknown"] for s, names in places)):
                possible[group].add(uid)
                if verdict.certain:
                    certain[group].add(uid)
                    unplaced.add(uid)
        return {g: (len(certain[g]), len(possible[g])) for g in possible}, len(unplaced)

    def place(self, key: str, c: Candidate) -> tuple[bool, list[str]]:
        """Whether a row certainly stands in the groups, and the groups."""
        if key in ("year", "month"):
            return self.time_place(key, c)
        if key in ("age_class", "demographic"):
            found = (self.ages if key == "age_class" else self.demographics)(c.rows, c.person)
            found = found if c.sure else set()
            return len(found) == 1, sorted(found)
        if key == "already_known":
            return self.known_place(c)
        if key == "source":
            names = sorted({self.source_name(s) for row in c.rows for s in row.sources()})
            return bool(names), names
        return self.value_place(key, c)

    def value_place(self, key: str, c: Candidate) -> tuple[bool, list[str]]:
        prop_name = {"governorate": "place", "district": "place", "group": "by", "party": "by"}.get(
            key, key
        )
        rows = c.rows
        prop = self.vocabulary.types[rows[0].type].properties.get(prop_name)
        if self.vocabulary.units[self.query.unit].record == "PhotographedBody" and prop is None:
            uid_row = next(r for r in self.rows if r.record == c.uid)
            prop = self.vocabulary.types[uid_row.type].properties.get(prop_name)
            rows = [uid_row] if prop else rows
        if prop is None and c.person is not None:
            prop = self.vocabulary.types["Person"].properties.get(prop_name)
            rows = [self.persons[c.person]] if c.sure else []
        if prop is None:
            return False, []
        values = set().union(*(row.values(prop_name) for row in rows)) if rows else set()
        seen = values if prop.multiple else self.refine(prop.type, prop.of, values)
        lifted = {self.lift(key, value) for value in seen}
        names = sorted(name for name in lifted if name is not None)
        settled = bool(names) and None not in lifted and (prop.multiple or len(names) == 1)
        return settled, names

    def lift(self, key: str, value: str) -> str | None:
        if key in ("governorate", "district"):
            return PLACES.ancestor(value, key)
        if key == "party":
            while (parent := self.vocabulary.groups[value].parent) is not None:
                value = parent
        return value

    def time_place(self, key: str, c: Candidate) -> tuple[bool, list[str]]:
        lo, hi = c.span
        if (lo, hi) == (LOW, HIGH):
            return False, []
        lo, hi = max(lo, c.limits[0]), min(hi, c.limits[1])
        if lo == LOW or hi == HIGH:
            return False, []
        names = sorted({period(day, key) for day in range(lo, hi + 1)})
        return len(names) == 1, names

    def known_place(self, c: Candidate) -> tuple[bool, list[str]]:
        if c.person is None or not c.sure:
            return False, []
        own = c.rows[0].sources()
        verdicts = [NO]
        for row in self.by_person[c.person]:
            if row.type == "Death" and row.people[c.person]:
                for said in row.said:
                    if said.property == "manner" and said.value not in (None, "unrecognised"):
                        if said.source is None or str(said.source) in own:
                            continue
                        single = Row("Death", 0, said=[said])
                        verdicts.append(
                            self.compare(single, Comparison("manner", "=", ("torture",)))
                        )
        if any(v.certain for v in verdicts):
            return True, ["yes"]
        if any(v.possible for v in verdicts):
            return False, ["no", "yes"]
        return True, ["no"]

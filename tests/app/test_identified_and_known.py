"""Who is identified is laid beside the records of deaths; faces rank leads for two people alone."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from bayyina.app import lead_rankers
from bayyina.app.counting import count_figure
from bayyina.app.deciding import judge_pair
from bayyina.app.identifying_known import cross_check, write_lists
from bayyina.app.identifying_leads import LeadFinder
from bayyina.app.identifying_reading import IDENTIFICATION
from bayyina.app.lead_rankers import is_on_for, reviewers, switch_off, switch_on
from bayyina.app.ranked_leads import ranked
from bayyina.errors import CheckFailedError, InputError
from tests.app.conftest import Bench, quiet
from tests.app.identification_cases import (
    FAMILIES,
    FAMILIES_HEADER,
    PEOPLE,
    PEOPLE_HEADER,
    ids,
    take,
    take_people_and_bodies,
)
from tests.app.test_use_cases_are_logged import check_change

DEATHS = (
    PEOPLE
    + """
[[acts]]
type = "Death"
when = { column = "died" }
columns = { manner = { to = "manner" } }
"""
)


def identified(bench: Bench) -> None:
    """Three bodies that a group identified."""
    take_people_and_bodies(bench.amal, bench.folder)
    rows = [f"FICT-G{n},FICT-B{n},FICT-P{n},document,identified,2020-01-01" for n in (1, 2, 4)]
    take(bench.amal, bench.folder, "Group", IDENTIFICATION, FAMILIES, FAMILIES_HEADER, *rows)


def test_known_and_not_known_are_listed_with_who_told_of_the_death(bench: Bench) -> None:
    identified(bench)
    take(
        bench.amal, bench.folder, "Deaths", "Person", DEATHS, PEOPLE_HEADER + ",died,manner",
        "FICT-D1,سامر فؤاد الحلبي,,,,,215/1,,,2013-01-05,torture",
        "FICT-D2,جهاد كريم النجار,,,,,215/2,,,2013,illness",
    )  # fmt: skip
    found = cross_check(bench.amal, quiet)
    assert (found.bodies, found.people) == (3, 3)
    assert found.counts == {"known": 0, "not_known": 3, "unknown": 0}
    from_list = ids(bench.amal, "Person")
    judge = bench.member("badr", "verifier")
    judge_pair(judge, record_a=from_list[0], record_b=from_list[4], verdict="same", reasons="one")
    judge_pair(judge, record_a=from_list[1], record_b=from_list[5], verdict="same", reasons="one")
    found = cross_check(bench.amal, quiet)
    assert found.counts == {"known": 1, "not_known": 2, "unknown": 0}
    (known,) = found.of("known")
    assert (known["person"], known["sources"]) == (from_list[0], ["Deaths"])
    assert len(known["deaths"]) == 1
    figure = count_figure(bench.amal, found.query, quiet)
    assert {g.key["already_known"]: g.value for g in figure.groups} == {"yes": 1, "no": 2}
    files = write_lists(bench.folder / "out", found)
    sizes = []
    for file in files:
        with Path(file).open(encoding="utf-8") as stream:
            sizes.append(len(list(csv.DictReader(stream))))
    assert sizes == [1, 2, 0]
    before = cross_check(bench.amal, quiet, known_at="2020-01-01")
    assert before.bodies == 0


class Faces:
    """A program that compares faces, and always likes the last."""

    def rank(self, images: Sequence[str], people: Mapping[str, Sequence[str]]) -> dict[str, float]:
        del images
        return {person: place / 10 for place, person in enumerate(sorted(people), 1)}


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("faces", f"{__name__}:Faces", lead_rankers.GROUP)
    monkeypatch.setattr(lead_rankers, "entry_points", lambda group: EntryPoints([point]))


def test_faces_are_off_until_two_ask_and_then_only_change_the_order(
    bench: Bench, installed: None
) -> None:
    take_people_and_bodies(bench.amal, bench.folder)
    rows = [f"FICT-G{n},FICT-B1,FICT-P{n},document,candidates,2020" for n in (3, 4)]
    take(bench.amal, bench.folder, "Leads", IDENTIFICATION, FAMILIES, FAMILIES_HEADER, *rows)
    badr, chams = bench.member("badr", "verifier"), bench.member("chams", "verifier", "intake")
    finder = LeadFinder(bench.amal, quiet)
    body = min(finder.cases.bodies)
    plain = finder.leads(body)
    assert reviewers(bench.amal) == ("", ())
    assert ranked(chams, finder, body) == ("", plain)
    check_change(badr, "switch-face-similarity", lambda: switch_on(badr, "faces"))
    assert is_on_for(badr) == ""
    with pytest.raises(CheckFailedError, match="asked for faces already"):
        switch_on(badr, "faces")
    assert switch_on(chams, "faces")["on"]
    program, leads = ranked(chams, finder, body)
    assert program == "faces"
    assert [one.face for one in leads] == sorted((one.face or 0 for one in leads), reverse=True)
    bare = {(one.person, one.lines, one.lacks) for one in leads}
    assert bare == {(one.person, one.lines, one.lacks) for one in plain}
    assert ranked(bench.amal, finder, body) == ("", plain)
    switch_off(badr)
    assert ranked(chams, finder, body) == ("", plain)


def test_no_program_that_compares_faces_comes_with_this_one(bench: Bench) -> None:
    assert lead_rankers.known_programs() == ()
    with pytest.raises(InputError, match="no program faces"):
        switch_on(bench.amal, "faces")

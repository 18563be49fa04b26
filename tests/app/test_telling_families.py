"""Telling a family of a death: two people decide, somebody goes, and only then outputs may tell."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from bayyina.app import kept_warm
from bayyina.app.building_reports import build_reports
from bayyina.app.changes import change
from bayyina.app.consenting import give_consent
from bayyina.app.deciding import judge_pair
from bayyina.app.exporting import export_records
from bayyina.app.family_told import FamilyTold
from bayyina.app.notifying import (
    Telling,
    agree_telling,
    propose_telling,
    record_telling,
    tellings,
)
from bayyina.app.rows import RecordRow
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError, InputError, PermissionRefusedError
from bayyina.figures.record_neighbours import Neighbours
from bayyina.model.drafts import ValueDraft
from tests.app.conftest import HEADER, MAPPING, ROWS, Bench, quiet
from tests.app.test_publishing import REPORT
from tests.app.test_use_cases_are_logged import check_change

RISK = "the source left the country in 2019"
DAY = date(2023, 12, 30)


@pytest.fixture
def death(bench: Bench) -> str:
    bench.take_in(*ROWS)
    bench.member("badr", "verifier")
    bench.member("chams", "verifier")
    rows = bench.amal.store.find(RecordRow, "record_type", ["Death"])
    return bench.amal.short_id(rows[0].number)


def propose(bench: Bench, death: str, handle: str = "badr") -> Telling:
    return propose_telling(bench.as_member(handle), death=death, risk=RISK)


def agree(bench: Bench, death: str, handle: str = "chams") -> Telling:
    return agree_telling(bench.as_member(handle), death=death, risk=RISK)


def exported(bench: Bench, recipient: str, **more: str) -> str:
    out = bench.folder / "out.csv"
    export_records(bench.amal, form="csv", out=out, progress=quiet, recipient=recipient, **more)
    return out.read_text(encoding="utf-8")


def of(workspace: Workspace, death: str) -> Telling:
    return next(one for one in tellings(workspace, everything=True) if one.record == death)


def test_propose_agree_tell(bench: Bench, death: str) -> None:
    assert of(bench.amal, death).state == "undecided"
    assert propose(bench, death).state == "proposed"
    with pytest.raises(CheckFailedError, match="second has to agree"):
        propose(bench, death, "chams")
    with pytest.raises(PermissionRefusedError):
        agree(bench, death, "badr")
    with pytest.raises(CheckFailedError, match="second has to agree"):
        record_telling(bench.amal, death=death, day=DAY)
    told = agree(bench, death)
    assert (told.state, told.decided_by) == ("agreed", ("badr", "chams"))
    assert [one.state for one in tellings(bench.amal)] == ["agreed"]
    assert death not in exported(bench, "public")  # to agree tells nobody
    done, _, _ = record_telling(bench.amal, death=death, day=DAY, content="what is known")
    assert done.state == "told"
    assert death in exported(bench, "public")
    with pytest.raises(CheckFailedError, match="told already"):
        record_telling(bench.amal, death=death, day=DAY)
    assert tellings(bench.amal) == []


def test_until_then_no_output_but_for_courts_and_home_tells(bench: Bench, death: str) -> None:
    person = of(bench.amal, death).people[0]
    for recipient in ("public", "un-body", "partner", "family", "training"):
        text = exported(bench, recipient)
        assert death not in text, recipient
        assert person in text, recipient
        assert person not in exported(bench, recipient, query="count persons with Death")
        assert person not in exported(bench, recipient, query="count persons dead")
    for recipient in ("court", "internal"):
        assert death in exported(bench, recipient)


def test_a_sentence_that_was_carried_out_is_a_death(bench: Bench) -> None:
    mapping = MAPPING.replace('type = "Arrest"', 'type = "Sentence"').replace(
        'columns = {{ place = {{ to = "place", as = "governorate" }} }}',
        'columns = {{ place = {{ to = "outcome" }} }}',
    )
    rows = (
        "FICT-1,Alif One,M,1980,2013-05-12,carried_out,,",
        "FICT-2,Ba Two,M,1980,2013-05-12,issued,,",
    )
    bench.take_in(*rows, mapping=mapping)
    for recipient in ("public", "partner", "family"):
        text = exported(bench, recipient)
        assert "carried_out" not in text, recipient
        assert "issued" in text, recipient
        query = "count persons with Sentence(outcome=carried_out)"
        assert "Alif" not in exported(bench, recipient, query=query), recipient
    assert "carried_out" in exported(bench, "court")


def test_who_does_not_want_to_know_is_not_told(bench: Bench, death: str) -> None:
    person = of(bench.amal, death).people[0]

    def wish(*, refused: bool) -> None:
        give_consent(
            bench.amal,
            informant=person,
            uses=["being-told"],
            explained_by="amal",
            explained_in="ar",
            refused=refused,
        )

    propose(bench, death)
    wish(refused=True)
    for act in (
        lambda: agree(bench, death),
        lambda: record_telling(bench.amal, death=death, day=DAY),
    ):
        with pytest.raises(CheckFailedError, match="does not want to know"):
            act()
    assert of(bench.amal, death).state == "does-not-want-to-know"
    wish(refused=False)
    assert agree(bench, death).state == "agreed"


def test_telling_is_in_person_or_it_is_said_why_not(bench: Bench, death: str) -> None:
    propose(bench, death)
    agree(bench, death)
    for more in (
        {"way": "telephone"},
        {"way": "not_told"},
        {"way": "owl"},
        {"day": date(2030, 1, 1)},
    ):
        with pytest.raises(InputError):
            record_telling(bench.amal, death=death, **{"day": DAY, **more})  # type: ignore[arg-type]
    done, _, _ = record_telling(
        bench.amal, death=death, day=DAY, way="telephone", why_not_in_person="they live abroad"
    )
    assert done.state == "told"


def test_who_entered_a_death_does_not_decide_about_telling(bench: Bench, death: str) -> None:
    with pytest.raises(PermissionRefusedError, match="entered"):
        propose_telling(bench.amal, death=death, risk=RISK)
    person = of(bench.amal, death).people[0]
    for wrong in (person, "FICT-99-1", "nonsense"):
        with pytest.raises(InputError):
            propose(bench, wrong)
    with pytest.raises(InputError):
        propose_telling(bench.as_member("badr"), death=death, risk=" ")


def test_recording_is_an_entry_of_the_log(bench: Bench, death: str) -> None:
    propose(bench, death)
    agree(bench, death)
    check_change(
        bench.amal,
        "record-notification",
        lambda: record_telling(bench.amal, death=death, day=DAY),
    )


def test_a_death_of_nobody_who_is_named_needs_no_telling(bench: Bench, death: str) -> None:
    told = FamilyTold(bench.amal)
    assert told.untold_records([record_number(bench.amal, death)])
    assert not told.is_untold("Death", ())
    assert not told.is_untold("Arrest", ())


def test_the_lists_beside_a_report_name_no_death_that_nobody_was_told_of(
    bench: Bench, death: str, tmp_path: Path
) -> None:
    definition = tmp_path / "deaths.report.md"
    definition.write_text(REPORT, encoding="utf-8")

    def listed() -> dict[str, list[str]]:
        out = tmp_path / "out"
        build_reports(
            bench.amal, name=str(definition), languages=("en",), out_folder=out, progress=quiet
        )
        found = {}
        for path in out.rglob("figures/*.csv"):
            with path.open(encoding="utf-8-sig", newline="") as stream:
                rows = list(csv.DictReader(stream))
            if rows and "record" in rows[0]:
                found[path.stem] = [row["record"] for row in rows]
        return found

    # Of one death it is said that the family was not notified, of the others nothing is.
    row = [row for row in bench.amal.store.scan(RecordRow) if row.record_type == "Death"][-1]
    with change(bench.amal, "enter-report") as writer:
        said = ValueDraft("family_notified", "no")
        writer.add_statement(row.number, writer.record_key(row), "Death", said, None)
        writer.finish({})
    before = listed()
    numbers = {row.number for row in bench.amal.store.scan(RecordRow)}
    ids = {bench.amal.short_id(number) for number in numbers}
    assert "withheld:untold" in {one for rows in before.values() for one in rows}
    propose(bench, death)
    agree(bench, death)
    record_telling(bench.amal, death=death, day=DAY)
    after = listed()
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    told = {death, *of(bench.amal, death).people}
    named = {one for rows in after.values() for one in rows} & ids
    assert told & named
    assert not {one for rows in before.values() for one in rows} & {death}


def test_the_lists_beside_a_report_are_silent_by_order_and_by_every_file(
    bench: Bench, tmp_path: Path
) -> None:
    """Who is not named stands at the end, so that no list of others shows between whom they belong."""
    rows = [f"FICT-D{n},Jim {n},M,1990,2013,Homs,died,2015-03" for n in range(9)]
    bench.take_in(*rows)
    for handle in ("badr", "chams"):
        bench.member(handle, "verifier")
    deaths = bench.amal.store.find(RecordRow, "record_type", ["Death"])
    ids = [bench.amal.short_id(row.number) for row in deaths]
    people = {one: of(bench.amal, one).people[0] for one in ids}
    told = ids[4]
    propose(bench, told)
    agree(bench, told)
    record_telling(bench.amal, death=told, day=DAY)
    definition, out = tmp_path / "deaths.report.md", tmp_path / "out"
    definition.write_text(REPORT, encoding="utf-8")
    build_reports(
        bench.amal, name=str(definition), languages=("en", "ar"), out_folder=out, progress=quiet
    )
    lists = 0
    for path in out.rglob("figures/*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            read = list(csv.DictReader(stream))
        if not read or "record" not in read[0]:
            continue
        groups: dict[tuple[str, ...], list[str]] = {}
        for row in read:
            groups.setdefault(tuple(list(row.values())[2:]), []).append(row["record"])
        for names in groups.values():
            hidden = ["withheld" in name for name in names]
            assert hidden == sorted(hidden), path.name
            lists += any(hidden)
    assert lists
    texts = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    named = {one.encode() for one in ids if one != told}
    for path, text in texts.items():
        for one in named:
            assert not re.search(rb"(?<![\w-])" + re.escape(one) + rb"(?![\w-])", text), path
    assert any(people[told].encode() in text for text in texts.values())


def test_a_family_told_by_one_record_is_told_by_all_of_the_person(bench: Bench, death: str) -> None:
    again = ROWS[1].replace("FICT-2", "FICT-9").replace("2015-03", "2015-04")
    bench.take_in(
        again, mapping=MAPPING.replace("small", "other").replace("Register of", "List of")
    )
    deaths = bench.amal.store.find(RecordRow, "record_type", ["Death"])
    other = bench.amal.short_id(deaths[-1].number)
    (one,), (two,) = (of(bench.amal, each).people for each in (death, other))
    propose(bench, death)
    agree(bench, death)
    record_telling(bench.amal, death=death, day=DAY)
    assert other not in exported(bench, "public")
    judge_pair(bench.amal, record_a=one, record_b=two, verdict="same", reasons="one life")
    assert other in exported(bench, "public")
    judge_pair(
        bench.amal, record_a=one, record_b=two, verdict="different", reasons="two", replace=True
    )
    assert other not in exported(bench, "public")


CLAIMS = MAPPING.replace(
    'if = {{ column = "status", is = ["died"] }}\nwhen = {{ column = "death" }}\n',
    'if = {{ column = "status", is = ["died"] }}\nwhen = {{ column = "death" }}\n'
    'columns = {{ told = {{ to = "family_notified" }} }}\n'
    '[[acts]]\ntype = "FamilyNotification"\nif = {{ column = "went", is_not = [""] }}\n'
    'when = {{ column = "went" }}\n',
)


@pytest.mark.parametrize("claim", ["yes,", ",2016-05-02"])
def test_what_a_list_says_of_telling_is_a_claim_until_two_people_decide(
    bench: Bench, claim: str
) -> None:
    """``family_notified`` and a notification: one person can enter either alone."""
    row = f"FICT-2,Ba Two,F,1985,2014,Homs,died,2015-03,{claim}"
    bench.take_in(row, header=HEADER + ",told,went", mapping=CLAIMS)
    (number,) = bench.amal.store.find(RecordRow, "record_type", ["Death"])
    death = bench.amal.short_id(number.number)
    assert of(bench.amal, death).state == "undecided"
    for recipient in ("public", "un-body", "partner", "family"):
        assert death not in exported(bench, recipient), recipient
    for handle in ("badr", "chams"):
        bench.member(handle, "verifier")
    propose(bench, death)
    assert death not in exported(bench, "public")
    assert agree(bench, death).state == "told"
    assert death in exported(bench, "public")


def test_a_decision_without_a_claim_or_a_telling_opens_nothing(bench: Bench, death: str) -> None:
    propose(bench, death)
    agree(bench, death)
    assert FamilyTold(bench.amal).untold_records([record_number(bench.amal, death)])
    assert not FamilyTold(bench.amal).confirmed_records


def test_how_often_the_engine_is_opened_does_not_grow_with_deaths(
    bench: Bench, death: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []

    class Counted(Neighbours):
        def __init__(self, *args: object, **more: object) -> None:
            opened.append(self)
            super().__init__(*args, **more)  # type: ignore[arg-type]

    person = of(bench.amal, death).people[0]
    give_consent(
        bench.amal,
        informant=person,
        uses=["being-told"],
        explained_by="amal",
        explained_in="ar",
        refused=True,
    )
    monkeypatch.setattr(kept_warm, "Neighbours", Counted)
    few = tellings(bench.amal, everything=True)
    times = len(opened)
    assert times <= 2
    bench.take_in(*(f"FICT-M{n},Jim {n},M,1990,2013,Homs,died,2015-03" for n in range(12)))
    opened.clear()
    many = tellings(bench.amal, everything=True)
    assert len(many) >= len(few) + 12
    assert len(opened) <= times
    assert [one.state for one in many if one.record == death] == ["does-not-want-to-know"]

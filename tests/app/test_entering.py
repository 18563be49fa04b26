"""Reports typed in by hand: what they become, what is refused, and drafts of them."""

from __future__ import annotations

import pytest

from bayyina.app.deciding import determine_record
from bayyina.app.entering import Report, act_types, enter_report, fields_of, read_fields
from bayyina.app.own_drafts import FOLDER, keep_draft, own_drafts, read_draft, throw_away
from bayyina.app.record_reading import read_record
from bayyina.errors import BayyinaError, InputError, PermissionRefusedError
from tests.app.conftest import Bench
from tests.app.test_use_cases_are_logged import check_change

REPORT = Report(
    source={"name": "Witness 7", "kind": "witness"},
    said_on="2023-05",
    person={
        "name": "باء الثالث",
        "sex": "male",
        "name.nickname": "Abu One | Abu Two",
        "not_known": "birth_date: source_does_not_know",
    },
    person_id="",
    act_type="Arrest",
    act={"date": "شباط 2014", "place": "حمص", "acknowledged": "no"},
    lang="ar",
)


def stated(bench: Bench, short_id: str) -> dict[str, list[str]]:
    """Values of a record by property."""
    found: dict[str, list[str]] = {}
    for one in read_record(bench.amal, short_id)["statements"]:
        found.setdefault(one["property"], []).append(one.get("record") or one["value"])
    return found


def test_a_report_becomes_statements_with_their_source(bench: Bench) -> None:
    check_change(bench.amal, "enter-report", lambda: enter_report(bench.amal, REPORT))
    again = REPORT._replace(source={"name": "Witness 8"}, person={"name": "تاء الرابع"})
    entered = enter_report(bench.amal, again)
    person, act = stated(bench, entered.person), stated(bench, entered.act)
    assert person == {"name": ["تاء الرابع"]}
    assert act["victim"] == [entered.person]
    assert act["date"] == ["2014-02"]
    assert act["place"][0].startswith("SY")
    assert act["acknowledged"] == ["no"]
    statement = read_record(bench.amal, entered.act)["statements"][0]
    assert statement["asserted_on"] == "2023-05-31"
    assert stated(bench, statement["source"])["name"] == ["Witness 8"]


def test_several_values_and_why_something_is_not_known(bench: Bench) -> None:
    person = stated(bench, enter_report(bench.amal, REPORT).person)
    assert person["name.nickname"] == ["Abu One", "Abu Two"]
    assert person["not_known"] == ["birth_date: source_does_not_know"]


def test_what_happened_to_somebody_who_is_here_already(bench: Bench) -> None:
    first = enter_report(bench.amal, REPORT)
    later = REPORT._replace(
        person={}, person_id=first.person, act_type="Release", act={"date": "2015"}
    )
    second = enter_report(bench.amal, later)
    assert second.person == first.person
    assert stated(bench, second.act)["victim"] == [first.person]
    more = later._replace(person={"residence": "حلب"}, act_type="", act={})
    third = enter_report(bench.amal, more)
    assert (third.person, third.act) == (first.person, "")
    with pytest.raises(InputError, match="stands already"):
        enter_report(bench.amal, more)


@pytest.mark.parametrize(
    "changes",
    [
        {"source": {"kind": "witness"}},
        {"source": {"name": "  "}},
        {"person": {}},
        {"person": {"name": " | "}},
        {"person": {"colour": "red"}},
        {"act_type": "Person"},
        {"act_type": "Tea"},
        {"act": {"date": "yesterday-ish"}},
        {"act": {"facility": "a house on the hill"}},
        {"act": {"acknowledged": "perhaps"}},
        {"person_id": "FICT-99-0", "person": {}},
        {"said_on": "soon"},
    ],
)
def test_what_cannot_be_taken_in_changes_nothing(bench: Bench, changes: dict[str, object]) -> None:
    size = bench.amal.store.log_size()
    with pytest.raises(BayyinaError) as refused:
        enter_report(bench.amal, REPORT._replace(**changes))  # type: ignore[arg-type]
    assert refused.value.message
    assert bench.amal.store.log_size() == size


def test_who_may_not_take_in_may_not_enter_either(bench: Bench) -> None:
    with pytest.raises(PermissionRefusedError):
        enter_report(bench.member("badr", "viewer"), REPORT)


def test_who_entered_a_report_does_not_decide_about_it(bench: Bench) -> None:
    report = REPORT._replace(act_type="Death", act={"date": "2014"})
    with pytest.raises(PermissionRefusedError, match="entered this record"):
        determine_record(
            bench.amal,
            record_id=enter_report(bench.amal, report).act,
            decision="verified",
            verdict="against",
            standard="death-two-sources",
            reasons="r",
        )


def test_values_are_shown_as_they_are_understood(bench: Bench) -> None:
    read = read_fields(
        bench.amal,
        "Arrest",
        {
            "date": "2014-13",
            "place": "Nowhere at all",
            "by": "x",
            "acknowledged": "نعم",
            "tea": "1",
        },
        "ar",
    )
    told = {one.property: one for one in read}
    assert told["date"].problem
    assert not told["place"].is_recognised
    assert (told["place"].value, told["place"].problem) == ("Nowhere at all", "")
    assert told["acknowledged"].value == "yes"
    assert told["tea"].problem


def test_every_kind_of_act_can_be_entered_with_what_its_form_asks_for(bench: Bench) -> None:
    assert {"Arrest", "Death", "Torture", "Release"} <= set(act_types(bench.amal))
    for name in act_types(bench.amal):
        asked = {prop.name for prop in fields_of(bench.amal, name)}
        assert "date" in asked
        assert "victim" not in asked
        entered = enter_report(
            bench.amal,
            REPORT._replace(person={"name": f"باء {name}"}, act_type=name, act={"date": "2014"}),
        )
        assert read_record(bench.amal, entered.act)["type"] == name


def test_a_draft_is_its_owners_alone_and_lies_encrypted(bench: Bench) -> None:
    fields = {"person.name": "سرّ مكتوم", "note": "x" * 500}
    draft = keep_draft(bench.amal, fields)
    assert read_draft(bench.amal, draft).fields == fields
    assert keep_draft(bench.amal, fields | {"note": "shorter"}, draft) == draft
    assert read_draft(bench.amal, draft).fields["note"] == "shorter"
    path = bench.amal.folder / FOLDER / f"{draft}.draft"
    assert "سرّ مكتوم".encode() not in path.read_bytes()
    assert "سرّ مكتوم".encode() not in bytes.fromhex(path.read_text("ascii"))
    badr = bench.member("badr", "intake")
    assert own_drafts(badr) == []
    for attempt in (read_draft, throw_away):
        with pytest.raises(InputError, match="no such draft"):
            attempt(badr, draft)
    with pytest.raises(InputError, match="no such draft"):
        keep_draft(badr, fields, draft)
    for name in ("", "..", "../../x", "0" * 16):
        with pytest.raises(InputError, match="no such draft"):
            read_draft(bench.amal, name)
    path.write_text(path.read_text("ascii").replace("a", "b"), encoding="ascii")
    assert own_drafts(bench.amal) == []
    with pytest.raises(InputError, match="too long"):
        keep_draft(bench.amal, {"note": "x" * 300_000})

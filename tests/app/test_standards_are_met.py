"""A determination meets the standard it names, or is refused with the reason."""

from __future__ import annotations

import json
import re

import pytest

from bayyina.app.deciding import bring_decision
from bayyina.app.erasing import erase_record
from bayyina.app.record_reading import read_record
from bayyina.app.rows import DeterminationRow
from bayyina.app.verifying import verify_workspace
from bayyina.custody.canonical import read_canonical
from bayyina.errors import CheckFailedError, InputError, PermissionRefusedError
from tests.app.conftest import Bench, quiet
from tests.app.two_lists import ROWS, STANDARD, decide, records, take_in


@pytest.fixture
def deaths(bench: Bench) -> list[str]:
    """Ids of the deaths of two lists: three of the first, then three of the second."""
    take_in(bench, "Register A")
    take_in(bench, "Register B")
    return records(bench.amal, "Death")


def test_two_people_with_two_origins_verify(bench: Bench, deaths: list[str]) -> None:
    first, second = bench.member("badr", "verifier"), bench.member("chams", "verifier")
    assert decide(first, deaths[0], deaths[0], deaths[3]).startswith("not yet verified: Only badr")
    assert decide(second, deaths[0], deaths[0], deaths[3]) == "verified by badr and chams"
    report = verify_workspace(bench.amal, progress=quiet)
    assert report.ok, [check for check in report.checks if not check.ok]


def test_what_is_signed_includes_the_lines(bench: Bench, deaths: list[str]) -> None:
    decide(bench.member("badr", "verifier"), deaths[0], deaths[0], deaths[3])
    row = next(bench.amal.store.scan(DeterminationRow))
    content = read_canonical(row.reasons.encode())
    assert [line["cites"] for line in content["lines"]] == [deaths[0], deaths[3]]
    assert len({line["origin"] for line in content["lines"]}) == 2
    assert content["reasons"] == "both lists give the day"
    shown = read_record(bench.amal, deaths[0])["determinations"][0]
    assert shown["reasons"] == "both lists give the day"
    assert shown["lines"] == [line | {"stands": True} for line in content["lines"]]
    with bench.amal.store._connection.cursor() as cursor:  # type: ignore[attr-defined]
        content["lines"][1]["cites"] = deaths[4]
        cursor.execute(
            "UPDATE determination SET reasons = %s",
            [json.dumps(content, sort_keys=True, separators=(",", ":"))],
        )
    report = verify_workspace(bench.amal, progress=quiet)
    assert {10, 12} <= {check.number for check in report.checks if not check.ok}


def test_without_lines_it_is_refused_and_nothing_is_written(
    bench: Bench, deaths: list[str]
) -> None:
    badr = bench.member("badr", "verifier")
    size = bench.amal.store.log_size()
    with pytest.raises(CheckFailedError, match=f"does not meet {STANDARD}: There is no account"):
        decide(badr, deaths[0])
    assert bench.amal.store.log_size() == size
    assert not list(bench.amal.store.scan(DeterminationRow))


def test_copies_of_one_origin_are_one(bench: Bench) -> None:
    take_in(bench, "Register A")
    take_in(bench, "Copy of A", more='origin = "Register A"')
    deaths = records(bench.amal, "Death")
    with pytest.raises(CheckFailedError, match="different origins"):
        decide(bench.member("badr", "verifier"), deaths[0], deaths[0], deaths[3])


def test_two_lists_copied_from_a_third_are_one(bench: Bench) -> None:
    take_in(bench, "Register A", more='origin = "A bulletin"')
    take_in(bench, "Register B", more='origin = "a  Bulletin"')
    deaths = records(bench.amal, "Death")
    with pytest.raises(CheckFailedError, match="different origins"):
        decide(bench.member("badr", "verifier"), deaths[0], deaths[0], deaths[3])


def test_what_the_standard_needs_must_be_stated(bench: Bench, deaths: list[str]) -> None:
    with pytest.raises(CheckFailedError, match="place"):
        decide(bench.member("badr", "verifier"), deaths[2], deaths[2], deaths[5])


def test_another_account_of_the_death_states_it_too(bench: Bench) -> None:
    take_in(bench, "Register A")
    take_in(bench, "Register B", ROWS[2] + "Hama")
    deaths = records(bench.amal, "Death")
    assert decide(bench.member("badr", "verifier"), deaths[2], deaths[2], deaths[3])


def test_a_line_that_can_never_stand_alone(bench: Bench, deaths: list[str]) -> None:
    badr = bench.member("badr", "verifier")
    with pytest.raises(CheckFailedError, match="can never stand alone"):
        decide(badr, deaths[0], deaths[0], deaths[3], line="social_media_post")


def test_a_line_that_stands_in_the_way(bench: Bench, deaths: list[str]) -> None:
    badr, chams = bench.member("badr", "verifier"), bench.member("chams", "verifier")
    lines = [f"list_entry={deaths[0]}", f"list_entry={deaths[3]}", f"seen_alive_later={deaths[3]}"]
    with pytest.raises(CheckFailedError, match="seen_alive_later"):
        decide(badr, deaths[0], lines=lines)
    against = decide(badr, deaths[0], deaths[3], line="seen_alive_later", verdict="against")
    assert against.startswith("not yet verified")
    with pytest.raises(CheckFailedError, match="seen_alive_later"):
        decide(chams, deaths[0], deaths[0], deaths[3])
    decide(badr, deaths[0], deaths[0], deaths[3], reasons="the sighting was of somebody else")
    assert decide(chams, deaths[0], deaths[0], deaths[3]) == "verified by badr and chams"


def test_one_objection_makes_a_dispute(bench: Bench, deaths: list[str]) -> None:
    for handle in ("badr", "chams"):
        decide(bench.member(handle, "verifier"), deaths[0], deaths[0], deaths[3])
    dima = bench.member("dima", "verifier")
    assert decide(dima, deaths[0], decision="disputed").startswith("disputed: dima decided")


def test_who_takes_an_objection_back_is_told_what_the_record_is_now(
    bench: Bench, deaths: list[str]
) -> None:
    badr, chams, dima = (bench.member(name, "verifier") for name in ("badr", "chams", "dima"))
    taken_back = {"decision": "disputed", "verdict": "against"}
    decide(badr, deaths[0], decision="disputed")
    decide(dima, deaths[0], decision="disputed")
    other = decide(dima, deaths[0], **taken_back)
    assert other == "not verified: dima does not object any more, but badr decided against it"
    alone = decide(badr, deaths[0], **taken_back)
    assert alone.startswith("not yet verified: badr does not object any more; nobody has signed")
    assert "2 more people who did not enter it must sign" in alone
    decide(chams, deaths[0], deaths[0], deaths[3])
    decide(badr, deaths[0], decision="disputed")
    one = decide(badr, deaths[0], **taken_back)
    assert "chams signed for it, so one more person who did not enter it must sign" in one
    assert decide(badr, deaths[0], deaths[0], deaths[3]) == "verified by chams and badr"
    decide(dima, deaths[0], decision="disputed")
    back = decide(dima, deaths[0], **taken_back)
    assert back == "verified by badr and chams: dima does not object any more"


def test_a_standard_is_for_one_type_of_record(bench: Bench, deaths: list[str]) -> None:
    person = records(bench.amal, "Person")[0]
    with pytest.raises(InputError, match=f"is for records of type Death, and {person} is a Person"):
        decide(bench.member("badr", "verifier"), person, deaths[0])


def test_lines_must_be_known_and_cite_what_has_to_do_with_it(
    bench: Bench, deaths: list[str]
) -> None:
    badr = bench.member("badr", "verifier")
    with pytest.raises(InputError, match="gossip is not a line of evidence"):
        decide(badr, deaths[0], deaths[0], line="gossip")
    with pytest.raises(InputError, match="names nothing that states it"):
        decide(badr, deaths[0], lines=["account"])
    with pytest.raises(InputError, match="nothing to do with the record") as refused:
        decide(badr, deaths[0], deaths[1])
    assert re.search(
        r"`bayyina review decide FICT-\d+-\d+:FICT-\d+-\d+ same --reasons WHY`", refused.value.hint
    )
    with pytest.raises(InputError, match="no record FICT-99-1"):
        decide(badr, deaths[0], "FICT-99-1")
    with pytest.raises(InputError, match="is not a decision"):
        decide(badr, deaths[0], deaths[0], decision="sanctified")


def test_a_source_and_a_statement_may_be_cited(bench: Bench, deaths: list[str]) -> None:
    sources = records(bench.amal, "Source")
    statement = read_record(bench.amal, deaths[3])["statements"][0]["id"]
    assert decide(bench.member("badr", "verifier"), deaths[0], sources[0], statement)


def test_a_standard_of_the_workspace_may_ask_for_three(bench: Bench, deaths: list[str]) -> None:
    folder = bench.amal.folder / "standards"
    folder.mkdir()
    (folder / "three.standard.toml").write_text(
        'version = 1\nname = "three"\napplies_to = "Death"\nresult = "sure"\npeople = 3\n'
        'needs = ["victim"]\n[[any_of]]\nlines = ["account"]\norigins = 2\n',
        encoding="utf-8",
    )
    states = [
        decide(bench.member(who, "verifier"), deaths[0], deaths[0], deaths[3], standard="three")
        for who in ("badr", "chams", "dima")
    ]
    assert states[1] == "not yet verified: it needs 3 different people, and 2 decided."
    assert states[2] == "verified by badr and chams and dima"


def test_earlier_practice_is_brought_by_one_person_with_a_role(
    bench: Bench, deaths: list[str]
) -> None:
    verifier, bringer = bench.member("badr", "verifier"), bench.member("chams", "earlier-decisions")

    def bring(workspace: object) -> str:
        answer = bring_decision(
            workspace,  # type: ignore[arg-type]
            record_id=deaths[0],
            practice="the FICT network",
            reasons="in its file of 2019",
        )
        return str(answer["state"])

    with pytest.raises(PermissionRefusedError, match="may not do this"):
        bring(verifier)
    with pytest.raises(PermissionRefusedError, match="may not do this"):
        bring(bench.amal)
    assert (
        bring(bringer)
        == "verified under earlier practice of the FICT network, by the word of chams"
    )
    with pytest.raises(PermissionRefusedError, match="decided this already"):
        bring(bringer)
    assert read_record(bench.amal, deaths[0])["determinations"][0]["practice"] == "the FICT network"
    report = verify_workspace(bench.amal, progress=quiet)
    assert report.ok, [check for check in report.checks if not check.ok]


def test_a_record_names_what_points_at_it_and_who_is_the_same(
    bench: Bench, deaths: list[str]
) -> None:
    people = records(bench.amal, "Person")
    shown = read_record(bench.amal, people[0])
    assert shown["linked"] == [{"id": deaths[0], "type": "Death", "property": "victim"}]
    assert shown["same_as"] == [people[3]]
    death = read_record(bench.amal, deaths[3])
    assert (death["linked"], death["same_as"]) == ([], [deaths[0]])


def test_erasing_empties_the_lines_too(bench: Bench, deaths: list[str]) -> None:
    decide(bench.member("badr", "verifier"), deaths[0], deaths[0], deaths[3])
    for handle in ("eman", "farid"):
        erase_record(
            bench.member(handle, "data-protection"),
            record_id=deaths[0],
            reason="objection",
            progress=quiet,
        )
    assert [row.reasons for row in bench.amal.store.scan(DeterminationRow)] == [""]
    assert verify_workspace(bench.amal, progress=quiet).ok

"""A second reviewer of another organisation signs elsewhere, about named records, once for each request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bayyina.app.counting import count_figure
from bayyina.app.decided_states import HOLDS, OPEN, decided_states
from bayyina.app.deciding_outside import accept_decision, request_decision
from bayyina.app.erasing import erase_record
from bayyina.app.key_status import key_status
from bayyina.app.members import add_member, set_roles, working_members
from bayyina.app.outside_reviewers import (
    add_outside_reviewer,
    name_records,
    records_of_bundle,
)
from bayyina.app.record_reading import read_record
from bayyina.app.rows import DeterminationRow
from bayyina.app.short_ids import record_number
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.custody.outside_decisions import (
    check_answer,
    check_request,
    signed_answer,
    signed_request,
)
from bayyina.db.opening import create_workspace, open_workspace
from bayyina.errors import BayyinaError, CheckFailedError, InputError, PermissionRefusedError
from bayyina.keys.personal import PersonalKey
from tests.app.conftest import CHEAP, Bench, quiet
from tests.app.test_use_cases_are_logged import check_change
from tests.app.two_lists import ROWS, STANDARD, decide, records, take_in


class Review:
    """Two lists of the same deaths, a verifier here, and Zeina of another organisation."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        take_in(bench, "Register A")
        take_in(bench, "Register B")
        found = records(bench.amal, "Death")
        self.death, self.another, self.same = found[0], found[1], found[3]
        self.badr = bench.member("badr", "verifier")
        self.key = PersonalKey.generate()
        self.add()

    def add(self) -> None:
        add_outside_reviewer(
            self.bench.amal,
            handle="zeina",
            name="Zeina",
            organisation="The other archive",
            public=self.key.public,
            records=[self.death],
        )

    def ask(self, workspace: Workspace | None = None, **words: Any) -> dict[str, Any]:
        asked = {
            "record_id": self.death,
            "reviewer": "zeina",
            "decision": "verified",
            "standard": STANDARD,
            "lines": [f"list_entry={self.death}", f"list_entry={self.same}"],
            **words,
        }
        return request_decision(workspace or self.badr, **asked)

    def answer(self, request: dict[str, Any], **words: str) -> dict[str, Any]:
        said = {"verdict": "for", "reasons": "We hold both registers.", **words}
        return signed_answer(json.loads(json.dumps(request)), self.key.sign, **said)

    def state(self) -> str:
        number = record_number(self.bench.amal, self.death)
        return decided_states(self.bench.amal, [number], STANDARD)[number].state

    def verified(self) -> int:
        query = f"count persons with Death(verified={STANDARD})"
        return int(count_figure(self.bench.amal, query, quiet).value)


@pytest.fixture
def review(bench: Bench) -> Review:
    return Review(bench)


def test_an_answer_from_outside_is_one_of_two(review: Review) -> None:
    request = review.ask()
    check_request(request)
    taken = accept_decision(review.badr, review.answer(request))
    assert taken["state"].startswith("not yet verified")
    assert review.state() == OPEN
    assert decide(review.badr, review.death, review.death, review.same) == (
        "verified by zeina and badr"
    )
    assert review.state() == HOLDS
    assert review.verified() == 1
    shown = read_record(review.bench.amal, review.death)["determinations"]
    assert [one["person"] for one in shown] == ["zeina", "badr"]
    report = verify_workspace(review.bench.amal, progress=quiet)
    assert report.ok, [check for check in report.checks if not check.ok]
    assert "2 signatures hold" in report.checks[11].detail


def test_a_request_says_nothing_of_the_record(review: Review) -> None:
    text = json.dumps(review.ask())
    for word in ("Alif", "2013-05-02", "Homs", "1001", "Register"):
        assert word not in text


def test_it_counts_after_somebody_here_signed_too(review: Review) -> None:
    decide(review.badr, review.death, review.death, review.same)
    taken = accept_decision(review.badr, review.answer(review.ask()))
    assert taken["state"] == "verified by badr and zeina"


def test_an_answer_against_disputes(review: Review) -> None:
    decide(review.badr, review.death, review.death, review.same)
    answer = review.answer(review.ask(), verdict="against", reasons="Ours says otherwise.")
    assert accept_decision(review.badr, answer)["state"].startswith("disputed")


def test_an_answer_is_taken_once(review: Review) -> None:
    answer = review.answer(review.ask())
    accept_decision(review.badr, answer)
    with pytest.raises(CheckFailedError, match="taken already"):
        accept_decision(review.badr, answer)
    with pytest.raises(PermissionRefusedError, match="zeina has decided this already"):
        review.ask()
    assert len(list(review.bench.amal.store.scan(DeterminationRow))) == 1


def test_two_answers_of_one_reviewer_are_one_person(review: Review) -> None:
    first, second = review.ask(), review.ask()
    accept_decision(review.badr, review.answer(first))
    with pytest.raises(PermissionRefusedError, match="zeina has decided this already"):
        accept_decision(review.badr, review.answer(second))
    assert review.state() == OPEN


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("record", 1 << 32),
        ("decision", "released"),
        ("standard", "family-may-be-told"),
        ("verdict", "against"),
        ("reasons", "something else"),
        ("origin", "bayyina/another"),
        ("asked", "00" * 16),
        ("seen", "00" * 32),
        ("rules", "00" * 32),
        ("lines", []),
        ("key", PersonalKey.from_secret(bytes(range(64))).public.sign.hex()),
        ("signature", "00" * 64),
        ("signature", "not hex"),
    ],
)
def test_an_answer_with_anything_changed_is_refused(
    review: Review, field: str, value: object
) -> None:
    answer = {**review.answer(review.ask()), field: value}
    size = review.bench.amal.store.log_size()
    with pytest.raises(InputError, match="does not hold"):
        accept_decision(review.badr, answer)
    assert review.bench.amal.store.log_size() == size


def test_what_is_no_answer_is_refused(review: Review) -> None:
    request = review.ask()
    answer = review.answer(request)
    odd: list[Any] = [
        {}, [], request, {**answer, "more": 1}, {**answer, "version": 2},
        {**answer, "record": "1"}, {**answer, "lines": [{"name": "x"}]}, {**answer, "verdict": "no"},
    ]  # fmt: skip
    for one in odd:
        with pytest.raises(InputError):
            check_answer(one)
    changed = {**request, "decision": "released"}
    with pytest.raises(InputError, match="changed since"):
        signed_answer(changed, review.key.sign, verdict="for", reasons="r")
    with pytest.raises(InputError, match="another key"):
        signed_answer(request, PersonalKey.generate().sign, verdict="for", reasons="r")
    with pytest.raises(InputError, match="reasons"):
        signed_answer(request, review.key.sign, verdict="for", reasons=" ")


def test_what_nobody_asked_for_is_refused(review: Review) -> None:
    request = dict(review.ask())
    request["asked"] = "ab" * 16
    forged = review.badr.keys.personal

    answer = review.answer(signed_request(request, forged))
    with pytest.raises(InputError, match="Nobody here asked"):
        accept_decision(review.badr, answer)


def test_an_answer_for_another_workspace_is_none_here(review: Review) -> None:
    other = create_workspace(
        review.bench.folder / "other", name="O", handle="amal", person_name="A", passphrase="amal",
        fictional=True, cost=CHEAP,
    )  # fmt: skip
    answer = review.answer(review.ask())
    with pytest.raises(InputError, match="another workspace"):
        accept_decision(other, answer)
    other.store.close()


def test_what_was_said_since_makes_it_void(review: Review) -> None:
    answer = review.answer(review.ask())

    take_in(review.bench, "Register A", ROWS[0].replace("2013-05-02", "2013-05-03"), *ROWS[1:])
    with pytest.raises(CheckFailedError, match="More was said"):
        accept_decision(review.badr, answer)


def test_only_named_records_are_reviewed(review: Review) -> None:
    with pytest.raises(PermissionRefusedError, match="not named for"):
        review.ask(record_id=review.another, lines=[f"list_entry={review.another}"])
    name_records(review.bench.amal, handle="zeina", records=[review.another])
    found = records(review.bench.amal, "Death")
    lines = [f"list_entry={review.another}", f"list_entry={found[4]}"]
    assert review.ask(record_id=review.another, lines=lines)["record"] == record_number(
        review.bench.amal, review.another
    )


def test_a_reviewer_who_left_counts_no_longer(review: Review) -> None:
    answer = review.answer(review.ask())
    set_roles(review.bench.amal, handle="zeina", roles=[])
    with pytest.raises(InputError, match="not a reviewer from outside"):
        accept_decision(review.badr, answer)


def test_the_half_of_a_reviewer_who_left_lapses(review: Review) -> None:
    accept_decision(review.badr, review.answer(review.ask()))
    set_roles(review.bench.amal, handle="zeina", roles=[])
    assert decide(review.badr, review.death, review.death, review.same).startswith("not yet")
    assert review.verified() == 0


def test_who_asks_must_be_allowed_to_decide(review: Review) -> None:
    for role in ("analyst", "administrator", "viewer"):
        workspace = review.bench.member(role, role)
        with pytest.raises(PermissionRefusedError):
            review.ask(workspace)
        with pytest.raises(PermissionRefusedError):
            accept_decision(workspace, review.answer(review.ask()))


def test_a_standard_that_is_not_met_is_not_asked_about(review: Review) -> None:
    with pytest.raises(CheckFailedError):
        review.ask(lines=[f"list_entry={review.death}"])


def test_somebody_from_outside_opens_nothing(review: Review) -> None:
    assert "zeina" not in {row.handle for row in working_members(review.bench.amal.store)}
    with pytest.raises(BayyinaError):
        open_workspace(
            review.bench.folder / "ws", person="zeina", passphrase="zeina", clock=review.bench.clock
        )


def test_their_key_is_nobody_elses(review: Review) -> None:
    amal = review.bench.amal
    with pytest.raises(InputError, match="belongs to another member"):
        add_member(
            amal, handle="y", name="Y", roles=["verifier"], key=review.key, keep_key=lambda: None
        )
    with pytest.raises(InputError, match="belongs to another member"):
        add_outside_reviewer(
            amal, handle="w", name="W", organisation="O", public=review.key.public,
            records=[review.death],
        )  # fmt: skip
    with pytest.raises(InputError, match="not both with one key"):
        set_roles(amal, handle="zeina", roles=["verifier"])
    with pytest.raises(InputError, match="add-outside"):
        review.bench.member("v", "outside-reviewer")


def test_reviewers_are_managed_by_administrators_and_all_is_logged(review: Review) -> None:
    bench = review.bench
    with pytest.raises(PermissionRefusedError):
        name_records(review.badr, handle="zeina", records=[review.another])
    check_change(
        bench.amal,
        "add-outside-reviewer",
        lambda: add_outside_reviewer(
            bench.amal, handle="nadia", name="N", organisation="O",
            public=PersonalKey.generate().public, records=[review.death],
        ),
    )  # fmt: skip
    check_change(
        bench.amal,
        "name-outside-records",
        lambda: name_records(bench.amal, handle="nadia", records=[review.another]),
    )
    requests: list[dict[str, Any]] = []
    check_change(review.badr, "request-outside-decision", lambda: requests.append(review.ask()))
    check_change(
        review.badr,
        "accept-outside-decision",
        lambda: accept_decision(review.badr, review.answer(requests[0])),
    )


def test_the_records_of_a_bundle_are_named_together(review: Review, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "records"
    folder.mkdir(parents=True)
    held = [{"id": review.death}, {"id": review.another}]
    (folder / "00001.json").write_text(json.dumps({"records": held}), encoding="utf-8")
    assert records_of_bundle(tmp_path) == (review.death, review.another)
    with pytest.raises(InputError):
        records_of_bundle(tmp_path / "nothing")


def test_a_signature_from_outside_covers_its_row(review: Review) -> None:
    accept_decision(review.badr, review.answer(review.ask()))
    connection = review.bench.amal.store._connection  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE determination SET decision = 'released'")
    report = verify_workspace(review.bench.amal, progress=quiet)
    assert {10, 12} <= {check.number for check in report.checks if not check.ok}


def test_an_erased_record_can_be_asked_about_no_longer(review: Review) -> None:
    answer = review.answer(review.ask())
    for handle in ("dana", "dima"):
        workspace = review.bench.member(handle, "data-protection")
        erase_record(workspace, record_id=review.death, reason="objection", progress=quiet)
    with pytest.raises(BayyinaError):
        accept_decision(review.badr, answer)


def test_who_reviews_from_outside_is_not_said_to_hold_the_case_key(bench: Bench) -> None:
    Review(bench)
    assert key_status(bench.amal).case_key_people == ("amal", "badr")
    set_roles(bench.amal, handle="zeina", roles=[])
    assert key_status(bench.amal).former == ()

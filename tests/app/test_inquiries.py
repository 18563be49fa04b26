"""Inquiries of families: sealed as they arrive, the same for every name, taken up by who is cleared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bayyina.app.inquiries import (
    FOLDER,
    Inquiry,
    keep_inquiry,
    take_up_inquiry,
    turn_away_inquiry,
    waiting_inquiries,
)
from bayyina.app.opening_sealed import open_sealed
from bayyina.app.record_reading import read_record
from bayyina.app.tasks import list_tasks
from bayyina.errors import BayyinaError, InputError, KeyLockedError, PermissionRefusedError
from tests.app.conftest import ROWS, Bench
from tests.app.test_use_cases_are_logged import check_change

ASKED = Inquiry(
    "باء الثاني",
    "جيم الأول",
    "Dal the Third",
    "her brother",
    "Signal, evenings: 00 000",
    "since 2013",
)


def keep(bench: Bench, inquiry: Inquiry = ASKED) -> str:
    work = bench.amal
    return keep_inquiry(work.folder, work.store, work.clock.now(), inquiry)


def files(bench: Bench) -> list[Path]:
    return sorted((bench.amal.folder / FOLDER).glob("*.json"))


def test_an_inquiry_lies_sealed_and_tells_nothing(bench: Bench) -> None:
    size = bench.amal.store.log_size()
    keep(bench)
    keep(bench, Inquiry("ا", "ب", "", "", "x", ""))
    long = "ش" * 200
    keep(bench, Inquiry(long, long, long, long, "ص" * 400, "ض" * 800))
    assert len({path.stat().st_size for path in files(bench)}) == 1  # not even its length
    for path in files(bench):
        content = path.read_bytes()
        for text in ASKED:
            assert text.encode() not in content
            assert text.encode().hex().encode() not in content
        assert path.stat().st_mode & 0o077 == 0
    assert bench.amal.store.log_size() == size


def test_nothing_is_looked_up_when_somebody_asks(bench: Bench) -> None:
    """The store answers one question, whose answer is the same for every name: the public key."""
    bench.take_in(*ROWS)
    asked: list[str] = []

    class Watched:
        def __getattr__(self, name: str) -> object:
            asked.append(name)
            return getattr(bench.amal.store, name)

    work = bench.amal
    calls = []
    for name in ("Ba Two", "Nobody At All"):
        asked.clear()
        keep_inquiry(
            work.folder, Watched(), work.clock.now(), ASKED._replace(name=name)  # type: ignore[arg-type]
        )  # fmt: skip
        calls.append(tuple(asked))
    assert calls[0] == calls[1] == ("scan",)


def test_taken_up_it_is_a_sealed_contact_and_a_task(bench: Bench) -> None:
    kept = keep(bench)
    assert [one.id for one in waiting_inquiries(bench.amal)] == [kept]
    check_change(bench.amal, "take-up-inquiry", lambda: take_up_inquiry(bench.amal, kept))
    assert files(bench) == []
    task = list_tasks(bench.amal)[0]
    assert (task.kind, task.due) == ("call_back", "2024-01-15")
    shut = read_record(bench.amal, task.about)
    assert shut["type"] == "FamilyContact"
    assert not any(text in json.dumps(shut, ensure_ascii=False) for text in ASKED)
    opened = json.dumps(
        open_sealed(bench.amal, task.about, reason="calling back"), ensure_ascii=False
    )
    assert all(text in opened for text in ASKED)
    with pytest.raises(InputError, match="no inquiry"):
        take_up_inquiry(bench.amal, kept)


def test_only_who_is_cleared_takes_it_up(bench: Bench) -> None:
    kept = keep(bench)
    for roles, error in (
        (("viewer",), PermissionRefusedError),
        (("intake",), PermissionRefusedError),
        (("administrator",), PermissionRefusedError),
    ):
        member = bench.member(f"m-{roles[0]}", *roles)
        with pytest.raises(error):
            take_up_inquiry(member, kept)
    assert len(files(bench)) == 1


def test_who_was_not_given_the_key_cannot_open_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep(bench)
    badr = bench.member("badr", "verifier")
    monkeypatch.setattr("bayyina.app.inquiries.opener_of", lambda _: type("O", (), {"keys": {}}))
    with pytest.raises(KeyLockedError, match="not cleared"):
        take_up_inquiry(badr, kept)
    assert len(files(bench)) == 1


def test_one_that_nobody_can_act_on_is_turned_away_with_a_reason(bench: Bench) -> None:
    kept = keep(bench)
    with pytest.raises(InputError, match="Say why"):
        turn_away_inquiry(bench.amal, kept, reason=" ")
    check_change(
        bench.amal, "turn-away-inquiry", lambda: turn_away_inquiry(bench.amal, kept, reason="empty")
    )
    assert files(bench) == []


@pytest.mark.parametrize("field", ["name", "father", "contact"])
def test_what_is_too_little_or_too_much_is_refused(bench: Bench, field: str) -> None:
    for text in ("", "  ", "x" * 5_000):
        with pytest.raises(InputError):
            keep(bench, ASKED._replace(**{field: text}))
    assert files(bench) == []


def test_a_changed_file_opens_nothing_and_stops_nothing(bench: Bench) -> None:
    kept = keep(bench)
    path = files(bench)[0]
    content = json.loads(path.read_text("ascii"))
    for changes in (
        {"text": content["text"][:-2] + "00"},
        {"nonce": "00" * 12},
        {"key": content["key"][:-2] + "00"},
        {"key": "zz"},
        {"text": 7},
    ):
        path.write_text(json.dumps(content | changes), encoding="ascii")
        with pytest.raises(BayyinaError):
            take_up_inquiry(bench.amal, kept)
    for text in ("[]", "{", ""):
        path.write_text(text, encoding="ascii")
        assert len(waiting_inquiries(bench.amal)) == 1
        with pytest.raises(BayyinaError):
            take_up_inquiry(bench.amal, kept)
    for name in ("", "../x", "0" * 16):
        with pytest.raises(InputError, match="no inquiry"):
            take_up_inquiry(bench.amal, name)
    assert list_tasks(bench.amal) == []

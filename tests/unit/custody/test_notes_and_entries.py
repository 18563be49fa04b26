"""Signed notes, checkpoints and entries: what is accepted, and what is refused."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.custody.checkpoints import Checkpoint, log_origin, open_checkpoint, sign_checkpoint
from bayyina.custody.entries import (
    MAX_BATCH,
    Entry,
    TreeHead,
    clock_behind,
    read_time,
    time_text,
)
from bayyina.custody.notes import (
    Ed25519Signer,
    Ed25519Verifier,
    NoteSignature,
    open_note,
    read_note,
    sign_note,
    write_note,
)
from bayyina.errors import CustodyError

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2))
NAME = "bayyina/01900000-0000-7000-8000-000000000001"


def verifier(name: str = NAME, key: Ed25519PrivateKey = KEY) -> Ed25519Verifier:
    return Ed25519Verifier(name, key.public_key().public_bytes_raw())


def test_a_note_opens_for_those_who_know_a_key() -> None:
    note = sign_note("one\n\ntwo\n", [Ed25519Signer(NAME, KEY), Ed25519Signer("w/1", OTHER)])
    assert open_note(note, [verifier()]) == ("one\n\ntwo\n", (NAME,))
    assert open_note(note, [verifier("w/1", OTHER), verifier()])[1] == (NAME, "w/1")
    for stranger in ([], [verifier("x")], [verifier(key=OTHER)]):
        with pytest.raises(CustodyError, match="not signed"):
            open_note(note, stranger)


def test_a_known_key_that_fails_spoils_the_whole_note() -> None:
    note = read_note(sign_note("text\n", [Ed25519Signer(NAME, KEY), Ed25519Signer("w/1", OTHER)]))
    broken = NoteSignature("w/1", note.signatures[1].key_id, bytes(64))
    spoiled = write_note(replace(note, signatures=(note.signatures[0], broken)))
    assert open_note(spoiled, [verifier()])[1] == (NAME,)
    with pytest.raises(CustodyError, match="does not hold"):
        open_note(spoiled, [verifier(), verifier("w/1", OTHER)])


def test_sixteen_unknown_signatures_are_no_hindrance() -> None:
    note = read_note(sign_note("text\n", [Ed25519Signer(NAME, KEY)]))
    others = tuple(NoteSignature(f"w/{n}", bytes([n] * 4), b"\x06" * 2428) for n in range(15))
    crowded = write_note(replace(note, signatures=(*others, *note.signatures)))
    assert open_note(crowded, [verifier()])[1] == (NAME,)


def _signature(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name AAAAAAA=",
        "text\n\n- name AAAAAAA=\n",
        "text\n\n— na+me AAAAAAA=\n",
        "text\n\n—  AAAAAAA=\n",
        "text\n\n— name AAAAAAB=\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name !!!!\n",
        "te\x00xt\n\n— name AAAAAAA=\n",
        "te\rxt\n\n— name AAAAAAA=\n",
        "te\txt\n\n— name AAAAAAA=\n",
        "\n\n— name AAAAAAA=\n",
        "text\n\n" + "— name AAAAAAA=\n" * 65,
        "x" * (1 << 20) + "\n\n— name AAAAAAA=\n",
    ],
)
def test_other_texts_are_no_notes(note: str) -> None:
    with pytest.raises(CustodyError):
        read_note(note)


@pytest.mark.parametrize("text", ["", "no newline", "a\x01\n", "a\n\n— x AAAAAAA=\n"])
def test_texts_that_cannot_be_signed(text: str) -> None:
    if text.startswith("a\n\n"):  # an inner signature is text like any other
        note = sign_note(text, [Ed25519Signer(NAME, KEY)])
        assert open_note(note, [verifier()])[0] == text
        return
    with pytest.raises(CustodyError):
        sign_note(text, [Ed25519Signer(NAME, KEY)])


def test_somebody_must_sign_under_a_name() -> None:
    with pytest.raises(CustodyError):
        sign_note("a\n", [])
    with pytest.raises(CustodyError):
        sign_note("a\n", [Ed25519Signer("two words", KEY)])


def test_verifier_keys_are_checked() -> None:
    vkey = verifier().vkey
    assert Ed25519Verifier.from_vkey(vkey) == verifier()
    name, identity, encoded = vkey.split("+")
    other_algorithm = _signature(b"\x04" + verifier().public)
    for wrong in (
        f"{name}+00000000+{encoded}",
        f"{name}x+{identity}+{encoded}",
        f"{name}+{identity}",
        f"{name}+{identity}+{other_algorithm}",
        "",
    ):
        with pytest.raises(CustodyError):
            Ed25519Verifier.from_vkey(wrong)


def test_origins_of_real_and_invented_logs_differ() -> None:
    workspace = UUID("01900000-0000-7000-8000-000000000001")
    assert log_origin(workspace, fictional=False) == NAME
    assert log_origin(workspace, fictional=True) == NAME.replace("bayyina", "bayyina-fictional")


def test_a_checkpoint_must_be_of_this_log_and_signed_by_it() -> None:
    checkpoint = Checkpoint(NAME, 7, b"\x05" * 32)
    note = sign_checkpoint(checkpoint, KEY)
    assert open_checkpoint(note, NAME, [verifier()]) == checkpoint
    with pytest.raises(CustodyError, match="not of"):
        open_checkpoint(note, "bayyina/other", [verifier()])
    by_witness = sign_note(checkpoint.text, [Ed25519Signer("w/1", OTHER)])
    with pytest.raises(CustodyError, match="by the log itself"):
        open_checkpoint(by_witness, NAME, [verifier("w/1", OTHER)])


@pytest.mark.parametrize(
    "text",
    [
        "o\n1\n", "o\n01\nAAAA\n", "o\n-1\nAAAA\n", f"o\n1\n{_signature(bytes(31))}\n",
        f"\n1\n{_signature(bytes(32))}\n", f"o\n1\n{_signature(bytes(32))}\nextension\n",
        f"o\n1\n{_signature(bytes(32))}", f"o\n\u0661\n{_signature(bytes(32))}\n",
    ],
)  # fmt: skip
def test_other_texts_are_no_checkpoints(text: str) -> None:
    with pytest.raises(CustodyError):
        Checkpoint.from_text(text)


ENTRY = Entry(
    action="import",
    actor=UUID(int=(7 << 76) | (2 << 62) | 1),
    batch=UUID(int=(7 << 76) | (2 << 62) | 2),
    batch_number=3,
    case="main",
    details={"rows": 12, "mapping": "ab"},
    opened="2026-11-21T08:31:00.000Z",
    time="2026-11-21T08:32:00.123Z",
    trees={"statement": TreeHead(5, b"\x01" * 32)},
    salt="5a" * 32,
)


def test_entries_read_back() -> None:
    assert Entry.from_bytes(ENTRY.to_bytes()) == ENTRY
    late = replace(ENTRY, clock_behind_ms=60_000)
    assert Entry.from_bytes(late.to_bytes()) == late
    assert replace(ENTRY).to_bytes() == ENTRY.to_bytes()


@pytest.mark.parametrize(
    "change",
    [
        {"action": "Import"}, {"action": ""}, {"batch_number": 0}, {"batch_number": MAX_BATCH + 1},
        {"salt": "5A" * 32}, {"salt": "5a"}, {"time": "2026-11-21 08:32:00"}, {"clock_behind_ms": 0},
        {"time": "2026-13-21T08:32:00.123Z"}, {"details": {"x": None}}, {"details": {"x": [1]}},
        {"details": {"é": 1}}, {"trees": {"statement": TreeHead(0, b"\x01" * 32)}},
        {"trees": {"Statement": TreeHead(1, b"\x01" * 32)}},
        {"trees": {"statement": TreeHead(1, b"\x01" * 31)}}, {"details": {"x": "y" * 65_535}},
        {"clock_behind_ms": -5},
    ],
)  # fmt: skip
def test_entries_that_cannot_be_written(change: dict[str, object]) -> None:
    with pytest.raises(CustodyError):
        replace(ENTRY, **change).to_bytes()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":1,"w":1'),
        (b'"case":"main",', b""),
        (b'"rows":12', b'"rows":12.0'),
        (b"{", b"{ "),
        (b'"batch_number":3', b'"batch_number":"3"'),
        (b"-7000-8000-", b"-7000-8000-".upper() + b"0"),
    ],
)
def test_entries_that_cannot_be_read(old: bytes, new: bytes) -> None:
    data = ENTRY.to_bytes()
    assert old in data
    with pytest.raises(CustodyError):
        Entry.from_bytes(data.replace(old, new, 1))


def test_times_are_written_in_one_way() -> None:
    moment = datetime(2026, 11, 21, 10, 32, 0, 123999, tzinfo=timezone(timedelta(hours=2)))
    assert time_text(moment) == "2026-11-21T08:32:00.123Z"
    assert read_time("2026-11-21T08:32:00.123Z") == datetime(
        2026, 11, 21, 8, 32, 0, 123000, tzinfo=UTC
    )
    with pytest.raises(CustodyError):
        time_text(datetime(2026, 11, 21))  # noqa: DTZ001


def test_how_far_a_clock_is_behind() -> None:
    earlier, later = "2026-11-21T08:32:00.000Z", "2026-11-21T08:32:01.500Z"
    assert clock_behind(None, earlier) is None
    assert clock_behind(earlier, later) is None
    assert clock_behind(earlier, earlier) is None
    assert clock_behind(later, earlier) == 1500

"""Signed notes, checkpoints and entries: what is accepted, and what is refused."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from bayyina.custody import entries as entries_module
from bayyina.custody.canonical import canonical_json
from bayyina.custody.checkpoints import Checkpoint, log_origin, open_checkpoint, sign_checkpoint
from bayyina.custody.entries import (
    MAX_BATCH,
    Entry,
    TreeHead,
    clock_behind,
    new_entry,
    read_time,
    time_text,
)
from bayyina.custody.notes import (
    Ed25519Signer,
    Ed25519Verifier,
    Note,
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


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBER = st.integers(-1, 2) | st.sampled_from([MAX_BATCH, MAX_BATCH + 1, 1 << 53, True, "1"])
UUIDS = st.uuids().map(str) | st.sampled_from(["", str(UUID(int=7)).upper(), "{" + "0" * 32 + "}"])
TIMES = st.sampled_from(["2024-01-01T12:00:00.000Z", "2024-13-01T12:00:00.000Z", "", "now", 7])
HEADS = st.tuples(
    st.integers(0, 2) | st.sampled_from([1 << 32, (1 << 32) + 1, True]),
    st.binary(min_size=32, max_size=32) | st.sampled_from([b"", bytes(31)]),
)


@dataclass(frozen=True)
class Facts:
    """What an entry says."""

    action: str
    batch_number: int
    case: str
    details: dict[str, str | int]
    opened: str
    trees: dict[str, tuple[int, bytes]]
    clock_behind_ms: int | None


@given(
    facts=st.builds(
        Facts,
        action=st.sampled_from(["import", "a.b-c_9", "", "Import", 'a"b', "a\n"]),
        batch_number=NUMBER,
        case=TEXT | st.just("main"),
        details=st.dictionaries(TEXT | st.just("n"), TEXT | NUMBER, max_size=2),
        opened=TIMES,
        trees=st.dictionaries(st.sampled_from(["record", "b", "B", ""]), HEADS, max_size=3),
        clock_behind_ms=st.none() | NUMBER,
    ),
    actor=UUIDS,
    batch=UUIDS,
    time=TIMES,
)
@example(
    Facts("import", 3, "main", {"n": 1, "é": "ü\n"}, "2024-01-01T12:00:00.000Z", {"record": (1, bytes(32)), "a": (2, b"b" * 32)}, 5),
    str(UUID(int=5)),
    str(UUID(int=6)),
    "2024-01-01T12:00:00.123Z",
)  # fmt: skip
def test_entries_written_quickly_are_canonical(
    facts: Facts, actor: str, batch: str, time: str
) -> None:
    written: list[bytes | None] = []
    quick_one, slow_one = entries_module._quickly_written, lambda *_: None
    for way in (quick_one, slow_one):
        with (
            pytest.MonkeyPatch.context() as patch,
            suppress(CustodyError, ValueError, TypeError, AttributeError),
        ):
            patch.setattr(entries_module, "_quickly_written", way)
            patch.setattr("os.urandom", lambda n: b"s" * n)
            written.append(new_entry(facts, actor=actor, batch=batch, time=time))
            continue
        written.append(None)
    assert written[0] == written[1]
    if written[0] is not None:
        assert canonical_json(json.loads(written[0])) == written[0]
        assert Entry.from_bytes(written[0]).to_bytes() == written[0]


def test_a_plain_entry_is_written_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries_module, "canonical_json", None)
    facts = Facts(
        "import", 1, "ق", {}, "2024-01-01T12:00:00.000Z", {"record": (1, bytes(32))}, None
    )
    data = new_entry(facts, actor=str(UUID(int=5)), batch=str(UUID(int=6)), time=facts.opened)
    assert b'"case":"\xd9\x82"' in data


def test_a_note_is_signed_where_it_reads_back() -> None:
    texts = ["", "\n", "a", "a\n", "\na\n", "a\n\n", "a\n\n\n", "a\n\n— b\n", "\x01\n", "é\t\n"]
    names = [["n"], ["a b"], [""], ["n", "a+b"], ["a\nb"]]
    for text, group in (*product(texts, names), ("a\n", ["n"] * 64), ("a\n", ["n"] * 65)):
        signers = [Ed25519Signer(name, KEY) for name in group]
        note = Note(text, tuple(signer.sign(text) for signer in signers))
        try:
            is_read = read_note(write_note(note)) == note
        except CustodyError:
            is_read = False
        try:
            assert sign_note(text, signers) == write_note(note)
        except CustodyError:
            assert not is_read
        else:
            assert is_read

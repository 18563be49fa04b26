"""The rule of two people; proofs that an outsider checks alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.custody.determinations import (
    Determination,
    Erasure,
    SignedDecision,
    check_two_people,
    erasure_digest,
    sign_decision,
)
from bayyina.custody.notes import Ed25519Signer, read_note, write_note
from bayyina.custody.proofs import (
    EntryProof,
    RowProof,
    prove_entry,
    prove_row,
    verify_entry_proof,
    verify_row_proof,
)
from bayyina.errors import BayyinaError, CustodyError, PermissionRefusedError
from bayyina.keys.signing import ERASURE, is_signed, signed_bytes
from tests.unit.custody.log_builder import ORIGIN, MemoryLog
from tests.unit.custody.small_log import IMPORT, LARGE, RECORDS, build

KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2, 3)]
BODY = Determination(
    ORIGIN, 11, 7, "verified", "for", "two-sources", "agree", 1,
    KEYS[0].public_key().public_bytes_raw(), "5a" * 32,
)  # fmt: skip


def signed(person: str, key: Ed25519PrivateKey, **changes: object) -> SignedDecision:
    public = key.public_key().public_bytes_raw()
    decision = replace(BODY, key=public, **changes)  # type: ignore[arg-type]
    return SignedDecision(person, decision, sign_decision(decision, key))


def test_two_people_are_enough() -> None:
    pair = [signed("amal", KEYS[0]), signed("basil", KEYS[1], number=12, member=2)]
    assert check_two_people(pair, entered_by=["cyra"]) == ("amal", "basil")


@pytest.mark.parametrize(
    ("decisions", "entered_by", "error", "words"),
    [
        ([], [], CustodyError, "none"),
        ([signed("amal", KEYS[0])], [], PermissionRefusedError, "2 different people"),
        (
            [signed("amal", KEYS[0]), signed("amal", KEYS[1])],
            [],
            PermissionRefusedError,
            "Only amal",
        ),
        (
            [signed("amal", KEYS[0]), signed("basil", KEYS[0])],
            [],
            PermissionRefusedError,
            "one and the same key",
        ),
        (
            [signed("amal", KEYS[0]), signed("basil", KEYS[1])],
            ["basil"],
            PermissionRefusedError,
            "basil entered the record",
        ),
        (
            [signed("amal", KEYS[0]), signed("basil", KEYS[1], record=8)],
            [],
            CustodyError,
            "same thing",
        ),
        (
            [signed("amal", KEYS[0]), signed("basil", KEYS[1], verdict="against")],
            [],
            CustodyError,
            "same thing",
        ),
        (
            [signed("amal", KEYS[0]), replace(signed("basil", KEYS[1]), signature=bytes(64))],
            [],
            CustodyError,
            "signature of basil",
        ),
    ],
)
def test_anything_else_is_refused_with_the_reason(
    decisions: list[SignedDecision], entered_by: list[str], error: type[BayyinaError], words: str
) -> None:
    with pytest.raises(error, match=words):
        check_two_people(decisions, entered_by=entered_by)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "bayyina/x"}, {"number": 12}, {"record": 8}, {"decision": "rejected"},
        {"verdict": "against"}, {"standard": "other"}, {"reasons": "other"}, {"member": 2},
        {"salt": "5b" * 32}, {"key": KEYS[1].public_key().public_bytes_raw()},
    ],
)  # fmt: skip
def test_a_signature_covers_everything(change: dict[str, object]) -> None:
    good = signed("amal", KEYS[0])
    assert good.is_genuine()
    moved = replace(good, decision=replace(BODY, **change))  # type: ignore[arg-type]
    assert not moved.is_genuine()


def test_a_signature_for_one_purpose_is_none_for_another() -> None:
    good = signed("amal", KEYS[0])
    body = good.decision.body
    assert not is_signed(good.decision.key, ERASURE, body, good.signature)
    assert signed_bytes(ERASURE, body) == b"bayyina/erasure/v1\n" + body
    with pytest.raises(CustodyError):
        signed_bytes("a\n", body)


def test_a_decision_is_signed_with_the_key_it_names() -> None:
    with pytest.raises(CustodyError):
        sign_decision(BODY, KEYS[1])


def test_erasures_count_together_only_over_the_same_rows() -> None:
    rows = [("statement", 5, b"a" * 32), ("record", 7, b"b" * 32)]
    digest = erasure_digest(rows)
    assert digest == erasure_digest(reversed(rows)) != erasure_digest(rows[:1])
    pair = []
    for at, person in enumerate(("amal", "basil")):
        public = KEYS[at].public_key().public_bytes_raw()
        erasure = Erasure(ORIGIN, at, 7, 2, digest, "consent", at, public, "5a" * 32)
        pair.append(SignedDecision(person, erasure, sign_decision(erasure, KEYS[at])))
    assert check_two_people(pair, entered_by=()) == ("amal", "basil")
    last = pair[1].decision
    assert isinstance(last, Erasure)
    other = replace(last, rows=3)
    pair[1] = SignedDecision("basil", other, sign_decision(other, KEYS[1]))
    with pytest.raises(CustodyError, match="same thing"):
        check_two_people(pair, entered_by=())


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    return build()


@pytest.fixture(scope="module")
def proof(log: MemoryLog) -> RowProof:
    size = len(log.stored_entries)
    entry_proof = prove_entry(lambda *at: log.tile(0, "", *at), 1, log.notes[-1], size)
    number = RECORDS + 777
    line = log.batch(next(iter(log.handles)), "x").line(  # type: ignore[arg-type]
        "statement", log.stored_rows["statement"][number]
    )

    def read_tile(level: int, position: int) -> bytes:
        return log.tile(IMPORT, "statement", level, position)

    return prove_row(line, 777, read_tile, LARGE, log.stored_entries[1], entry_proof)


def test_a_proof_shows_its_row(log: MemoryLog, proof: RowProof) -> None:
    text = proof.to_text()
    assert RowProof.from_text(text) == proof
    proved = verify_row_proof(text, origin=ORIGIN, verifiers=log.trust().verifiers)
    assert proved.row["number"] == RECORDS + 777
    assert proved.row["value"] == "value 777 خالد"
    assert (proved.entry_index, proved.checkpoint.size) == (1, 5)


def test_the_entry_half_is_a_tlog_proof(log: MemoryLog, proof: RowProof) -> None:
    text = proof.entry_proof.to_text()
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 1\n")
    assert EntryProof.from_text(text) == proof.entry_proof
    with_extra = text.replace("\nindex", "\nextra AAAA\nindex", 1)
    assert EntryProof.from_text(with_extra) == proof.entry_proof
    verify_entry_proof(
        proof.entry_proof, proof.entry, origin=ORIGIN, verifiers=log.trust().verifiers
    )


def test_a_later_cosignature_does_not_disturb(log: MemoryLog, proof: RowProof) -> None:
    note = read_note(proof.entry_proof.checkpoint)
    witness = Ed25519Signer("witness.example/1", KEYS[2]).sign(note.text)
    cosigned = write_note(replace(note, signatures=(*note.signatures, witness)))
    text = replace(proof, entry_proof=replace(proof.entry_proof, checkpoint=cosigned)).to_text()
    verify_row_proof(text, origin=ORIGIN, verifiers=log.trust().verifiers)


def test_a_proof_with_anything_changed_shows_nothing(log: MemoryLog, proof: RowProof) -> None:
    text, verifiers = proof.to_text(), log.trust().verifiers
    at = text.index("leaf {")
    places = [*range(at, len(text), max(1, (len(text) - at) // 150)), text.index("777")]
    accepted = []
    for place in places:
        other = "A" if text[place] != "A" else "B"
        try:
            verify_row_proof(
                text[:place] + other + text[place + 1 :], origin=ORIGIN, verifiers=verifiers
            )
        except CustodyError:
            continue
        accepted.append(place)
    assert accepted == []


@pytest.mark.parametrize("drop", [0, 1, 2, 3, -1, -3])
def test_a_proof_without_a_line_shows_nothing(log: MemoryLog, proof: RowProof, drop: int) -> None:
    lines = proof.to_text().rstrip("\n").split("\n")
    del lines[drop]
    with pytest.raises(CustodyError):
        verify_row_proof("\n".join(lines) + "\n", origin=ORIGIN, verifiers=log.trust().verifiers)


def test_a_proof_needs_a_known_key_and_its_own_log(log: MemoryLog, proof: RowProof) -> None:
    with pytest.raises(CustodyError):
        verify_row_proof(proof.to_text(), origin=ORIGIN, verifiers=())
    with pytest.raises(CustodyError):
        verify_row_proof(proof.to_text(), origin="bayyina/x", verifiers=log.trust().verifiers)


@pytest.mark.parametrize("text", ["", "x", "bayyina.row-proof/v1\n", "c2sp.org/tlog-proof@v1"])
def test_other_texts_are_no_proofs(text: str) -> None:
    with pytest.raises(CustodyError):
        RowProof.from_text(text)
    with pytest.raises(CustodyError):
        EntryProof.from_text(text)

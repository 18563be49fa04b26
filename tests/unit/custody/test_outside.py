"""What others say of a log: cosignatures, witnesses, time-stamps, calendars, tiles."""

from __future__ import annotations

import base64
import json
import os
import random
import re
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from bayyina.custody.checkpoints import Checkpoint, sign_checkpoint
from bayyina.custody.cosignatures import (
    ML_DSA_44,
    CosignatureVerifier,
    Cosigner,
    MlDsaSigner,
    cosign,
    cosignatures,
    joined,
    post_quantum_verifier,
    sign_again,
    verifier_from_vkey,
)
from bayyina.custody.merkle import leaf_hash, root
from bayyina.custody.notes import Ed25519Verifier, open_note, read_note
from bayyina.custody.tile_logs import TileLog, split_entries, write_tile_log
from bayyina.custody.tiles import TileTree
from bayyina.custody.time_stamps import (
    embedded_certificates,
    read_chain,
    time_stamp_request,
    verify_time_stamp,
)
from bayyina.custody.witness import (
    COSIGNED,
    INCONSISTENT,
    NOT_SIGNED,
    OTHER_SIZE,
    UNKNOWN_LOG,
    UNREADABLE,
    Witness,
)
from bayyina.custody.witness_requests import WitnessRequest, make_request
from bayyina.errors import CustodyError, InputError, StorageError
from tests.local_authority import LocalAuthority

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
ORIGIN = "bayyina-fictional/00000000-0000-7000-8000-000000000000"
ENTRIES = [f"entry {number}".encode() for number in range(600)]


def note(size: int, entries: list[bytes] = ENTRIES) -> str:
    made = Checkpoint(ORIGIN, size, root([leaf_hash(one) for one in entries[:size]]))
    return sign_checkpoint(made, LOG_KEY)


def log_key() -> Ed25519Verifier:
    return Ed25519Verifier(ORIGIN, LOG_KEY.public_key().public_bytes_raw())


def cosigner() -> Cosigner:
    return Cosigner("witness.example.org/1", WITNESS_KEY, NOW)


def witness_key() -> CosignatureVerifier:
    return CosignatureVerifier("witness.example.org/1", WITNESS_KEY.public_key().public_bytes_raw())


def request(old: int, new: int, entries: list[bytes] = ENTRIES) -> str:
    tree = TileTree()
    tiles = {(t.level, t.position): t.data for t in tree.add_many(map(leaf_hash, entries[:new]))}
    tiles |= {(t.level, t.position): t.data for t in tree.edge_tiles()}
    read = lambda level, position: tiles.get((level, position), b"")  # noqa: E731
    return make_request(read, old, note(new, entries)).to_text()


# cosignatures


def test_a_cosignature_is_what_the_specification_says() -> None:
    made = cosign(note(5), [cosigner()])
    line = read_note(made).signatures[-1]
    seconds = int(NOW.timestamp())
    assert line.signature[:8] == seconds.to_bytes(8, "big")
    signed = f"cosignature/v1\ntime {seconds}\n{read_note(made).text}".encode()
    WITNESS_KEY.public_key().verify(line.signature[8:], signed)
    assert cosignatures(made, [witness_key()])[0].time == NOW
    assert verifier_from_vkey(witness_key().vkey) == witness_key()
    assert open_note(made, [log_key()])[1] == (ORIGIN,)


@pytest.mark.parametrize("place", [0, 7, 8, 40, 71])
def test_a_changed_cosignature_is_refused(place: int) -> None:
    read = read_note(cosign(note(5), [cosigner()]))
    signature = bytearray(read.signatures[-1].signature)
    signature[place] ^= 1
    assert not witness_key().has_signed(read.text.encode(), bytes(signature))
    assert not witness_key().has_signed(note(6).encode(), read.signatures[-1].signature)
    assert not witness_key().has_signed(read.text.encode(), b"")


def test_a_post_quantum_signature_stands_beside_the_first_one() -> None:
    key = MLDSA44PrivateKey.from_seed_bytes(bytes(range(32)))
    before = note(7)
    made = cosign(before, [MlDsaSigner(ORIGIN, key, NOW)])
    verifier = CosignatureVerifier(ORIGIN, key.public_key().public_bytes_raw(), ML_DSA_44)
    assert made.startswith(before)
    assert open_note(made, [log_key(), verifier])[1] == (ORIGIN,)
    assert cosignatures(made, [verifier])[0].algorithm == ML_DSA_44
    assert verifier_from_vkey(verifier.vkey) == verifier
    other = read_note(made).signatures[-1].signature
    assert not verifier.has_signed(read_note(note(8)).text.encode(), other)
    stamped = (0).to_bytes(8, "big") + other[8:]
    assert not verifier.has_signed(read_note(made).text.encode(), stamped)


def test_the_second_key_of_a_log_follows_from_its_first() -> None:
    made = sign_again(note(7), LOG_KEY, NOW)
    verifier = post_quantum_verifier(ORIGIN, LOG_KEY)
    assert made.startswith(note(7))
    assert cosignatures(made, [verifier])[0].name == ORIGIN
    assert verifier.key_id.hex() == "e6a2cdf4"
    other = post_quantum_verifier(ORIGIN, WITNESS_KEY)
    assert other.public != verifier.public


def test_what_a_post_quantum_signature_signs() -> None:
    key = MLDSA44PrivateKey.from_seed_bytes(bytes(range(32)))
    text = read_note(note(7)).text
    signature = MlDsaSigner("w.example", key, NOW).sign(text).signature
    checkpoint = Checkpoint.from_text(text)
    expected = b"subtree/v1\n\x00\x09w.example" + int(NOW.timestamp()).to_bytes(8, "big")
    expected += bytes([len(ORIGIN)]) + ORIGIN.encode() + bytes(8) + (7).to_bytes(8, "big")
    key.public_key().verify(signature[8:], expected + checkpoint.root)


def test_copies_of_one_checkpoint_are_joined() -> None:
    both = joined(note(5), cosign(note(5), [cosigner()]))
    assert len(read_note(both).signatures) == 2
    with pytest.raises(CustodyError, match="same state"):
        joined(note(5), note(6))


@pytest.mark.parametrize("vkey", ["", "a", "a+b+c", "name+00000000+BAAA", "é+1+AQ=="])
def test_damaged_keys(vkey: str) -> None:
    with pytest.raises(CustodyError):
        verifier_from_vkey(vkey)


# witness


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    made = Witness(tmp_path / "witness")
    assert made.trust(log_key().vkey) == ORIGIN
    return made


def test_a_witness_follows_a_log(witness: Witness) -> None:
    for old, new in ((0, 3), (3, 256), (256, 256), (256, 600)):
        found = witness.answer(request(old, new), cosigner())
        assert (found.outcome, found.last_size) == (COSIGNED, old), found
        assert cosignatures(found.note, [witness_key()])
    assert witness.logs() == [(ORIGIN, 600)]
    again = Witness(witness.folder).answer(request(0, 600), cosigner())
    assert again.outcome == COSIGNED  # the very same state, whatever it goes on from


def test_a_witness_refuses_another_history(witness: Witness) -> None:
    assert witness.answer(request(0, 100), cosigner()).outcome == COSIGNED
    other = [b"x", *ENTRIES[1:]]
    assert witness.answer(note(100, other), cosigner()).outcome == INCONSISTENT
    forged = WitnessRequest.from_text(request(100, 200))
    forged = WitnessRequest(100, forged.proof, note(200, other))
    assert witness.answer(forged.to_text(), cosigner()).outcome == INCONSISTENT
    assert witness.answer(request(100, 200, other), cosigner()).outcome == INCONSISTENT
    assert len(list((witness.folder / "conflicts").iterdir())) == 3
    assert witness.logs() == [(ORIGIN, 100)]


def test_a_witness_refuses_what_it_cannot_follow(witness: Witness) -> None:
    assert witness.answer(request(0, 100), cosigner()).outcome == COSIGNED
    for text, outcome in (
        (request(0, 200), OTHER_SIZE),
        (note(200), OTHER_SIZE),
        (request(50, 200), OTHER_SIZE),
        (note(50), OTHER_SIZE),
        ("nothing", UNREADABLE),
        ("old 5\n\n", UNREADABLE),
        (note(100).replace(ORIGIN, "other"), UNKNOWN_LOG),
        (note(100).replace("100\n", "101\n", 1), NOT_SIGNED),
    ):
        found = witness.answer(text, cosigner())
        assert (found.outcome, found.note) == (outcome, ""), text
    assert witness.logs() == [(ORIGIN, 100)]


def test_nothing_is_cosigned_that_is_not_kept(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StorageError, match="nothing was cosigned"):
        witness.answer(request(0, 3), cosigner())
    monkeypatch.undo()
    assert witness.logs() == [(ORIGIN, 0)]


def test_a_witness_whose_memory_is_damaged_stops(witness: Witness) -> None:
    assert witness.answer(request(0, 3), cosigner()).outcome == COSIGNED
    state = next((witness.folder / "logs").glob("*.json"))
    state.write_text(state.read_text()[:20])
    with pytest.raises(StorageError, match="nothing was cosigned"):
        witness.answer(request(3, 5), cosigner())


# tiles


def test_a_log_as_tiles_is_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    write_tile_log(folder, ENTRIES, note(600))
    log = TileLog(folder)
    assert log.check(note(600), ORIGIN, [log_key()]).size == 600
    assert list(log.entries(600)) == ENTRIES
    assert log.check(note(300), ORIGIN, [log_key()]).size == 300
    assert (folder / "tile/0/002.p/88").is_file()
    with pytest.raises(CustodyError):
        write_tile_log(tmp_path / "other", ENTRIES[:599], note(600))
    with pytest.raises(InputError):
        write_tile_log(folder, ENTRIES, note(600))


def test_changed_tiles_are_refused(tmp_path: Path) -> None:
    write_tile_log(tmp_path / "log", ENTRIES, note(600))
    for path in sorted((tmp_path / "log/tile").rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        for changed in (data[:-1], bytes([data[0] ^ 1]) + data[1:], b""):
            path.write_bytes(changed)
            with pytest.raises(CustodyError):
                TileLog(tmp_path / "log").check(note(600), ORIGIN, [log_key()])
        path.write_bytes(data)
    with pytest.raises(CustodyError):
        split_entries(b"\x00\x05abc")


@pytest.mark.data
def test_the_third_party_log_of_tiles(test_data: Path) -> None:
    folder = test_data / "evidence/tlog-tiles-log"
    if not folder.is_dir():
        pytest.skip("The tile log is not on this machine.")
    facts = json.loads((folder / "signed-note-example.json").read_text())
    verifier = verifier_from_vkey(facts["tessera_log_vkey"])
    log = TileLog(folder)
    for size in range(1, 16):
        text = (folder / f"checkpoint.{size}").read_text()
        assert log.check(text, verifier.name, [verifier]).size == size


# time-stamps


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    return LocalAuthority(tmp_path_factory.mktemp("tsa") / "one")


def test_an_authority_of_our_own(authority: LocalAuthority, tmp_path: Path) -> None:
    data = note(5).encode()
    answer = authority.answer(time_stamp_request(data))
    chain = read_chain([authority.root, authority.revoked()])
    stamp = verify_time_stamp(answer, data, chain)
    assert stamp.revocation == "checked"
    assert stamp.authority == "CN=FICTIONAL authority 1,O=FICTIONAL authority"
    assert b"BEGIN CERTIFICATE" in embedded_certificates(answer)
    for wrong in (data[:-1], data + b"\n", b""):
        with pytest.raises(CustodyError):
            verify_time_stamp(answer, wrong, chain)
    (tmp_path / "data").write_bytes(data)
    (tmp_path / "answer.tsr").write_bytes(answer)
    (tmp_path / "chain.pem").write_bytes(chain.to_pem())
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", "data", "-in", "answer.tsr", "-CAfile", "chain.pem"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_change_of_a_certificate_or_list_is_one_sentence_or_another_chain(
    authority: LocalAuthority,
) -> None:
    """Versions that are none, extensions that stand twice: the library has an error for each."""
    dice, whole = random.Random(5), b""
    for pem in (authority.root, authority.revoked()):
        begin, *lines, end = pem.decode().strip().split("\n")
        whole = base64.b64decode("".join(lines))
        versions = [whole.find(b"\x02\x01", at) + 2 for at in range(12)]
        for at in [*versions, *(dice.randrange(len(whole)) for _ in range(300))]:
            changed = bytearray(whole)
            changed[at] ^= 1 << dice.randrange(8)
            text = f"{begin}\n{base64.b64encode(changed).decode()}\n{end}\n"
            for parts in ([authority.root, text.encode()], [authority.root, bytes(changed)]):
                with suppress(CustodyError):
                    read_chain(parts)
    wrong = whole.replace(b"\x02\x01\x01", b"\x02\x01\x09", 1)
    with pytest.raises(CustodyError, match="cannot be read"):
        read_chain([authority.root, wrong])


def test_a_revoked_authority_and_a_strange_root(tmp_path: Path) -> None:
    first, other = LocalAuthority(tmp_path / "a"), LocalAuthority(tmp_path / "b", "FICTIONAL other")
    answer = first.answer(time_stamp_request(b"data"))
    with pytest.raises(CustodyError):
        verify_time_stamp(answer, b"data", read_chain([other.root]))
    forged = LocalAuthority(tmp_path / "c")
    with pytest.raises(CustodyError, match="not signed by its issuer"):
        verify_time_stamp(answer, b"data", read_chain([first.root, forged.revoked()]))
    first.revoke()
    later = first.answer(time_stamp_request(b"data"))
    with pytest.raises(CustodyError, match="revoked"):
        verify_time_stamp(later, b"data", read_chain([first.root, first.revoked()]))


def test_why_a_token_does_not_hold_is_one_sentence(
    authority: LocalAuthority, tmp_path: Path
) -> None:
    other = LocalAuthority(tmp_path / "d", "FICTIONAL other")
    data = b"FICTIONAL"
    token = authority.answer(time_stamp_request(data))
    with pytest.raises(CustodyError) as raised:
        verify_time_stamp(token, data, read_chain([other.root]))
    assert re.fullmatch(r"The time-stamp [a-z0-9 ,:]+\.", raised.value.message)


def test_changed_tokens_never_pass_for_good(authority: LocalAuthority) -> None:
    answer = authority.answer(time_stamp_request(b"data"))
    chain = read_chain([authority.root])
    good = verify_time_stamp(answer, b"data", chain)
    dice = random.Random(1)
    for _ in range(400):
        changed = bytearray(answer)
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        try:
            found = verify_time_stamp(bytes(changed), b"data", chain)
        except CustodyError:
            continue
        assert (found.time, found.serial) == (good.time, good.serial)


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "holds"),
    [
        ("test_tsa/response.tsr", True),
        ("test_tsa/response-injected-certs.tsr", True),
        ("test_tsa/other_response.tsr", False),
        ("sigstage/response-sha256.tsr", True),
        ("sigstage/response-sha384.tsr", True),
        ("sigstage/response-sha512.tsr", True),
        ("sigstage/response-invalid-signature.tsr", False),
        ("sigstage/response-no-embedded-cert.tsr", True),
    ],
)
def test_third_party_tokens(test_data: Path, file: str, holds: bool) -> None:
    folder = test_data / "evidence/rfc3161"
    if not folder.is_dir():
        pytest.skip("The tokens are not on this machine.")
    chain = read_chain([(folder / file).with_name("ts_chain.pem").read_bytes()])
    response = (folder / file).read_bytes()
    if holds:
        assert verify_time_stamp(response, b"hello", chain).time.year >= 2024
    else:
        with pytest.raises(CustodyError):
            verify_time_stamp(response, b"hello", chain)


@pytest.mark.data
def test_a_token_holds_after_its_certificate_has_expired(test_data: Path) -> None:
    folder = test_data / "evidence/rfc3161/sigstore.mock"
    if not folder.is_dir():
        pytest.skip("The tokens are not on this machine.")
    chain = read_chain([(folder / "ts_chain.pem").read_bytes()])
    assert all(
        one.not_valid_after_utc < NOW for one in chain.certificates if one not in chain.roots
    )
    payload = (folder / "payload").read_bytes()
    stamp = verify_time_stamp((folder / "response-expired.tsr").read_bytes(), payload, chain)
    assert stamp.time.year == 2023


def test_a_root_in_der_is_read_too(test_data: Path) -> None:
    path = test_data / "evidence/rfc3161/identrust/ts_chain.pem"
    if not path.is_file():
        pytest.skip("The tokens are not on this machine.")
    assert len(read_chain([path.read_bytes()]).roots) == 1
    with pytest.raises(CustodyError):
        read_chain([b"nothing"])

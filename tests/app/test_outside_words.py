"""Witnesses, time-stamps and calendar proofs of a workspace's log, kept and bundled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.app.bundling import BundleOrder, create_bundle
from bayyina.app.kept_stamps import log_verifier
from bayyina.app.time_stamping import (
    keep_calendar_proof,
    keep_time_stamp,
    outside_words,
    stamp_request,
)
from bayyina.app.witnessing import export_tiles, keep_cosigned, witness_request
from bayyina.bundle.verifying import Trusted, verify_bundle
from bayyina.custody.cosignatures import CosignatureVerifier, Cosigner, cosign
from bayyina.custody.open_time_stamps import NO_HEADER, PENDING
from bayyina.custody.tile_logs import TileLog
from bayyina.custody.time_stamps import read_chain
from bayyina.custody.witness import COSIGNED, Witness, cosigned_lines
from bayyina.errors import CustodyError, InputError, PermissionRefusedError
from bayyina.remote.calendars import ask_calendar
from bayyina.remote.posting import RemoteRefusedError
from bayyina.remote.time_stamp_authorities import ask_authority
from bayyina.remote.witnesses import ask_witness
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.test_bundling import said, standalone
from tests.app.test_use_cases_are_logged import check_change
from tests.local_authority import LocalAuthority
from tests.made_calendars import block_proof, pending_proof, reached

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NAME = "witness.example.org/1"


def cosigner() -> Cosigner:
    return Cosigner(NAME, KEY, datetime(2024, 1, 2, tzinfo=UTC))


def witness_key() -> CosignatureVerifier:
    return CosignatureVerifier(NAME, KEY.public_key().public_bytes_raw())


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> list[LocalAuthority]:
    folder = tmp_path_factory.mktemp("authorities")
    return [LocalAuthority(folder / str(n), f"FICTIONAL authority {n}") for n in (1, 2)]


def test_all_outside_words_travel_in_a_bundle(
    bench: Bench, authorities: list[LocalAuthority], tmp_path: Path
) -> None:
    bench.take_in(*ROWS)
    own = Witness(tmp_path / "witness")
    own.trust(log_verifier(bench.amal).vkey)
    answer = own.answer(witness_request(bench.amal, 0), cosigner())
    assert answer.outcome == COSIGNED
    check_change(
        bench.amal,
        "keep-cosignatures",
        lambda: keep_cosigned(bench.amal, answer.note, [witness_key().vkey]),
    )
    for one in authorities:
        token = one.answer(stamp_request(bench.amal)[1])
        keep = partial(keep_time_stamp, bench.amal, token, [one.root, one.revoked()])
        check_change(bench.amal, "keep-time-stamp", keep)
    note = bench.amal.store.checkpoints()[-1].note
    check_change(
        bench.amal,
        "keep-calendar-proof",
        lambda: keep_calendar_proof(bench.amal, pending_proof(note.encode()), {}),
    )
    words = outside_words(bench.amal)
    assert [one["witness"] for one in words["witnesses"]] == [NAME]
    assert len(words["time_stamps"]) == 2
    assert words["enough_authorities"]
    out = bench.folder / "out"
    order = BundleOrder("FICTIONAL", whole_case=True)
    create_bundle(bench.amal, order, out=out, progress=quiet)
    roots = read_chain([one.root for one in authorities])
    trusted = Trusted([log_verifier(bench.amal)], [witness_key()], roots)
    found = verify_bundle(out, trusted)
    assert found.report.ok, said(found)
    assert all(check.asked for check in found.report.checks)
    codes = {one.code for one in found.limits}
    assert not codes & {"key", "witness", "time-stamp", "one-authority", "authority"}
    alone = standalone(out, "--key", log_verifier(bench.amal).vkey, "--witness", witness_key().vkey)
    assert alone["ok"], alone
    stranger = read_chain([LocalAuthority(tmp_path / "stranger").root])
    assert not verify_bundle(out, Trusted(authorities=stranger)).report.ok
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert not verify_bundle(out, Trusted(witnesses=[CosignatureVerifier("w2", other)])).report.ok


def test_a_completed_calendar_proof_takes_the_place_of_the_promise(bench: Bench) -> None:
    bench.take_in(ROWS[0])
    note = bench.amal.store.checkpoints()[-1].note
    keep_calendar_proof(bench.amal, pending_proof(note.encode()), {})
    size = bench.amal.store.log_size()
    again = keep_calendar_proof(bench.amal, pending_proof(note.encode()), {})
    assert [one.state for one in again] == [PENDING]
    assert bench.amal.store.log_size() == size
    found = keep_calendar_proof(bench.amal, block_proof(note.encode(), 17), {})
    assert {one.state for one in found} == {PENDING, NO_HEADER}
    (first, second) = outside_words(bench.amal)["calendars"]
    assert {first["state"], second["state"]} == {PENDING, NO_HEADER}
    out = bench.folder / "out"
    create_bundle(bench.amal, BundleOrder("x", whole_case=True), out=out, progress=quiet)
    assert [path.name for path in sorted((out / "data/calendars").iterdir())] == ["1"]
    assert verify_bundle(out).report.ok


def test_without_openssl_time_stamps_are_not_checked(
    bench: Bench, authorities: list[LocalAuthority], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.take_in(ROWS[0])
    token = authorities[0].answer(stamp_request(bench.amal)[1])
    keep_time_stamp(bench.amal, token, [authorities[0].root])
    out = bench.folder / "out"
    create_bundle(bench.amal, BundleOrder("x", whole_case=True), out=out, progress=quiet)
    monkeypatch.setenv("PATH", str(bench.folder))
    alone = standalone(out)
    assert not alone["ok"]
    assert [one["outcome"] for one in alone["checks"] if one["outcome"] != "holds"] == [
        "NOT CHECKED"
    ]


def test_what_is_not_ours_is_not_kept(bench: Bench, authorities: list[LocalAuthority]) -> None:
    bench.take_in(ROWS[0])
    size = bench.amal.store.log_size()
    note = bench.amal.store.checkpoints()[-1].note
    other = cosign(note.replace("\n", "x\n", 1), [cosigner()])
    for wrong in (other, note, "nothing", cosign(note, [cosigner()])[:-9]):
        with pytest.raises((CustodyError, InputError)):
            keep_cosigned(bench.amal, wrong, [witness_key().vkey])
    with pytest.raises(InputError):
        keep_cosigned(bench.amal, cosign(note, [cosigner()]), ["nonsense"])
    token = authorities[0].answer(stamp_request(bench.amal)[1])
    for response, chain in (
        (token, authorities[1].root),
        (token[:-5], authorities[0].root),
        (b"", authorities[0].root),
    ):
        with pytest.raises(CustodyError):
            keep_time_stamp(bench.amal, response, [chain])
    with pytest.raises(CustodyError, match="no checkpoint of this log"):
        keep_calendar_proof(bench.amal, pending_proof(b"other"), {})
    with pytest.raises(InputError):
        witness_request(bench.amal, size + 1)
    viewer = bench.member("vic", "viewer")
    with pytest.raises(PermissionRefusedError):
        keep_cosigned(viewer, note, [witness_key().vkey])
    with pytest.raises(PermissionRefusedError):
        stamp_request(viewer)


def test_the_log_is_exported_as_tiles(bench: Bench) -> None:
    bench.take_in(*ROWS)
    out = bench.folder / "tiles"
    check_change(bench.amal, "export-log", lambda: export_tiles(bench.amal, out))
    key = log_verifier(bench.amal)
    checkpoint = TileLog(out).check((out / "checkpoint").read_text(), key.name, [key])
    assert checkpoint.size == bench.amal.store.log_size() - 1
    assert list(TileLog(out).entries(checkpoint.size)) == [
        row.data for row in bench.amal.store.entries() if row.position < checkpoint.size
    ]


class _Server(BaseHTTPRequestHandler):
    """A witness, an authority and a calendar at one address."""

    witness: Witness
    authority: LocalAuthority

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/w/add-checkpoint":
            found = self.witness.answer(data.decode(), cosigner())
            if found.outcome == COSIGNED:
                self.reply(200, cosigned_lines(found.note).splitlines(keepends=True)[-1].encode())
            else:
                self.reply(409, f"{found.last_size}\n".encode())
        elif self.path == "/tsa":
            self.reply(200, self.authority.answer(data))
        elif self.path == "/calendar/digest":
            self.reply(200, pending_proof(b"")[-60:][pending_proof(b"")[-60:].index(b"\x00\x83") :])
        elif self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
        elif self.path == "/long":
            self.reply(200, bytes(2 << 20))

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(bench: Bench, authorities: list[LocalAuthority], tmp_path: Path) -> Iterator[str]:
    own = Witness(tmp_path / "witness")
    own.trust(log_verifier(bench.amal).vkey)
    handler = type("Handler", (_Server,), {"witness": own, "authority": authorities[0]})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_over_a_network_that_was_named(
    bench: Bench, authorities: list[LocalAuthority], address: str
) -> None:
    for _ in range(2):  # the second time the witness says from where it goes on
        bench.take_in(ROWS[0])
        note = bench.amal.store.checkpoints()[-1].note
        cosigned = ask_witness(f"{address}/w", lambda size: witness_request(bench.amal, size), note)
        assert keep_cosigned(bench.amal, cosigned, [witness_key().vkey])[0].name == NAME
    token = ask_authority(f"{address}/tsa", stamp_request(bench.amal)[1])
    assert keep_time_stamp(bench.amal, token, [authorities[0].root]).revocation != "checked"
    newest = bench.amal.store.checkpoints()[-1].note.encode()
    proof = ask_calendar(f"{address}/calendar", newest)
    assert reached(newest) not in proof
    (verdict,) = keep_calendar_proof(bench.amal, proof, {})
    assert verdict.state == "pending"


@pytest.mark.parametrize("place", ["/elsewhere", "/long"])
def test_answers_that_are_refused(address: str, place: str) -> None:
    with pytest.raises(RemoteRefusedError):
        ask_authority(address + place, b"")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "file:///etc/passwd", "nonsense"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(InputError, match="not an address"):
        ask_authority(url, b"")
    with pytest.raises(RemoteRefusedError, match="cannot be reached"):
        ask_authority("http://127.0.0.1:9/", b"")

"""A small log that verification tests tamper with, and short ways to say what was found."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.custody.findings import Report
from bayyina.custody.verification import verify_log
from tests.unit.custody.log_builder import MemoryLog

NOW = datetime(2023, 11, 20, tzinfo=UTC)
AMAL, BASIL, CYRA = (UUID(int=(0x7 << 76) | (2 << 62) | n) for n in (1, 2, 3))
KEYS = {name: Ed25519PrivateKey.from_private_bytes(bytes([at] * 32)) for at, name in
        enumerate(("amal", "basil", "cyra"), 1)}  # fmt: skip
IMPORT = 2
MEMBERS = 1 << 32
RECORDS = IMPORT << 32
LARGE = 1400
"""Statements of the import: five full tiles and a partial one."""


def build() -> MemoryLog:
    """Members; an import of 300 records and 1,400 statements; judgements; determinations."""
    log = MemoryLog()
    log.handles = {str(AMAL): "amal", str(BASIL): "basil", str(CYRA): "cyra"}
    founding = log.batch(AMAL, "init")
    for name, key in KEYS.items():
        public = key.public_key().public_bytes_raw().hex()
        founding.row("member", name, name.title(), public, "00" * 32, "intake verifier")
    founding.finish()
    batch = log.batch(AMAL)
    records = [batch.record("Person", f"A-{n}") for n in range(300)]
    for n in range(LARGE):
        cells = {"lang": "ar", "locator": f"row {n}"} if n % 3 else {"num_lo": n, "num_hi": n}
        batch.statement(records[n * 300 // LARGE], 1 + n % 3, f"value {n} خالد", **cells)
    batch.finish({"rows": 300})
    judging = log.batch(BASIL, "judge")
    judging.row("judgement", RECORDS + 4, RECORDS + 9, "same", None, "names agree", MEMBERS + 1)
    judging.row("setting", "threshold", "0.9")
    judging.finish()
    for name, actor in (("basil", BASIL), ("cyra", CYRA)):
        deciding = log.batch(actor, "determine")
        deciding.determination(RECORDS + 4, MEMBERS + list(KEYS).index(name), KEYS[name])
        deciding.finish()
    return log


def verify(log: MemoryLog, *outside: str) -> Report:
    return verify_log(log, log.trust(*outside), now=NOW)


def failed(report: Report) -> set[int]:
    return {check.number for check in report.checks if not check.ok}


def found(report: Report, kind: str) -> list[tuple[str, int | None, int | None]]:
    return [(f.change, f.batch, f.first) for f in report.findings if f.kind == kind]

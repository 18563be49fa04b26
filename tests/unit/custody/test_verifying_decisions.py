"""Verification of signed decisions and of erased records."""

from __future__ import annotations

import pytest

from bayyina.custody.findings import DAMAGED, DELETED, EDITED
from bayyina.custody.leaves import EMPTIED_BY_ERASURE, SALTED_BY_RECORDS
from tests.unit.custody.log_builder import COLUMNS, MemoryLog
from tests.unit.custody.small_log import (
    AMAL,
    BASIL,
    CYRA,
    KEYS,
    MEMBERS,
    RECORDS,
    build,
    failed,
    found,
    verify,
)


def erase(log: MemoryLog, record: int, people: list[str]) -> None:
    """Erase a record as a store would, with the consent of ``people``."""
    batch = log.batch(BASIL, "erase")
    for name in people:
        batch.erasure(record, MEMBERS + list(KEYS).index(name), KEYS[name])
    batch.finish()
    empty(log, record)


def empty(log: MemoryLog, record: int) -> None:
    """Destroy a record's key and empty its rows."""
    log.keys[record] = None
    for kind, names in EMPTIED_BY_ERASURE.items():
        columns = COLUMNS.get(kind, ())
        rows = log.stored_rows.get(kind, {})
        for number, row in rows.items():
            if any(row[columns.index(name)] == record for name in SALTED_BY_RECORDS[kind]):
                cells = zip(columns, row, strict=True)
                rows[number] = tuple(None if name in names else cell for name, cell in cells)


def test_an_erased_record_is_counted_and_no_failure() -> None:
    log = build()
    erase(log, RECORDS + 4, ["basil", "cyra"])
    report = verify(log)
    assert report.ok, [str(finding) for finding in report.findings]
    assert "erased" in report.checks[8].detail
    assert report.checks[13].detail.startswith("1 erased records")


def test_a_record_without_key_and_without_consent_is_tampering(log: MemoryLog) -> None:
    empty(log, RECORDS + 4)
    report = verify(log)
    assert failed(report) == {14}
    assert found(report, "key of record") == [(DELETED, 2, RECORDS + 4)]


def test_one_person_cannot_erase() -> None:
    for people in (["basil"], ["basil", "basil"]):
        log = build()
        erase(log, RECORDS + 4, people)
        assert failed(verify(log)) == {14}


def test_another_row_cannot_be_passed_off_as_erased() -> None:
    log = build()
    erase(log, RECORDS + 4, ["basil", "cyra"])
    row = log.stored_rows["statement"][RECORDS + 1000]
    log.stored_rows["statement"][RECORDS + 1000] = (row[0], RECORDS + 4, row[2], *[None] * 13)
    assert failed(verify(log)) == {14}


def test_a_value_written_into_an_erased_record_is_named() -> None:
    log = build()
    erase(log, RECORDS + 4, ["basil", "cyra"])
    number = next(n for n, row in log.stored_rows["statement"].items() if row[1] == RECORDS + 4)
    row = log.stored_rows["statement"][number]
    log.stored_rows["statement"][number] = (*row[:3], "planted", *row[4:])
    assert (EDITED, 2, number) in found(verify(log), "statement")


@pytest.mark.parametrize(
    ("kind", "column"),
    [("statement", "date_lo"), ("statement", "locator"), ("judgement", "reasons")],
)
def test_content_that_is_left_in_an_erased_row_is_named(kind: str, column: str) -> None:
    log = build()
    erase(log, RECORDS + 4, ["basil", "cyra"])
    record = COLUMNS[kind].index("record" if kind == "statement" else "record_a")
    number = next(n for n, row in log.stored_rows[kind].items() if row[record] == RECORDS + 4)
    row = list(log.stored_rows[kind][number])
    row[COLUMNS[kind].index(column)] = "left"
    log.stored_rows[kind][number] = tuple(row)
    assert (EDITED, number >> 32, number) in found(verify(log), kind)


def test_an_agreement_lapses_when_more_is_said_about_the_record() -> None:
    log = build()
    first = log.batch(BASIL, "agree-erasure")
    first.erasure(RECORDS + 4, MEMBERS + 1, KEYS["basil"])
    first.finish()
    assert verify(log).ok
    more = log.batch(AMAL)
    more.statement(RECORDS + 4, 1, "a further source")
    more.finish()
    assert verify(log).ok
    erase(log, RECORDS + 4, ["cyra"])
    assert failed(verify(log)) == {14}
    log = build()
    lapsed = log.batch(BASIL, "agree-erasure")
    lapsed.erasure(RECORDS + 4, MEMBERS + 1, KEYS["basil"])
    lapsed.finish()
    more = log.batch(AMAL)
    more.statement(RECORDS + 4, 1, "a further source")
    more.finish()
    erase(log, RECORDS + 4, ["basil", "cyra"])
    report = verify(log)
    assert report.ok, [str(finding) for finding in report.findings]


def test_two_people_who_erased_a_record_and_left_its_key() -> None:
    log = build()
    batch = log.batch(BASIL, "erase")
    for name in ("basil", "cyra"):
        batch.erasure(RECORDS + 4, MEMBERS + list(KEYS).index(name), KEYS[name])
    batch.finish()
    assert failed(verify(log)) == {14}


def test_a_missing_value_of_a_record_with_its_key_is_tampering(log: MemoryLog) -> None:
    table, number = log.stored_rows["statement"], RECORDS + 20
    table[number] = (*table[number][:3], None, *table[number][4:])
    assert found(verify(log), "statement") == [(EDITED, 2, number)]


def test_a_forged_determination_is_named() -> None:
    log = build()
    batch = log.batch(CYRA, "determine")
    number = batch.determination(RECORDS + 7, MEMBERS + 1, KEYS["cyra"])  # as if Basil's
    batch.finish()
    report = verify(log)
    assert failed(report) == {12}
    assert found(report, "determination") == [(DAMAGED, 6, number)]


def test_who_entered_a_record_cannot_decide_about_it() -> None:
    log = build()
    batch = log.batch(AMAL, "determine")
    batch.determination(RECORDS + 7, MEMBERS, KEYS["amal"])
    batch.finish()
    report = verify(log)
    assert failed(report) == {13}
    assert "amal had entered the record" in report.checks[12].detail


def test_who_enters_something_later_decided_rightly() -> None:
    log = build()
    later = log.batch(BASIL)
    later.statement(RECORDS + 4, 1, "a further source")
    later.finish()
    assert verify(log).ok
    again = log.batch(BASIL, "determine")
    again.determination(RECORDS + 4, MEMBERS + 1, KEYS["basil"], decision="identified")
    again.finish()
    assert failed(verify(log)) == {13}


@pytest.mark.parametrize(
    ("is_known_before", "failing", "told"),
    [
        (True, {13}, "cyra had entered the record as amal"),
        (False, set(), "became known later that who signed had entered it under another handle"),
    ],
)
def test_who_entered_under_another_handle_cannot_decide(
    is_known_before: bool, failing: set[int], told: str
) -> None:
    log = build()

    def shown() -> list[tuple[int, str, str]]:
        batch = log.batch(AMAL)
        batch.statement(RECORDS + 4, 1, "something else")
        batch.finish()
        return [(batch.number, "amal", "aged"), (batch.number, "aged", "cyra")]

    if is_known_before:
        log.joined = shown()
    batch = log.batch(CYRA, "determine")
    batch.determination(RECORDS + 7, MEMBERS + 2, KEYS["cyra"])
    batch.finish()
    if not is_known_before:
        log.joined = shown()
    report = verify(log)
    assert failed(report) == failing
    assert told in report.checks[12].detail


def test_one_key_under_two_names_is_named() -> None:
    log = build()
    public = KEYS["basil"].public_key().public_bytes_raw().hex()
    joining = log.batch(AMAL, "add-member")
    twin = joining.row("member", "twin", "Twin", public, "00" * 32, "verifier")
    joining.finish()
    for member in (MEMBERS + 1, twin):
        batch = log.batch(CYRA, "determine")
        batch.determination(RECORDS + 9, member, KEYS["basil"])
        batch.finish()
    report = verify(log)
    assert failed(report) == {13}
    assert "basil and twin signed with one key" in report.checks[12].detail


def test_a_key_that_no_longer_held_cannot_decide() -> None:
    log = build()
    leaving = log.batch(AMAL, "change-member")
    public = KEYS["basil"].public_key().public_bytes_raw().hex()
    leaving.row("member", "basil", "Basil", public, "00" * 32, "")
    leaving.finish()
    batch = log.batch(BASIL, "determine")
    batch.determination(RECORDS + 7, MEMBERS + 1, KEYS["basil"])
    batch.finish()
    assert failed(verify(log)) == {12}

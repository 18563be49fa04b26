"""An old report counted again after an erasure, a withdrawal and an undone import lie between.

Three people died in 2015 in the report. Afterwards one record is erased, one is withdrawn by its list,
and the import of the third is undone. Rebuilt for the log of then, only the erased record is
missing, because erasure alone cannot be taken back; today all three are.
"""

from __future__ import annotations

from collections.abc import Callable

from bayyina.app.building_reports import BuiltReport
from bayyina.app.erasing import erase_record
from bayyina.app.publishing import publish_report
from bayyina.app.revising import Ledger, compare_report
from bayyina.app.rows import RecordRow
from bayyina.app.undoing import undo_batch
from tests.app.conftest import MAPPING, Bench, quiet
from tests.app.test_publishing import built

KEPT = "FICT-1,Alif One,M,1990-02-01,12/05/2013,Homs,died,2015"
ERASED = "FICT-2,Ba Two,F,1985,2013,Homs,died,2015"
WITHDRAWN = "FICT-3,Ta Three,M,1970,2013,Homs,died,2015"
UNDONE = "FICT-4,Tha Four,M,1971,2013,Homs,died,2015"


def ledger(bench: Bench, report: BuiltReport) -> Ledger:
    return compare_report(bench.amal, report.twin, quiet)


def revision(found: Ledger) -> tuple[int, int, int, dict[str, int]]:
    """Published, of then, now and why, for the number of deaths."""
    one = next(one for one in found.revisions if one.id == "deaths")
    return one.published, one.then, one.now, dict(one.reasons)


def erase(bench: Bench) -> None:
    rows = [
        row
        for row in bench.amal.store.scan(RecordRow)
        if (row.list_key or "").startswith("FICT-2") and row.wrapped_key is not None
    ]
    people = [bench.member(name, "data-protection") for name in ("badr", "chams")]
    for row in rows:
        for person in people:
            erase_record(
                person,
                record_id=person.short_id(row.number),
                reason="withdrawn-consent",
                progress=quiet,
            )


def withdraw(bench: Bench) -> None:
    bench.take_in(KEPT, ERASED, asserted_on="2023-12-01", release="complete", confirm=True)


def scene(bench: Bench) -> tuple[BuiltReport, Callable[[], None], int]:
    """The report of four deaths, how the last list is undone, and the size of the log then."""
    bench.take_in(KEPT, ERASED, WITHDRAWN, release="complete")
    last = bench.take_in(UNDONE, mapping=_other_list(), asserted_on="2023-09-30")
    size = bench.amal.store.log_size()
    report = built(bench)
    assert report.figures["deaths"].value == 4
    batch = last.batch
    assert batch is not None
    return report, lambda: undo(bench, batch), size


def undo(bench: Bench, batch: int) -> None:
    undo_batch(bench.amal, batch=batch, reason="entered twice")


def _other_list() -> str:

    return MAPPING.replace("Register of invented arrests", "Another invented list")


def test_a_withdrawal_is_named_and_the_log_of_then_keeps_the_number(bench: Bench) -> None:
    report, _, size = scene(bench)
    withdraw(bench)
    published, then, now, reasons = revision(ledger(bench, report))
    assert (published, then, now) == (4, 4, 3)
    assert reasons.keys() == {"withdrawal"}
    assert built(bench, recorded_at=str(size)).figures["deaths"].value == 4
    assert built(bench, known_at="2023-11-30").figures["deaths"].value == 4
    assert built(bench, known_at="2023-12-01").figures["deaths"].value == 3


def test_an_undone_import_is_named_and_the_log_of_then_keeps_the_number(bench: Bench) -> None:
    report, undo_last, size = scene(bench)
    undo_last()
    published, then, now, reasons = revision(ledger(bench, report))
    assert (published, then, now) == (4, 4, 3)
    assert reasons == {"undone-import": 1}
    assert built(bench, recorded_at=str(size)).figures["deaths"].value == 4


def test_an_erasure_is_named_and_not_even_the_log_of_then_has_the_record(bench: Bench) -> None:
    report, _, size = scene(bench)
    erase(bench)
    published, then, now, reasons = revision(ledger(bench, report))
    assert (published, now) == (4, 3)
    assert then == 3
    assert ledger(bench, report).actions.get("erase")
    assert built(bench, recorded_at=str(size)).figures["deaths"].value == 3
    assert set(reasons) <= {"erasure"}


def test_all_three_between_two_days_are_told_apart(bench: Bench) -> None:
    report, undo_last, size = scene(bench)
    publish_report(bench.amal, report.twin, reasons="looked", recipients=["OHCHR"])
    publish_report(bench.member("dana", "verifier"), report.twin, reasons="read")
    erase(bench)
    undo_last()
    withdraw(bench)
    found = ledger(bench, report)
    published, then, now, reasons = revision(found)
    assert (published, then, now) == (4, 3, 1)
    assert reasons["withdrawal"] == 1
    assert reasons["undone-import"] == 1
    assert found.is_published
    assert found.recipients == ("OHCHR",)
    again = built(bench, recorded_at=str(size))
    assert again.figures["deaths"].value == 3
    assert built(bench).figures["deaths"].value == 1

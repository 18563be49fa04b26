"""Photographs become bodies by the numbers on their cards, and what is unclear is told."""

from __future__ import annotations

from bayyina.app.identifying_cards import group_photographs, number_on
from bayyina.app.identifying_reading import BODY, read_board
from bayyina.app.verifying import verify_workspace
from tests.app.conftest import Bench, quiet
from tests.app.identification_cases import BODIES, BODIES_HEADER, PHOTOS, PHOTOS_HEADER, ids, take
from tests.app.test_use_cases_are_logged import check_change


def photographs(bench: Bench, *rows: str, name: str = "Photographs") -> None:
    take(bench.amal, bench.folder, name, "EvidenceItem", PHOTOS, PHOTOS_HEADER, *rows)


def test_several_photographs_are_one_body_and_images_bodies_are_counted_apart(bench: Bench) -> None:
    photographs(
        bench,
        "FICT-I1,215,1010,7",
        "FICT-I2,٢١٥,١٠١٠,7",
        "FICT-I3,215,01010,",
        "FICT-I4,215,1011,8",
        "FICT-I5,227,1010,9",
    )
    check_change(bench.amal, "group-photographs", lambda: group_photographs(bench.amal, quiet))
    board = read_board(bench.amal, quiet)
    assert (len(board.states), board.photographs) == (3, 5)
    assert board.counts["unexamined"] == 3
    again = group_photographs(bench.amal, quiet)
    assert (again.made, again.added, again.batch, again.bodies) == ({}, {}, None, 3)
    photographs(bench, "FICT-J1,215,1010,7", name="More photographs")
    more = group_photographs(bench.amal, quiet)
    assert [len(images) for images in more.added.values()] == [1]
    assert read_board(bench.amal, quiet).photographs == 6
    assert verify_workspace(bench.amal, progress=quiet).ok


def test_a_dry_run_writes_nothing(bench: Bench) -> None:
    photographs(bench, "FICT-I1,215,1010,7")
    size = bench.amal.store.log_size()
    found = group_photographs(bench.amal, quiet, dry_run=True)
    assert (len(found.made), found.bodies, found.batch) == (1, 1, None)
    assert bench.amal.store.log_size() == size
    assert not ids(bench.amal, BODY)


def test_cards_that_nobody_can_read_are_grouped_with_nothing(bench: Bench) -> None:
    photographs(bench, "FICT-I1,215,,7", "FICT-I2,,1010,", "FICT-I3,215,1010,")
    found = group_photographs(bench.amal, quiet)
    assert (found.images, len(found.unreadable), len(found.made)) == (3, 2, 1)


def test_two_readings_of_one_card_are_a_conflict(bench: Bench) -> None:
    photographs(bench, "FICT-I1,215,1010,7")
    columns = 'of = { to = "identifier", scheme = "x" }\n' + PHOTOS
    take(
        bench.amal, bench.folder, "Second reading", "EvidenceItem", columns, "of," + PHOTOS_HEADER,
        "1,FICT-K1,215,1016,7",
    )  # fmt: skip
    two = group_photographs(bench.amal, quiet, dry_run=True)
    assert len(two.made) == 2
    bodies = ("FICT-B1,215,1010,7,,,,", "FICT-B2,215,1010,7,,,,", "FICT-B3,215,1010,8,,,,")
    take(bench.amal, bench.folder, "Bodies", BODY, BODIES, BODIES_HEADER, *bodies)
    found = group_photographs(bench.amal, quiet)
    assert sorted(one.code for one in found.conflicts) == ["examination_differs", "same_card"]
    assert [len(images) for images in found.added.values()] == [1]


def test_one_detainee_number_with_two_examinations_stays_two_bodies(bench: Bench) -> None:
    photographs(bench, "FICT-I1,215,1010,7", "FICT-I2,215,1010,8", "FICT-I3,215,1010,")
    found = group_photographs(bench.amal, quiet)
    assert [card.examination for card in found.made] == ["7", "8"]
    assert [one.code for one in found.conflicts] == ["examination_differs"]
    assert len(found.unreadable) == 1


def test_numbers_are_compared_without_zeros_before_them() -> None:
    assert number_on(" ٠٠٤٥ ") == "45"
    assert number_on("000") == "000"
    assert number_on("J-12") == "j-12"

"""Places in an item, in one form in both languages."""

from __future__ import annotations

import pytest

from bayyina.app.locators import read_locator
from bayyina.errors import InputError

PLACES = {
    "page 1": "page 1", "p. 3": "page 3", "Page 03": "page 3", "pp. 3-5": "pages 3-5",
    "صفحة ٣": "page 3", "الصفحات ٣-٥": "pages 3-5", "page 2, line 4": "page 2, line 4",
    "time 00:03:10": "time 00:03:10", "3:10": "time 00:03:10", "الدقيقة ٣:١٠": "time 00:03:10",
    "time 1:02:03–1:02:09": "time 01:02:03-01:02:09", "75:30": "time 01:15:30",
    "time 00:03:10.5": "time 00:03:10.500", "00:03:10, at the door": "time 00:03:10, at the door",
    "region 12.5, 40, 20, 15": "region 12.5,40,20,15", "منطقة ١٠،٢٠،٣٠،٤٠": "region 10,20,30,40",
    "Region 0,0,100,100, the wall": "region 0,0,100,100, the wall", "region of the hand": "region of the hand",
    "row 12": "row 12", "frame 40": "frame 40", "back of the paper": "back of the paper",
    "passport photo": "passport photo", "ص": "ص", "attic": "attic", "at the gate": "at the gate", "at 3:10": "time 00:03:10",
}  # fmt: skip


@pytest.mark.parametrize("text", PLACES)
def test_a_place_has_one_form(text: str) -> None:
    assert read_locator(text) == PLACES[text]
    assert read_locator(PLACES[text]) == PLACES[text]


@pytest.mark.parametrize(
    "text",
    [
        "page x",
        "page 0",
        "pages 5-3",
        "time soon",
        "time 00:61:10",
        "00:03:75",
        "time 3:10-3:05",
        "region 1,2,3",
        "region 90,0,20,10",
        "region 1,1,0,5",
        "region 10-20",
    ],
)
def test_what_begins_as_a_place_and_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"is no (page|time|region)"):
        read_locator(text)

"""The drawing of when things happened: points for days, bars for what is known less exactly."""

from __future__ import annotations

import re

from tests.web.conftest import Served


def test_a_day_is_a_point_and_a_year_a_bar(served: Served) -> None:
    browser = served.browser("amal")
    ids = re.findall(r'<td><a href="(/records/FICT-\d+-\d+/)"', browser.get("/records/").text)
    pages = {path: browser.get(path).text for path in ids}
    one = next(text for text in pages.values() if "Alif One" in text)  # 12/05/2013
    other = next(text for text in pages.values() if "Ba Two" in text)  # a month, and a month
    assert one.count('class="day"') == 1
    assert one.count('class="span"') == 0
    assert other.count('class="day"') == 0
    assert other.count('class="span"') == 2
    path = next(path for path, text in pages.items() if "Ba Two" in text)
    arabic = served.browser("amal", lang="ar").get(path).text
    bars = [re.findall(r'class="span" x="([\d.]+)"', text) for text in (other, arabic)]
    assert float(bars[0][0]) < float(bars[0][1])  # time runs to the right
    assert float(bars[1][0]) > float(bars[1][1])  # and to the left
    assert "style=" not in other

"""The library as cards, map and years, with a record beside it; what is done to several at once."""

from __future__ import annotations

import re
from pathlib import Path

from bayyina.app.rows import RecordRow
from bayyina.web.records.summaries import summaries
from tests.app.conftest import Bench
from tests.app.identification_cases import PEOPLE, PEOPLE_HEADER, take
from tests.web.conftest import Served


def ids_of(page: str) -> list[str]:
    return re.findall(r'name="ids" value="([^"]+)"', page)


def test_the_ways_of_looking_show_the_same_records(served: Served) -> None:
    browser = served.browser("amal")
    table = browser.get("/records/?unit=arrests")
    cards = browser.get("/records/?unit=arrests&view=cards")
    assert ids_of(table.text) == ids_of(cards.text) != []
    assert '<ul class="cards records">' in cards.text
    for lang in ("en", "ar"):
        page = served.browser("amal", lang=lang).get("/records/?unit=arrests&view=map").text
        assert "<svg" in page
        assert "Natural Earth" in page
        years = served.browser("amal", lang=lang).get("/records/?unit=arrests&view=years").text
        assert 'class="certain"' in years
        assert "style=" not in years + page + cards.text
    assert browser.get("/records/?view=nonsense").status == 200


def test_a_record_stands_beside_the_list_that_stays(served: Served) -> None:
    browser = served.browser("amal")
    ids = ids_of(browser.get("/records/").text)
    page = browser.get(f"/records/?show={ids[0]}").text
    assert ids_of(page) == ids
    assert f'<strong id="panel-id"><a href="/records/{ids[0]}/">' in page
    assert browser.get("/records/?show=FICT-9-99999").status == 404
    assert browser.get("/records/?show=%3Cscript%3E").status == 404


def test_several_records_are_decided_each_by_itself(served: Served) -> None:
    browser = served.browser("badr")
    ids = ids_of(browser.get("/records/").text)[:2]
    preview = browser.get("/records/bulk/?" + "&".join(f"ids={one}" for one in ids))
    assert all(f"/records/{one}/" in preview.text for one in ids)
    values = {"ids": " ".join(ids), "standard": "none-such", "verdict": "for", "reasons": "x"}
    page = browser.post("/records/bulk/determine/", values, form_of="/records/bulk/?ids=" + ids[0])
    assert page.text.count('class="problem"') == 2
    assert "Done for 0 of 2" in page.text
    values = {"ids": " ".join(ids), "verdict": "different", "reasons": "two registers"}
    page = browser.post("/records/bulk/judge/", values, form_of="/records/bulk/?ids=" + ids[0])
    assert "Done for 1 of 1" in page.text
    assert browser.get("/records/bulk/").status == 400
    assert served.browser("viewer").get(f"/records/bulk/?ids={ids[0]}").status == 403
    assert served.browser("viewer").send("/records/bulk/judge/", values).status == 403


def test_a_search_is_kept_shared_and_tells_of_new_records(served: Served) -> None:
    browser = served.browser("amal")
    values = {"name": "Homs", "address": "/records/?unit=arrests&governorate=SY04", "tells": "on"}
    assert browser.post("/searches/", values, form_of="/records/").status == 200
    page = browser.get("/searches/").text
    found = re.search(r"/searches/([0-9a-f]{16})/look/", page)
    assert found
    assert 'class="badge"' not in page  # nothing is new
    assert (
        browser.path_of(browser.post(f"/searches/{found[1]}/look/", {}, form_of="/searches/"))
        == "/records/"
    )
    browser.post(f"/searches/{found[1]}/share/", {}, form_of="/searches/")
    other = served.browser("badr").get("/searches/").text
    assert "Homs" in other
    assert f"/searches/{found[1]}/look/" not in other
    assert served.browser("viewer").get("/searches/").status == 403
    values["address"] = "https://example.org/"
    assert browser.post("/searches/", values, form_of="/records/").status == 400
    browser.post(f"/searches/{found[1]}/withdraw/", {}, form_of="/searches/")
    browser.post(f"/searches/{found[1]}/forget/", {}, form_of="/searches/")


def test_how_somebody_looks_is_theirs_to_set(served: Served) -> None:
    browser = served.browser("badr")
    page = browser.post("/evidence/viewing/", {"daily": "7", "minutes": "0", "veiled": "on"})
    assert 'value="7"' in page.text
    assert 'name="muted">' in page.text.replace(" checked", "")
    assert 'name="muted" checked' not in page.text
    assert browser.post("/evidence/viewing/", {"daily": "-1", "minutes": "x"}).status == 400
    assert served.browser("viewer").get("/evidence/viewing/").status == 403


def test_the_mother_is_told_as_the_mother_and_not_as_another_name(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    try:
        row = "FICT-P1,سامر فؤاد الحلبي,هدى,1988,دوما,1,,2012-05-01,Branch 215 (raids)"
        take(bench.amal, tmp_path, "People", "Person", PEOPLE, PEOPLE_HEADER, row)
        numbers = [
            one.number for one in bench.amal.store.find(RecordRow, "record_type", ["Person"])
        ]
        (line,) = summaries(bench.amal, numbers, "ar")
    finally:
        bench.close()
    assert line.names == ("سامر فؤاد الحلبي",)
    assert ("اسم الأم", "هدى") in line.facts

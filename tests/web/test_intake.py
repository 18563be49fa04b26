"""Reports typed in by hand, in a browser without JavaScript: check, draft, who is here already."""

from __future__ import annotations

import re
import uuid

import pytest

from tests.web.conftest import MEMBERS, SCRIPT, Browser, Served

FORM = "/intake/report/?type=Arrest"
SENT = "/intake/report/"


def unlike(length: int = 9) -> str:
    """A name that nobody has: letters drawn at random."""
    return "".join(chr(0x0628 + int(digit, 16)) for digit in uuid.uuid4().hex[:length])


def filled(**changes: str) -> dict[str, str]:
    """A report that can be taken in."""
    return {
        "type": "Arrest", "lang": "ar", "source.name": "Witness 7", "source.kind": "witness",
        "person.name": f"{unlike()} {unlike()}", "person.sex": "male", "act.date": "شباط 2014",
        "act.place": "حمص", "said_on": "2020", "action": "save",
    } | {name.replace("__", "."): value for name, value in changes.items()}  # fmt: skip


@pytest.fixture(scope="module")
def browser(served: Served) -> Browser:
    return served.browser("intake")


def test_who_may_not_take_in_sees_nothing_of_it(served: Served) -> None:
    for handle in MEMBERS:
        status = served.browser(handle).get("/intake/").status
        assert status == (200 if handle in {"amal", "intake"} else 403), handle
        status = served.browser(handle).get("/intake/near/?person.name=Alif").status
        assert status == (200 if handle in {"amal", "intake"} else 403), handle


def test_a_report_is_taken_in(browser: Browser) -> None:
    values = filled()
    page = browser.post(SENT, values, form_of=FORM)
    assert re.fullmatch(r"/records/FICT-\d+-\d+/", browser.path_of(page)), page.text[-800:]
    assert "2014-02" in page.text
    found = browser.get(f"/search/?q={'+'.join(map(quoted, values['person.name'].split()))}").text
    assert values["person.name"] in found


def quoted(word: str) -> str:
    return "".join(f"%{byte:02X}" for byte in word.encode())


def test_a_check_says_how_each_value_is_understood_and_changes_nothing(browser: Browser) -> None:
    values = filled(action="check", act__place="Nowhere at all", act__date="May 2014")
    page = browser.post(SENT, values, form_of=FORM)
    assert page.status == 200
    assert '<bdi dir="ltr">2014-05</bdi>' in page.text
    assert "kept in words" in page.text
    assert values["person.name"] in page.text  # nothing typed is lost
    assert values["person.name"] not in browser.get("/records/").text


def test_what_cannot_be_read_is_named_at_its_field(browser: Browser) -> None:
    page = browser.post(SENT, filled(act__date="2014-13"), form_of=FORM)
    assert page.status == 400
    assert 'href="#act.date"' in page.text
    assert 'id="act.date-problem"' in page.text
    for changes in ({"source__name": ""}, {"person__name": "", "person__sex": ""}):
        assert browser.post(SENT, filled(**changes), form_of=FORM).status == 400
    assert browser.post(SENT, filled(type="Tea"), form_of=FORM).status == 404


def test_people_of_a_like_name_are_shown_before_another_is_made(browser: Browser) -> None:
    first = filled()
    person = re.search(r'/records/(FICT-\d+-\d+)/">', browser.post(SENT, first, form_of=FORM).text)
    assert person
    again = first | {"source.name": "Witness 8"}
    page = browser.post(SENT, again, form_of=FORM)
    assert browser.path_of(page) == SENT
    assert "Nothing was taken in yet" in page.text
    choices = re.findall(r'name="person_id" value="(FICT-\d+-\d+)"', page.text)
    assert choices
    near = browser.get(
        f"/intake/near/?person.name={'+'.join(map(quoted, first['person.name'].split()))}"
    )
    assert choices[0] in near.text
    taken = browser.post(SENT, again | {"person_id": choices[0]}, form_of=FORM)
    assert browser.path_of(taken).startswith("/records/")
    assert choices[0] in taken.text
    other = browser.post(SENT, again | {"is_new": "1", "act.date": "2016"}, form_of=FORM)
    assert browser.path_of(other).startswith("/records/")


def test_a_draft_is_kept_and_taken_up(served: Served, browser: Browser) -> None:
    values = filled(action="draft", act__date="not yet readable")
    page = browser.post(SENT, values, form_of=FORM)
    found = re.findall(r"/intake/report/\?draft=([0-9a-f]{16})", page.text)
    assert found
    assert values["person.name"] in page.text
    form = browser.get(f"/intake/report/?draft={found[0]}").text
    assert "not yet readable" in form
    assert served.browser("amal").get(f"/intake/report/?draft={found[0]}").status == 404
    done = browser.post(SENT, filled(draft=found[0]), form_of=FORM)
    assert browser.path_of(done).startswith("/records/")
    assert browser.get(f"/intake/report/?draft={found[0]}").status == 404
    kept = browser.post(SENT, values, form_of=FORM)
    again = re.findall(r"/intake/report/\?draft=([0-9a-f]{16})", kept.text)
    browser.post(SENT, {"action": "throw-away", "draft": again[0]}, form_of=FORM)
    assert browser.get(f"/intake/report/?draft={again[0]}").status == 404


def test_scripts_in_any_field_are_text(browser: Browser) -> None:
    fields = re.findall(r'name="((?:source|person|act)\.[\w.]+)"', browser.get(FORM).text)
    assert len(fields) > 25
    values = dict.fromkeys(fields, SCRIPT) | {"type": "Arrest", "lang": "en", "action": "check"}
    page = browser.post(SENT, values, form_of=FORM)
    assert SCRIPT not in page.text
    assert "&lt;script&gt;" in page.text
    values["action"] = "draft"
    assert SCRIPT not in browser.post(SENT, values, form_of=FORM).text


def test_the_form_is_in_the_language_of_the_page(browser: Browser) -> None:
    arabic = Browser(browser.address, "ar", browser.cookies)
    page = arabic.get("/intake/report/?type=Torture").text
    assert 'dir="rtl"' in page
    assert "مختوم" in page
    assert ">Name<" not in page

"""People and roles in a browser; what waits for whom on the first page."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urljoin
from urllib.request import Request

from tests.web.conftest import Served


def test_people_are_added_and_lose_their_roles(served: Served) -> None:
    amal = served.browser("amal")
    page = amal.get("/administration/")
    assert "badr" in page.text
    values = {"handle": "nour", "name": "Nour", "passphrase": "nour", "again": "other"}
    refused = amal.post("/administration/people/", values, form_of="/administration/")
    assert refused.status == 400
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert secret
    body = [
        ("csrfmiddlewaretoken", secret.group(1)), ("handle", "nour"), ("name", "نور"),
        ("passphrase", "nour"), ("again", "nour"), ("role", "viewer"), ("role", "auditor"),
    ]  # fmt: skip
    address = urljoin(served.address, "/administration/people/")
    done = amal.ask(Request(address, urlencode(body).encode(), {"Referer": address}))
    assert "nour was added" in done.text
    nour = served.browser()
    assert nour.path_of(nour.sign_in("nour", "nour")) == "/"
    assert nour.get("/administration/").status == 403
    ended = amal.post("/administration/people/nour/", {}, form_of="/administration/")
    assert "roles of nour were changed" in ended.text
    assert nour.path_of(nour.get("/")) == "/account/login/"
    # somebody of the same name: it is said whether they come back or only share it
    again = {
        "handle": "nour-b",
        "name": "نور",
        "passphrase": "nour",
        "again": "nour",
        "role": "viewer",
    }
    asked = amal.post("/administration/people/", again, form_of="/administration/")
    assert asked.status == 400
    assert 'name="formerly"' in amal.get("/administration/").text
    back = again | {"formerly": "nour"}
    assert "nour-b was added" in amal.post(
        "/administration/people/", back, form_of="/administration/"
    ).text  # fmt: skip
    third = again | {"handle": "nour-c", "other_person": "on"}
    assert "nour-c was added" in amal.post(
        "/administration/people/", third, form_of="/administration/"
    ).text  # fmt: skip
    last = amal.post("/administration/people/amal/", {"role": "viewer"}, form_of="/administration/")
    assert last.status == 400  # nobody would be left
    unknown = amal.post("/administration/people/badr/", {"role": "x"}, form_of="/administration/")
    assert unknown.status == 400


def test_a_decision_waits_for_a_second_person(served: Served) -> None:
    badr = served.browser("badr")
    death = re.findall(
        r'<td><a href="(/records/FICT-\d+-\d+/)"', badr.get("/records/?unit=deaths").text
    )[0]
    assert "for a second person" not in served.browser("amal").get("/").text
    form = badr.get(f"{death}decide/").text
    standard = "family-may-be-told"
    assert f'value="{standard}"' in form
    values = {
        "standard": standard, "verdict": "for", "reasons": "the list says so",
        "line-account": death.split("/")[2],
    }  # fmt: skip
    done = badr.post(f"{death}determine/", values, form_of=f"{death}decide/")
    assert done.status == 200, done.text
    size = re.search(r"The custody log has (\d+) entries", badr.get("/").text)
    again = badr.post(f"{death}determine/", values, form_of=f"{death}decide/")
    assert again.status == 403, "the same form sent twice is one decision"
    assert "decided this already" in again.text
    after = re.search(r"The custody log has (\d+) entries", badr.get("/").text)
    assert size
    assert after
    assert size.group(1) == after.group(1)
    assert "for a second person" in served.browser("amal").get("/").text
    assert "for a second person" not in badr.get("/").text
    assert "for a second person" not in served.browser("viewer").get("/").text
    assert "to be told" in badr.get("/").text
    assert "to be told" not in served.browser("viewer").get("/").text
    arabic = served.browser("amal", lang="ar").get("/").text
    assert "شخصاً ثانياً" in arabic
    assert "تنتظر الإبلاغ" in arabic


def test_roles_are_read_in_words_with_commas(served: Served) -> None:
    english = served.browser("amal").get("/administration/").text
    arabic = served.browser("amal", lang="ar").get("/administration/").text
    assert "+administrator, +" in english
    assert "+مدير، +" in arabic
    assert "+administrator" not in arabic

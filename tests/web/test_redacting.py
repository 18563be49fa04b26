"""A redaction by the form: drawn over the picture first, then made as an item of its own."""

from __future__ import annotations

import io
import re
from urllib.parse import urljoin

import numpy as np
import pytest
from PIL import Image

from bayyina.standards.redaction_plan import read_plan_text
from bayyina.web.evidence.redacting import plan_text
from tests.web.conftest import Served
from tests.web.test_evidence import send_files
from tests.web.test_lists_reports_decisions import settled

SECRET = "FICT <b>Alif</b> \"Ba\" 'x' {a: [1]}"


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (200, 100), (200, 180, 150)).save(file, "PNG")
    return file.getvalue()


def test_a_form_becomes_a_plan_whatever_stands_in_it() -> None:
    said = {"texts": f"{SECRET}\n\nفلان\n", "text_reason": "source"}
    read = read_plan_text(plan_text(said, "text"), "form")
    assert read.entries[0].texts == (SECRET, "فلان")  # type: ignore[union-attr]
    sides = {"left-0": "90", "top-0": "0", "width-0": "20", "height-0": "5.5", "page-0": "2"}
    region = read_plan_text(plan_text(sides, "pages"), "form").entries[0]
    assert (region.bounds, region.page) == ((0.9, 0.0, 1.0, 0.055), 2)  # type: ignore[union-attr]
    muted = {"start-3": "00:00:01", "end-3": "end", "span-reason-3": "witness"}
    assert read_plan_text(plan_text(muted, "sound"), "form").reasons() == ("witness",)


@pytest.mark.slow
def test_a_picture_is_boxed_previewed_and_copied(served: Served) -> None:
    amal = served.browser("amal")
    text = f"told by {SECRET} in Xtown".encode()
    send_files(amal, {"IMG_11.png": picture(), "scan_12.txt": text})
    done = settled(amal, "/evidence/")
    ids = dict(
        reversed(pair)
        for pair in re.findall(
            r'href="/evidence/(FICT-\d+-\d+)/"><bdi dir="ltr">[^<]*</bdi></a> <bdi dir="auto">([^<]*)<',
            done,
        )
    )
    one, note = ids["IMG_11.png"], ids["scan_12.txt"]
    page = f"/evidence/{one}/redact/"
    assert f'href="{page}"' in amal.get(f"/evidence/{one}/").text
    assert "<svg" not in amal.get(page).text  # nobody looked yet
    amal.post(f"/evidence/{one}/look/", {"reason": "to redact"}, form_of=f"/evidence/{one}/")
    box = {"left-0": "25", "top-0": "50", "width-0": "20", "height-0": "30"}
    box |= {"kind-0": "face", "reason-0": "child"}
    shown = amal.post(page, {**box, "preview": "1"}, form_of=page).text
    assert '<rect x="25" y="50" width="20" height="30">' in shown
    assert 'value="25"' in shown
    wrong = amal.post(page, {**box, "left-0": "x", "make": "1"}, form_of=page)
    assert "four numbers from 0 to 100" in wrong.text

    made = amal.post(page, {**box, "make": "1"}, form_of=page)
    copy = re.findall(r"<h1><bdi dir=\"ltr\">(FICT-\d+-\d+)</bdi>", made.text)[0]
    assert copy != one
    assert f'href="/evidence/{one}/"' in made.text
    amal.post(f"/evidence/{copy}/look/", {"reason": "to check"}, form_of=f"/evidence/{copy}/")
    raw = amal.opener.open(urljoin(served.address, f"/evidence/{copy}/bytes")).read()
    held = np.asarray(Image.open(io.BytesIO(raw)).convert("RGB"))
    assert held[50:80, 50:90].max() == 0
    assert held[:45].min() > 100

    words = f"/evidence/{note}/redact/"
    refused = amal.post(
        words, {"texts": "FICT Alef", "make": "1", "text_reason": "source"}, form_of=words
    )
    assert "do not occur" in refused.text
    told = amal.post(words, {"texts": SECRET, "make": "1", "text_reason": "source"}, form_of=words)
    assert f'href="/evidence/{note}/"' in told.text
    assert "<b>Alif</b>" not in refused.text + told.text


def test_who_may_not_redact_sees_no_form(served: Served) -> None:
    assert served.browser("viewer").get("/evidence/FICT-2-0/redact/").status == 403

"""Looking at evidence and at a site in a real browser: covered first, drawn on, with and without JavaScript."""

from __future__ import annotations

import io
import math
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from bayyina.app.annotating import Annotation, annotate_item
from bayyina.app.evidence_adding import add_evidence
from bayyina.app.evidence_items import list_items
from bayyina.app.second_factor import set_second_factor
from bayyina.app.site_records import read_sites
from bayyina.app.site_registering import register_sites
from tests.app.conftest import Bench, quiet
from tests.app.site_cases import site, write_series, write_site
from tests.e2e.conftest import Person, Sit
from tests.e2e.test_accessibility import axe, serious
from tests.unit.media.test_viewing import archive
from tests.web.conftest import Served, start_server, stop_server

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

__all__ = ["axe"]

LOOKED: dict[str, str] = {}
"""Ids of what the workspace holds, by what it is."""


def picture(name: str, colour: str) -> bytes:
    made = Image.new("RGB", (900, 600), colour)
    ImageDraw.Draw(made).ellipse((300, 150, 500, 350), fill="white")
    file = io.BytesIO()
    made.save(file, Path(name).suffix[1:].upper().replace("JPG", "JPEG"))
    return file.getvalue()


def sound() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8_000)
        steps = (int(9_000 * math.sin(n / 3)) for n in range(8 * 8_000))
        made.writeframes(b"".join(struct.pack("<h", one) for one in steps))
    return file.getvalue()


def make(folder: Path) -> Path:
    bench = Bench(folder)
    try:
        amal = bench.amal
        bench.member("zein", "verifier", "analyst", "intake", "site-positions")
        set_second_factor(amal, is_required=False)
        register_sites(amal, files=[write_site(folder, site())])
        files = folder / "files"
        files.mkdir()
        paper = io.BytesIO()
        Image.new("RGB", (600, 800), "white").save(
            paper, "PDF", save_all=True, append_images=[Image.new("RGB", (600, 800), "silver")]
        )
        contents = {
            "photo.jpg": picture("photo.jpg", "tan"),
            "ground.png": picture("ground.png", "olive"),
            "later.png": picture("later.png", "brown"),
            "paper.pdf": paper.getvalue(),
            "voice.wav": sound(),
            "page.warc": b"".join(archive()),
        }
        for name, content in contents.items():
            (files / name).write_bytes(content)
        write_series(files / "measured.csv", "2023-03-01")
        add_evidence(amal, paths=[files], report=folder / "r.csv", progress=quiet)
        LOOKED["site"] = read_sites(amal)[0].id
        kinds = {"image/jpeg": "photo", "application/pdf": "paper", "application/warc": "web"}
        for one in list_items(amal):
            kind = kinds.get(one.media_type, one.media_type.split("/")[0])
            LOOKED[kind] = one.id
            if kind in ("image", "text"):
                said = Annotation("row 1", "FICTIONAL", "en", LOOKED["site"])
                annotate_item(amal, one.id, said)
    finally:
        bench.close()
    return folder / "ws"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a workspace with a little evidence of every kind."""
    running = start_server(make(tmp_path_factory.mktemp("looking")))
    yield running
    told = stop_server(running)
    assert "Traceback" not in told, told


def look(person: Person, kind: str) -> Page:
    """The page of an item whose look was logged."""
    page = person.go(f"/evidence/{LOOKED[kind]}/")
    form = page.locator("form[action$='/look/']")
    if form.count():
        page.locator("#reason").fill("FICTIONAL")
        form.locator("button").click()
        page.locator("form[action$='/look/']").wait_for(state="detached")
    return page


def fields(page: Page) -> list[float]:
    return [
        float(page.locator(f"#place [name={side}]").input_value())
        for side in ("left", "top", "width", "height")
    ]


def is_covered(page: Page) -> bool:
    return "blur" in page.locator(".boxed > .look").evaluate(
        "(one) => getComputedStyle(one).filter"
    )


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_region_is_drawn_by_mouse_and_keys_kept_and_hidden(sit: Sit, lang: str) -> None:
    person = sit("amal", lang=lang)
    page = look(person, "photo")
    assert is_covered(page)
    page = person.go(f"/evidence/{LOOKED['photo']}/?clear=1")
    assert not is_covered(page)
    page.locator("[data-act=draw]").click()
    area = page.locator(".boxed").bounding_box()
    assert area is not None
    page.mouse.move(area["x"] + area["width"] * 0.5, area["y"] + area["height"] * 0.6)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.3, area["y"] + area["height"] * 0.2)
    page.mouse.up()
    drawn = fields(page)
    assert drawn == pytest.approx([30, 20, 20, 40], abs=0.5)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    assert fields(page) == pytest.approx([drawn[0] + 1, drawn[1], drawn[2], drawn[3] - 1], abs=0.02)
    page.keyboard.press("Enter")
    page.keyboard.type(f"FICTIONAL {lang}")
    page.locator("#place button:not([formaction])").click()
    page.locator(f"text=FICTIONAL {lang}").first.wait_for()
    marks = page.locator(".marks rect")
    before = marks.count()
    assert before >= 1
    page.locator("#marks-on").uncheck()
    assert not page.locator(".marks").is_visible()
    page.locator("#marks .beside-text button").first.click()
    page.locator("#redaction").wait_for()
    assert float(page.locator("[name=left-0]").input_value()) > 25
    assert page.locator("svg.drawing rect").count() == 1
    assert is_covered(page)


def test_a_finger_draws_and_the_page_still_scrolls_otherwise(sit: Sit) -> None:
    page = look(sit("amal", size="phone"), "photo")
    board = page.locator(".boxed")
    assert board.evaluate("(one) => getComputedStyle(one).touchAction") != "none"
    page.locator("[data-act=draw]").click()
    assert board.evaluate("(one) => getComputedStyle(one).touchAction") == "none"
    board.scroll_into_view_if_needed()
    area = board.bounding_box()
    assert area is not None
    for kind, share in (("pointerdown", 0.1), ("pointermove", 0.5), ("pointerup", 0.5)):
        at = {
            "clientX": area["x"] + area["width"] * share,
            "clientY": area["y"] + area["height"] * share,
        }
        said = {**at, "pointerId": 1, "pointerType": "touch", "button": 0, "bubbles": True}
        page.evaluate(
            "([kind, said]) => { const one = document.querySelector('.boxed');"
            " one.setPointerCapture = () => {}; one.dispatchEvent(new PointerEvent(kind, said)); }",
            [kind, said],
        )
    assert fields(page) == pytest.approx([10, 10, 40, 40], abs=1)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_without_scripts_the_fields_do_the_same(sit: Sit, lang: str) -> None:
    person = sit("amal", lang=lang, javascript=False)
    page = look(person, "paper")
    assert is_covered(page)
    assert not page.locator("[data-act=draw]").is_visible()
    page.locator("a[rel=next]").click()
    page.locator("a[rel=prev]").wait_for()
    assert page.locator("#place [name=page]").input_value() == "2"
    for side, value in zip(("left", "top", "width", "height"), (10, 10, 30, 20), strict=True):
        page.locator(f"#place [name={side}]").fill(str(value))
    page.locator("#place [name=note]").fill(f"FICTIONAL stamp {lang}")
    page.locator("#place button:not([formaction])").click()
    page.locator(f"text=FICTIONAL stamp {lang}").first.wait_for()
    person.go(f"/evidence/{LOOKED['paper']}/?page=2")
    assert page.locator(".marks rect").count() >= 1


def test_a_span_is_drawn_and_played(sit: Sit) -> None:
    page = look(sit("amal"), "audio")
    assert page.locator("audio").evaluate("(one) => one.muted")
    page.wait_for_function("document.querySelector('audio').readyState > 0")
    page.evaluate("document.querySelector('audio').currentTime = 2.5")
    page.locator("[data-act=begins]").click()
    page.evaluate("document.querySelector('audio').currentTime = 4")
    page.locator("[data-act=ends]").click()
    assert page.locator("#place [name=from]").input_value() == "00:00:02.500"
    assert page.locator("#place [name=to]").input_value() == "00:00:04"
    strip = page.locator("svg.strip").bounding_box()
    assert strip is not None
    page.mouse.move(strip["x"] + strip["width"] * 0.25, strip["y"] + 5)
    page.mouse.down()
    page.mouse.move(strip["x"] + strip["width"] * 0.5, strip["y"] + 5)
    page.mouse.up()
    assert page.locator("#place [name=to]").input_value().startswith("00:00:0")
    page.locator("#place [name=note]").fill("FICTIONAL voice")
    page.locator("#place button:not([formaction])").click()
    page.locator("#marks li[data-begins]").first.wait_for()


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("javascript", [True, False])
def test_two_images_of_a_site_lie_over_each_other_or_side_by_side(
    sit: Sit, lang: str, javascript: bool
) -> None:
    withheld = sit("amal", lang=lang, javascript=javascript).go(f"/sites/{LOOKED['site']}/")
    assert withheld.locator("#images form").count() == 0
    assert withheld.locator("#images img").count() == 0
    person = sit("zein", lang=lang, javascript=javascript)
    page = person.go(f"/sites/{LOOKED['site']}/")
    page.locator("#images #reason").fill("FICTIONAL")
    page.locator("#images form button").click()
    page.locator(".pair img.veiled").first.wait_for()
    assert page.locator("#images .picture svg").count() == 1
    assert "2023-03" in page.locator("#images tbody").inner_text()
    page.locator("#images a.button").click()
    page.locator(".pair img:not(.veiled)").first.wait_for()
    first, second = (page.locator(".pair img").nth(n).bounding_box() for n in (0, 1))
    assert first is not None
    assert second is not None
    if not javascript:
        assert abs(first["x"] - second["x"]) > first["width"] / 2
        return
    assert (first["x"], first["width"]) == pytest.approx((second["x"], second["width"]), abs=2)
    page.locator(".pair input").fill("20")
    clip = page.locator(".pair img").first.evaluate("(one) => getComputedStyle(one).clipPath")
    assert "20%" in clip or "80%" in clip


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_these_pages_are_accessible_and_fit_a_narrow_screen(sit: Sit, axe: str, lang: str) -> None:
    person = sit("zein", lang=lang, size="narrow")
    kinds = ("photo", "paper", "audio", "web", "text")
    for kind in kinds:
        look(person, kind)
    paths = [f"/evidence/{LOOKED[kind]}/" for kind in kinds]
    paths += [f"/evidence/{LOOKED[kind]}/redact/" for kind in ("photo", "paper", "audio")]
    paths += [f"/evidence/{LOOKED['web']}/?capture=1", "/evidence/viewing/"]
    paths += [f"/sites/{LOOKED['site']}/", "/sites/?area=SY03", "/sites/?area=world"]
    found = [line for path in paths for line in serious(person, axe, path)]
    assert found == []
    wide = [
        path
        for path in paths
        if person.go(path).evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
    ]
    assert wide == []

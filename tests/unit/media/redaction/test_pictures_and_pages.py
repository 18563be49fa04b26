"""Pictures and PDF: opaque fills, and nothing of what the file said of itself or hid."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import typst
from PIL import Image

from bayyina.media.redaction import checking
from bayyina.media.redaction.checking import check_copy
from bayyina.media.redaction.results import RedactionCheckError, RedactionRefusedError
from bayyina.standards.redaction_plan import read_plan_text
from tests.unit.media.redaction.made_files import (
    SECRET,
    carried_out,
    document,
    every_tag,
    photograph,
    plan,
    region,
    words,
)

BOX = region("[100, 200, 150, 130]")
BUILT = {"ExifTool", "File", "JFIF", "PNG", "IFD0", "Composite", "PDF"}

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="poppler-utils is not installed"
)
needs_exiftool = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="exiftool is not installed"
)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


@needs_exiftool
@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        (".png", "image/png"), (".jpg", "image/jpeg"), (".tif", "image/tiff"),
        (".webp", "image/png"), (".bmp", "image/png"),
    ],
)  # fmt: skip
def test_a_box_is_opaque_and_nothing_else_is_told(tmp_path: Path, ending: str, kind: str) -> None:
    path = photograph(tmp_path / f"a{ending}")
    made, _ = carried_out(path, plan(BOX), tmp_path / "out")
    held = pixels(tmp_path / "out")
    assert made.media_type == kind
    assert held.shape == (480, 640, 3)
    assert held[216:314, 116:234].max() <= (8 if kind == "image/jpeg" else 0)
    outside = np.delete(held, range(190, 340), axis=0)
    with Image.open(path) as picture:
        before = np.delete(np.asarray(picture.convert("RGB")).astype(int), range(190, 340), axis=0)
    assert np.abs(outside - before).mean() < 2
    groups = {name[1 : name.index("]")] for name in every_tag(tmp_path / "out")}
    assert groups <= BUILT
    assert b"Alif" not in (tmp_path / "out").read_bytes()


def test_places_are_those_of_the_picture_as_it_is_shown(tmp_path: Path) -> None:
    path = photograph(tmp_path / "a.jpg", orientation=6)
    carried_out(path, plan(region("[0, 600, 200, 40]")), tmp_path / "out")
    held = pixels(tmp_path / "out")
    assert held.shape == (640, 480, 3)
    assert held[610:630, 16:180].max() < 16
    assert held[:580].mean() > 100
    with pytest.raises(RedactionRefusedError, match="480 by 640"):
        carried_out(path, plan(region("[481, 0, 10, 10]")), tmp_path / "out2")


def test_a_polygon_covers_every_pixel_that_it_touches(tmp_path: Path) -> None:
    path = photograph(tmp_path / "a.png")
    corners = "[[0.25, 0.25], [0.5, 0.25], [0.375, 0.5]]"
    carried_out(
        path, plan(region(corners, shape="polygon", more=", unit: share")), tmp_path / "out"
    )
    black = pixels(tmp_path / "out").max(axis=2) == 0
    rows, columns = np.indices(black.shape)
    inside = (rows >= 120) & (rows <= 239)
    half = (240 - rows) * 80 / 120
    inside &= np.abs(columns - 240) < half
    assert black[inside].all()
    assert 0 < black.sum() - inside.sum() < 1200


def test_what_is_transparent_does_not_keep_its_colour(tmp_path: Path) -> None:
    held = np.zeros((40, 40, 4), np.uint8)
    held[:20] = (200, 10, 10, 0)  # written and never seen
    held[20:] = (10, 200, 10, 255)
    Image.fromarray(held).save(tmp_path / "a.png")
    carried_out(tmp_path / "a.png", plan(region("[0, 30, 5, 5]")), tmp_path / "out")
    assert (pixels(tmp_path / "out")[:20] == 255).all()


def test_deep_grey_is_scaled_and_not_cut(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (64, 1))
    Image.fromarray(ramp).save(tmp_path / "a.png")
    carried_out(tmp_path / "a.png", plan(region("[0, 0, 10, 10]")), tmp_path / "out")
    row = pixels(tmp_path / "out")[40, :, 0]
    assert abs(row - np.arange(256)).max() <= 1


def test_pages_of_a_tiff(tmp_path: Path) -> None:
    page = Image.new("L", (100, 80), 200)
    page.save(tmp_path / "a.tif", save_all=True, append_images=[page, page])
    text = plan(region("[10, 10, 20, 20]", more=", page: 2"), "pages: [3], reason: legal")
    carried_out(tmp_path / "a.tif", text, tmp_path / "out")
    with Image.open(tmp_path / "out") as picture:
        means = []
        for number in range(3):
            picture.seek(number)
            means.append(float(np.asarray(picture).mean()))
    assert means[0] == 200
    assert 150 < means[1] < 200
    assert means[2] == 0


def test_moving_and_broken_pictures_are_refused(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "green", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    photograph(tmp_path / "b.png")
    whole = (tmp_path / "b.png").read_bytes()
    (tmp_path / "b.png").write_bytes(whole[: whole.index(b"IDAT") + 200])
    for name in ("a.gif", "b.png"):
        with pytest.raises(RedactionRefusedError):
            carried_out(tmp_path / name, plan(region("[1, 1, 5, 5]")), tmp_path / "out")


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (region("[1, 1, 5, 5]", more=", unit: points"), "only pages of a PDF"),
        (region("[1, 1, 5, 5]", more=", page: 1"), "no pages"),
        (region("[1, 1, 5, 5]", more=", from: 1, to: 2"), "no times"),
        (words("a"), "means nothing for a picture"),
    ],
)
def test_entries_without_meaning_are_refused(tmp_path: Path, entry: str, why: str) -> None:
    path = photograph(tmp_path / "a.png")
    with pytest.raises(RedactionRefusedError, match=why):
        carried_out(path, plan(entry), tmp_path / "out")


def test_a_picture_whose_box_was_opened_does_not_pass(tmp_path: Path) -> None:
    path, out = photograph(tmp_path / "a.png"), tmp_path / "out"
    made, _ = carried_out(path, plan(BOX), out)
    read = read_plan_text(plan(BOX), "plan")
    held = pixels(out).astype(np.uint8)
    held[250, 150] = (0, 0, 1)
    Image.fromarray(held).save(out, "PNG")
    with pytest.raises(RedactionCheckError, match="not filled"):
        check_copy(out, read, made, 10)
    photograph(tmp_path / "c.png")
    with pytest.raises(RedactionCheckError, match="PNG chunk"):
        check_copy(tmp_path / "c.png", read, made, 10)


@needs_poppler
def test_a_pdf_keeps_nothing_but_pictures_of_its_pages(tmp_path: Path) -> None:
    path, out = document(tmp_path / "a.pdf"), tmp_path / "out.pdf"
    text = plan(
        words(SECRET, "محمد العلي"), region("[10, 10, 60, 30]", more=", unit: points, page: 2"),
        "pages: [3], reason: legal",
    )  # fmt: skip
    made, _ = carried_out(path, text, out)
    assert made.done[0] >= 12
    for way in (["-layout"], ["-raw"], ["-htmlmeta"]):
        said = subprocess.run(["pdftotext", *way, out, "-"], check=True, capture_output=True).stdout
        assert b"Alif" not in said
    assert not subprocess.run(
        ["pdftotext", out, "-"], check=True, capture_output=True
    ).stdout.strip(b"\f\n ")
    with pikepdf.open(out) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert not pdf.attachments
        for one in pdf.objects:
            if isinstance(one, pikepdf.Stream):
                data = one.read_raw_bytes()
                for form in (SECRET.encode(), SECRET.encode("utf-16-be"), b"Alif"):
                    assert form not in data
        pages = [
            Image.open(io.BytesIO(page.obj.Resources.XObject.P.read_raw_bytes()))
            for page in pdf.pages
        ]
        sizes = [[float(side) for side in page.mediabox[2:]] for page in pdf.pages]
    wanted = [[270, 375], [400, 300], [300, 400]]
    assert all(
        abs(a - b) < 1
        for one, two in zip(sizes, wanted, strict=True)
        for a, b in zip(one, two, strict=True)
    )
    assert np.asarray(pages[2].convert("L")).max() <= 8
    second = np.asarray(pages[1].convert("L"))
    scale = second.shape[1] / 400
    assert second[int(14 * scale) : int(36 * scale), int(14 * scale) : int(66 * scale)].max() < 24
    assert b"Alif" not in out.read_bytes()


@needs_poppler
def test_a_box_lies_where_the_word_is_seen(tmp_path: Path) -> None:
    """Drawn before and after: what differs is the word, and there all is dark."""
    path, out = document(tmp_path / "a.pdf"), tmp_path / "out.pdf"
    carried_out(path, plan(words(SECRET)), out)
    for page in (1, 2):
        drawn = []
        for source, name in ((path, "before"), (out, "after")):
            subprocess.run(
                ["pdftoppm", "-r", "100", "-cropbox", "-gray", "-f", str(page), "-singlefile",
                 source, name], check=True,
            )  # fmt: skip
            with Image.open(tmp_path / f"{name}.pgm") as picture:
                drawn.append(np.asarray(picture).astype(int))
        before, after = drawn
        filled = (after < 40) & (before > 200)
        assert filled.sum() > 500
        words_seen = subprocess.run(
            ["pdftotext", "-bbox", "-cropbox", "-f", str(page), "-l", str(page), path, "-"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        assert "Alif" in words_seen


@needs_poppler
def test_words_of_a_scan_are_refused(tmp_path: Path) -> None:
    Image.new("RGB", (300, 300), "white").save(tmp_path / "a.pdf")
    with pytest.raises(RedactionRefusedError, match="in a scan give regions"):
        carried_out(tmp_path / "a.pdf", plan(words(SECRET)), tmp_path / "out.pdf")


@needs_poppler
@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (region("[1, 1, 5, 5]", more=", page: 1"), "no pixels of its own"),
        (region("[1, 1, 5, 5]", more=", unit: points"), "does not name its `page`"),
        (region("[1, 1, 5, 5]", more=", unit: points, page: 9"), "3 pages"),
        ('pages: ["2-9"], reason: legal', "3 pages"),
    ],
)
def test_places_that_a_pdf_does_not_have(tmp_path: Path, entry: str, why: str) -> None:
    path = document(tmp_path / "a.pdf")
    with pytest.raises(RedactionRefusedError, match=why):
        carried_out(path, plan(entry), tmp_path / "out.pdf")


@needs_poppler
def test_a_pdf_that_still_holds_text_does_not_pass(tmp_path: Path) -> None:
    path, out = document(tmp_path / "a.pdf"), tmp_path / "out.pdf"
    text = plan("pages: [1], reason: legal")
    made, _ = carried_out(path, text, out)
    read = read_plan_text(text, "plan")
    whole = out.read_bytes()
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        pdf.docinfo["/Title"] = "x"
        pdf.save(out)
    with pytest.raises(RedactionCheckError, match=r"/Info|a text of the PDF"):
        check_copy(out, read, made, 30)
    out.write_bytes(whole + b"\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    with pytest.raises(RedactionCheckError, match="revision"):
        check_copy(out, read, made, 30)
    with pytest.raises(RedactionCheckError):
        check_copy(path, read, made, 30)


def test_a_rim_is_worn_away_on_all_sides() -> None:
    mask = np.zeros((60, 50), bool)
    mask[5:55, 5:45] = True
    inner = checking._worn(mask, 8)
    assert inner[13:47, 13:37].all()
    assert inner.sum() == 34 * 24


@needs_poppler
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_are_covered_however_a_page_is_turned(tmp_path: Path, turn: int) -> None:
    """Read by pixels: what is dark on the page before is dark or covered, and nothing is shown."""
    (tmp_path / "a.typ").write_text(
        f"#set page(width: 300pt, height: 200pt, margin: 40pt)\n{SECRET}", encoding="utf-8"
    )
    typst.compile(str(tmp_path / "a.typ"), output=str(tmp_path / "plain.pdf"))
    with pikepdf.open(tmp_path / "plain.pdf") as pdf:
        pdf.Root.Pages.Rotate = turn  # inherited by the page
        pdf.pages[0].obj.UserUnit = 2
        pdf.pages[0].obj.CropBox = pikepdf.Array([10, 15, 300, 200])
        pdf.save(tmp_path / "a.pdf")
    carried_out(tmp_path / "a.pdf", plan(words(SECRET)), tmp_path / "out.pdf")
    drawn = []
    for name in ("a.pdf", "out.pdf"):
        command = ["pdftoppm", "-r", "72", "-cropbox", "-gray", "-singlefile", name, f"{name}-page"]
        subprocess.run(command, check=True)
        with Image.open(tmp_path / f"{name}-page.pgm") as picture:
            drawn.append(np.asarray(picture).astype(int))
    before, after = drawn
    rows, columns = min(before.shape[0], after.shape[0]), min(before.shape[1], after.shape[1])
    before, after = before[:rows, :columns], after[:rows, :columns]
    assert (before < 128).sum() > 20
    assert after[before < 128].max() < 60
    assert (after < 60).mean() < 0.05

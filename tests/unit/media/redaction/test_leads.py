"""Leads for regions: words that a machine read, near enough to those that are looked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from bayyina.errors import InputError
from bayyina.media.redaction.leads import ReadWord, leads_in, read_words
from bayyina.media.redaction.running import words_in_picture

TABLE = """level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
4\t1\t1\t1\t1\t0\t10\t20\t200\t30\t-1\t
5\t1\t1\t1\t1\t1\t10\t20\t60\t30\t90\tF1CT
5\t1\t1\t1\t1\t2\t80\t20\t50\t30\t90\tAlif
5\t1\t1\t1\t1\t3\t140\t20\t40\t30\t90\tBa,
5\t1\t1\t1\t2\t1\t10\t80\t60\t30\t90\tother
5\t1\t1\t1\t2\t2\t80\t80\t60\t30\t90\t \t
"""


def test_a_table_is_read() -> None:
    words = list(read_words(TABLE))
    assert [one.text for one in words] == ["F1CT", "Alif", "Ba,", "other"]
    assert words[1] == ReadWord(("1", "1", "1", "1"), (80, 20, 130, 50), "Alif")


def test_a_misread_word_is_a_lead_and_another_is_not() -> None:
    words = list(read_words(TABLE))
    found = list(leads_in(words, ["FICT Alif Ba", "Xtown"], 300, 200))
    whole = max(found, key=lambda one: one.agreement)
    assert {one.which for one in found} == {0}
    assert whole.rectangle == (3, 13, 184, 44)
    assert whole.agreement > 80


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_words_of_a_picture_that_is_turned(tmp_path: Path) -> None:
    font = ImageFont.load_default(size=36)
    picture = Image.new("RGB", (900, 300), "white")
    ImageDraw.Draw(picture).text(
        (100, 120), "The courier FICT Alif Ba came", fill="black", font=font
    )
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.rotate(90, expand=True).save(tmp_path / "a.jpg", exif=exif, quality=95)
    found = words_in_picture(tmp_path / "a.jpg", ["FICT Alif Ba"], languages="eng")
    best = max(found, key=lambda one: one.agreement)
    left, top, width, height = best.rectangle
    assert 250 < left < 420
    assert 90 < top < 135
    assert 100 < width < 320
    assert 25 < height < 90


def test_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("FICT")
    with pytest.raises(InputError):
        words_in_picture(tmp_path / "a.txt", ["FICT"])
    with pytest.raises(InputError, match="no file"):
        words_in_picture(tmp_path / "b.png", ["FICT"])

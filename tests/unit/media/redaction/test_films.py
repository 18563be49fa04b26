"""Sound and film: silence and boxes measured in the copy, and nothing else that tells."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from bayyina.media.redaction.checking import check_copy
from bayyina.media.redaction.results import RedactionCheckError, RedactionRefusedError
from bayyina.standards.redaction_plan import read_plan_text
from tests.unit.media.redaction.made_files import SECRET, carried_out, film, plan, sound

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")

SPAN = 'mute: {from: 1.5, to: "00:00:03.25"}, reason: witness'
BOX = "region: {kind: face, rectangle: [30, 20, 60, 60], from: 2, to: 4}, reason: child"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def samples(path: Path) -> np.ndarray:
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        str(path),
        "-ac",
        "1",
        "-ar",
        "8000",
        "-f",
        "s16le",
        "-",
    ]
    done = subprocess.run(command, check=True, capture_output=True)
    held: np.ndarray = np.abs(np.frombuffer(done.stdout, "<i2").astype(int))
    return held


def picture_at(path: Path, second: float) -> np.ndarray:
    command = ["ffmpeg", "-v", "error", "-ss", str(second), "-i", str(path), "-frames:v", "1", "-f",
               "rawvideo", "-pix_fmt", "gray", "-"]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(122, 162).astype(int)


def told(path: Path) -> str:
    words = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams"]
    done = subprocess.run([*words, "-show_chapters", str(path)], check=True, capture_output=True)
    said = json.loads(done.stdout)
    del said["format"]["filename"]
    return json.dumps(said)


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        (".wav", "audio/wav"), (".mp3", "audio/mpeg"), (".m4a", "audio/mp4"), (".ogg", "audio/ogg"),
        (".flac", "audio/flac"),
    ],
)  # fmt: skip
def test_a_span_is_silent_and_the_rest_is_heard(tmp_path: Path, ending: str, kind: str) -> None:
    path = sound(tmp_path / f"a{ending}")
    made, checks = carried_out(path, plan(SPAN), tmp_path / "out")
    held = samples(tmp_path / "out")
    assert made.media_type == kind
    assert held[12_000:26_000].max() <= 16
    assert held[:11_000].max() > 1000
    assert held[27_500:].max() > 1000
    assert abs(len(held) - 48_000) < 1600
    assert "Alif" not in told(tmp_path / "out")
    assert b"Alif" not in (tmp_path / "out").read_bytes()
    assert "sound in every muted span: silent" in checks


def test_to_the_end(tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav")
    carried_out(path, plan("mute: {from: 4, to: end}, reason: witness"), tmp_path / "out")
    held = samples(tmp_path / "out")
    assert held[32_000:].max() == 0
    assert held[:31_000].max() > 1000


def test_a_film_with_a_box_and_a_silent_span(tmp_path: Path) -> None:
    path, out = film(tmp_path / "a.mp4"), tmp_path / "out"
    made, _ = carried_out(path, plan(SPAN, BOX), out)
    assert made.left_out == {"further streams": 1} or made.left_out["further streams"] >= 1
    for second in (2.0, 3.0, 3.95):
        assert picture_at(out, second)[24:76, 34:86].max() < 40
    for second in (0.5, 5.5):
        assert picture_at(out, second)[24:76, 34:86].max() > 100
    assert samples(out)[12_000:26_000].max() <= 16
    said = told(out)
    assert "Alif" not in said
    assert "33.5" not in said
    assert '"chapters": []' in said
    assert said.count('"codec_type"') == 2
    assert SECRET.encode() not in out.read_bytes()


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("mute: {from: 7, to: 8}, reason: witness", "lasts 6"),
        (BOX, "no moving picture"),
        ("pages: [1], reason: legal", "means nothing"),
    ],
)
def test_what_a_sound_does_not_have_is_refused(tmp_path: Path, entry: str, why: str) -> None:
    path = sound(tmp_path / "a.wav")
    with pytest.raises(RedactionRefusedError, match=why):
        carried_out(path, plan(entry), tmp_path / "out")


def test_a_sound_that_is_still_heard_does_not_pass(tmp_path: Path) -> None:
    path, out = sound(tmp_path / "a.flac"), tmp_path / "out"
    made, _ = carried_out(path, plan(SPAN), out)
    made.numbers["muted"] = [[1.0, 3.0]]
    with pytest.raises(RedactionCheckError, match=r"sound at 1\.000"):
        check_copy(out, read_plan_text(plan(SPAN), "plan"), made, 30)
    made.numbers["muted"] = []
    with pytest.raises(RedactionCheckError, match="tag"):
        check_copy(path, read_plan_text(plan(SPAN), "plan"), made, 30)

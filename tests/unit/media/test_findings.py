"""Findings: indicators in two languages with rates and explanations, and never a verdict."""

from __future__ import annotations

import json
import re
import string
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bayyina.media.findings import Seen, catalogue, indicator, reference_rates
from bayyina.media.indicators import indicators_of
from bayyina.media.metadata_checks import metadata_findings
from bayyina.media.near import Nearness, near_document
from bayyina.media.results import OUTCOMES
from bayyina.media.writers import programs_in

PACKAGE = Path(__file__).resolve().parents[3] / "src" / "bayyina"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

VERDICTS = re.compile(
    r"\b(authentic(?:ity)?|inauthentic|genuine|fakes?|faked|forged|forger(?:y|ies)|tamper(?:ed|ing)?"
    r"|manipulat(?:ed|ion)|doctored|proves?|proven|deepfakes?)\b"
    r"|(?<!\w)(?:و|ف|ب|ل|ك|ال|وال|بال|لل)?(?:أصلي|أصلية|أصالة|مزور|مزورة|مزوّر|مزوّرة|تزوير|مزيف|مزيفة|مزيّف|مزيّفة"
    r"|تزييف|متلاعب|تلاعب|يثبت|تثبت|إثبات|مفبرك|مفبركة|فبركة)(?!\w)",
    re.IGNORECASE,
)  # fmt: skip


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in texts_in(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in texts_in(item))


def catalogues() -> list[Path]:
    """Catalogues of findings: the media's, and those of claims and sites."""
    folders = ("media", "claims", "sites", "estimation")
    return sorted(path for name in folders for path in (PACKAGE / name).rglob("*.toml"))


def test_the_rule_knows_verdicts_and_leaves_authenticate_alone() -> None:
    for text in ("it is fake", "This proves it", "TAMPERED", "صورة مزورة", "وهذا يثبت", "الأصلية"):
        assert VERDICTS.search(text) or text == "الأصلية"
    for text in (
        "authenticate",
        "to authenticate a user",
        "ProofMode",
        "improves",
        "يثبّت البرنامج",
    ):
        assert not VERDICTS.search(text)


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_no_catalogue_holds_a_verdict(path: Path) -> None:
    texts = texts_in(tomllib.loads(path.read_text(encoding="utf-8")))
    assert [text for text in texts if VERDICTS.search(text)] == []


def test_nothing_that_readers_see_in_the_code_holds_a_verdict() -> None:
    near = near_document([], Nearness((), 0, {}), 31)
    words = [*OUTCOMES.values(), *texts_in(near), json.dumps(reference_rates())]
    words.extend(
        (PACKAGE / "cli" / name).read_text(encoding="utf-8")
        for name in ("media.py", "media_text.py")
    )
    assert [text for text in words if VERDICTS.search(text)] == []


def methods() -> list[str]:
    return [name for name in catalogue() if name != "words"]


@pytest.mark.parametrize("method", methods())
def test_each_method_is_whole_in_both_languages(method: str) -> None:
    section = catalogue()[method]
    assert section["version"]
    for lang in ("en", "ar"):
        assert section[f"explanations_{lang}"]
        assert section[f"limits_{lang}"].endswith(".")
    assert len(section["explanations_en"]) == len(section["explanations_ar"])
    for sentence in section["sentences"].values():
        names = [
            {f[1] for f in string.Formatter().parse(sentence[lang])} - {None}
            for lang in ("en", "ar")
        ]
        assert names[1] <= names[0] | {"count"}
        assert re.search(r"[\u0600-\u06ff]", sentence["ar"])


def test_rates_are_of_methods_that_there_are() -> None:
    for method, measured in reference_rates()["methods"].items():
        name, _, sentence = method.partition("/")
        assert name in methods()
        assert not sentence or sentence in catalogue()[name]["sentences"]
        assert 0 <= measured["flagged"] <= measured["files"]
        assert all(catalogue()["words"]["sets"][measured["set"]][lang] for lang in ("en", "ar"))


def test_0_of_n_is_no_rate_of_nothing() -> None:
    seen = Seen("series-order", "twice", {"camera": "X", "counter": 4}, {})
    made = indicator(seen, "")
    assert made.false_alarm_rate == 0
    assert "0 of 9 files" in made.reference_set["en"]
    assert "rule of three the rate may still be as high as 33%" in made.reference_set["en"]
    assert "قاعدة الثلاثة" in made.reference_set["ar"]
    assert "33%" in made.reference_set["ar"]
    assert made.document()["reference_set"] == made.reference_set["en"]


def test_a_check_without_a_series_to_measure_on_says_so() -> None:
    numbers = {"camera": "X", "counter": 4, "count": 20, "missing": 1}
    made = indicator(Seen("series-order", "gap", numbers, {}), "")
    assert made.false_alarm_rate is None
    assert "no series to measure on" in made.reference_set["en"]
    assert "لا توجد سلسلة يُقاس عليها" in made.reference_set["ar"]
    unmeasured = indicator(Seen("active-content", "holds", {"what": ["macros"]}, {}), "")
    assert unmeasured.reference_set["en"].startswith("not measured: no reference set")
    assert unmeasured.reference_set["ar"].startswith("غير مقيسة")


def test_an_indicator_holds_everything_a_reader_needs() -> None:
    made = indicator(
        Seen("trailing-data", "trailing", {"bytes": 9, "what": "zeros"}, {"a": 1}), "ab" * 32
    )
    document = made.document()
    assert document["finding"] == "9 bytes stand after the end of the picture (zeros)."
    assert "أصفار" in document["finding_ar"]
    assert 0 <= document["false_alarm_rate"] <= 1
    assert "camera files" in document["reference_set"]
    assert all(document[name] for name in ("explanations", "limits", "input_sha256"))


def test_words_of_strangers_are_not_read_as_names() -> None:
    numbers = {"programs": ["{bytes} Photoshop {0}", "\x1b[2J GIMP"]}
    made = indicator(Seen("written-by", "program", numbers, {}), "")
    assert "{bytes} Photoshop {0}" in made.finding["en"]


def test_programs_are_named_by_tags_segments_and_comments() -> None:
    tags = {"IFD0:Software": "GIMP 2.10", "IPTC:SpecialInstructions": "FBMD0123", "IFD0:Make": "X"}
    jpeg = {"markers": ["SOI", "APP13 Photoshop 3.0"], "comments": ["CREATOR: gd-jpeg v1.0"]}
    assert len(programs_in(tags, jpeg)) == 4
    assert programs_in({"IFD0:Software": "Ver.1.00"}, {}) == []


@pytest.mark.parametrize(
    ("tags", "kinds"),
    [
        ({"ExifIFD:ExifImageWidth": 100, "ExifIFD:ExifImageHeight": 80}, ["size"]),
        ({"ExifIFD:ExifImageWidth": 480, "ExifIFD:ExifImageHeight": 640}, []),
        ({"ExifIFD:DateTimeOriginal": "2013:05:01 10:00:00", "IFD0:ModifyDate": "2013:05:02 10:00:00"}, ["later"]),
        ({"ExifIFD:DateTimeOriginal": "2013:05:02 10:00:00", "IFD0:ModifyDate": "2013:05:01 10:00:00"}, ["earlier"]),
        ({"ExifIFD:DateTimeOriginal": "2013:05:02 10:00:00", "Composite:GPSDateTime": "2013:05:02 07:00:00Z"}, []),
        ({"ExifIFD:DateTimeOriginal": "2013:05:02 10:00:00", "Composite:GPSDateTime": "2013:05:04 07:00:00Z"}, ["gps"]),
        ({"ExifIFD:DateTimeOriginal": "2040:05:02 10:00:00"}, ["future"]),
        ({"ExifIFD:DateTimeOriginal": "0000:00:00 00:00:00", "IFD0:ModifyDate": 5}, []),
    ],
)  # fmt: skip
def test_metadata_that_do_not_go_together_are_named(tags: dict[str, Any], kinds: list[str]) -> None:
    assert [seen.sentence for seen in metadata_findings(tags, (640, 480), NOW)] == kinds


def test_facts_of_any_shape_give_indicators_or_none() -> None:
    odd: dict[str, Any] = {"types": None, "jpeg": 3, "zip": {"notes": [1]}, "c2pa": {"codes": {}}}
    for facts in ({}, odd):
        assert indicators_of(facts, "", NOW) == ()

"""The register's commands: two languages, what is refused, and the whole way on invented scenes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.site_cases import site, write_series, write_site
from tests.cli.conftest import Program
from tests.cli.test_json_documents import check_shape


def test_sites_are_shown_in_both_languages(program: Program) -> None:
    path = write_site(program.folder, site())
    assert "invented-one" in program("sites", "register", path).out
    assert "Nothing new" in program("sites", "register", path).out
    english = program("sites", "show", "invented-one").out
    arabic = program("sites", "show", "invented-one", "--lang", "ar").out
    for words in ("UNDER EMBARGO", "Levelling", "150-600", "FICT-W", "site-sufficient"):
        assert words in english
    for words in ("محجوب", "تسوية", "مشتبه به", "FICT-W"):
        assert words in arabic
    assert "33.12" not in english + arabic
    assert "محجوب" in program("sites", "list", "--lang", "ar").out


def test_what_is_wrong_is_one_sentence(program: Program) -> None:
    path = write_site(program.folder, site(claims=[{"property": "state"}]))
    for arguments in (
        ("sites", "register"),
        ("sites", "register", path),
        ("sites", "register", program.folder / "absent.site.geojson"),
        ("sites", "register", "--published"),
        ("sites", "show", "nowhere"),
        ("sites", "show", "FICT-99-99"),
        ("sites", "watch", "nowhere", path),
        ("sites", "report", "nowhere"),
    ):
        answer = program(*arguments)
        assert answer.status == 2, arguments
        assert answer.sentence()


def test_a_page_for_publication_is_refused_under_embargo(program: Program) -> None:
    program("sites", "register", write_site(program.folder, site()))
    out = program.folder / "page"
    refused = program("sites", "report", "invented-one", "--for-publication", "--out", out)
    assert refused.status == 1
    assert "embargo" in refused.sentence()
    assert not out.exists()
    series = write_series(program.folder / "s.csv", "2023-06-10")
    made = program("sites", "report", "invented-one", "--series", series, "--out", out, "--json")
    check_shape("sites report", made.document)
    for lang, words in (
        ("en", "consistent with digging or levelling"),
        ("ar", "يتفق مع الحفر أو التسوية"),
    ):
        page, pdf = map(Path, made.document["files"][lang])
        text = page.read_text("utf-8")
        assert words in text
        assert "<svg" in text
        assert "FICTIONAL" in text
        assert pdf.read_bytes().startswith(b"%PDF")


@pytest.mark.slow
def test_from_invented_scenes_to_a_page(program: Program) -> None:
    folder = program.folder / "scenes"
    made = program("sites", "demo", "--folder", folder, "--json")
    check_shape("sites demo", made.document)
    assert program("sites", "demo", "--folder", folder).status == 2
    series = folder / "series.csv"
    found = program(
        *("sites", "scan", folder / "scenes", "--site", made.document["site"]),
        *("--series", series, "--json"),
    )
    assert len(found.document["episodes"]) == len(json.loads(
        Path(made.document["truth"]).read_text("utf-8")
    )["episodes"])  # fmt: skip
    assert program("sites", "register", made.document["site"]).status == 0
    watched = program("sites", "watch", "invented-place", series, "--json").document
    begun = [one["first_changed"][:7] for one in watched["alerts"]]
    assert begun[:4] == ["2013-04", "2019-04", "2021-03", "2022-09"]  # the third: covered again
    assert all(month in ("2022-11", "2022-12") for month in begun[4:])  # still being levelled
    assert program("sites", "report", "invented-place", "--series", series).status == 0

"""The register's commands: two languages, what is refused, and the whole way on invented scenes."""

from __future__ import annotations

import json
import warnings
from datetime import date
from pathlib import Path

import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

from tests.app.site_cases import site, write_series, write_site
from tests.cli.conftest import Program
from tests.cli.test_json_documents import check_shape
from tests.unit.sites.made_scenes import Place, every, site_file, square, stacked


def test_sites_are_shown_in_both_languages(program: Program) -> None:
    path = write_site(program.folder, site())
    assert "invented-one" in program("sites", "register", path).out
    assert "Nothing new" in program("sites", "register", path).out
    english = program("sites", "show", "invented-one").out
    arabic = program("sites", "show", "invented-one", "--lang", "ar").out
    for words in ("UNDER EMBARGO", "Levelling", "150–600", "FICT-W", "site-sufficient"):
        assert words in english
    for words in ("محجوب", "تسوية", "مشتبه به", "FICT-W"):
        assert words in arabic
    assert "33.12" not in english + arabic
    assert "محجوب" in program("sites", "list", "--lang", "ar").out


def test_an_exact_position_is_opened_with_a_role_a_reason_and_a_trace(program: Program) -> None:
    program("sites", "register", write_site(program.folder, site()))
    show = ("sites", "show", "invented-one")
    assert program(*show, "--reason", "a walk").status == 2
    refused = program(*show, "--open", "--reason", "a walk")
    assert refused.status != 0
    assert "exact-positions" in refused.sentence()
    roles = ("administrator", "intake", "analyst", "verifier", "site-positions")
    given = (word for role in roles for word in ("--role", role))
    assert program("people", "roles", "amal", *given).status == 0
    assert program(*show, "--open").status == 2
    answer = program(*show, "--open", "--reason", "a walk", "--json")
    check_shape("sites show", answer.document)
    assert answer.document["position"] == {"latitude": 33.1235, "longitude": 36.6543, "of": "exact"}
    assert "open-sealed" in program("log", "show").out
    assert program(*show, "--json").document["position"]["of"] == "district"
    page = ("sites", "report", "invented-one", "--out", program.folder / "page")
    assert "embargo" in program(*page, "--open", "--reason", "a page").sentence()
    assert not (program.folder / "page").exists()


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


@pytest.mark.parametrize("wrong", ["bad,file\n1,2\n", "date,red\n2024-01-01,0.1\n"])
def test_many_sites_are_watched_and_one_bad_series_stops_none(program: Program, wrong: str) -> None:
    folder = program.folder / "series"
    folder.mkdir()
    for key in ("invented-one", "invented-two"):
        program("sites", "register", write_site(program.folder, site(key, acts=[])))
    write_series(folder / "invented-two.csv", "2023-06-10")
    (folder / "invented-one.csv").write_text(wrong, "utf-8")
    done = program("sites", "watch", "--folder", folder, "--json")
    assert done.status == 0
    check_shape("sites watch", done.document)
    bad, good = done.document
    assert (bad["key"], bad["file"]) == ("invented-one", "invented-one.csv")
    assert bad["reason"]
    assert len(good["alerts"]) == 1
    again = program("sites", "watch", "--folder", folder, "--json").document
    assert again[1]["taken_in"] == 0
    assert program("sites", "watch", "invented-two", "--folder", folder).status == 2
    assert program("sites", "watch", "invented-two").status == 2
    write_series(folder / "nowhere.csv")
    assert "no site nowhere" in program("sites", "watch", "--folder", folder).sentence()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stack of made scenes."""
    days = every(date(2021, 1, 5), date(2022, 9, 1), 16)
    place = Place(
        days, changed=square(28, 28, 8), course=lambda day: float(day >= date(2021, 10, 10))
    )
    return stacked(place, tmp_path_factory.mktemp("scenes"))


@pytest.fixture
def scenes(program: Program, stack: Path) -> tuple[Path, Path]:
    """The stack, and the file of the site that it shows, which is registered."""
    outline = json.loads(site_file(program.folder / "plain.geojson").read_text("utf-8"))
    content = {**site(acts=[], facilities=[]), "geometry": outline["geometry"]}
    path = write_site(program.folder, content)
    assert program("sites", "register", path).status == 0
    return stack, path


def test_files_of_a_scan_do_not_tell_where_a_site_under_embargo_lies(
    program: Program, scenes: tuple[Path, Path]
) -> None:
    stack, path = scenes
    (corner, *_), *_ = json.loads(path.read_text("utf-8"))["geometry"]["coordinates"]
    out = {
        name: program.folder / name for name in ("map.tif", "outline.geojson", "plate.svg", "x.tif")
    }
    plain = program.folder / "plain.geojson"  # the same ground under no name
    for outline in (path, plain):
        done = program(
            *("sites", "scan", stack, "--site", outline, "--cache", program.folder / "cache"),
            *("--map", out["map.tif"], "--geojson", out["outline.geojson"]),
            *("--plate", out["plate.svg"], "--json"),
        )
        check_shape("sites scan", done.document)
        assert done.document["embargo"]["blurred"] == ["map", "geojson", "plate"]
        assert done.document["site"]["crs"] is None
        told = json.loads(out["outline.geojson"].read_text("utf-8"))
        (feature,) = told["features"]
        assert feature["geometry"]["type"] == "Point"
        told_at = feature["geometry"]["coordinates"]
        assert max(abs(told_at[0] - corner[0]), abs(told_at[1] - corner[1])) > 0.01
        assert "embargo" in told["note"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(out["map.tif"]) as source:
                assert source.crs is None
                assert source.transform == rasterio.Affine.identity()
                assert "embargo" in source.tags()["DISCLOSURE"]
        assert "UNDER EMBARGO" in out["plate.svg"].read_text("utf-8")
    first, last = min(stack.iterdir()), max(stack.iterdir())
    compared = program("sites", "compare", first, last, "--mask", out["x.tif"], "--json")
    assert compared.document["embargo"]["blurred"] == ["mask"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(out["x.tif"]) as source:
            assert source.crs is None


def test_exact_files_are_for_members_who_are_cleared(
    program: Program, scenes: tuple[Path, Path]
) -> None:
    stack, path = scenes
    out = program.folder / "outline.geojson"
    words = ("sites", "scan", stack, "--site", path, "--geojson", out, "--exact")
    refused = program(*words)
    assert refused.status != 0
    assert "exact-positions" in refused.sentence()
    assert not out.exists()
    roles = ("administrator", "intake", "analyst", "site-positions")
    given = (word for role in roles for word in ("--role", role))
    assert program("people", "roles", "amal", *given).status == 0
    assert program(*words).status == 0
    told = json.loads(out.read_text("utf-8"))
    assert told["features"][0]["geometry"]["type"] == "MultiPolygon"


@pytest.mark.slow
def test_a_page_shows_the_images_before_and_after(
    program: Program, scenes: tuple[Path, Path]
) -> None:
    stack, path = scenes
    out = program.folder / "page"
    kept = program("sites", "scan", stack, "--site", path, "--record", "--json")
    check_shape("sites scan", kept.document)
    assert kept.document["recorded"]["scenes"] == len(kept.document["scenes"])
    made = program(
        *("sites", "report", "invented-one", "--scenes", stack, "--outline", path, "--out", out),
        "--json",
    )
    check_shape("sites report", made.document)
    used = [scene for scene in kept.document["scenes"] if scene["outcome"] == "used"]
    for lang, words in (("en", "Before and after"), ("ar", "قبل وبعد")):
        page, pdf = map(Path, made.document["files"][lang])
        text = page.read_text("utf-8")
        assert words in text
        assert "data:image/png;base64," in text
        assert sum(scene["id"] in text for scene in used) == 2
        assert sum(scene["files"][0]["sha256"] in text.replace("\n", "") for scene in used) <= 2
        assert pdf.read_bytes().startswith(b"%PDF")
    for wrong in (("--scenes", stack), ("--outline", path), ("--cache", out)):
        assert program("sites", "report", "invented-one", *wrong).status == 2

"""Images and series of a site for its page: what is kept as evidence, and nothing under embargo."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bayyina.app.annotating import Annotation, annotate_item
from bayyina.app.evidence_adding import add_evidence
from bayyina.app.evidence_items import list_items
from bayyina.app.site_records import read_site
from bayyina.app.site_registering import register_sites
from bayyina.app.site_showing import draw_site_series, refuse_withheld, site_material
from bayyina.errors import InputError, PermissionRefusedError
from tests.app.conftest import Bench, quiet
from tests.app.site_cases import site, write_series, write_site


@pytest.fixture
def kept(bench: Bench) -> dict[str, str]:
    """A site under embargo, with a picture and a series that show it and a picture that does not."""
    register_sites(bench.amal, files=[write_site(bench.folder, site())])
    files = bench.folder / "files"
    files.mkdir()
    for name, colour in (("one.png", "red"), ("two.png", "blue")):
        file = io.BytesIO()
        Image.new("RGB", (20, 10), colour).save(file, "PNG")
        (files / name).write_bytes(file.getvalue())
    write_series(files / "measured.csv", "2023-03-01")
    add_evidence(bench.amal, paths=[files], report=bench.folder / "r.csv", progress=quiet)
    ids = {}
    place = next(one.id for one in [read_site(bench.amal, "invented-one")])
    for item in list_items(bench.amal):
        kind = "series" if item.media_type.startswith("text/") else item.sha256
        ids[kind] = item.id
    pictures = [one for kind, one in ids.items() if kind != "series"]
    for one in (pictures[0], ids["series"]):
        annotate_item(bench.amal, one, Annotation("row 1", "FICTIONAL", "en", place))
    return {"site": place, "picture": pictures[0], "other": pictures[1], "series": ids["series"]}


def test_nothing_of_a_site_under_embargo_is_shown_to_those_who_may_not(
    bench: Bench, kept: dict[str, str]
) -> None:
    found = read_site(bench.amal, kept["site"])
    assert found.embargo
    assert not any("_" in words.en for one in found.at_hand for words in one.words)
    withheld = site_material(bench.amal, found)
    assert (withheld.images, withheld.series, withheld.is_withheld) == ((), (), True)
    for refused in (
        lambda: refuse_withheld(bench.amal, found),
        lambda: draw_site_series(bench.amal, kept["site"], kept["series"], lang="en"),
    ):
        with pytest.raises(PermissionRefusedError, match="embargo"):
            refused()


def test_who_may_have_exact_positions_sees_what_shows_the_site(
    bench: Bench, kept: dict[str, str]
) -> None:
    zein = bench.member("zein", "verifier", "analyst", "site-positions")
    found = read_site(zein, kept["site"])
    refuse_withheld(zein, found)
    material = site_material(zein, found)
    assert [one.id for one in material.images] == [kept["picture"]]
    assert [one.id for one in material.series] == [kept["series"]]
    drawn = draw_site_series(zein, kept["site"], kept["series"], lang="ar")
    assert "<svg" in drawn.chart
    assert [one.onset[:7] for one in drawn.episodes] == ["2023-03"]
    with pytest.raises(InputError, match="no series"):
        draw_site_series(zein, kept["site"], kept["other"], lang="en")

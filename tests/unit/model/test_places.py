"""The gazetteer: what is shipped, what a text names, and files that add to it."""

from __future__ import annotations

import csv
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.errors import VocabularyError
from bayyina.model import places as places_module
from bayyina.model.places import COLUMNS, Gazetteer, Place, place_key

ROOT = Path(__file__).resolve().parents[3]
GAZETTEER = Gazetteer.load()
HEADER = ",".join(COLUMNS)


def test_it_ships_every_unit_of_the_three_levels() -> None:
    counts = {level: len(GAZETTEER.of_level(level)) for level in places_module.LEVELS[:4]}
    assert counts == {"country": 1, "governorate": 14, "district": 62, "subdistrict": 272}
    assert len(GAZETTEER) == 349


def test_codes_nest_and_positions_lie_in_the_country() -> None:
    for place in GAZETTEER:
        if place.parent:
            assert place.code.startswith(place.parent)
            assert GAZETTEER.is_within(place.code, "SY")
        assert place.lat is not None
        assert place.lon is not None
        assert 32.3 < place.lat < 37.4
        assert 35.6 < place.lon < 42.4


# Text, level asked for, code.
READ = [
    ("Homs", None, "SY04"),
    ("حمص", None, "SY04"),
    ("حمص", "district", "SY0401"),
    ("حمص", "subdistrict", "SY040100"),
    ("محافظة حمص", None, "SY04"),
    ("منطقة حمص", None, "SY0401"),
    ("ناحية مركز حمص", None, "SY040100"),
    ("Homs Governorate", None, "SY04"),
    ("Homs Sub-District", None, "SY040100"),
    ("Damascus", None, "SY01"),
    ("Damascus", "subdistrict", "SY010000"),
    ("ريف دمشق", None, "SY03"),
    ("Rif Dimashq", "governorate", "SY03"),
    ("RURAL DAMASCUS", "governorate", "SY03"),
    ("Hasakeh", None, "SY08"),
    ("al-Hasakah", None, "SY08"),
    ("Hassakeh", None, "SY08"),
    ("الحسكه", None, "SY08"),
    ("Deir ez-Zor", None, "SY09"),
    ("Deir Ezzor", None, "SY09"),
    ("Deir al-Zour", None, "SY09"),
    ("ديرالزور", None, "SY09"),
    ("Daraa", None, "SY12"),
    ("Dar‘a", None, "SY12"),
    ("Suwayda", None, "SY13"),
    ("Sweida", None, "SY13"),
    ("Latakia", None, "SY06"),
    ("اللاذقيه", None, "SY06"),
    ("إدلب", None, "SY07"),
    ("ادلب", None, "SY07"),
    ("Idlib", None, "SY07"),
    ("حماه", None, "SY05"),
    ("Sidnaya", None, "SY030401"),
    ("Sednaya", None, "SY030401"),
    ("Saydnaya", None, "SY030401"),
    ("صَيدنايا", None, "SY030401"),
    ("Dhameer", None, "SY030203"),
    ("al-Dumayr", None, "SY030203"),
    ("Dumair", None, "SY030203"),
    ("الضمير", None, "SY030203"),
    ("al-Qutayfah", None, "SY0303"),
    ("Qutaifa", "subdistrict", "SY030300"),
    ("Douma", None, "SY0302"),
    ("Kobane", None, "SY0206"),
    ("SY030300", None, "SY030300"),
    ("sy03", "governorate", "SY03"),
    ("سورية", None, "SY"),
]


@pytest.mark.parametrize(("text", "level", "code"), READ)
def test_a_text_names_this_place(text: str, level: str | None, code: str) -> None:
    place = GAZETTEER.read(text, level)
    assert place is not None
    assert place.code == code


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("", None),
        ("al", None),
        ("محافظة", None),
        ("Paris", None),
        ("Hom", None),
        ("Hims and Hama", None),
        ("SY0303", "governorate"),
        ("SY99", None),
        ("منطقة حمص", "governorate"),
        ("القطيفة", "governorate"),
    ],
)
def test_what_is_no_name_of_a_place_is_no_place(text: str, level: str | None) -> None:
    assert GAZETTEER.read(text, level) is None


def test_a_name_of_two_places_of_one_level_needs_the_place_around_it() -> None:
    assert GAZETTEER.read("صوران") is None
    assert {place.code for place in GAZETTEER.candidates("Suran")} == {"SY020405", "SY050101"}
    in_hama = GAZETTEER.read("Suran", within="SY05")
    assert in_hama is not None
    assert in_hama.code == "SY050101"


def test_no_other_name_is_shared_inside_a_level() -> None:
    shared = set()
    for level in places_module.LEVELS[:4]:
        owners: dict[str, str] = {}
        for place in GAZETTEER.of_level(level):
            for name in (place.label_en, place.label_ar, *place.aliases):
                if owners.setdefault(place_key(name)[0], place.code) != place.code:
                    shared.add(name)
    assert shared == {"Suran", "صوران"}


def test_places_know_what_is_around_them() -> None:
    assert GAZETTEER.ancestor("SY030401", "governorate") == "SY03"
    assert GAZETTEER.ancestor("SY03", "governorate") == "SY03"
    assert GAZETTEER.ancestor("SY03", "district") is None
    assert GAZETTEER.ancestor("nowhere", "country") is None
    assert GAZETTEER.is_within("SY030401", "SY0304")
    assert not GAZETTEER.is_within("SY030401", "SY0303")
    assert not GAZETTEER.is_within("SY030401", "nowhere")


def test_labels_are_given_in_both_languages() -> None:
    place = GAZETTEER.get("SY07")
    assert place is not None
    assert (place.label("en"), place.label("ar")) == ("Idleb", "إدلب")


@given(st.sampled_from(sorted(GAZETTEER, key=lambda place: place.code)), st.data())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_every_name_is_found_however_it_is_written(place: Place, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([place.label_en, place.label_ar, *place.aliases]))
    variant = data.draw(
        st.sampled_from(
            [
                name.upper(),
                name.lower(),
                name.replace(" ", "-"),
                name.replace("-", " "),
                f"  {name}\u200f ",
                name.replace("أ", "ا").replace("إ", "ا").replace("ة", "ه").replace("ى", "ي"),
            ]
        )
    )
    assert place in GAZETTEER.candidates(variant, place.level)


def test_it_survives_pickling_and_its_digest_follows_its_content() -> None:
    copy = pickle.loads(pickle.dumps(GAZETTEER))  # noqa: S301 - our own bytes
    assert copy.digest == GAZETTEER.digest
    assert copy.read("Homs") == GAZETTEER.read("Homs")
    fewer = Gazetteer(place for place in GAZETTEER if place.code != "SY110302")
    assert fewer.digest != GAZETTEER.digest


class TestExtensions:
    """A user's own file of places."""

    def _file(self, folder: Path, *rows: str) -> Path:
        path = folder / "mine.csv"
        path.write_text("\n".join(["# mine", HEADER, *rows]) + "\n", encoding="utf-8")
        return path

    def test_it_adds_places_and_aliases(self, tmp_path: Path) -> None:
        path = self._file(
            tmp_path,
            "SY030401,,,,,,,Our Lady's Hill",
            "N0092,neighbourhood,SY0100,Tadamon,التضامن,33.47,36.32,Tadhamon",
        )
        mine = Gazetteer.load([path])
        hill, quarter = mine.read("our ladys hill"), mine.read("تضامن")
        assert hill is not None
        assert hill.code == "SY030401"
        assert mine.read("Sednaya") == hill
        assert quarter is not None
        assert mine.ancestor(quarter.code, "governorate") == "SY01"
        assert mine.digest != GAZETTEER.digest

    @pytest.mark.parametrize(
        ("row", "what"),
        [
            ("X1,village,SY01,A,ا,,,", "has a level that is not one of"),
            ("X1,district,SY77,A,ا,,,", "has no parent that is known"),
            ("X1,district,,A,ا,,,", "has no parent that is known"),
            ("X1,governorate,SY0100,A,ا,,,", "has a parent that is not of a higher level"),
            ("X1,district,SY01,A,,,,", "lacks its name"),
            ("X1,district,SY01,A,ا,ninety,0,", "has a position that is not a number"),
            ("X1,district,SY01,A,ا,91,0,", "has a position outside the globe"),
            ("x1,district,SY01,A,ا,,,", "has no code, or one with small letters"),
            ("X1,district,SY01,A,ا", "has not as many cells as columns"),
        ],
    )
    def test_a_wrong_row_is_named_by_file_and_line(
        self, tmp_path: Path, row: str, what: str
    ) -> None:
        with pytest.raises(VocabularyError) as refusal:
            Gazetteer.load([self._file(tmp_path, row)])
        assert refusal.value.message.startswith(f"mine.csv, line 3: the place {what}")

    def test_other_files_are_refused(self, tmp_path: Path) -> None:
        other = tmp_path / "other.csv"
        other.write_text("a,b\n1,2\n", encoding="utf-8")
        for path in (other, tmp_path / "absent.csv"):
            with pytest.raises(VocabularyError):
                Gazetteer.load([path])


def _source_rows(folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    for level in (1, 2, 3):
        path = folder / "records" / "cod_ab_syria" / f"syr_admin{level}.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield level, row


def test_codes_names_and_parents_are_those_of_the_source(test_data: Path) -> None:
    seen = 0
    for level, row in _source_rows(test_data):
        place = GAZETTEER.get(row["PCODE"])
        assert place is not None, row["PCODE"]
        assert place.label_en == row["NAME_EN"].strip()
        assert place.label_ar.replace(" ", "") == row["NAME_AR"].strip().replace(" ", "")
        assert place.parent == row[f"ADM{level - 1}_PCODE"]
        assert place.level == places_module.LEVELS[level]
        seen += 1
    assert seen == 14 + 62 + 272


def test_the_shipped_file_is_what_its_script_builds(test_data: Path) -> None:
    built = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "build_places.py"), str(test_data)],
        capture_output=True,
        check=True,
    )
    shipped = ROOT / "src" / "bayyina" / "model" / "vocabulary" / "places" / "syria.csv"
    assert built.stdout == shipped.read_bytes().replace(b"\r\n", b"\n")

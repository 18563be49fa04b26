"""Builds the shipped file of places from the two third-party sources it is made from.

    python scripts/build_places.py DATA_FOLDER > src/bayyina/model/vocabulary/places/syria.csv

DATA_FOLDER holds ``records/cod_ab_syria`` (codes, names, boundaries of governorates) and
``records/opensyria_geography`` (positions and aliases of the lower levels). Known fault
upstream: in ``syr_admin3.csv`` the columns ADM0_EN and ADM0_AR are exchanged, so the country
is taken from ``syr_admin0.csv``; one row has line breaks inside its names.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from bayyina.model.person_names import script_of
from bayyina.model.places import COLUMNS, place_key

HEADER = """\
# Places of Syria: 1 country, 14 governorates, 62 districts, 272 sub-districts.
# Made by scripts/build_places.py; do not edit by hand.
# Codes, hierarchy, English and Arabic names: United Nations Office for the Coordination of
#   Humanitarian Affairs (OCHA), Syria Common Operational Datasets - Administrative Boundaries
#   (COD-AB), release 2018-02-19, CC BY-IGO. Middles of governorates are computed from its
#   boundaries. Changed: line breaks inside names removed, and a space put into one name.
# Middles of districts and sub-districts, and part of the aliases: OpenSyria, Data Geography,
#   CC BY 4.0 (from GeoNames, CC BY 4.0, and geoBoundaries, CC BY 3.0 IGO). Changed: a choice.
# Further aliases are the product's own.
"""

LEVELS = ("governorate", "district", "subdistrict")
SOURCES = ("governorates.json", "districts.json", "subdistricts.json")
LEFT_OUT = frozenset(
    [
        "الغوطة الشرقية",
        "الغوطة الغربية",
        "al Ghutah ash Sharqiyah",
        "al Ghutah al Gharbiyah",
        "بوابة تادف",
        "حيالين",
        "مركزها السقيلبية",
        "Kibiliyah",
        "كبلية",
        "السجن",
        "as Sijn",
        "البخشان",
        "Abu Hurayrah",
        "أبو هريرة",
        "Judaydat Khabur",
        "جديدة خابور",
        "مريبط",
        "كفرلاها",
        "Tarin",
        "تارين",
        "Harmun",
        "حرمون",
        "al Hisan",
        "الحصان",
        "al Wa`rah",
        "الوعرة",
        "As Saih Badr",
        "مدينة إدلب",
    ]
)
"""Aliases upstream that name another village, a wider region, or a common noun."""

ARTICLES = ("al ", "ar ", "as ", "ash ", "at ", "ad ", "an ", "az ")
CORRECTED = {"مركزالحفة": "مركز الحفة"}

OWN_ALIASES = {
    "SY": "Syria|Syrian Arab Republic|سوريا|سورية|SYR",
    "SY01": "Damascus City|Dimashq|Damas",
    "SY02": "Halab|Alep",
    "SY03": "Rif Dimashq|Reef Dimashq|Rif Damascus|Damascus Suburbs|Damascus Rural|Damascus Countryside",
    "SY04": "Hims|Homs",
    "SY06": "Latakia|Ladhiqiyah|Lattaquié",
    "SY07": "Idlib|Edleb|Edlib|ادلب",
    "SY08": "Hasakah|Hasaka|Hassaké|Hasake",
    "SY09": "Deir Ezzor|Deir al-Zor|Deir ez-Zour|Dayr al-Zawr|Der Ezzor|ديرالزور",
    "SY10": "Tartus|Tartos",
    "SY11": "Raqqa|Rakka|Raqah",
    "SY12": "Daraa|Deraa|Deraʽa",
    "SY13": "Suwayda|Suwaida|Sweida|Sueida|Swaida|Soueida|السويدا",
    "SY14": "Quneitra|Qunaitira|Kuneitra",
    "SY0206": "Kobani|Kobane|كوباني",
    "SY020600": "Kobani|Kobane|كوباني",
    "SY0302": "Douma",
    "SY0309": "Daraya",
    "SY0307": "Zabadani",
    "SY0405": "Palmyra|Tadmur",
    "SY040500": "Palmyra|Tadmur",
    "SY0702": "Maarrat al-Numan|Ma'arat al-Numan|Maaret al-Numan",
    "SY1103": "Tabqa|الطبقة",
    "SY110300": "Tabqa|الطبقة",
    "SY030203": "Dumayr|Dumair|Dumeir|Dmeir|Dhumayr",
    "SY030401": "Sednaya|Saydnaya|Saidnaya|Seidnaya|Sednayah",
    "SY030300": "Qutayfa|Qutaifa|Quteifa|Kutayfah",
    "SY0303": "Qutayfa|Qutaifa|Quteifa|Kutayfah",
    "SY030902": "Hajar al-Aswad|Al-Hajar al-Aswad",
    "SY030900": "Daraya",
    "SY030101": "Al-Kiswah|Kiswa",
    "SY030107": "Qudsaya|Qudssaya|Kudsaya",
    "SY030601": "Deir Atiyah",
    "SY070201": "Khan Shaykhun|Khan Sheikhoun|Khan Shaykhoun",
    "SY070200": "Maarrat al-Numan|Maaret al-Numan",
    "SY050204": "Qalaat al-Madiq|Qalat al-Madiq",
    "SY080006": "Al-Hol|Hawl",
}


def main() -> int:
    """Writes the file to standard output."""
    if len(sys.argv) != 2:
        sys.stderr.write(__doc__ or "")
        return 2
    records = Path(sys.argv[1]) / "records"
    rows = list(_rows(records / "cod_ab_syria", _open_syria(records / "opensyria_geography")))
    _limit_aliases(rows)
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(HEADER)
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row | {"aliases": "|".join(row["aliases"])} for row in rows)
    return 0


def _rows(
    folder: Path, extra: Mapping[str, tuple[tuple[float, float], list[str]]]
) -> Iterator[dict[str, Any]]:
    middles = _governorate_middles(folder / "syr_admin1.geojson")
    (country,) = _read(folder / "syr_admin0.csv")
    yield _row(country, "country", "", (34.8021, 38.9968), [])
    for number, level in enumerate(LEVELS, start=1):
        rows = _read(folder / f"syr_admin{number}.csv")
        for row in sorted(rows, key=lambda row: row["PCODE"]):
            middle, aliases = extra[row["PCODE"]]
            yield _row(
                row,
                level,
                row[f"ADM{number - 1}_PCODE"],
                middles.get(row["PCODE"], middle),
                [row["NAM_EN_REF"], *aliases],
            )


def _row(
    row: Mapping[str, str], level: str, parent: str, middle: tuple[float, float], aliases: list[str]
) -> dict[str, Any]:
    code, label_ar = row["PCODE"], row["NAME_AR"].strip()
    return {
        "code": code,
        "level": level,
        "parent": parent,
        "label_en": row["NAME_EN"].strip(),
        "label_ar": CORRECTED.get(label_ar, label_ar),
        "lat": f"{middle[0]:.4f}",
        "lon": f"{middle[1]:.4f}",
        "aliases": [*OWN_ALIASES.get(code, "").split("|"), *(alias.strip() for alias in aliases)],
    }


def _limit_aliases(rows: list[dict[str, Any]]) -> None:
    """Leaves out aliases that add no key, and those that two places of one level would share."""
    owners = Counter(
        (row["level"], key)
        for row in rows
        for key in {place_key(row["label_en"])[0], place_key(row["label_ar"])[0]}
    )
    borrowed = Counter(
        (row["level"], key)
        for row in rows
        for key in {place_key(alias)[0] for alias in row["aliases"]}
    )
    for row in rows:
        seen = {place_key(row["label_en"])[0], place_key(row["label_ar"])[0], ""}
        kept = []
        for alias in row["aliases"]:
            key = place_key(alias)[0]
            is_shared = borrowed[row["level"], key] > 1 or owners[row["level"], key] > 0
            if key not in seen and not is_shared:
                kept.append(alias)
            seen.add(key)
        row["aliases"] = kept


def _open_syria(folder: Path) -> dict[str, tuple[tuple[float, float], list[str]]]:
    """Position and aliases by P-code; formal names and letter-by-letter ones are left out."""
    found = {}
    for source in SOURCES:
        for place in json.loads((folder / source).read_text(encoding="utf-8")):
            aliases = [
                alias["value"]
                for alias in place["aliases"]
                if alias["type"] in ("alias", "alternate_spelling") and _is_usable(alias["value"])
            ]
            middle = (place["centroid"]["latitude"], place["centroid"]["longitude"])
            names = [place["name"]["en"], place["name"]["ar"], *aliases]
            found[place["externalIds"]["ochaPcode"]] = (middle, names)
    return found


def _is_usable(alias: str) -> bool:
    """Whether people write it so: not letter by letter, not in a spelling of another language."""
    if alias in LEFT_OUT or alias.startswith("nahyt "):
        return False
    if script_of(alias) == "arabic":
        return not re.search("[\u0671-\u06d3]", alias)
    return script_of(alias) == "latin" and (alias[:1].lower() != alias[:1] or _has_article(alias))


def _has_article(alias: str) -> bool:
    return alias.startswith(ARTICLES) or not alias[:1].isalpha()


def _governorate_middles(path: Path) -> dict[str, tuple[float, float]]:
    """Area centroids (shoelace formula on degrees, which is exact enough for a middle)."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {f["properties"]["PCODE"]: _middle(f["geometry"]) for f in features}


def _middle(geometry: Mapping[str, Any]) -> tuple[float, float]:
    is_many = geometry["type"] == "MultiPolygon"
    polygons = geometry["coordinates"] if is_many else [geometry["coordinates"]]
    area = lat = lon = 0.0
    for polygon in polygons:
        for position, ring in enumerate(polygon):
            ring_area, ring_lon, ring_lat = _ring(ring)
            sign = (1 if position == 0 else -1) * (1 if ring_area > 0 else -1)
            area += sign * ring_area
            lon += sign * ring_lon
            lat += sign * ring_lat
    return lat / (3 * area), lon / (3 * area)


def _ring(ring: list[list[float]]) -> tuple[float, float, float]:
    """Twice the signed area and the unscaled moments of a closed ring."""
    area = moment_x = moment_y = 0.0
    for (x0, y0), (x1, y1) in pairwise(ring):
        cross = x0 * y1 - x1 * y0
        area += cross
        moment_x += (x0 + x1) * cross
        moment_y += (y0 + y1) * cross
    return area, moment_x, moment_y


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    sys.exit(main())

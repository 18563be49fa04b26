"""Writes the scenes of an invented place as files like those of the archives, marked FICTIONAL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bayyina.errors import InputError, StorageError
from bayyina.sites.invented_place import (
    CRS,
    EPISODES,
    MIDDLE,
    SITE_METRES,
    InventedPlace,
    Seen,
    Sensor,
)
from bayyina.sites.rasters import need_rasterio
from bayyina.sites.scenes import MARK

try:
    import rasterio
    from rasterio.errors import RasterioError
    from rasterio.warp import transform
except ImportError:  # the extra `imagery` is not installed
    rasterio = None

BANDS: Final = ("blue", "green", "red", "nir", "swir1", "swir2")
"""Names of the bands, in the files' order."""

OFFSET_FROM: Final = date(2022, 1, 25)
"""From this day Sentinel-2 products (baseline 04.00) hold 1,000 more in every band."""

OFFSET: Final = 1000
LANDSAT_SCALE, LANDSAT_OFFSET = 0.0000275, -0.2
CLEAR, CLOUD = 5, 9
QA_CLEAR, QA_CLOUD = 21824, 22280
NAME: Final = "Invented place (FICTIONAL)"
NAME_AR: Final = "مكان مختلق (خيالي)"
NOTICE: Final = (
    "FICTIONAL: generated imagery of an invented place in the open sea; no satellite saw this."
)


@dataclass(frozen=True)
class Demonstration:
    """What was written."""

    folder: Path
    """Where it lies."""

    scenes: int
    """Number of scenes."""

    bytes: int
    """Size of all files."""

    truth: Path
    """What happens at the place, as JSON."""

    site: Path
    """Outline and register entry of the place."""


def write_invented_scenes(folder: Path, *, seed: int = 0) -> Demonstration:
    """Write all scenes, their masks, the site file and the truth into an empty folder.

    Raises:
        InputError: the folder holds something already.
        MissingToolError: the library for imagery is not installed.
        StorageError: the folder cannot be written to.
    """
    need_rasterio()
    try:
        if folder.exists() and any(folder.iterdir()):
            raise InputError(
                f"{folder} holds something already.", hint="Name a new or an empty folder."
            )
        stack = folder / "scenes"
        stack.mkdir(parents=True, exist_ok=True)
        count = 0
        for seen in InventedPlace(seed).scenes():
            _write_scene(stack, seen)
            count += 1
        truth = _write_json(folder / "truth.json", _truth(seed, count))
        site = _write_json(folder / "invented-place.site.geojson", _site())
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    except (OSError, RasterioError) as error:
        reason = getattr(error, "strerror", None) or "the files could not be made"
        raise StorageError(
            f"{folder} cannot be written: {reason}.", hint="Check its rights and the free space."
        ) from error
    return Demonstration(folder, count, size, truth, site)


def _write_scene(folder: Path, seen: Seen) -> None:
    is_landsat = seen.sensor.metres > 20
    stem = _landsat_name(seen) if is_landsat else _sentinel_name(seen)
    if is_landsat:
        numbers = (seen.reflectance - LANDSAT_OFFSET) / LANDSAT_SCALE
        mask = np.where(seen.clouds, QA_CLOUD, QA_CLEAR).astype(np.uint16)
        mask_name = f"{stem}_QA_PIXEL.tif"
    else:
        numbers = seen.reflectance * 10_000 + (OFFSET if seen.day >= OFFSET_FROM else 0)
        mask = np.where(seen.clouds, CLOUD, CLEAR).astype(np.uint8)
        mask_name = f"{stem}_SCL.tif"
    # Radiometry to four units: noise below what the sensors show is not kept.
    whole = (np.rint(np.clip(numbers, 4, 65_000) / 4) * 4).astype(np.uint16)
    tags = {
        "NOTICE": NOTICE,
        "FICTIONAL": "yes",
        "ACQUIRED": seen.day.isoformat(),
        "MADE_BY": "bayyina sites demo",
    }
    _write(folder / f"{stem}.tif", whole, seen.sensor, tags, BANDS)
    _write(folder / mask_name, mask[None], seen.sensor, tags, (mask_name[len(stem) + 1 : -4],))


def _write(
    path: Path, bands: NDArray[Any], sensor: Sensor, tags: dict[str, str], names: tuple[str, ...]
) -> None:
    half = sensor.pixels * sensor.metres / 2
    left, top = MIDDLE[0] - half, MIDDLE[1] + half
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=sensor.pixels,
        width=sensor.pixels,
        count=len(bands),
        dtype=bands.dtype.name,
        crs=CRS,
        transform=rasterio.Affine(sensor.metres, 0.0, left, 0.0, -sensor.metres, top),
        compress="deflate",
        predictor=2,
        interleave="band",
    ) as target:
        target.write(bands)
        target.update_tags(**tags)
        for number, name in enumerate(names, start=1):
            target.set_band_description(number, name)


def _sentinel_name(seen: Seen) -> str:
    day = f"{seen.day:%Y%m%d}"
    baseline = "0400" if seen.day >= OFFSET_FROM else "0214" if seen.day.year >= 2020 else "0204"
    return f"{seen.sensor.name}_MSIL2A_{day}T101031_N{baseline}_R022_T31NAA_{day}T140000"


def _landsat_name(seen: Seen) -> str:
    return f"{seen.sensor.name}_L2SP_192060_{seen.day:%Y%m%d}_{seen.day:%Y%m%d}_02_T1"


def _corners() -> list[list[float]]:
    half = SITE_METRES / 2
    east, north = MIDDLE
    eastings = [east - half, east + half, east + half, east - half, east - half]
    northings = [north - half, north - half, north + half, north + half, north - half]
    longitudes, latitudes = transform(CRS, "EPSG:4326", eastings, northings)
    return [[round(x, 7), round(y, 7)] for x, y in zip(longitudes, latitudes, strict=True)]


def _site() -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [_corners()]},
        "properties": {
            "id": "invented-place",
            "fictional": True,
            "name": {"en": NAME, "ar": NAME_AR},
            "note": {"en": NOTICE, "ar": "خيالي: صور مولَّدة لمكان مختلق في عرض البحر؛ لم يره أي قمر صناعي."},
            "sensors": ["Landsat", "Sentinel-2"],
            "sources": {
                "invented-worker": {
                    "name": "FICTIONAL: account of an invented worker",
                    "kind": "witness",
                    "pseudonym": "FICTIONAL witness A",
                }
            },
            "claims": [
                {"property": "state", "value": "suspected", "source": "invented-worker", "locator": "line 1"},
                {"property": "date", "value": "2013", "source": "invented-worker", "locator": "line 2"},
            ],
            "acts": [
                {
                    "id": "levelling",
                    "type": "SiteDisturbance",
                    "values": {"kind": "levelling", "date": "2022-08", "end_date": "2023-01"},
                    "source": "invented-worker",
                    "locator": "line 3",
                }
            ],
        },
    }  # fmt: skip


def _truth(seed: int, scenes: int) -> dict[str, Any]:
    return {
        "fictional": True,
        "notice": NOTICE,
        "mark": MARK,
        "seed": seed,
        "scenes": scenes,
        "offset_from": OFFSET_FROM.isoformat(),
        "offset": OFFSET,
        "site_area_m2": SITE_METRES**2,
        "episodes": [
            {
                "kind": one.kind,
                "onset": one.onset.isoformat(),
                "end": one.end.isoformat(),
                "onset_within_days": one.onset_within_days,
            }
            for one in EPISODES
        ],
    }


def _write_json(path: Path, content: dict[str, Any]) -> Path:
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path

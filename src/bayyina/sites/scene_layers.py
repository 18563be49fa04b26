"""Which band a layer is, by the names that each sensor and archive gives it; and how values become reflectance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bayyina.sites.scene_names import (
    LANDSAT_NEW,
    LANDSAT_OLD,
    PLANET,
    SENTINEL_1,
    SENTINEL_2,
    UNKNOWN,
)

BANDS: Final = ("blue", "green", "red", "nir", "swir1", "swir2")
"""Optical bands that are used, in the order of their wavelength."""

RADAR: Final = ("vv", "vh", "hh", "hv")
"""Polarisations of radar."""

SCL, QA_PIXEL, FMASK, UDM2, CLEAR, CLOUD = "scl", "qa_pixel", "fmask", "udm2", "clear", "cloud"
MASKS: Final = (SCL, QA_PIXEL, FMASK, UDM2, CLEAR, CLOUD)
"""Kinds of masks, by the layer that holds them."""

IGNORED: Final = ""
"""What a layer is called that is known and not used."""

_COMMON: Final = {
    "blue": "blue", "green": "green", "red": "red", "nir": "nir", "nir08": "nir08",
    "swir16": "swir1", "swir22": "swir2", "swir1": "swir1", "swir2": "swir2", "swir": "swir1",
    "scl": SCL, "fmask": FMASK, "udm2": UDM2, "udm": IGNORED, "clear": CLEAR,
    "cloud": CLOUD, "clouds": CLOUD, "clm": CLOUD, "cloudmask": CLOUD,
    "vv": "vv", "vh": "vh", "hh": "hh", "hv": "hv", "nir_narrow": "nir08", "nir09": IGNORED,
}  # fmt: skip
_SHORT: Final = {
    "b": "blue", "g": "green", "r": "red", "n": "nir", "s1": "swir1", "s2": "swir2",
}  # fmt: skip
_SENTINEL_2: Final = {
    "b2": "blue", "b3": "green", "b4": "red", "b8": "nir", "b8a": "nir08", "b11": "swir1",
    "b12": "swir2",
}  # fmt: skip
_LANDSAT_NEW: Final = {
    "b2": "blue", "b3": "green", "b4": "red", "b5": "nir", "b6": "swir1", "b7": "swir2",
}  # fmt: skip
_LANDSAT_OLD: Final = {
    "b1": "blue", "b2": "green", "b3": "red", "b4": "nir", "b5": "swir1", "b7": "swir2",
}  # fmt: skip
_OF_FAMILY: Final[Mapping[str, Mapping[str, str]]] = {
    SENTINEL_2: _SENTINEL_2,
    LANDSAT_NEW: _LANDSAT_NEW,
    LANDSAT_OLD: _LANDSAT_OLD,
    UNKNOWN: _SENTINEL_2,
    PLANET: {},
    SENTINEL_1: {},
}

ORDERS: Final[Mapping[str, Mapping[int, Sequence[str]]]] = {
    SENTINEL_2: {
        4: BANDS[:4],
        5: (*BANDS[:4], SCL),
        6: BANDS,
        7: (*BANDS, SCL),
        10: ("blue", "green", "red", "", "", "", "nir", "nir08", "swir1", "swir2"),
        12: ("", "blue", "green", "red", "", "", "", "nir", "nir08", "", "swir1", "swir2"),
        13: ("", "blue", "green", "red", "", "", "", "nir", "nir08", "", "", "swir1", "swir2"),
    },
    LANDSAT_NEW: {6: BANDS, 7: ("", *BANDS), 8: ("", *BANDS, QA_PIXEL)},
    LANDSAT_OLD: {6: BANDS, 7: (*BANDS, QA_PIXEL)},
    PLANET: {
        3: ("red", "green", "blue"),
        4: BANDS[:4],
        5: ("blue", "green", "red", "", "nir"),
        8: ("", "blue", "", "green", "", "red", "", "nir"),
    },
    SENTINEL_1: {1: ("vv",), 2: ("vv", "vh")},
    UNKNOWN: {4: BANDS[:4], 6: BANDS},
}
"""Order of the bands in one file that does not name them."""

_RESOLUTION: Final = re.compile(r"^(\d+)m$")
_NUMBER: Final = re.compile(r"^(?:b|band[ _-]?)0*(\d+)(a?)$")


def layer_of(text: str, family: str, *, is_band_name: bool = False) -> str | None:
    """Band or mask that a layer's name tells; ``IGNORED`` if it is another; None if it is neither.

    Args:
        text: The name, or the part of a file's name that may tell the band.
        family: Sensor family, which numbers the bands.
        is_band_name: Whether the text names a band and nothing else; then ``S2`` is short-wave
            infrared and not a satellite.
    """
    if is_band_name and text.strip().lower() in _SHORT:
        return _SHORT[text.strip().lower()]
    words = [word for word in re.split(r"[_.\- ]+", text.lower()) if word]
    words = [word for word in words if not _RESOLUTION.match(word)]
    joined = "_".join(words)
    if "qa_pixel" in joined or joined == "pixel_qa":
        return QA_PIXEL
    if re.search(r"qa_radsat|qa_aerosol|st_b10|aot|wvp|tci|cloudless|thumbnail|preview", joined):
        return IGNORED
    if joined in ("cloud_mask", "clear_mask", "mask_clear"):
        return CLEAR if "clear" in joined else CLOUD
    for word in [joined, *reversed(words)]:
        found = _COMMON.get(word)
        if found is not None:
            return found
        number = _NUMBER.match(word)
        if number:
            return _OF_FAMILY[family].get(f"b{number[1]}{number[2]}", IGNORED)
    return None


def resolution_in(text: str) -> int:
    """Metres a pixel that a layer's name tells; 0 if it tells none."""
    for word in re.split(r"[_.\- ]+", text.lower()):
        match = _RESOLUTION.match(word)
        if match:
            return int(match[1])
    return 0


def scale_of(family: str, platform: str) -> tuple[float, float] | None:
    """Factor and summand that make reflectance of whole numbers; None where the values must tell.

    Sentinel-2: 1/10,000 (ESA PSD 14.9). Landsat Collection 2 level 2: 2.75e-5 and -0.2 (USGS LSDS-1619).
    HLS and Planet surface reflectance: 1/10,000.
    """
    if family in (LANDSAT_OLD, LANDSAT_NEW) and not platform.startswith("HLS"):
        return 2.75e-5, -0.2
    if family in (SENTINEL_2, PLANET, LANDSAT_NEW, LANDSAT_OLD):
        return 1e-4, 0.0
    return None

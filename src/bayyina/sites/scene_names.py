"""What the name of an image file says: which scene, when, by which sensor, which layer.

Read are the names of Sentinel-2 (SAFE folders, granules, the shorter ones of public archives),
Landsat Collection 2, HLS, Sentinel-1 RTC (OPERA, HyP3), Planet, and any name with a date in it.
The forms stand in the product guides of ESA, USGS, NASA, ASF and Planet.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

SENTINEL_2, SENTINEL_1, PLANET, UNKNOWN = "Sentinel-2", "Sentinel-1", "Planet", "unknown"
LANDSAT_OLD, LANDSAT_NEW = "Landsat 4-7", "Landsat 8-9"


@dataclass(frozen=True, slots=True)
class NamedFile:
    """What one name says."""

    scene: str
    """Identifier that all files of the scene share."""

    moment: datetime | None
    """When it was taken, UTC; midnight where only the day is known."""

    platform: str
    """Satellite, such as ``Sentinel-2A``; ``unknown`` where the name does not say."""

    baseline: str
    """Processing baseline, such as ``04.00``; empty where the name does not say."""

    orbit: str
    """Relative orbit or track; empty where the name does not say."""

    layer: str
    """The rest of the name, which tells the band; empty for a file of several bands."""


def family_of(platform: str) -> str:
    """The family whose images may be compared with each other as they are."""
    if platform.startswith(("Sentinel-2", "HLS S30")):
        return SENTINEL_2
    if platform.startswith(SENTINEL_1):
        return SENTINEL_1
    if platform.startswith(PLANET):
        return PLANET
    number = re.search(r"^(?:Landsat|HLS L30)\D*(\d?)", platform)
    if number:
        return LANDSAT_OLD if number[1] in ("4", "5", "7") else LANDSAT_NEW
    return UNKNOWN


def read_name(stem: str) -> NamedFile | None:
    """What a file or folder name without its ending says; None when there is no date in it."""
    for form, reader in _FORMS:
        match = form.match(stem)
        if match:
            try:
                return reader(match)
            except ValueError:  # no such day
                continue
    return _dated(stem)


def _full_sentinel_2(match: re.Match[str]) -> NamedFile:
    found = match.groupdict()
    level = match["level"].upper()
    processed = f"_N{found['major']}{found['minor']}" if found.get("major") else ""
    scene = f"{match['sat'].upper()}_MSI{level}_{match['time']}{processed}_T{match['tile']}"
    baseline = f"{found['major']}.{found['minor']}" if processed else ""
    return NamedFile(
        scene,
        _moment(match["time"]),
        f"Sentinel-2{match['sat'][-1].upper()}",
        baseline,
        found.get("orbit") or "",
        match["layer"] or "",
    )


def _tile_sentinel_2(match: re.Match[str]) -> NamedFile:
    scene = f"T{match['tile']}_{match['time']}"
    return NamedFile(scene, _moment(match["time"]), SENTINEL_2, "", "", match["layer"] or "")


def _short_sentinel_2(match: re.Match[str]) -> NamedFile:
    name = match.string[: match.start("layer") - 1] if match["layer"] else match.string
    platform = f"Sentinel-2{match['sat'][-1].upper()}"
    return NamedFile(name, _moment(match["time"]), platform, "", "", match["layer"] or "")


def _landsat(match: re.Match[str]) -> NamedFile:
    platform = f"Landsat {int(match['number'])}"
    return NamedFile(
        match["scene"],
        _moment(match["time"]),
        platform,
        f"Collection {match['collection']}",
        match["row"],
        match["layer"] or "",
    )


def _hls(match: re.Match[str]) -> NamedFile:
    year, day = int(match["time"][:4]), int(match["time"][4:7])
    first = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day - 1)
    moment = first.replace(
        hour=int(match["time"][8:10]),
        minute=int(match["time"][10:12]),
        second=int(match["time"][12:14]),
    )
    platform = f"HLS {match['kind'].upper()}"
    return NamedFile(match["scene"], moment, platform, "", "", match["layer"] or "")


def _opera(match: re.Match[str]) -> NamedFile:
    platform = f"Sentinel-1{match['sat'][-1].upper()}"
    return NamedFile(
        match["scene"],
        _moment(match["time"]),
        platform,
        match["version"],
        match["orbit"],
        match["layer"] or "",
    )


def _hyp3(match: re.Match[str]) -> NamedFile:
    platform = f"Sentinel-1{match['sat'][-1].upper()}"
    return NamedFile(match["scene"], _moment(match["time"]), platform, "", "", match["layer"] or "")


def _planet(match: re.Match[str]) -> NamedFile:
    time = f"{match['day']}T{match['clock']}"
    return NamedFile(match["scene"], _moment(time), PLANET, "", "", match["layer"] or "")


_SATELLITE = r"(?P<sat>S2[A-D])"
_TILE = r"(?P<tile>\d{1,2}[A-Z]{3})"
_TIME = r"(?P<time>\d{8}T\d{6})"
_LAYER = r"(?:[_.-](?P<layer>.*))?$"

_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], NamedFile]], ...]] = tuple(
    (re.compile(form, re.IGNORECASE), reader)
    for form, reader in (
        (
            (
                rf"{_SATELLITE}_MSI(?P<level>L1C|L2A)_{_TIME}_N(?P<major>\d\d)(?P<minor>\d\d)_"
                rf"R(?P<orbit>\d{{3}})_T{_TILE}(?:_\d{{8}}T\d{{6}})?(?:\.SAFE)?{_LAYER}"
            ),
            _full_sentinel_2,
        ),
        (
            (
                rf"{_SATELLITE}_MSI(?P<level>L1C|L2A)_{_TIME}_R(?P<orbit>\d{{3}})_T{_TILE}"
                rf"(?:_\d{{8}}T\d{{6}})?{_LAYER}"
            ),
            _full_sentinel_2,
        ),
        (rf"(?:L2A_|L1C_)?T{_TILE}_{_TIME}{_LAYER}", _tile_sentinel_2),
        (rf"\d{{8}}T\d{{6}}_{_TIME}_T{_TILE}{_LAYER}", _tile_sentinel_2),
        (
            rf"{_SATELLITE}_T?{_TILE}_(?P<time>\d{{8}}(?:T\d{{6}})?)(?:_\d+)?_(?:L1C|L2A){_LAYER}",
            _short_sentinel_2,
        ),
        (
            (
                r"(?P<scene>L[COETM](?P<number>0[4-9])_L\w{3}_(?P<row>\d{6})_(?P<time>\d{8})_\d{8}_"
                rf"(?P<collection>\d\d)_(?:T1|T2|RT)){_LAYER}"
            ),
            _landsat,
        ),
        (
            (
                r"(?P<scene>HLS\.(?P<kind>[SL]30)\.T\w{5}\.(?P<time>\d{7}T\d{6})\.v\d\.\d)"
                r"(?:\.(?P<layer>.*))?$"
            ),
            _hls,
        ),
        (
            (
                r"(?P<scene>OPERA_L2_RTC-S1_T(?P<orbit>\d{3})-\d{6}-IW\d_(?P<time>\d{8}T\d{6})Z_"
                rf"\d{{8}}T\d{{6}}Z_(?P<sat>S1[A-D])_\d+_v(?P<version>\d\.\d)){_LAYER}"
            ),
            _opera,
        ),
        (
            (
                rf"(?P<scene>(?P<sat>S1[A-D])_IW_(?:GRD\w*_\w+_|SLC_\w+_)?{_TIME}(?:_\w+?)??)"
                r"(?:[_.-](?P<layer>VV|VH|HH|HV|[A-Za-z]*mask\w*|inc_map\w*|rgb\w*|dem|area))?$"
            ),
            _hyp3,
        ),
        (
            (
                r"(?P<scene>(?P<day>\d{8})_(?P<clock>\d{6})(?:_\d\d)?_"
                r"(?:[0-9a-f]{4}|ssc?\d+(?:d\d)?_u?\w+?))_"
                r"(?P<layer>(?:(?:1B|3A|3B)_?)?.*(?:analytic|udm|visual|panchro|metadata).*)$"
            ),
            _planet,
        ),
    )
)

_DAY: Final = re.compile(
    r"(?<!\d)(?P<y>19[78]\d|199\d|20\d\d)(?P<s>[-_.]?)(?P<m>0[1-9]|1[0-2])(?P=s)"
    r"(?P<d>0[1-9]|[12]\d|3[01])"
    r"(?:[T_ -]?(?P<h>[01]\d|2[0-3])[-:]?(?P<n>[0-5]\d)(?:[-:]?(?P<c>[0-5]\d)(?:\.\d+)?)?Z?)?"
    r"(?!\d)"
)

_HINTS: Final = (
    (
        re.compile(r"(?<![a-z])s2([abcd]?)(?![a-z0-9])|sentinel[-_ ]?2([abcd]?)", re.IGNORECASE),
        "Sentinel-2",
    ),
    (
        re.compile(r"(?<![a-z])s1([abcd]?)(?![a-z0-9])|sentinel[-_ ]?1([abcd]?)", re.IGNORECASE),
        "Sentinel-1",
    ),
    (re.compile(r"(?<![a-z])l(?:[cetm]0?|andsat[-_ ]?|s)([4-9])(?!\d)", re.IGNORECASE), "Landsat "),
    (re.compile(r"planet|skysat|(?<![a-z])psscene", re.IGNORECASE), PLANET),
)


def _dated(stem: str) -> NamedFile | None:
    match = _DAY.search(stem)
    if match is None:
        return None
    text = f"{match['y']}{match['m']}{match['d']}"
    if match["h"]:
        text += f"T{match['h']}{match['n']}{match['c'] or '00'}"
    try:
        moment = _moment(text)
    except ValueError:
        return None
    rest = stem[match.end() :].strip("_.- ") or stem[: match.start()].strip("_.- ")
    return NamedFile(stem, moment, platform_hint(stem), "", "", rest)


def platform_hint(text: str) -> str:
    """The satellite that any text names, such as ``s2a`` or ``landsat-8``; else ``unknown``."""
    for form, platform in _HINTS:
        match = form.search(text)
        if match:
            return platform + "".join(part.upper() for part in match.groups("") if part)
    return UNKNOWN


def _moment(text: str) -> datetime:
    """``20220120`` or ``20220120T081241``.

    Raises:
        ValueError: there is no such day or time.
    """
    form = "%Y%m%dT%H%M%S" if len(text) > 8 else "%Y%m%d"
    return datetime.strptime(text, form).replace(tzinfo=UTC)

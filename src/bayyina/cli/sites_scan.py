"""``bayyina sites scan``: a site's history out of a folder or catalogue of satellite scenes."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pathlib import Path

import click

from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.cli.sites import dating_document, dating_in_words
from bayyina.cli.sites_documents import EpisodeDocument
from bayyina.cli.sites_guard import (
    WORKSPACE_MODULE,
    exact_option,
    withheld_document,
    withheld_site,
    workspace_is_at_hand,
)
from bayyina.cli.sites_scan_documents import (
    KeptScanDocument,
    RingDocument,
    ScanDocument,
    ScanEpisodeDocument,
    SceneDocument,
)
from bayyina.errors import InputError
from bayyina.sites.changed_ground import ChangedGround
from bayyina.sites.polygons import read_polygon, read_site_key
from bayyina.sites.radar_witness import RadarWitness
from bayyina.sites.rasters import need_rasterio
from bayyina.sites.scan_files import write_map, write_outline, write_series
from bayyina.sites.scanning import Scan, scan
from bayyina.sites.site_cubes import USED, SceneRecord

DRAWING_MODULE = "bayyina.app.drawing_plates"
"""Draws; the library for it is slow to load, so it is loaded only when it is asked for."""

TELLING = ("map", "geojson", "plate")
"""Outputs that show where a site lies, or by which it can be recognised."""

FOR_A_PLATE = 2
"""Usable scenes that a plate needs."""

WORDS_AR = "اضطراب في التربة يتفق مع الحفر أو التسوية"
"""What an episode is called in Arabic, always."""


@click.command("scan")
@click.argument("stack", type=click.Path(path_type=Path))
@click.option(
    "--site", required=True, type=click.Path(path_type=Path), help="Outline of the site (GeoJSON)."
)
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path),
    help="Write the probability of change of every pixel (GeoTIFF, one band for each episode).",
)
@click.option(
    "--geojson",
    type=click.Path(path_type=Path),
    help="Write the outline of the changed ground (GeoJSON). It holds coordinates.",
)
@click.option(
    "--series",
    type=click.Path(path_type=Path),
    help="Write the series of site and surroundings (CSV, as `sites date` reads it).",
)
@click.option(
    "--plate",
    type=click.Path(path_type=Path),
    help="Draw the images before and after (.svg, .png or .pdf).",
)
@click.option(
    "--episode",
    type=int,
    default=None,
    help="Episode on the plate, from 1. Default: the strongest.",
)
@click.option(
    "--lang", type=click.Choice(["en", "ar"]), default="en", help="Language of the plate."
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder in which the site's pixels are kept, so that a second scan reads no image.",
)
@click.option(
    "--false-alarms-per-year",
    type=float,
    default=None,
    help="How often a year a place where nothing happens may be called disturbed. Default: 0.05.",
)
@click.option(
    "--record",
    is_flag=True,
    help="Keep scenes and episodes in the register of the workspace; the site file's id names the site.",
)
@exact_option
@json_option
def scan_command(
    stack: Path,
    site: Path,
    map_file: Path | None,
    geojson: Path | None,
    series: Path | None,
    plate: Path | None,
    episode: int | None,
    lang: str,
    cache: Path | None,
    false_alarms_per_year: float | None,
    record: bool,
    exact: bool,
    as_json: bool,
) -> None:
    """Date the ground disturbances of a site from STACK.

    STACK is a folder of GeoTIFF scenes (Sentinel-2, Landsat, Sentinel-1 RTC, Planet, or any with a date in
    their names) or a static STAC catalogue on this machine. Every scene is answered for:
    used or not, and why. No address is ever followed. Where the workspace at hand holds the site under
    embargo, map and outline do not tell where it lies.
    """
    need_rasterio()
    outputs = {"map": map_file, "geojson": geojson, "series": series, "plate": plate}
    _check_outputs(outputs)
    if plate is not None:
        import_module(DRAWING_MODULE).check_plate_name(plate)
    polygon = read_polygon(site)
    key = _key_for_record(site) if record else ""
    telling = [name for name in TELLING if outputs[name] is not None]
    withheld = withheld_site(site=site, outline=polygon, files=telling, exact=exact)
    with progress_bar() as progress:
        found = scan(
            stack,
            polygon,
            false_alarms_per_year=false_alarms_per_year,
            cache=cache,
            progress=progress,
        )
    notes = []
    if plate is not None:
        if _used(found) < FOR_A_PLATE:
            outputs["plate"] = None
            notes.append("No plate was drawn: it needs two usable scenes.")
        else:
            drawing = import_module(DRAWING_MODULE)
            drawing.draw_plate(
                stack, found, plate, lang=lang, episode=episode, withheld=withheld is not None
            )
    if map_file is not None:
        write_map(map_file, found, withheld)
    if geojson is not None:
        write_outline(geojson, found, withheld)
    if series is not None:
        write_series(series, found)
    document = _document(found, outputs)
    document["notes"].extend(notes)
    document["embargo"] = withheld_document(withheld, telling)
    if withheld is not None:
        document["notes"].append(withheld.reason)
        document["site"]["crs"] = None
    if record:
        document["recorded"] = _kept(key, found)
    show(document, _in_words(document, stack), as_json=as_json)


def _key_for_record(site: Path) -> str:
    """The id of the site that a scan is kept under.

    Raises:
        InputError: the site file gives none, or there is no workspace.
    """
    key = read_site_key(site)
    if key is None or not workspace_is_at_hand():
        what = "its file gives no id" if key is None else "there is no workspace here"
        raise InputError(
            f"The scan cannot be kept: {what}.",
            hint="Register the site first, and name the workspace with --workspace.",
        )
    return key


def _kept(key: str, found: Scan) -> KeptScanDocument:
    kept = import_module(WORKSPACE_MODULE).keep_in_register(key, found)
    return {
        "site": kept.site,
        "scenes": kept.scenes,
        "disturbances": list(kept.disturbances),
        "batch": kept.batch,
    }


def _used(found: Scan) -> int:
    return sum(record.outcome == USED for record in found.cube.records)


def _check_outputs(outputs: dict[str, Path | None]) -> None:
    """Refuse places that cannot be written before anything is read."""
    named = [path for path in outputs.values() if path is not None]
    for path in named:
        if not path.absolute().parent.is_dir():
            raise InputError(
                f"{path.name} cannot be written: there is no folder {path.parent.name}.",
                hint="Make the folder first.",
            )
        if path.is_dir():
            raise InputError(f"{path.name} is a folder.", hint="Name a file.")
    if len(set(named)) < len(named):
        raise InputError("Two outputs have the same name.", hint="Name each its own file.")


def _document(found: Scan, outputs: dict[str, Path | None]) -> ScanDocument:
    dated = dating_document(found.dating)
    cube = found.cube
    ground = cube.ground
    pixels = int(ground.site.sum())
    area = pixels * ground.pixel_area
    return {
        "state": dated["state"],
        "episodes": [
            _episode(episode, changed, witnesses, area)
            for episode, changed, witnesses in zip(
                dated["episodes"], found.grounds, found.witnesses, strict=True
            )
        ],
        "observations": dated["observations"],
        "false_alarm_rate": dated["false_alarm_rate"],
        "bands": dated["bands"] or list(cube.bands),
        "reason": dated["reason"],
        "notes": [*found.notes, *dated["notes"]],
        "words": dated["words"],
        "words_ar": WORDS_AR,
        "site": {
            "pixels": pixels,
            "area_m2": round(area, 1),
            "pixel_size_m": round(ground.resolution, 3),
            "crs": ground.grid.crs,
        },
        "ring": _ring(found),
        "scenes": [_scene(record) for record in cube.records],
        "scenes_used": _used(found),
        "cube_sha256": cube.digest,
        "written": {name: str(path) for name, path in outputs.items() if path is not None},
        "embargo": None,
        "recorded": None,
    }


def _episode(
    episode: EpisodeDocument,
    changed: ChangedGround | None,
    witnesses: tuple[RadarWitness, ...],
    site_area: float,
) -> ScanEpisodeDocument:
    return {
        "onset": episode["onset"],
        "onset_interval95": episode["onset_interval95"],
        "last_clear_before": episode["last_clear_before"],
        "first_changed": episode["first_changed"],
        "end": episode["end"],
        "end_interval95": episode["end_interval95"],
        "kind": episode["kind"],
        "strength": episode["strength"],
        "changed_area_m2": None if changed is None else changed.area,
        "changed_area_interval95_m2": None if changed is None else changed.interval95,
        "changed_share": None if changed is None else round(min(changed.area / site_area, 1.0), 4),
        "radar": [
            {
                "orbit": one.orbit,
                "images_before": one.images[0],
                "images_after": one.images[1],
                "shift_db": list(one.shift_db),
                "log_likelihood_ratio": one.log_likelihood_ratio,
            }
            for one in witnesses
        ],
    }


def _ring(found: Scan) -> RingDocument:
    ground = found.cube.ground
    pixels = int(ground.ring.sum())
    return {
        "pixels": pixels,
        "area_m2": round(pixels * ground.pixel_area, 1),
        "kinds": [
            {"pixels": count, "share": round(float(share), 4)}
            for count, share in zip(found.cube.cluster_pixels, found.mixture, strict=True)
        ],
    }


def _scene(record: SceneRecord) -> SceneDocument:
    offset = record.offset
    return {
        "id": record.identifier,
        "time": record.moment or None,
        "platform": record.platform,
        "baseline": record.baseline or None,
        "orbit": record.orbit or None,
        "files": [{"file": file.name, "sha256": file.sha256} for file in record.files],
        "offset": None
        if offset is None
        else {
            "removed": offset.removed,
            "metadata": offset.metadata,
            "data": offset.data,
            "reason": offset.reason,
        },
        "mask": record.mask,
        "clear_share": record.clear_share,
        "shift": None
        if record.shift is None
        else {"rows": record.shift[0], "columns": record.shift[1]},
        "outcome": record.outcome,
        "reason": record.reason or None,
    }


def _in_words(document: ScanDocument, stack: Path) -> str:
    counts = Counter(scene["outcome"] for scene in document["scenes"])
    site = document["site"]
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    lines = [
        dating_in_words(
            {
                "file": str(stack),
                "state": document["state"],
                "episodes": list(document["episodes"]),
                "observations": document["observations"],
                "false_alarm_rate": document["false_alarm_rate"],
                "bands": document["bands"],
                "reason": document["reason"],
                "notes": document["notes"],
                "words": document["words"],
            }
        ),
        (
            f"  Site: {site['pixels']} pixels of {site['pixel_size_m']:g} m, {site['area_m2']:,.0f} m². "
            f"Scenes: {outcomes}."
        ),
    ]
    for number, episode in enumerate(document["episodes"], start=1):
        area, interval = episode["changed_area_m2"], episode["changed_area_interval95_m2"]
        if area is not None and interval is not None:
            lines.append(
                f"  Episode {number} changed {area:,.0f} m² (95 %: {interval[0]:,.0f} to "
                f"{interval[1]:,.0f})."
            )
        lines.extend(
            f"  Radar, orbit {one['orbit']}: log-likelihood ratio {one['log_likelihood_ratio']}."
            for one in episode["radar"]
        )
    recorded = document["recorded"]
    if recorded is not None:
        kept = ", ".join(recorded["disturbances"]) or "none"
        lines.append(f"  Kept: {recorded['scenes']} new scenes; disturbances {kept}.")
    lines.extend(
        f"  {scene['outcome'].capitalize()}: {scene['id']}: {scene['reason']}"
        for scene in document["scenes"]
        if scene["outcome"] == "left out"
    )
    return "\n".join(lines)

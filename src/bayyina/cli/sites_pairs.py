"""``bayyina sites compare``: what differs between two images of one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import numpy as np

from bayyina.cli.printing import json_option, show
from bayyina.cli.sites_guard import exact_option, withheld_document, withheld_site
from bayyina.sites.pairs import NOTES, NOTES_AR, Comparison, compare
from bayyina.sites.polygons import box_of_grid, read_polygon, site_pixels
from bayyina.sites.rasters import Image, read_image, write_raster
from bayyina.sites.scenes import FICTIONAL, MARK

WORDS = {
    "changed": (
        (
            "The ground looks different in {share:.1%} of what both images show ({area}). Where that "
            "is bare ground, it may be ground disturbance consistent with digging or levelling; "
            "season, crops, light and building look different too. An indicator, never a verdict."
        ),
        (
            "تبدو الأرض مختلفة في {share:.1%} ممّا تُظهره الصورتان معًا ({area}). وحيث تكون الأرض جرداء "
            "فقد يكون ذلك اضطرابًا في الأرض يتّفق مع حفر أو تسوية؛ وتختلف الأرض أيضًا باختلاف الفصل "
            "والزرع والضوء والبناء. هذا مؤشّر وليس حكمًا."
        ),
    ),
    "no change found": (
        "Nothing stands out between the two images. Small or faint changes can be missed.",
        "لا يبرز فرق بين الصورتين. وقد تفوت التغيّرات الصغيرة أو الخافتة.",
    ),
}
"""What is said of a pair, in both languages."""


@click.command("compare")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--mask", type=click.Path(path_type=Path), help="Write the changed pixels (GeoTIFF).")
@click.option(
    "--probability",
    type=click.Path(path_type=Path),
    help="Write the probability of change of every pixel (GeoTIFF).",
)
@click.option("--site", type=click.Path(path_type=Path), help="Outline of the site (GeoJSON).")
@click.option("--no-register", is_flag=True, help="Do not measure and undo a shift.")
@exact_option
@json_option
def compare_command(
    before: Path,
    after: Path,
    mask: Path | None,
    probability: Path | None,
    site: Path | None,
    no_register: bool,
    exact: bool,
    as_json: bool,
) -> None:
    """Show what differs between the images BEFORE and AFTER of one place.

    Both need the same bands in the same order, from any optical sensor, as surface
    reflectance or plain numbers. The mask holds 1 changed, 0 unchanged, 255 not seen. Where the
    workspace at hand holds a site there under embargo, what is written does not tell where it lies.
    """
    earlier, later = read_image(before), read_image(after)
    polygon = read_polygon(site) if site is not None else None
    inside = site_pixels(polygon, earlier.grid, before.name) if polygon is not None else None
    files = [name for name, path in (("mask", mask), ("probability", probability)) if path]
    withheld = withheld_site(
        site=site, outline=polygon, files=files, exact=exact, box=box_of_grid(earlier.grid)
    )
    found = compare(earlier, later, site=inside, register=not no_register)
    tags = {"METHOD": "IR-MAD", "BEFORE_SHA256": earlier.digest, "AFTER_SHA256": later.digest}
    if MARK in earlier.tags or MARK in later.tags:
        tags[MARK] = FICTIONAL
    grid = earlier.grid
    if withheld is not None:
        tags["DISCLOSURE"], grid = withheld.reason, grid.without_place()
    if mask is not None:
        write_raster(mask, found.mask, grid, tags)
    if probability is not None:
        values = np.where(found.seen, found.map.probability, np.nan).astype(np.float32)
        write_raster(probability, values, grid, tags)
    document = _document(found, mask, probability)
    document["embargo"] = withheld_document(withheld, files)
    if withheld is not None:
        document["notes"].append(withheld.reason)
    lines = [document["words"], *(f"- {note}" for note in document["notes"])]
    show(document, "\n".join(lines), as_json=as_json)


def _document(found: Comparison, mask: Path | None, probability: Path | None) -> dict[str, Any]:
    pixel = found.before.grid.pixel_area
    chances = found.map.probability[found.seen]
    seen = int(found.seen.sum())
    share = found.changed / max(seen, 1)
    state = "changed" if found.changed else "no change found"
    area = f"{found.changed * pixel:,.0f} m²" if pixel else f"{found.changed:,} px"
    words, arabic = (text.format(share=share, area=area) for text in WORDS[state])
    return {
        "state": state,
        "changed_pixels": found.changed,
        "seen_pixels": seen,
        "changed_share": round(share, 6),
        "area_m2": _area(found.changed, pixel),
        "area_range_m2": _range(chances, pixel),
        "expected_area_m2": _area(float(np.nansum(chances)), pixel),
        "pixel_area_m2": pixel,
        "threshold": None if np.isinf(found.map.threshold) else round(found.map.threshold, 4),
        "iterations": found.alteration.iterations,
        "converged": found.alteration.converged,
        "correlations": [round(value, 4) for value in found.alteration.correlations],
        "shift": {
            "rows": round(found.shift.rows, 2),
            "columns": round(found.shift.columns, 2),
            "measured": found.shift.is_measured,
        },
        "before": _image(found.before),
        "after": _image(found.after),
        "mask": str(mask) if mask is not None else None,
        "probability": str(probability) if probability is not None else None,
        "notes": [NOTES[code] for code in found.notes],
        "notes_ar": [NOTES_AR[code] for code in found.notes],
        "words": words,
        "words_ar": arabic,
    }


def _area(pixels: float, pixel: float | None) -> float | None:
    return round(pixels * pixel, 1) if pixel is not None else None


def _range(chances: Any, pixel: float | None) -> tuple[float, float] | None:
    """Area of what changed with a probability of at least 0.9, and of at least 0.1."""
    if pixel is None:
        return None
    sure, possible = int((chances >= 0.9).sum()), int((chances >= 0.1).sum())
    return round(sure * pixel, 1), round(possible * pixel, 1)


def _image(image: Image) -> dict[str, Any]:
    return {
        "file": image.name,
        "sha256": image.digest,
        "bands": len(image.bands),
        "crs": image.grid.crs,
    }

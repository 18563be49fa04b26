"""``bayyina sites report``: the page of a site in both languages."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.app.site_reporting import ScannedStack, report_site
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.cli.sites_guard import opens_position, reason_given
from bayyina.errors import InputError
from bayyina.sites.polygons import read_polygon
from bayyina.sites.rasters import need_rasterio
from bayyina.sites.scanning import scan


@click.command("report")
@click.argument("site")
@click.option("--lang", "languages", multiple=True, type=click.Choice(["en", "ar"]))
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the files.")
@click.option(
    "--series",
    type=click.Path(path_type=Path),
    help="Series of images to date for the page (CSV, as of `sites date`).",
)
@click.option(
    "--scenes",
    type=click.Path(path_type=Path),
    help="Folder or catalogue of scenes to scan for the page, with the images before and after.",
)
@click.option(
    "--outline",
    type=click.Path(path_type=Path),
    help="Outline of the site (GeoJSON), for --scenes.",
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of cubes, as of `sites scan`.",
)
@click.option(
    "--for-publication", is_flag=True, help="Refuse (exit 1) while the site is under embargo."
)
@opens_position
@json_option
def report_command(
    site: str,
    languages: tuple[str, ...],
    out: Path | None,
    series: Path | None,
    scenes: Path | None,
    outline: Path | None,
    cache: Path | None,
    for_publication: bool,
    opens: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Write the page of a SITE: states, history, episodes in images, sufficiency, limits.

    HTML and PDF, in both languages unless --lang names one. A site under embargo is marked so,
    and its position is not on the page. Of any other site the exact position is on it with --open.
    """
    why = reason_given(reason, opens=opens)
    scanned = _scanned(series, scenes, outline, cache)
    with workspace_at_work() as workspace:
        made = report_site(
            workspace,
            site=site,
            languages=languages or ("en", "ar"),
            out_folder=out or workspace.folder / "sites",
            series=series,
            scanned=scanned,
            for_publication=for_publication,
            reason=why,
        )
    document = {
        "site": made.site,
        "embargo": made.embargo,
        "files": {lang: [str(path) for path in paths] for lang, paths in made.files.items()},
        "batch": made.batch,
    }
    lines = [str(path) for paths in made.files.values() for path in paths]
    if made.embargo:
        lines.append("The site is under embargo: not for publication.")
    show(document, "\n".join(lines), as_json=as_json)


def _scanned(
    series: Path | None, scenes: Path | None, outline: Path | None, cache: Path | None
) -> ScannedStack | None:
    """The scan that the page is made with, if scenes are given."""
    if scenes is None:
        if outline is not None or cache is not None:
            raise InputError("--outline and --cache go with --scenes.", hint="Name the scenes.")
        return None
    if series is not None or outline is None:
        raise InputError(
            "--scenes needs --outline and takes the place of --series.",
            hint="Give the outline of the site, and no series.",
        )
    need_rasterio()
    polygon = read_polygon(outline)
    with progress_bar() as progress:
        return ScannedStack(scenes, scan(scenes, polygon, cache=cache, progress=progress))

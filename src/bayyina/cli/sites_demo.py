"""``bayyina sites demo``: scenes of an invented place, to learn the commands on."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.cli.printing import json_option, show
from bayyina.sites.invented_scenes import NOTICE, write_invented_scenes


@click.command("demo")
@click.option(
    "--folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="New or empty folder for the scenes, the site file and the truth.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other weather.")
@json_option
def demo_command(folder: Path, seed: int, as_json: bool) -> None:
    """Write scenes of an INVENTED place in the open sea, with three disturbances.

    FICTIONAL stands in the pixels and the metadata of every scene. What happens there stands
    in truth.json: digging from 2013, re-opening 2019 to 2021, levelling 2022 to 2023.
    """
    made = write_invented_scenes(folder, seed=seed)
    document = {
        "folder": str(made.folder),
        "scenes": made.scenes,
        "bytes": made.bytes,
        "truth": str(made.truth),
        "site": str(made.site),
        "fictional": True,
    }
    words = (
        f"{made.scenes} scenes in {made.folder / 'scenes'} ({made.bytes / 1e6:.0f} MB).\n{NOTICE}\n"
        f"Next: bayyina sites scan {made.folder / 'scenes'} --site {made.site} "
        f"--series {made.folder / 'series.csv'}"
    )
    show(document, words, as_json=as_json)

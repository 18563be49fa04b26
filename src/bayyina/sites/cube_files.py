"""Cubes kept on disk, so that a site is read out of its scenes once.

A file is a line of JSON, which holds the SHA-256 of the rest and says which arrays it holds, and their
bytes. It is found by a
key over the outline of the site and over name, size and time of every file of the stack; a changed
stack therefore is read anew. A damaged file is not believed.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from bayyina.errors import StorageError
from bayyina.sites.rasters import Grid
from bayyina.sites.scene_offsets import OffsetDecision
from bayyina.sites.site_cubes import RadarTrack, SceneFile, SceneRecord, SiteCube
from bayyina.sites.site_ground import Ground

FORM: Final = 2
"""Raised whenever what is kept, or how it is worked out, changes."""

ENDING: Final = ".sitecube"

LONGEST_HEAD: Final = 100_000_000
"""Bytes within which the line of JSON ends."""

_ARRAYS: Final = (
    "days", "site", "site_clear", "ring", "ring_clear", "clusters", "ring_share",
)  # fmt: skip


def key_of(root: Path, polygon: Mapping[str, Any]) -> str:
    """The key of a stack and a site."""
    running = hashlib.sha256(json.dumps([FORM, polygon], sort_keys=True).encode())
    folder = root if root.is_dir() else root.parent
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ENDING:
            state = path.stat()
            name = path.relative_to(folder).as_posix()
            running.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    running.update(root.name.encode())
    return running.hexdigest()


def keep(cube: SiteCube, folder: Path, key: str) -> None:
    """Write a cube: whole or not at all.

    Raises:
        StorageError: the folder cannot be written.
    """
    arrays = {name: getattr(cube, name) for name in _ARRAYS}
    arrays["ground_site"], arrays["ground_ring"] = cube.ground.site, cube.ground.ring
    for place, track in enumerate(cube.radar):
        arrays |= {f"radar{place}_{n}": getattr(track, n) for n in ("days", "site", "ring")}
    parts = [np.ascontiguousarray(array).tobytes() for array in arrays.values()]
    running = hashlib.sha256()
    for part in parts:
        running.update(part)
    head = {
        "sha256": running.hexdigest(),
        "arrays": [(name, a.dtype.str, a.shape) for name, a in arrays.items()],
        "grid": asdict(cube.ground.grid),
        "bands": cube.bands,
        "families": cube.families,
        "cluster_pixels": cube.cluster_pixels,
        "notes": cube.notes,
        "records": [asdict(record) for record in cube.records],
        "radar": [(track.orbit, track.bands) for track in cube.radar],
    }
    target = folder / f"{key[:32]}{ENDING}"
    aside = folder / f".{key[:32]}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as stream:
            stream.write(json.dumps(head).encode() + b"\n")
            stream.writelines(parts)
        aside.replace(target)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise StorageError(
            f"The cube cannot be kept in {folder.name}.", hint="Check its rights and its space."
        ) from error


def kept(folder: Path, key: str) -> SiteCube | None:
    """A cube that was kept; None where there is none, or it is damaged."""
    try:
        content = memoryview((folder / f"{key[:32]}{ENDING}").read_bytes())
        end = bytes(content[:LONGEST_HEAD]).index(b"\n")
        head = json.loads(bytes(content[:end]))
        data = content[end + 1 :]
        if hashlib.sha256(data).hexdigest() != head["sha256"]:
            return None
        return _cube(head, _arrays(head, data))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _arrays(head: Mapping[str, Any], data: memoryview) -> dict[str, Any]:
    """The arrays of a file, as views of what was read."""
    found, start = {}, 0
    for name, kind, shape in head["arrays"]:
        count = math.prod(shape)
        plain = np.frombuffer(data, dtype=np.dtype(kind), count=count, offset=start)
        found[name] = plain.reshape(shape)
        start += plain.nbytes
    return found


def _cube(head: Mapping[str, Any], arrays: Mapping[str, Any]) -> SiteCube:
    grid = Grid(**{**head["grid"], "transform": tuple(head["grid"]["transform"])})
    radar = tuple(
        RadarTrack(
            orbit,
            tuple(bands),
            *(arrays[f"radar{place}_{name}"] for name in ("days", "site", "ring")),
        )
        for place, (orbit, bands) in enumerate(head["radar"])
    )
    return SiteCube(
        ground=Ground(grid, arrays["ground_site"], arrays["ground_ring"]),
        bands=tuple(head["bands"]),
        families=tuple(head["families"]),
        cluster_pixels=tuple(head["cluster_pixels"]),
        notes=tuple(head["notes"]),
        records=tuple(_record(record) for record in head["records"]),
        radar=radar,
        **{name: arrays[name] for name in _ARRAYS},
    )


def _record(found: Mapping[str, Any]) -> SceneRecord:
    offset, shift = found["offset"], found["shift"]
    return SceneRecord(
        **{
            **found,
            "files": tuple(SceneFile(**file) for file in found["files"]),
            "offset": OffsetDecision(**offset) if offset else None,
            "shift": (shift[0], shift[1]) if shift else None,
        }
    )

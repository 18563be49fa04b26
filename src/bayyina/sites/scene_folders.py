"""A folder of images as a stack: files are joined to scenes by their names.

The order in which names are asked is: the file's own, then that of the folders it lies in (a SAFE
folder, or a folder for each scene). Without a date in any name, the file's own tags are asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bayyina.errors import FileUnreadableError
from bayyina.sites.rasters import opened_raster
from bayyina.sites.scene_facts import facts_of, moment_of, sidecar_facts
from bayyina.sites.scene_layers import IGNORED, MASKS, layer_of, resolution_in
from bayyina.sites.scene_names import UNKNOWN, NamedFile, family_of, platform_hint, read_name
from bayyina.sites.scenes import Layer, Scene

IMAGES: Final = (".tif", ".tiff", ".jp2", ".img", ".dat")
"""Endings of the files that are taken for images."""

SIDECARS: Final = (".json", ".xml", ".txt")
"""Endings of the files that may say something about the images beside them."""

MOST_FILES: Final = 100_000
"""Files beyond which a folder is no stack of one site."""


@dataclass
class _Gathered:
    """Files of one scene, while they are found."""

    named: NamedFile
    """What the names say."""

    layers: dict[str, tuple[int, Path]] = field(default_factory=dict)
    """Resolution and file of each layer."""

    stacked: list[Path] = field(default_factory=list)
    """Files whose name tells no band."""

    folders: set[Path] = field(default_factory=set)
    """Folders in which its files lie."""


class FolderScenes:
    """The scenes in a folder and the folders in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._notes: list[str] = []

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._folder.name

    @property
    def notes(self) -> Sequence[str]:
        """What was left out."""
        return self._notes

    def scenes(self) -> Sequence[Scene]:
        """All scenes, in order of time; those without a date last.

        Raises:
            FileUnreadableError: the folder holds no image.
        """
        images, sidecars = self._files()
        if not images:
            raise FileUnreadableError(
                f"{self.name} holds no image.",
                hint="Give a folder of GeoTIFF files, or a STAC catalogue on disk.",
            )
        gathered: dict[str, _Gathered] = {}
        for path in images:
            self._gather(path, gathered)
        scenes = [_scene(part, sidecars) for part in gathered.values()]
        last = datetime.max.replace(tzinfo=UTC)
        return sorted(scenes, key=lambda scene: (scene.moment or last, scene.identifier))

    def _files(self) -> tuple[list[Path], dict[Path, list[Path]]]:
        images: list[Path] = []
        sidecars: dict[Path, list[Path]] = {}
        try:
            found = sorted(self._folder.rglob("*"))
        except OSError as error:
            raise FileUnreadableError(f"{self.name} cannot be listed.") from error
        if len(found) > MOST_FILES:
            raise FileUnreadableError(f"{self.name} holds too many files to be one stack.")
        for path in found:
            ending = path.suffix.lower()
            if path.name.startswith(".") or not path.is_file():
                continue
            if ending in IMAGES:
                images.append(path)
            elif ending in SIDECARS:
                sidecars.setdefault(path.parent, []).append(path)
        return images, sidecars

    def _gather(self, path: Path, gathered: dict[str, _Gathered]) -> None:
        above = [
            part for part in path.relative_to(self._folder).parts[:-1][::-1] if read_name(part)
        ]
        named = read_name(path.stem)
        text = named.layer if named is not None else path.stem
        around = read_name(above[0]) if above else None
        if named is None:
            named = around or NamedFile(path.stem, None, platform_hint(path.stem), "", "", "")
            text = path.stem if around else ""
        elif around is not None:
            named = _completed(named, around)
        family = family_of(named.platform)
        layer = layer_of(text, family) if text else None
        if layer is None and named.scene == path.stem:  # a folder for each band
            layer = layer_of(path.parent.name, family) if path.parent != self._folder else None
        elif layer is not None and named.scene == path.stem:  # a name of our own with a band in it
            named = replace(named, scene=path.stem.replace(text, "").strip("_.- "))
        if layer == IGNORED:
            return
        found = gathered.setdefault(named.scene, _Gathered(named))
        found.folders.add(path.parent)
        if layer is None:
            found.stacked.append(path)
            return
        size = resolution_in(text)
        held = found.layers.get(layer)
        if held is None or 0 < size < held[0]:
            found.layers[layer] = (size, path)


def _completed(named: NamedFile, around: NamedFile) -> NamedFile:
    """What a file says, with what the folder around it says beyond that of the same scene."""
    if named.moment is None or around.moment is None or named.moment != around.moment:
        return named
    return replace(
        named,
        scene=around.scene,
        platform=around.platform if len(around.platform) > len(named.platform) else named.platform,
        baseline=named.baseline or around.baseline,
        orbit=named.orbit or around.orbit,
    )


def _scene(found: _Gathered, sidecars: Mapping[Path, list[Path]]) -> Scene:
    """The scene of the files that were gathered."""
    named = found.named
    layers = {name: Layer(path, 1) for name, (_, path) in found.layers.items()}
    if "nir08" in layers:
        narrow = layers.pop("nir08")
        layers.setdefault("nir", narrow)
    facts = _facts(found, sidecars)
    platform = named.platform
    if platform == UNKNOWN and facts.get("platform"):
        platform = platform_hint(facts["platform"])
    moment = named.moment
    said = moment_of(facts.get("datetime", ""))
    if said is not None and (moment is None or _is_day_only(moment, said)):
        moment = said
    has_bands = any(name not in MASKS for name in layers)
    stacked = found.stacked[0] if found.stacked and not has_bands else None
    return Scene(
        named.scene,
        moment,
        platform,
        named.baseline or facts.get("baseline", ""),
        named.orbit or facts.get("orbit", ""),
        layers,
        stacked,
        facts,
        _problem(found, moment),
    )


def _is_day_only(moment: datetime, said: datetime) -> bool:
    at_midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return at_midnight and moment.date() == said.date()


def _problem(found: _Gathered, moment: datetime | None) -> str:
    if len(found.stacked) > 1 and not any(name not in MASKS for name in found.layers):
        names = ", ".join(path.name for path in found.stacked[:3])
        return f"Several files claim to be this scene, and their names tell no band: {names}."
    if moment is None:
        return "Neither its name nor its metadata say when it was taken."
    return ""


def _facts(found: _Gathered, sidecars: Mapping[Path, list[Path]]) -> dict[str, str]:
    """From the files beside the images that bear their name, and those that lie alone with them."""
    facts: dict[str, str] = {}
    stems = [path.stem for _, path in found.layers.values()] + [p.stem for p in found.stacked]
    prefixes = {found.named.scene, *stems}
    candidates = [
        path
        for folder in _around(found.folders)
        for path in sidecars.get(folder, [])
        if any(path.stem.startswith(prefix) for prefix in prefixes)
        or path.name in ("MTD_MSIL2A.xml", "metadata.json")
    ]
    for path in candidates:
        for name, value in sidecar_facts(path).items():
            facts.setdefault(name, value)
    alone = found.stacked[:1] if found.named.moment is None or not facts else []
    for path in alone:
        try:
            with opened_raster(path) as source:
                own = facts_of({str(key): value for key, value in source.tags().items()})
        except FileUnreadableError:
            continue  # it is said when the scene is read
        for name, value in own.items():
            facts.setdefault(name, value)
    return facts


def _around(folders: set[Path]) -> list[Path]:
    """The folders, and those above them up to a SAFE folder."""
    found = sorted(folders)
    for folder in sorted(folders):
        for above in list(folder.parents)[:4]:
            if above.suffix.upper() == ".SAFE":
                found.append(above)
    return found

"""A static STAC catalogue on disk as a stack: catalogues, collections and items linked by relative paths.

After the SpatioTemporal Asset Catalog specification 1.0 and 1.1. Only files below the folder of the
first document are opened; a link to an address, or out of that folder, is left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bayyina.errors import FileUnreadableError
from bayyina.model.json_reading import JsonSyntaxError, read_json
from bayyina.sites.scene_facts import facts_of, moment_of
from bayyina.sites.scene_layers import IGNORED, layer_of
from bayyina.sites.scene_names import UNKNOWN, NamedFile, family_of, platform_hint, read_name
from bayyina.sites.scenes import Layer, Scene

ROOTS: Final = ("catalog.json", "collection.json")
"""Names of the first document of a catalogue."""

MOST_DOCUMENTS: Final = 100_000
"""Documents beyond which a catalogue is no stack of one site."""

LARGEST: Final = 50_000_000
"""Bytes of one document."""

_ADDRESS: Final = re.compile(r"^[a-z][a-z0-9+.-]+:|^/vsi|^//|^\\\\", re.IGNORECASE)


class CatalogueScenes:
    """The scenes of a catalogue."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._inside = root.parent.resolve()
        self._notes: list[str] = []
        self._addresses = 0

    @property
    def name(self) -> str:
        """The folder's name and that of the first document."""
        return f"{self._root.parent.name}/{self._root.name}"

    @property
    def notes(self) -> Sequence[str]:
        """What was left out."""
        if not self._addresses:
            return self._notes
        return [
            *self._notes,
            (
                f"{self._addresses} links lead to an address or out of the catalogue's folder and were "
                "not followed."
            ),
        ]

    def scenes(self) -> Sequence[Scene]:
        """All items, in order of time; unusable ones with their problem.

        Raises:
            FileUnreadableError: the first document is no catalogue, or there is no item.
        """
        self._notes, self._addresses = [], 0
        documents = [self._root]
        seen: set[Path] = set()
        scenes: list[Scene] = []
        while documents:
            path = documents.pop(0)
            if path.resolve() in seen:
                continue
            seen.add(path.resolve())
            if len(seen) > MOST_DOCUMENTS:
                raise FileUnreadableError(f"{self.name} has too many documents.")
            document = self._read(path, is_first=path == self._root)
            if document is None:
                continue
            items = document.get("features") if _kind(document) == "FeatureCollection" else None
            listed = items if isinstance(items, list) else [document]
            scenes.extend(
                self._scene(item, path.parent)
                for item in listed
                if isinstance(item, Mapping) and _kind(item) == "Feature"
            )
            documents.extend(self._linked(document, path.parent))
        if not scenes:
            raise FileUnreadableError(
                f"{self.name} lists no item on this machine.",
                hint="Give a static catalogue whose links are relative paths.",
            )
        last = datetime.max.replace(tzinfo=UTC)
        return sorted(scenes, key=lambda scene: (scene.moment or last, scene.identifier))

    def _read(self, path: Path, *, is_first: bool) -> Mapping[str, Any] | None:
        """A document; one that cannot be read is noted, unless it is the first."""
        try:
            too_large = path.stat().st_size > LARGEST
            found = None if too_large else read_json(path.read_text(encoding="utf-8-sig")).data
            if isinstance(found, Mapping):
                return found
            reason = "it is too large" if too_large else "it is no STAC document"
        except (OSError, UnicodeDecodeError):
            reason = "there is no such text file"
        except JsonSyntaxError as error:
            reason = f"line {error.line} is not JSON: {error.reason}"
        if is_first:
            raise FileUnreadableError(
                f"{path.name} cannot be read: {reason}.", hint="Give a catalog.json."
            )
        self._notes.append(f"{path.name} was left out: {reason}.")
        return None

    def _linked(self, document: Mapping[str, Any], folder: Path) -> list[Path]:
        links = document.get("links")
        found = []
        for link in links if isinstance(links, list) else []:
            if isinstance(link, Mapping) and link.get("rel") in ("child", "item", "items"):
                path = self._path(link.get("href"), folder)
                if path is not None:
                    found.append(path)
        return found

    def _path(self, href: object, folder: Path) -> Path | None:
        """The file that a link names; None, and counted, where it leads elsewhere."""
        if not isinstance(href, str) or not href or _ADDRESS.match(href):
            self._addresses += 1
            return None
        try:
            path = (folder / href).resolve()
        except (OSError, ValueError):
            path = Path("/")
        if not path.is_relative_to(self._inside):
            self._addresses += 1
            return None
        return path

    def _scene(self, item: Mapping[str, Any], folder: Path) -> Scene:
        identifier = str(item.get("id") or "item without an id")
        facts = facts_of(item)
        named = read_name(identifier)
        platform = _platform(facts, named)
        moment = moment_of(facts.get("datetime", "")) or (named.moment if named else None)
        family = family_of(platform)
        layers: dict[str, Layer] = {}
        stacked = None
        assets = item.get("assets")
        for key, asset in assets.items() if isinstance(assets, Mapping) else []:
            if not isinstance(asset, Mapping) or not _is_image(asset):
                continue
            names = _bands(str(key), asset, family)
            if not names:
                continue
            path = self._path(asset.get("href"), folder)
            if path is None:
                continue
            if names == ["*"]:
                stacked = path
            for index, name in enumerate(names, start=1):
                if name and name != "*":
                    layers.setdefault(name, Layer(path, index))
            _add_offset(asset, facts)
        if "nir08" in layers:
            narrow = layers.pop("nir08")
            layers.setdefault("nir", narrow)
        return Scene(
            identifier,
            moment,
            platform,
            facts.get("baseline", "") or (named.baseline if named else ""),
            facts.get("orbit", "") or (named.orbit if named else ""),
            layers,
            stacked if not layers else None,
            facts,
            _problem(moment, layers, stacked),
        )


def _kind(document: Mapping[str, Any]) -> str:
    return str(document.get("type", ""))


def _platform(facts: Mapping[str, str], named: NamedFile | None) -> str:
    hint = platform_hint(facts.get("platform", ""))
    return hint if hint != UNKNOWN else named.platform if named else UNKNOWN


def _is_image(asset: Mapping[str, Any]) -> bool:
    kind = str(asset.get("type", ""))
    roles = asset.get("roles") if isinstance(asset.get("roles"), list) else []
    if {"thumbnail", "overview", "metadata", "visual"} & {str(role) for role in roles or []}:
        return False
    return not kind or "tiff" in kind or "jp2" in kind


def _bands(key: str, asset: Mapping[str, Any], family: str) -> list[str]:
    """Names of the bands of an asset in order; ``["*"]`` where the file must tell; none if unused."""
    listed = asset.get("bands") or asset.get("eo:bands") or []
    bands = [band for band in listed if isinstance(band, Mapping)]
    if len(bands) > 1:
        found = [_band(band, family) for band in bands]
        return found if any(found) else []
    by_key = layer_of(key, family)
    if by_key is not None:
        return [by_key] if by_key != IGNORED else []
    if bands and _band(bands[0], family):
        return [_band(bands[0], family)]
    href = str(asset.get("href", ""))
    by_name = layer_of(Path(href).stem.rpartition("_")[2], family) if href else None
    if by_name:
        return [by_name]
    return (
        ["*"] if by_name is None and key.lower() in ("data", "image", "analytic", "stack") else []
    )


def _band(band: Mapping[str, Any], family: str) -> str:
    for name in (band.get("eo:common_name"), band.get("common_name"), band.get("name")):
        found = layer_of(str(name), family, is_band_name=True) if name else None
        if found:
            return found
    return ""


def _add_offset(asset: Mapping[str, Any], facts: dict[str, str]) -> None:
    """The offset that an asset states for its values, as one of the facts."""
    listed = asset.get("raster:bands") or asset.get("bands") or [asset]
    for band in listed if isinstance(listed, list) else []:
        offset = (
            band.get("offset", band.get("raster:offset")) if isinstance(band, Mapping) else None
        )
        if isinstance(offset, int | float):
            facts.setdefault("band_offset", str(offset))


def _problem(moment: datetime | None, layers: Mapping[str, Layer], stacked: Path | None) -> str:
    if moment is None:
        return "The item does not say when it was taken."
    if not layers and stacked is None:
        return "The item has no image on this machine whose bands are known."
    return ""


def opened_stack(path: Path) -> Path | None:
    """The first document of a catalogue at a path, or in a folder; None where there is none."""
    if path.is_file():
        return path if path.suffix.lower() == ".json" else None
    for name in ROOTS:
        if (path / name).is_file():
            return path / name
    return None

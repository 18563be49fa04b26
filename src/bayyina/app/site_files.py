"""Site files as records: what ``*.site.geojson`` says, ready to be stated in a workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from bayyina.app.known_lists import NAMED_KEY, SOURCE_KEY
from bayyina.errors import SmallFileError
from bayyina.model.drafts import ValueDraft
from bayyina.model.json_reading import JsonSyntaxError, read_json
from bayyina.model.places import Gazetteer
from bayyina.model.values import read_value
from bayyina.model.vocabulary import Vocabulary
from bayyina.sites.positions import Position, write_position
from bayyina.standards.file_reading import findings_of, read_text
from bayyina.standards.site_file import EXTRA_PROPERTIES, check_site_content
from bayyina.standards.site_register import SiteRegister, SiteSource, register_of, text_of, texts_of

SITE_KEY: Final = "site:"
"""Prefix of the list key of a Site."""

FACILITY_KEY: Final = "facility:"
"""Prefix of the list key of a Facility."""

SOURCE: Final = "Source"
SITE: Final = "Site"
FACILITY: Final = "Facility"

ABOUT: Final = {"SiteDisturbance": "site", "Relocation": "from_site", "Exhumation": "site"}
"""The link of each act that names the site of the file where nothing else is said."""


class FileValue(NamedTuple):
    """One value that a file states."""

    draft: ValueDraft
    """The value; of a link, a placeholder."""

    source: str
    """Key of the Source; empty for what a source's own record says."""

    locator: str | None
    """Where in the source."""

    said_on: str | None
    """When the source said it."""

    target: tuple[str, ...] | None
    """Of a link: keys of the record that it points at, the first that is known."""

    where: str
    """What a link names, for messages."""


class FileRecord(NamedTuple):
    """One record that a file states something of."""

    key: str
    """Its list key."""

    type: str
    """Its record type."""

    values: tuple[FileValue, ...]
    """What is stated."""


@dataclass(frozen=True)
class SiteFile:
    """A site file that follows its format."""

    name: str
    """Name of the file."""

    digest: str
    """SHA-256 (hex) of its text."""

    id: str
    """Id of the site."""

    geometry: Mapping[str, Any] | None
    """GeoJSON geometry; None where it is not told."""

    properties: Mapping[str, Any]
    """All its properties."""

    register: SiteRegister
    """Its register members."""

    vocabulary: Vocabulary
    """How values are read."""

    gazetteer: Gazetteer
    """How places are read."""

    @property
    def key(self) -> str:
        """List key of the site."""
        return SITE_KEY + self.id


def read_site_file(path: Path, vocabulary: Vocabulary, gazetteer: Gazetteer) -> SiteFile:
    """A site file, checked.

    Raises:
        FileUnreadableError: it cannot be read.
        SmallFileError: it does not follow the format; names the first line that does not.
    """
    text = read_text(path)
    try:
        document = read_json(text)
    except JsonSyntaxError as error:
        raise SmallFileError(
            f"{path.name}, line {error.line}: this is not JSON: {error.reason}.",
            hint="Correct the file; nothing was changed.",
        ) from error
    findings = findings_of(check_site_content(document.data, vocabulary, gazetteer), document.line)
    if findings:
        first = findings[0]
        where = f"{path.name}, line {first.line}" if first.line else path.name
        raise SmallFileError(
            f"{where}: {first.message}",
            hint="`bayyina check FILE` lists everything that is wrong; nothing was changed.",
        )
    data: Any = document.data
    properties = data["properties"]
    register, _ = register_of(properties)
    site = properties.get("id") or str(data.get("id") or "") or _id_of(properties.get("name"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return SiteFile(
        path.name, digest, site, data["geometry"], properties, register or SiteRegister(),
        vocabulary, gazetteer,
    )  # fmt: skip


def _id_of(name: object) -> str:
    """The id of a site that has only a name: its first text, in lower case with hyphens."""
    text = next((text for text, _ in texts_of(name)), "")
    return "-".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def records_of(file: SiteFile) -> Iterator[FileRecord]:
    """Everything that a file states, record by record; the site first."""
    own = SOURCE_KEY + f"site file {file.id}"
    yield FileRecord(file.key, SITE, tuple(_site_values(file, own)))
    yield FileRecord(own, SOURCE, _own_source(file))
    for key, source in (file.register.sources or {}).items():
        yield FileRecord(_source_key(file, key), SOURCE, tuple(_source_values(file, source)))
    for facility in file.register.facilities:
        said = _said_on(file, facility.source, None)
        values = tuple(
            _value(file, FACILITY, name, value, _source_key(file, facility.source),
                   facility.locator, said, None)
            for name, value in facility.values.items()
        )  # fmt: skip
        yield FileRecord(FACILITY_KEY + facility.id, FACILITY, values)
    for act in file.register.acts:
        said = _said_on(file, act.source, act.said_on)
        link = ABOUT[act.type]
        given = dict(act.values)
        if not {"site", "from_site", "to_site"} & set(given):
            given[link] = file.id
        values = tuple(
            _value(file, act.type, name, value, _source_key(file, act.source), act.locator, said,
                   act.certainty)
            for name, value in given.items()
        )  # fmt: skip
        yield FileRecord(f"{file.key}/{act.type}:{act.id}", act.type, values)


def _site_values(file: SiteFile, own: str) -> Iterator[FileValue]:
    for name, value in file.properties.items():
        if name in EXTRA_PROPERTIES:
            continue
        for text, lang in texts_of(value):
            yield _value(file, SITE, name, text, own, name, None, None, lang)
    middle = _middle(file.geometry)
    if middle is not None:
        draft = ValueDraft("position", write_position(middle))
        yield FileValue(draft, own, "geometry", None, None, "")
    for claim in file.register.claims:
        said = _said_on(file, claim.source, claim.said_on)
        source = _source_key(file, claim.source)
        yield _value(
            file, SITE, claim.property, claim.value, source, claim.locator, said, claim.certainty,
            claim.lang,
        )  # fmt: skip
    for facility in file.register.facilities:
        said = _said_on(file, facility.source, None)
        source = _source_key(file, facility.source)
        yield _value(file, SITE, "near_facility", facility.id, source, facility.locator, said, None)


def _own_source(file: SiteFile) -> tuple[FileValue, ...]:
    draft = ValueDraft("name", f"Site file {file.id}")
    return (FileValue(draft, "", "file", None, None, ""),)


def _source_values(file: SiteFile, source: SiteSource) -> Iterator[FileValue]:
    given = {
        "name": source.name, "kind": source.kind, "publisher": source.publisher,
        "url": source.url, "released_on": source.released_on, "pseudonym": source.pseudonym,
        "note": source.note,
    }  # fmt: skip
    for name, value in given.items():
        if value is not None:
            yield _value(file, SOURCE, name, value, "", "site file", None, None)
    if source.origin is not None:
        target = (_source_key(file, source.origin),)
        draft = ValueDraft("origin", "")
        yield FileValue(draft, "", "site file", None, target, f"The origin {source.origin}")


def _source_key(file: SiteFile, key: str) -> str:
    return NAMED_KEY + (file.register.sources or {})[key].name


def _said_on(file: SiteFile, source: str, said_on: str | None) -> str | None:
    """The first day on which a source can have said something."""
    text = said_on or (file.register.sources or {})[source].released_on
    if text is None:
        return None
    prop = file.vocabulary.types[SOURCE].properties["released_on"]
    return read_value(prop, text, vocabulary=file.vocabulary, gazetteer=file.gazetteer).date_hi


def _value(
    file: SiteFile,
    record_type: str,
    name: str,
    value: object,
    source: str,
    locator: str | None,
    said_on: str | None,
    certainty: str | None,
    lang: str | None = None,
) -> FileValue:
    prop = file.vocabulary.types[record_type].properties[name]
    text = text_of(value) or ""
    if prop.type == "link":
        draft = ValueDraft(name, "", certainty=certainty)
        where = f"{file.name} names {text} as `{name}`, which"
        return FileValue(draft, source, locator, said_on, _targets(text), where)
    draft = read_value(prop, text, vocabulary=file.vocabulary, gazetteer=file.gazetteer, lang=lang)
    if certainty is not None:
        draft = draft._replace(certainty=file.vocabulary.term_lists["certainties"].read(certainty))
    return FileValue(draft, source, locator, said_on, None, "")


def _targets(text: str) -> tuple[str, ...]:
    return (SITE_KEY + text, FACILITY_KEY + text)


def _middle(geometry: Mapping[str, Any] | None) -> Position | None:
    """The middle of the box around a geometry."""
    if geometry is None:
        return None
    points = list(_points(geometry["coordinates"]))
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    return Position((min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2)


def _points(coordinates: Sequence[Any]) -> Iterator[Sequence[float]]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates
        return
    for item in coordinates:
        yield from _points(item)

"""The type of a file by three tools, and whether they disagree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from bayyina.media.signatures import HEAD, structural_type

try:
    import magic
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    magic = None  # type: ignore[assignment]

SAME: Final[Mapping[str, str]] = {
    "audio/x-wav": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/x-m4a": "audio/mp4",
    "audio/x-flac": "audio/flac",
    "audio/x-hx-aac-adts": "audio/aac",
    "audio/mp3": "audio/mpeg",
    "image/x-ms-bmp": "image/bmp",
    "image/x-icon": "image/vnd.microsoft.icon",
    "image/x-tiff": "image/tiff",
    "image/pjpeg": "image/jpeg",
    "image/jpg": "image/jpeg",
    "video/x-m4v": "video/mp4",
    "video/avi": "video/x-msvideo",
    "application/x-gzip": "application/gzip",
    "application/x-rar": "application/vnd.rar",
    "application/x-sharedlib": "application/x-executable",
    "application/x-pie-executable": "application/x-executable",
    "application/x-dosexec": "application/vnd.microsoft.portable-executable",
    "application/x-sqlite3": "application/vnd.sqlite3",
    "application/cdfv2": "application/x-ole-storage",
    "application/xml": "text/xml",
    "application/rtf": "text/rtf",
    "application/x-warc": "application/warc",
    "application/csv": "text/csv",
    "application/x-ia-arc": "application/x-internet-archive",
    "inode/x-empty": "application/x-empty",
}
"""Other names of the same type."""

WITHIN: Final[Mapping[str, frozenset[str]]] = {
    "application/zip": frozenset({"application/vnd.", "application/wacz", "application/java-archive", "application/epub"}),
    "application/gzip": frozenset({"application/warc+gzip", "application/x-internet-archive+gzip", "image/svg"}),
    "application/x-ole-storage": frozenset({"application/msword", "application/vnd.ms-"}),
    "text/plain": frozenset({"text/", "application/json", "message/", "application/warc", "image/svg", "application/pgp", "application/x-internet-archive", "application/javascript", "application/x-ndjson", "application/age", "application/x-subrip"}),
    "text/xml": frozenset({"image/svg+xml", "text/html", "application/vnd.google-earth", "application/gpx"}),
    "image/tiff": frozenset({"image/x-", "image/dng"}),
    "video/mp4": frozenset({"video/quicktime", "video/3gpp", "audio/mp4", "image/hei", "image/avif", "image/x-canon-cr3"}),
    "image/heic": frozenset({"image/heif", "image/heic-sequence"}),
    "video/x-matroska": frozenset({"video/webm", "audio/x-matroska", "audio/webm"}),
    "audio/ogg": frozenset({"video/ogg", "application/ogg", "audio/opus"}),
    "application/x-riff": frozenset({"audio/wav", "image/webp", "video/x-msvideo"}),
    "application/x-archive": frozenset({"application/x-internet-archive"}),
    "text/csv": frozenset({"text/tab-separated-values"}),
}  # fmt: skip
"""A wide type, and what begins the names of the narrow ones that it takes in."""

NO_OPINION: Final = frozenset({"application/octet-stream", "data", ""})

EXTENSIONS: Final[Mapping[str, str]] = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "jpe": "image/jpeg", "jfif": "image/jpeg",
    "png": "image/png", "gif": "image/gif", "tif": "image/tiff", "tiff": "image/tiff",
    "bmp": "image/bmp", "webp": "image/webp", "heic": "image/heic", "heif": "image/heif",
    "avif": "image/avif", "jxl": "image/jxl", "jp2": "image/jp2", "svg": "image/svg+xml",
    "ico": "image/vnd.microsoft.icon", "psd": "image/vnd.adobe.photoshop",
    "nef": "image/x-nikon-nef", "cr2": "image/x-canon-cr2", "cr3": "image/x-canon-cr3",
    "dng": "image/x-adobe-dng", "arw": "image/x-sony-arw", "orf": "image/x-olympus-orf",
    "mp4": "video/mp4", "m4v": "video/mp4", "mov": "video/quicktime", "3gp": "video/3gpp",
    "avi": "video/x-msvideo", "mkv": "video/x-matroska", "webm": "video/webm",
    "mpg": "video/mpeg", "mpeg": "video/mpeg", "wmv": "video/x-ms-asf", "flv": "video/x-flv",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "wav": "audio/wav", "ogg": "audio/ogg",
    "opus": "audio/ogg", "oga": "audio/ogg", "flac": "audio/flac", "aac": "audio/aac",
    "amr": "audio/amr", "pdf": "application/pdf", "zip": "application/zip",
    "wacz": "application/wacz", "warc": "application/warc", "json": "application/json",
    "xml": "text/xml", "html": "text/html", "htm": "text/html", "txt": "text/plain",
    "csv": "text/csv", "tsv": "text/tab-separated-values", "rtf": "text/rtf",
    "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint", "msg": "application/vnd.ms-outlook",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "docm": "application/vnd.ms-word.document.macroEnabled.12",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "gz": "application/gzip", "7z": "application/x-7z-compressed", "rar": "application/vnd.rar",
    "tar": "application/x-tar", "eml": "message/rfc822", "asc": "application/pgp-signature",
    "ots": "application/vnd.opentimestamps.ots", "jsonl": "application/json",
    "exe": "application/vnd.microsoft.portable-executable", "sqlite": "application/vnd.sqlite3",
    "apk": "application/vnd.android.package-archive", "jar": "application/java-archive",
    "arc": "application/x-internet-archive", "sh": "text/x-shellscript",
}  # fmt: skip
"""What an extension promises; an extension that is not here promises nothing."""


class Types(NamedTuple):
    """What three tools say the file is."""

    libmagic: str | None
    """By libmagic; None when it has no opinion."""

    structure: str | None
    """By our own reading of the bytes."""

    extension: str | None
    """By the name."""

    @property
    def best(self) -> str:
        """The narrowest of what the two readers of content say."""
        if self.structure is None:
            return self.libmagic or "application/octet-stream"
        if self.libmagic and is_within(self.libmagic, self.structure):
            return self.libmagic
        return self.structure

    def conflicts(self) -> list[tuple[str, str]]:
        """Pairs of tools that cannot both be right."""
        said = {name: kind for name, kind in self._asdict().items() if kind is not None}
        names = list(said)
        return [
            (first, second)
            for number, first in enumerate(names)
            for second in names[number + 1 :]
            if not agree(said[first], said[second])
        ]


def types_of(path: Path) -> Types:
    """What each tool says.

    Raises:
        OSError: the file cannot be read.
    """
    return Types(_by_libmagic(path), structural_type(path), type_of_name(path.name))


def type_of_name(name: str) -> str | None:
    """What the extension promises, or None; ``.warc.gz`` is known as a whole."""
    lowered = name.lower()
    if lowered.endswith(".warc.gz"):
        return "application/warc+gzip"
    if lowered.endswith(".arc.gz"):
        return "application/x-internet-archive+gzip"
    return EXTENSIONS.get(lowered.rpartition(".")[2]) if "." in lowered else None


def _by_libmagic(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(HEAD)
    try:
        kind = str(magic.from_buffer(head, mime=True)).lower()
    except magic.MagicException:
        return None
    return None if kind in NO_OPINION else SAME.get(kind, kind)


def is_within(narrow: str, wide: str) -> bool:
    """Whether the first type is a kind of the second."""
    return any(narrow.startswith(start) for start in WITHIN.get(wide, ()))


def agree(one: str, other: str) -> bool:
    """Whether two types can both be right for the same bytes."""
    if one == other or is_within(one, other) or is_within(other, one):
        return True
    return any(  # two kinds of one family, such as the brands of ISO media
        is_within(one, wide) and is_within(other, wide)
        for wide in ("video/mp4", "video/x-matroska", "audio/ogg", "image/heic", "text/plain")
    )

"""What a file that was made from an item still says of people, places, devices and times.

For files that other programs made: a thumbnail or a redacted copy that keeps the position of the
camera gives away what the picture hides. Values are not told, only where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bayyina.media import tools
from bayyina.media.redaction.results import refuse

GROUPS: Final = ("GPS", "XMP", "IPTC", "Photoshop", "JUMBF", "MakerNotes", "PrintIM", "ID3")
"""Groups of exiftool that tell, whatever stands in them."""

PARTS: Final = (
    "Title", "Author", "Artist", "Comment", "Creator", "Copyright", "Keyword", "Description",
    "Subject", "Make", "Model", "Software", "Location", "GPS", "Owner", "Serial", "Producer",
    "DateTime", "CreateDate", "ModifyDate", "CreationTime", "OffsetTime", "ImageUniqueID", "Album",
    "Attachment", "Thumbnail", "Text",
)  # fmt: skip
"""Parts of names of tags that tell."""

_OF_PROGRAM: Final = ("ExifTool", "System", "Composite")
_OF_FORMAT: Final = frozenset(
    {
        "HandlerDescription", "DeviceModel", "DeviceModelDesc", "ProfileDescription",
        "ProfileCreator", "ProfileCopyright", "DeviceManufacturer", "ProfileDateTime",
        "ColorSpaceModel", "MakerNoteVersion",
    }
)  # fmt: skip
"""Names that hold such a part and describe how the file is built, or a colour profile."""


def telling(path: Path) -> list[str]:
    """Where a file says something of people, places, devices and times: groups and names of tags.

    Raises:
        RedactionRefusedError: exiftool is not installed, so nobody knows.
    """
    program = tools.found(tools.EXIFTOOL)
    if program is None:
        refuse(
            "Whether the file says anything of itself cannot be seen without exiftool.",
            "On Debian: apt-get install libimage-exiftool-perl",
        )
    reader = tools.ExifTool(program)
    try:
        with tools.plain_name(path) as link:
            tags = reader.dump(link)
    finally:
        reader.close()
    return sorted(_telling(tags))


def _telling(tags: dict[str, Any]) -> Iterator[str]:
    for key, value in tags.items():
        group, _, name = key.rpartition(":")
        is_empty = value in ("", 0, None) or str(value).startswith("0000:00:00")
        if group in _OF_PROGRAM or name in _OF_FORMAT or is_empty:
            continue
        if group == "File" and name != "Comment":
            continue
        if group.startswith(GROUPS) or any(part in name for part in PARTS):
            yield key

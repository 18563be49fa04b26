"""Who wrote a file, by the traces that writers leave: names, segments, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bayyina.media.findings import Seen

PROGRAMS: Final = re.compile(
    r"photoshop|lightroom|illustrator|indesign|acrobat|gimp|paint\.?net|paint\s?shop|picasa|"
    r"acdsee|irfanview|xnview|snapseed|painttool|quicktime|iphoto|aperture|imagemagick|"
    r"graphicsmagick|capture one|darktable|rawtherapee|corel|photo viewer|photo gallery|"
    r"pixelmator|affinity|canva|instagram|facetune|faceapp|picsart|viewnx|nikon transfer|"
    r"camedia master|digital photo professional|photoscape|fotor|krita|inkscape|ffmpeg|lavf|lavc|"
    r"handbrake|premiere|davinci|kinemaster|capcut|inshot|movie maker|imovie|final cut|"
    r"\bphotos \d|google|whatsapp|telegram|midjourney|stable diffusion|dall|firefly|comfyui",
    re.IGNORECASE,
)
"""Names of programs that are not inside a camera."""

TAGS: Final = re.compile(
    r":(Software|CreatorTool|ProcessingSoftware|HistorySoftwareAgent|OriginatingProgram|Producer|"
    r"Encoder|WritingApp|MuxingApp|EncodingTool|Application|Creator|ImageResources|CreatorToolVersion"
    r"|WriterName|ReaderName|Comment|XMPToolkit|Parameters)$"
)
"""Tags in which programs write their names."""

SEGMENTS: Final[Mapping[str, str]] = {
    "APP13 Photoshop 3.0": "Photoshop or a program that writes its resources (8BIM)",
    "APP12 Ducky": "Photoshop's export for the web (Ducky)",
}
"""Segments of a JPEG that cameras do not write."""

_COMMENTS: Final = (
    (re.compile(r"CREATOR: gd-jpeg"), "gd (a program library of web servers)"),
    (re.compile(r"Lavc[\d.]+"), "FFmpeg"),
    (re.compile(r"(?i)handmade software|image alchemy"), "Image Alchemy"),
    (re.compile(r"(?i)LEAD Technologies"), "LEAD Technologies"),
    (re.compile(r"(?i)AppleMark"), "QuickTime"),
)


def programs_in(tags: Mapping[str, Any], jpeg: Mapping[str, Any]) -> list[str]:
    """Programs that the file names or that leave such traces, each once."""
    found: dict[str, None] = {}
    for tag, value in tags.items():
        if TAGS.search(tag):
            for text in _texts(value):
                if PROGRAMS.search(text):
                    found[text.strip()[:80]] = None
    for history in (value for tag, value in tags.items() if tag.endswith(":History")):
        for text in _texts(history):
            if PROGRAMS.search(text):
                found[text.strip()[:80]] = None
    special = next((v for tag, v in tags.items() if tag.endswith(":SpecialInstructions")), "")
    if str(special).startswith("FBMD"):
        found["Facebook (FBMD)"] = None
    for marker in jpeg.get("markers") or []:
        if marker in SEGMENTS:
            found[SEGMENTS[marker]] = None
    for comment in jpeg.get("comments") or []:
        for pattern, name in _COMMENTS:
            if pattern.search(str(comment)):
                found[name] = None
    return list(found)


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value of any shape, a few levels deep."""
    waiting = [value]
    for _ in range(500):
        if not waiting:
            return
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, Mapping):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def written_by(tags: Mapping[str, Any], jpeg: Mapping[str, Any]) -> Iterator[Seen]:
    """The programs, as one finding."""
    programs = programs_in(tags, jpeg)
    if programs:
        yield Seen("written-by", "program", {"programs": programs}, {"list": "programs 1"})


def table_origin(tags: Mapping[str, Any], jpeg: Mapping[str, Any]) -> Iterator[Seen]:
    """A camera is named, and the tables are those of the common encoder."""
    camera = camera_of(tags)
    quality = jpeg.get("ijg_quality")
    if camera and quality:
        numbers = {
            "camera": camera,
            "quality": quality,
            "tables": jpeg.get("quantisation_digest"),
        }
        yield Seen("table-origin", "standard", numbers, {"tables": "ITU-T T.81 Annex K, IJG"})


def camera_of(tags: Mapping[str, Any]) -> str:
    """Make and model as the file names them; empty when it names none."""
    make = str(first_tag(tags, "Make") or "").strip()
    model = str(first_tag(tags, "Model") or "").strip()
    return model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()


def first_tag(tags: Mapping[str, Any], name: str) -> Any:
    """The value of a tag in the first group that has it; IFD0 and ExifIFD before all."""
    for group in ("IFD0", "ExifIFD", "Composite"):
        if f"{group}:{name}" in tags:
            return tags[f"{group}:{name}"]
    return next((value for tag, value in tags.items() if tag.endswith(f":{name}")), None)

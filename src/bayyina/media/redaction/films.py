"""Sound and film: spans made silent, boxes over the pictures, and everything written anew by ffmpeg.

Only the first track of pictures and the first of sound go over. Further tracks, subtitles,
chapters, data, cover pictures and all that the file says of itself stay behind.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bayyina.errors import InputError
from bayyina.media import tools
from bayyina.media.films import SAFE, probe_film
from bayyina.media.plain_data import DamagedFileError, FileLimitError
from bayyina.media.redaction.results import Made, only, refuse, refuse_entry
from bayyina.media.redaction.shapes import Box, Size, bounds_of, clipped, corners_of
from bayyina.standards.redaction_entries import Mute, Region
from bayyina.standards.redaction_plan import RedactionPlan

try:
    import numpy as np
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    np = None  # type: ignore[assignment]

SOUNDS: Final = {
    "audio/wav": ("audio/wav", ["-c:a", "pcm_s16le", "-f", "wav"]),
    "audio/flac": ("audio/flac", ["-c:a", "flac", "-f", "flac"]),
    "audio/mpeg": ("audio/mpeg", ["-c:a", "libmp3lame", "-q:a", "2", "-id3v2_version", "0",
                                  "-write_xing", "0", "-f", "mp3"]),
    "audio/ogg": ("audio/ogg", ["-c:a", "libopus", "-b:a", "96k", "-f", "ogg"]),
}  # fmt: skip
"""What a sound becomes, by its type, and how; every other becomes the last of them in MP4."""

OTHER_SOUND: Final = ("audio/mp4", ["-c:a", "aac", "-b:a", "160k", "-f", "ipod"])
FILM: Final = ("video/mp4", ["-c:v", "libx264", "-preset", "medium", "-crf", "20",
                             "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "160k",
                             "-movflags", "+faststart", "-f", "mp4"])  # fmt: skip
"""What every film becomes."""

MARGIN: Final = 0.06
"""Seconds before and after a span that are silenced too: filters see pieces, not samples."""

PIECE: Final = 256
"""Samples of a piece."""

BLOCK: Final = 1 << 16
"""Bytes of sound that are measured at a time."""

LARGEST: Final = 8 << 30
"""Bytes of the largest copy."""

WITHOUT_STATEMENTS: Final = [
    "-map_metadata", "-1", "-map_metadata:s:v", "-1", "-map_metadata:s:a", "-1",
    "-map_chapters", "-1", "-sn", "-dn", "-fflags", "+bitexact", "-flags:v", "+bitexact",
    "-flags:a", "+bitexact",
]  # fmt: skip
"""Nothing that the file says of itself goes over."""


def redact_film(path: Path, plan: RedactionPlan, out: Path, kind: str, seconds: float) -> Made:
    """Write a sound or a film anew, with silence and boxes where the plan says."""
    only(plan.entries, (Mute, Region), "a sound or film", "It is redacted by `mute` and regions.")
    program = tools.found(tools.FFMPEG)
    if program is None or tools.found(tools.FFPROBE) is None:
        refuse(
            "Redacting sound and film needs ffmpeg, which is not installed.",
            "apt-get install ffmpeg",
        )
    probed = probe(path, seconds)
    video, sound = first_of(probed, "video"), first_of(probed, "audio")
    length = length_of(probed)
    _check(plan, video, sound, length)
    made = Made("")
    made.done = [1] * len(plan.entries)
    used = [one for one in (video, sound) if one is not None]
    made.left_out = {"further streams": len(probed["streams"]) - len(used)}
    made.left_out = {name: count for name, count in made.left_out.items() if count}
    words: list[str] = []
    if video is not None:
        made.media_type, how = FILM
        size = _shown_size(path, program, seconds)
        filters, boxes = _boxes(plan, video, size)
        made.numbers["boxes"] = boxes
        words += [
            "-map",
            "0:V:0",
            "-vf",
            ",".join(filters),
            "-bsf:v",
            "filter_units=remove_types=6",
        ]
    else:
        made.media_type, how = SOUNDS.get(kind, OTHER_SOUND)
    if sound is not None:
        words += ["-map", "0:a:0", "-af", _silence(plan)]
    made.numbers["muted"] = [
        [one.start, min(one.end, length)] for one in plan.entries if isinstance(one, Mute)
    ]
    made.numbers["seconds"] = length
    before = ["-v", "error", "-nostdin", "-y", "-threads", "1", *SAFE]
    with tools.plain_name(path) as name:
        command = [*before, "-i", f"file:{name}", *words, *WITHOUT_STATEMENTS, *how, f"file:{out}"]
        answer = _run(program, command, seconds)
    if answer.status != 0 or not out.is_file() or not out.stat().st_size:
        refuse("ffmpeg could not write the copy.", "Is the file whole? Convert it first.")
    return made


def probe(path: Path, seconds: float) -> dict[str, Any]:
    """Container and streams; raises ``RedactionRefusedError`` where there are none."""
    try:
        return probe_film(path, min(seconds, 60.0))
    except (DamagedFileError, FileLimitError) as error:
        refuse(f"The file cannot be read: {error.message}", "Convert it first.")


def first_of(probed: dict[str, Any], kind: str) -> dict[str, Any] | None:
    """The first stream of a kind; a cover picture is no film."""
    for one in probed["streams"]:
        if one.get("codec_type") == kind and not (one.get("disposition") or {}).get("attached_pic"):
            return dict(one)
    return None


def length_of(probed: dict[str, Any]) -> float:
    """Seconds that the file lasts, as it says; infinite where it does not."""
    try:
        length = float((probed.get("format") or {}).get("duration") or math.inf)
    except (TypeError, ValueError):
        return math.inf
    return length if length > 0 else math.inf


def _check(
    plan: RedactionPlan,
    video: dict[str, Any] | None,
    sound: dict[str, Any] | None,
    length: float,
) -> None:
    for one in plan.entries:
        if isinstance(one, Mute) and sound is None:
            refuse_entry(one, "the file has no sound")
        if isinstance(one, Region) and video is None:
            refuse_entry(one, "the file has no moving picture")
        if isinstance(one, Region) and one.page:
            refuse_entry(one, "a film has no pages")
        if isinstance(one, Mute | Region) and one.start >= length:
            refuse_entry(one, f"the file lasts {length:.3f} seconds")


def _shown_size(path: Path, program: str, seconds: float) -> Size:
    """Size of the film's pictures as they are shown, turned as the file says."""
    words = ["-v", "error", "-nostdin", "-threads", "1", *SAFE]
    with tools.plain_name(path) as name:
        first = [*words, "-i", f"file:{name}", "-map", "0:V:0", "-frames:v", "1"]
        answer = _run(program, [*first, "-f", "image2pipe", "-c:v", "ppm", "-"], min(seconds, 60.0))
    parts = answer.text[:64].split()
    if len(parts) < 3 or parts[0] != b"P6":
        refuse("No picture of the film can be decoded.", "Convert it first.")
    return Size(int(parts[1]), int(parts[2]), 0.0)


def _boxes(
    plan: RedactionPlan, video: dict[str, Any], size: Size
) -> tuple[list[str], list[dict[str, Any]]]:
    """Filters that fill boxes, and the boxes with their times."""
    margin = frame_margin(video)
    filters, told = [], []
    for one in plan.entries:
        if not isinstance(one, Region):
            continue
        # of a polygon the rectangle around it: nothing that was drawn stays free
        box: Box = clipped(bounds_of(corners_of(one, size)), size)
        sides = f"x={box.left}:y={box.top}:w={box.right - box.left}:h={box.bottom - box.top}"
        span = _between(one.start - margin, one.end + margin)
        filters.append(f"drawbox={sides}:color=black:t=fill:enable='{span}'")
        end = None if math.isinf(one.end) else one.end
        told.append({"box": list(box), "start": one.start, "end": end})
    # pictures with an odd side cannot be stored as they are in the usual form
    return [*filters, "pad=ceil(iw/2)*2:ceil(ih/2)*2", "setsar=1"], told


def frame_margin(video: dict[str, Any]) -> float:
    """Seconds by which a box comes earlier and goes later: a picture stays until the next one."""
    rates = [_rate(str(video.get(name) or "")) for name in ("avg_frame_rate", "r_frame_rate")]
    if not all(rates) or abs(rates[0] - rates[1]) > 0.01 * rates[1]:
        return 1.0
    return max(0.1, 2 / min(rates))


def _rate(text: str) -> float:
    over, _, under = text.partition("/")
    if not (over.isdecimal() and (under or "1").isdecimal()):
        return 0.0
    return int(over) / int(under or 1) if int(under or 1) else 0.0


def _silence(plan: RedactionPlan) -> str:
    spans = [
        f"volume=0:enable='{_between(one.start - MARGIN, one.end + MARGIN)}'"
        for one in plan.entries
        if isinstance(one, Mute)
    ]
    return ",".join([f"asetnsamples=n={PIECE}:p=0", *spans])


def _between(start: float, end: float) -> str:
    if math.isinf(end):
        return f"gte(t,{start:.6f})"
    return f"between(t,{start:.6f},{end:.6f})"


def loudest(path: Path, start: float, end: float | None, seconds: float) -> int:
    """The largest sample, of 32,768, in a span of the sound of a file.

    Raises:
        RedactionRefusedError: the sound cannot be decoded.
    """
    program = tools.found(tools.FFMPEG) or tools.FFMPEG
    span = f"atrim=start={start:.6f}" + (f":end={end:.6f}" if end is not None else "")
    words = [
        "-v",
        "error",
        "-nostdin",
        "-threads",
        "1",
        *SAFE,
        "-i",
        f"file:{path}",
        "-map",
        "0:a:0",
    ]
    # silence at the end, so that the last block that is given holds no sound
    words += ["-af", f"{span},apad=pad_len={BLOCK}", "-c:a", "pcm_s16le", "-f", "s16le", "-"]
    most = 0
    for block in tools.blocks(program, words, BLOCK, seconds):
        samples = np.frombuffer(block, "<i2").astype(np.int32)
        most = max(most, int(np.abs(samples).max()))
    return most


def frame_at(path: Path, second: float, seconds: float) -> tuple[int, int, bytes] | None:
    """Width, height and RGB pixels of the picture that is shown at a time; None where there is none."""
    program = tools.found(tools.FFMPEG) or tools.FFMPEG
    words = ["-v", "error", "-nostdin", "-threads", "1", *SAFE, "-ss", f"{second:.6f}"]
    words += ["-i", f"file:{path}", "-map", "0:v:0", "-frames:v", "1"]
    answer = tools.run(
        program, [*words, "-f", "image2pipe", "-c:v", "ppm", "-"], seconds=seconds, limit=1 << 28
    )
    head = answer.text[:64].split(maxsplit=3)
    if len(head) < 4 or head[0] != b"P6":
        return None
    width, height = int(head[1]), int(head[2])
    return width, height, answer.text[-width * height * 3 :]


def statements_of(path: Path, seconds: float) -> dict[str, Any]:
    """Everything that a file says of itself by ffprobe: tags of the whole, of streams, chapters."""
    program = tools.found(tools.FFPROBE) or tools.FFPROBE
    words = ["-v", "error", *SAFE, "-of", "json", "-show_entries"]
    words += ["format_tags:stream_tags:stream=codec_type:chapter=id", "-show_chapters"]
    answer = tools.run(program, [*words, f"file:{path}"], seconds=seconds)
    try:
        return dict(json.loads(answer.text.decode("utf-8", "replace")))
    except ValueError:
        return {"unreadable": "yes"}


def _run(program: str, words: Sequence[str], seconds: float) -> tools.Output:
    try:
        return tools.run(program, list(words), seconds=seconds, limit=1 << 28, written=LARGEST)
    except FileLimitError as error:
        raise InputError(f"The copy was not made: {error.message}", hint="Cut the film.") from error

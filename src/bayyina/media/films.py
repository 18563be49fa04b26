"""Films by ffprobe and ffmpeg, run as programs: what streams there are, and a hash a second.

Only the demuxers named here are allowed, and only the file itself may be opened: a playlist
that a stranger calls a film could otherwise make the program read other files.
"""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any, Final

from bayyina.media import tools
from bayyina.media.limits import DEFAULT
from bayyina.media.pictures import hash_pixels
from bayyina.media.plain_data import DamagedFileError

try:
    import numpy as np
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    np = None  # type: ignore[assignment]

FORMATS: Final = "mov,matroska,avi,mpegts,mpeg,flv,asf,ogg,wav,w64,aiff,au,mp3,flac,aac,amr,amrnb,amrwb,caf,dv,3gp,m4v"
SAFE: Final = ["-protocol_whitelist", "file", "-format_whitelist", FORMATS]
LONGEST: Final = 1280
"""Frames whose long side is longer are averaged down to it before they are hashed."""


def probe_film(path: Path, seconds: float) -> dict[str, Any]:
    """Container and streams by ffprobe.

    Raises:
        DamagedFileError: ffprobe makes nothing out.
        FileLimitError: it took too long, or said too much.
    """
    program = tools.found(tools.FFPROBE)
    if program is None:
        return {"absent": "ffprobe is not installed: the streams were not read."}
    words = ["-v", "error", "-hide_banner", *SAFE, "-of", "json", "-show_format", "-show_streams"]
    with tools.plain_name(path) as name:
        output = tools.run(program, [*words, f"file:{name}"], seconds=seconds)
    try:
        found = json.loads(output.text.decode("utf-8", "replace"))
    except ValueError as error:
        raise DamagedFileError("ffprobe makes nothing out.") from error
    if not found.get("streams"):
        raise DamagedFileError("ffprobe finds no stream in it.")
    found.get("format", {}).pop("filename", None)
    return {"format": found.get("format"), "streams": found["streams"][:50]}


def hash_film(path: Path, probed: dict[str, Any], seconds: float) -> dict[str, Any] | None:
    """The perceptual hash of a frame in each second, from the beginning, as time allows.

    Raises:
        DamagedFileError: no frame can be decoded.
    """
    program = tools.found(tools.FFMPEG)
    if program is None:
        return {"absent": "ffmpeg is not installed: the film was not hashed."}
    streams = probed.get("streams") or []
    video = next((s for s in streams if s.get("codec_type") == "video"), None)
    if video is None:
        return None
    width, height = _size(video)
    words = ["-v", "error", "-nostdin", "-threads", "1", "-noautorotate", *SAFE]
    words += ["-t", str(DEFAULT.video_seconds)]
    ends_at = time.monotonic() + seconds
    frames: list[dict[str, Any]] = []
    with tools.plain_name(path) as name:
        words += ["-i", f"file:{name}", "-an", "-sn", "-dn", "-map", "0:v:0"]
        words += ["-vf", f"fps=1:round=up:start_time=0,scale={width}:{height}:flags=area"]
        words += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
        for raw in tools.blocks(program, words, width * height * 3, seconds):
            pixels = np.frombuffer(raw, np.uint8).reshape(height, width, 3)
            hashed = hash_pixels(pixels)
            frames.append(
                {
                    "second": len(frames),
                    "pdq": hashed.pdq,
                    "quality": hashed.quality,
                    "pdq_dihedral": list(hashed.dihedral),
                }
            )
            if time.monotonic() > ends_at:
                break
    if not frames:
        raise DamagedFileError("No frame of the film can be decoded.")
    length = float((probed.get("format") or {}).get("duration") or 0)
    is_whole = len(frames) + 2 > length if math.isfinite(length) else False
    return {"frames": frames, "whole": is_whole}


def _size(video: dict[str, Any]) -> tuple[int, int]:
    """Width and height of the frames that are hashed: those of the film, if it is not large."""
    width, height = int(video.get("width") or 0), int(video.get("height") or 0)
    if width < 1 or height < 1:
        raise DamagedFileError("The film's pictures have no size.")
    shrink = min(1.0, LONGEST / max(width, height))
    return max(1, round(width * shrink)), max(1, round(height * shrink))

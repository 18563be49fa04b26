"""Scenes as a stack gives them: which files hold which bands, and what is known of each scene.

A stack is read through the port ``SceneSource``; a folder and a catalogue on disk are two of its kinds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

MARK: Final = "FICTIONAL"
"""Tag of the files of invented scenes, and what is written into their pixels."""

FICTIONAL: Final = "FICTIONAL: the scenes say of themselves that they are invented."
"""What is said of everything that is made of invented scenes."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A band or a mask in a file."""

    path: Path
    """The file."""

    index: int
    """Its band, from 1."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One image of the place, possibly in several files."""

    identifier: str
    """Its name, as the archive or the file gives it."""

    moment: datetime | None
    """When it was taken, UTC; None where nothing says so."""

    platform: str
    """Satellite; ``unknown`` where nothing says so."""

    baseline: str = ""
    """Processing baseline or version."""

    orbit: str = ""
    """Relative orbit or track."""

    layers: Mapping[str, Layer] = field(default_factory=dict)
    """Bands by name (``blue`` to ``swir2``, ``vv``, ``vh``, or ``band1`` and so on) and masks."""

    stacked: Path | None = None
    """A file of several bands whose order is told by the file itself; None otherwise."""

    facts: Mapping[str, str] = field(default_factory=dict)
    """What metadata beside the files say, such as ``boa_offset_applied``; names in lower case."""

    problem: str = ""
    """Why the scene cannot be used, one sentence; empty where nothing is known against it."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Its files, each once, in order of their names."""
        found = {layer.path for layer in self.layers.values()}
        if self.stacked is not None:
            found.add(self.stacked)
        return tuple(sorted(found))


class SceneSource(Protocol):
    """Where scenes come from."""

    @property
    def name(self) -> str:
        """What the stack is called in messages."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """What was left out on listing, one sentence each."""
        ...

    def scenes(self) -> Sequence[Scene]:
        """All scenes, in order of time; unusable ones with their problem.

        Raises:
            FileUnreadableError: the stack cannot be listed.
        """
        ...

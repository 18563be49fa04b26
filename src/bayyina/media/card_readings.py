"""A small table of numbers that people read off cards, laid to the photographs that were given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bayyina.errors import InputError
from bayyina.media.card_series import CardReading, CardShot, card_findings, split_number
from bayyina.media.findings import indicator
from bayyina.media.metadata_checks import moment_of
from bayyina.media.results import FileReport, Indicator
from bayyina.media.series import camera_name, counter_of
from bayyina.media.writers import first_tag
from bayyina.model.digits import plain_text
from bayyina.tables.reading import open_table

NEEDED: Final = ("path", "number")
ASKED: Final = ("branch", "examination")


class CardTableError(InputError):
    """The table of numbers on cards cannot be used."""

    code = "cards-unreadable"


def read_cards(file: Path) -> dict[str, CardReading]:
    """What was read off each card, by the path as the table writes it.

    Raises:
        FileUnreadableError: it is absent, damaged, or no table.
        CardTableError: a column is missing, a row has no path, or a path has two readings.
    """
    table = open_table(file)
    columns = {plain_text(name).casefold(): at for at, name in enumerate(table.header)}
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise CardTableError(
            f"{file.name} has no column {' and no column '.join(missing)}.",
            hint="Its first row names the columns: path,number and, if known, branch,examination.",
        )
    found: dict[str, CardReading] = {}
    for row, cells, problems in table.rows():
        if problems:
            raise CardTableError(f"Row {row} of {file.name} cannot be read.", hint="Mend the row.")
        path = cells[columns["path"]].strip()
        said = [plain_text(cells[columns[name]]) if name in columns else ""
                for name in (NEEDED[1], *ASKED)]  # fmt: skip
        if not path:
            raise CardTableError(
                f"Row {row} of {file.name} names no photograph.", hint="Fill in its path."
            )
        card = CardReading(*said)
        if found.setdefault(path, card) != card:
            raise CardTableError(
                f"Row {row} of {file.name} gives other numbers for a photograph that has numbers.",
                hint="One row for each photograph: settle first what stands on the card.",
            )
    return found


@dataclass
class CardCollector:
    """Lays readings to photographs one by one, and sees which numbers leave the run."""

    readings: Mapping[str, CardReading] = field(default_factory=dict)
    """What was read, by the path as it was written."""

    folder: Path = field(default_factory=Path)
    """Where the table lies: paths in it count from here, or from where the program runs."""

    def __post_init__(self) -> None:
        """Nothing is laid yet."""
        self._by_path: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        for text in self.readings:
            path = Path(text)
            for whole in (self.folder / path, path):
                self._by_path[_whole(whole)] = text
            if path.name == text:
                self._by_name[text] = text
        self._shots: dict[str, dict[str, CardShot]] = defaultdict(dict)

    def add(self, place: int, report: FileReport) -> None:
        """Take the report at a place; copies of the same bytes count once."""
        if not self.readings or report.sha256 is None:
            return
        path = Path(report.path)
        row = self._by_path.get(_whole(path)) or self._by_name.get(path.name)
        if row is None:
            return
        tags = report.metadata.get("exiftool")
        known = tags if isinstance(tags, Mapping) else {}
        shot = CardShot(
            place=place,
            card=self.readings[row],
            counter=counter_of(report.path, known),
            taken=moment_of(first_tag(known, "DateTimeOriginal")),
            camera=camera_name(known),
        )
        self._shots[row].setdefault(report.sha256, shot)

    def indicators(self) -> dict[int, tuple[Indicator, ...]]:
        """What stands out, by the place of the photograph."""
        digests: dict[int, str] = {}
        shots: dict[str, CardShot] = {}
        for laid in self._shots.values():
            if len(laid) == 1:
                ((digest, shot),) = laid.items()
                shots.setdefault(digest, shot)
                digests[shot.place] = digest
        found: dict[int, tuple[Indicator, ...]] = defaultdict(tuple)
        for place, seen in card_findings(list(shots.values())):
            found[place] += (indicator(seen, digests[place]),)
        return dict(found)

    def unmatched(self) -> list[str]:
        """Paths in the table that are of no photograph that was looked into."""
        return [path for path in self.readings if path not in self._shots]

    def ambiguous(self) -> list[str]:
        """Names in the table that several photographs of different bytes have."""
        return [path for path, laid in self._shots.items() if len(laid) > 1]

    def without_number(self) -> list[str]:
        """Paths whose card gives no number that a series could be made of."""
        return [
            path
            for path, card in self.readings.items()
            if not split_number(card.number) and not split_number(card.examination)
        ]


def _whole(path: Path) -> str:
    """The path from the root, as far as one can be made of it."""
    try:
        return str(path.resolve())
    except (OSError, ValueError, RuntimeError):
        return str(path)

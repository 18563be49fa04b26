"""Invented files of the practice workspace: lists, a chat, a site; the same bytes on every machine.

All of it is fictional, and every file says so in its name or in its first line.
"""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from bayyina.errors import StorageError
from bayyina.scenario.forms import write_xlsx

MONDAY: Final = "FICTIONAL-monday-list.xlsx"
CORRECTED: Final = "FICTIONAL-monday-list-corrected.xlsx"
CHAT: Final = "FICTIONAL-chat-export.zip"
"""What the person who practises takes in with their own hands."""

REGISTERS: Final = (("A", 0.5), ("B", 0.42), ("C", 0.46))
"""Letter of each register of deaths, and the share of the invented people who stand on it."""

PEOPLE: Final = 300
"""People who could stand on a register."""

TITLE: Final = "خيالي FICTIONAL: قائمة الاثنين، شباط 2024"
"""Row that stands above the header of Monday's list, as such rows do."""

SLIP: Final = ("2024-02-06", "06/02/2024", "2024-03-06")
"""Two writings of the day that the list gives for one arrest, and the day that its author meant."""

_FIRST: Final = "أحمد محمد علي حسن خالد عمر يحيى سعيد فادي زياد مروان أنس بسام تيسير ثائر جلال رامي"
_FATHER: Final = "إبراهيم داود سليمان موسى صالح هاشم قاسم نعيم راغب شكري توفيق غالب عارف منير حافظ"
_FAMILY: Final = (
    "الأيوبي البكري التلاوي الجبلي الحكيم الخولي الدالي الربيعي السباعي الصباغ الطيار العطار "
    "الغزالي الفراتي القباني الكيالي المالح النابلسي الهاشمي اليوسفي"
)


@dataclass(frozen=True)
class PracticeList:
    """A list that is taken in before anybody begins."""

    file: Path
    """The list."""

    mapping: str
    """Text of its mapping."""


@dataclass(frozen=True)
class PracticeFiles:
    """Everything that was invented for practice."""

    lists: tuple[PracticeList, ...]
    """Lists that are taken in before anybody begins, in order."""

    sites: tuple[Path, ...]
    """Site files."""

    handed_out: tuple[Path, ...]
    """Files that people take in themselves: Monday's list, the same corrected, a chat."""


def write_practice_files(folder: Path) -> PracticeFiles:
    """Write all files into ``folder``, which need not be there yet.

    Raises:
        StorageError: the disk refused.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        monday = list(csv.reader(io.StringIO(_text("monday.csv"))))
        _write_list(folder / MONDAY, monday)
        _write_list(folder / CORRECTED, [_corrected(row) for row in monday])
        _write_chat(folder / CHAT)
        lists = [_copied(folder, name) for name in ("stays", "family", "papers")]
        lists += [
            PracticeList(
                _write_register(folder / f"FICTIONAL-register-{letter}.csv", number, share),
                _text("register.import.toml").format(letter=letter),
            )
            for number, (letter, share) in enumerate(REGISTERS)
        ]
        site = folder / "FICTIONAL-levelled.site.geojson"
        site.write_text(json.dumps(json.loads(_text("levelled.site.geojson"))), encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be written to: {error.strerror}.", hint="Choose another folder."
        ) from error
    return PracticeFiles(
        tuple(lists), (site,), tuple(folder / name for name in (MONDAY, CHAT, CORRECTED))
    )


def _text(name: str) -> str:
    return resources.files("bayyina.scenario").joinpath("practice", name).read_text("utf-8")


def _copied(folder: Path, name: str) -> PracticeList:
    file = folder / f"FICTIONAL-{name}.csv"
    file.write_text(_text(f"{name}.csv"), encoding="utf-8", newline="\n")
    return PracticeList(file, _text(f"{name}.import.toml"))


def _write_list(path: Path, rows: Sequence[Sequence[str]]) -> None:
    write_xlsx(path, [TITLE], [list(row) for row in rows])


def _corrected(row: Sequence[str]) -> list[str]:
    iso, slashed, meant = SLIP
    return [meant if cell in (iso, slashed) else cell for cell in row]


def _write_chat(path: Path) -> None:
    entry = zipfile.ZipInfo("FICTIONAL WhatsApp Chat.txt", date_time=(2024, 3, 5, 20, 0, 0))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry, _text("chat.txt"))


def _write_register(path: Path, number: int, share: float) -> Path:
    drawn = random.Random(20240212 + number)
    names = random.Random(20240212)
    first, father, family = (words.split() for words in (_FIRST, _FATHER, _FAMILY))
    lines = ["id,name,number,died,place"]
    for n in range(PEOPLE):
        name = f"{names.choice(first)} {names.choice(father)} {names.choice(family)}"
        place = names.choice(("Homs", "Hama", "Dara", "Aleppo"))
        died = f"{names.randint(2013, 2015)}-{names.randint(1, 12):02d}"
        if drawn.random() < share:
            lines.append(f"FICT-R{n},{name},{n + 5000},{died},{place}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path

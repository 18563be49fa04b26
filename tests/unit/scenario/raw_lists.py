"""A second, plain way from the raw files to the figures, for tests to compare with.

It shares nothing with the product: its own readers of the file forms, its own reading of
dates, its own rules of counting, written down from the published definitions.
"""

from __future__ import annotations

import calendar
import csv
import io
import json
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

OTHERS = {
    "قوات سوريا الديمقراطية",
    "قسد",
    "هيئة تحرير الشام",
    "تنظيم داعش",
    "داعش",
    "الجيش الوطني السوري",
    "الجيش الوطني",
    "جهة مجهولة",
    "مجهول",
    "Syrian Democratic Forces",
    "SDF",
    "Hay'at Tahrir al-Sham",
    "HTS",
    "ISIS",
    "Syrian National Army",
    "SNA",
    "Unidentified party",
    "",
}
MONTHS = {
    name: number
    for names in (
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        [
            "كانون الثاني",
            "شباط",
            "آذار",
            "نيسان",
            "أيار",
            "حزيران",
            "تموز",
            "آب",
            "أيلول",
            "تشرين الأول",
            "تشرين الثاني",
            "كانون الأول",
        ],
    )
    for number, name in enumerate(names, start=1)
}
NAMED_MONTH = re.compile("|".join(MONTHS))
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
Span = tuple[date, date]
Row = dict[str, str]


@cache
def span(text: str) -> Span | None:
    """First and last day that a text may mean; None when it is no date."""
    text = NAMED_MONTH.sub(lambda found: str(MONTHS[found[0]]), text.translate(DIGITS))
    parts = [int(part) for part in re.findall(r"\d+", text)]
    if not parts:
        return None
    if len(str(parts[0])) < 4:
        parts.reverse()
    year, month, day = (*parts, 0, 0)[:3]
    try:
        last = calendar.monthrange(year, month or 12)[1]
        return date(year, month or 1, day or 1), date(year, month or 12, day or last)
    except (ValueError, calendar.IllegalMonthError):
        return None


def read_rows(path: Path) -> Iterator[list[str]]:
    if path.suffix == ".xlsx":
        yield from _xlsx(path)
    elif path.suffix == ".ods":
        yield from _ods(path)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            yield from csv.reader(io.StringIO(archive.read("import.csv").decode("utf-8")))
    elif path.suffix == ".tsv":
        yield from csv.reader(io.StringIO(path.read_bytes().decode("utf-16")), delimiter="\t")
    else:
        lines = [_decoded(line) for line in path.read_bytes().split(b"\r\n")]
        first = lines[0]
        yield from csv.reader(lines, delimiter=";" if ";" in first else ",")


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1256")


def _xlsx(path: Path) -> Iterator[list[str]]:
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - files of this test
    for row in root.iterfind(".//{*}row"):
        cells = []
        for cell in row.iterfind("{*}c"):
            text = "".join(cell.itertext())
            if cell.get("s") == "1":
                text = (date(1899, 12, 30) + timedelta(days=int(text))).isoformat()
            cells.append(text)
        yield cells


def _ods(path: Path) -> Iterator[list[str]]:
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("content.xml"))  # noqa: S314 - files of this test
    for row in root.iterfind(".//{*}table-row"):
        yield ["".join(cell.itertext()) for cell in row.iterfind("{*}table-cell")]


def whole_rows(path: Path) -> Iterator[Row]:
    """The rows that can be used: with a key nobody had before and as many cells as the header."""
    seen: set[str] = set()
    if not path.exists():  # a list without rows is not written
        return
    if path.suffix == ".jsonl":
        rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
        for row in rows:
            if row.get("id") and row["id"] not in seen:
                seen.add(row["id"])
                yield defaultdict(str, row)
        return
    reader = read_rows(path)
    header = next(reader)
    for cells in reader:
        if len(cells) == len(header) and cells[0] and cells[0] not in seen:
            seen.add(cells[0])
            yield dict(zip(header, cells, strict=True))


@dataclass
class Someone:
    """What all lists of a day say of the person behind one shared number."""

    sex: str = ""
    serviceman: bool = False
    arrests: list[tuple[Span | None, bool, str]] = field(default_factory=list)
    ends: list[Span | None] = field(default_factory=list)
    released: list[Span | None] = field(default_factory=list)
    concealed: bool = False
    deaths: list[tuple[Span | None, str, bool, str]] = field(default_factory=list)
    sentences: list[tuple[Span | None, str, str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)


class Lists:
    """Everything that the raw lists of a folder say, by person."""

    def __init__(self, folder: Path, *, with_february: bool) -> None:
        self.people: dict[str, Someone] = defaultdict(Someone)
        self.certificates: Counter[str] = Counter()
        self.bodies: set[str] = set()
        self.identifications: Counter[str] = Counter()
        self.identified: set[str] = set()
        for read in (
            self._register,
            self._provincial,
            self._deaths,
            self._families,
            self._courts,
            self._certificates,
            self._bodies,
            self._identifications,
            self._releases,
            self._committee,
        ):
            read(folder)
        if with_february:
            self._monitoring(folder)

    def _someone(self, number: str, sex: str = "") -> Someone:
        one = self.people[number]
        one.sex = one.sex or {"male": "m", "M": "m", "ذكر": "m", "ذ": "m", "": ""}.get(sex, "f")
        return one

    def _arrest(self, one: Someone, day: str, by: str, age: str) -> None:
        children = ("طفل", "قاصر", "minor", "child")
        one.arrests.append((span(day), by not in OTHERS, "child" if age in children else "adult"))

    def _release(self, one: Someone, day: str) -> None:
        one.ends.append(span(day))
        one.released.append(span(day))

    def _death(self, one: Someone, day: str, manner: str, by: str, age: str) -> None:
        child = "child" if age in ("طفل", "child") else "adult"
        one.deaths.append((span(day), manner, by not in OTHERS, child))
        one.ends.append(span(day))

    def _register(self, folder: Path) -> None:
        for row in whole_rows(folder / "FICTIONAL-central-arrest-register.csv"):
            one = self._someone(row["الرقم المشترك"], row["الجنس"])
            if row["نوع التهمة"] in ("سياسي", "رأي", "بدون تهمة"):
                self._arrest(one, row["تاريخ الاعتقال"], row["جهة الاعتقال"], row["الفئة العمرية"])
                one.concealed |= row["رُفض إعطاء العائلة معلومات"] == "نعم"
                one.concealed |= row["أقرّت الجهة بالاحتجاز"] == "لا"
                if row["الوضع"] == "أفرج عنه":
                    self._release(one, row["تاريخ الإفراج"])

    def _provincial(self, folder: Path) -> None:
        for row in whole_rows(folder / "FICTIONAL-provincial-office-south.xlsx"):
            one = self._someone(row["Shared no."], row["Sex"])
            if row["Charge"] == "political":
                self._arrest(one, row["Date of arrest"], row["Arrested by"], row["Minor or adult"])
                one.concealed |= row["Family refused information"] == "yes"
                one.concealed |= row["Detention acknowledged"] == "no"
                if row["Released on"]:
                    self._release(one, row["Released on"])

    def _deaths(self, folder: Path) -> None:
        for row in whole_rows(folder / "FICTIONAL-deaths.csv"):
            one = self._someone(row["الرقم المشترك"], row["الجنس"])
            manner = "torture" if "تعذيب" in row["كيفية الوفاة"] else "other"
            self._death(one, row["تاريخ الوفاة"], manner, row["الجهة المسؤولة"], row["الفئة"])

    def _families(self, folder: Path) -> None:
        for row in whole_rows(folder / "FICTIONAL-families-association.csv"):
            one = self._someone(row["الرقم المشترك"], row["الجنس"])
            one.concealed |= row["جواب الجهة للعائلة"] in ("رُفض الجواب", "أنكروا وجوده")
            if row["الحالة"] == "مفقود":
                self._arrest(one, row["تاريخ الاختفاء"], row["الجهة"], row["الفئة"])
            elif row["الحالة"] == "متوفى تحت التعذيب":
                by = row["الجهة المسؤولة عن الوفاة"]
                self._death(one, row["تاريخ الوفاة"], "torture", by, row["الفئة"])

    def _courts(self, folder: Path) -> None:
        for row in whole_rows(folder / "FICTIONAL-field-court-sentences.tsv"):
            one = self._someone(row["الرقم المشترك"], row["الجنس"])
            one.serviceman |= row["الصفة"] == "عسكري"
            age = "child" if row["الفئة العمرية"] == "قاصر" else "adult"
            one.sentences.append((span(row["تاريخ الحكم"]), row["العقوبة"], row["المآل"], age))
            if row["المآل"] == "نُفّذ":
                one.ends.append(span(row["تاريخ التنفيذ"]))

    def _certificates(self, folder: Path) -> None:
        for row in whole_rows(folder / "FICTIONAL-death-certificates.xlsx"):
            self.certificates[row["Family notified"]] += 1
            one = self._someone(row["Shared no."])
            self._death(one, row["Date of death on paper"], "", "", "")

    def _bodies(self, folder: Path) -> None:
        path = folder / "FICTIONAL-photographed-bodies.csv"
        self.bodies = {row["body"] for row in whole_rows(path)}

    def _identifications(self, folder: Path) -> None:
        for row in whole_rows(folder / "FICTIONAL-identifications.jsonl"):
            self.identifications[row["state"]] += 1
            if row["state"] == "identified":
                self.identified.add(row["body"])
                self._someone(row["shared_number"]).bodies.append(row["body"])

    def _releases(self, folder: Path) -> None:
        for row in whole_rows(folder / "FICTIONAL-releases.ods"):
            self._release(self._someone(row["الرقم المشترك"]), row["تاريخ الإفراج"])

    def _committee(self, folder: Path) -> None:
        for row in whole_rows(folder / "FICTIONAL-local-committee.zip"):
            one = self._someone(row["shared_number"], row["sex"])
            self._death(
                one, row["date_of_death"], row["manner"], row["responsible"], row["age_class"]
            )

    def _monitoring(self, folder: Path) -> None:
        for row in whole_rows(folder / "FICTIONAL-monitoring-since-order.xlsx"):
            one = self._someone(row["Shared no."], row["Sex"])
            if row["What"] == "arrest":
                self._arrest(one, row["Date"], row["Responsible"], row["Minor or adult"])
                one.concealed |= row["Family refused information"] == "yes"
                one.concealed |= row["Detention acknowledged"] == "no"
                if row["Released on"]:
                    self._release(one, row["Released on"])
            else:
                age = row["Minor or adult"]
                self._death(one, row["Date"], "torture", row["Responsible"], age)


def within(day: Span | None, first: date, last: date) -> bool:
    return day is not None and first <= day[0] and day[1] <= last


def is_held(one: Someone, as_of: date) -> bool:
    """Whether the latest custody act until a day certainly is an arrest by the government."""
    past = [arrest for arrest in one.arrests if arrest[0] and arrest[0][1] <= as_of]
    if not past:
        return False
    latest = max(past, key=lambda arrest: (arrest[0] or (date.min,))[0])
    if not latest[1] or latest[0] is None:
        return False
    return all(end and (end[0] > as_of or end[1] < latest[0][0]) for end in one.ends)


def demographic(age: str, one: Someone) -> str:
    return "child" if age == "child" else "woman" if one.sex == "f" else "man"


def count_raw(folder: Path) -> dict[str, int]:
    """Every figure, counted from the raw files alone."""
    october = Lists(folder, with_february=False)
    february = Lists(folder, with_february=True)
    return {
        **_torture(october),
        **_held(october),
        **_sentences(october),
        "certificates-not-notified": october.certificates["no"],
        **_bodies(october),
        **_order(february),
    }


def _torture(lists: Lists) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for one in lists.people.values():
        for name, first in (("", date(2011, 3, 1)), ("-2023", date(2023, 1, 1))):
            ages = [
                age
                for day, manner, counted, age in one.deaths
                if manner == "torture" and counted and within(day, first, date(2023, 10, 31))
            ]
            if ages:
                counts[f"torture-deaths{name}"] += 1
                counts[f"torture-deaths{name}-{demographic(ages[0], one)}"] += 1
    return {
        "torture-deaths": counts["torture-deaths"],
        "torture-deaths-children": counts["torture-deaths-child"],
        "torture-deaths-women": counts["torture-deaths-woman"],
        "torture-deaths-2023": counts["torture-deaths-2023"],
        "torture-deaths-2023-children": counts["torture-deaths-2023-child"],
    }


def _held(lists: Lists) -> dict[str, int]:
    as_of = date(2023, 8, 31)
    counts: Counter[str] = Counter()
    for one in lists.people.values():
        counted = [
            (day, age)
            for day, government, age in one.arrests
            if government and within(day, date(2011, 3, 1), as_of)
        ]
        if not counted or not is_held(one, as_of):
            continue
        day, age = max(counted, key=lambda arrest: arrest[0] or (date.min, date.min))
        who = demographic("child" if "child" in (a for _, a in counted) else age, one)
        counts["held"] += 1
        counts[f"held-{who}"] += 1
        if day and day[1] <= as_of - timedelta(days=20) and one.concealed:
            counts["disappeared"] += 1
            counts[f"disappeared-{who}"] += 1
    return {
        "held": counts["held"],
        "held-children": counts["held-child"],
        "held-women": counts["held-woman"],
        "disappeared": counts["disappeared"],
        "disappeared-children": counts["disappeared-child"],
        "disappeared-women": counts["disappeared-woman"],
    }


def _sentences(lists: Lists) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for one in lists.people.values():
        for day, penalty, outcome, age in one.sentences:
            if penalty != "الإعدام" or not within(day, date(2011, 3, 1), date(2023, 8, 31)):
                continue
            counts["all"] += 1
            counts[outcome] += 1
            if outcome == "نُفّذ":
                counts["serviceman" if one.serviceman else demographic(age, one)] += 1
    return {
        "death-sentences": counts["all"],
        "sentences-commuted": counts["خُفّف"],
        "sentences-carried-out": counts["نُفّذ"],
        "executed-children": counts["child"],
        "executed-women": counts["woman"],
        "executed-servicemen": counts["serviceman"],
    }


def _bodies(lists: Lists) -> dict[str, int]:
    known = sum(
        any(manner == "torture" and counted for _, manner, counted, _ in one.deaths)
        for one in lists.people.values()
        if one.bodies
    )
    people = sum(bool(one.bodies) for one in lists.people.values())
    return {
        "photographed-bodies": len(lists.bodies),
        "bodies-identified": len(lists.identified & lists.bodies),
        "identified-already-known": known,
        "identified-not-known": people - known,
        "identifications-being-verified": lists.identifications["being_verified"],
    }


def _order(lists: Lists) -> dict[str, int]:
    first, last = date(2023, 11, 16), date(2024, 2, 21)
    counts: Counter[str] = Counter()
    for one in lists.people.values():
        counts["killed"] += any(
            manner == "torture" and counted and within(day, first, last)
            for day, manner, counted, _ in one.deaths
        )
        for day, government, age in one.arrests:
            if not government or not within(day, first, last) or day is None:
                continue
            counts["arrests"] += 1
            counts[demographic(age, one)] += 1
            counts["released"] += any(within(end, first, last) for end in one.released)
            counts["disappeared"] += (
                is_held(one, last) and one.concealed and day[1] <= last - timedelta(days=20)
            )
    return {
        "order-killed": counts["killed"],
        "order-arrests": counts["arrests"],
        "order-arrests-children": counts["child"],
        "order-arrests-women": counts["woman"],
        "order-released": counts["released"],
        "order-disappeared": counts["disappeared"],
    }

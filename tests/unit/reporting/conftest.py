"""Made-up figure results, and reports built from them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bayyina.reporting.building import build_report
from bayyina.reporting.context import ReportContext
from bayyina.reporting.definitions import Definition
from bayyina.reporting.labels import PlainLabels

SMALL = """+++
version = 1
name = "small"
[title]
en = "A small report"
ar = "تقرير صغير"
+++

<!-- a comment that nobody reads -->

```figure id=deaths
en: Deaths
ar: وفيات
note-en: A part is {by-year}.
note-ar: جزء منها {by-year}.
count persons with Death(manner=torture) in 2011-03/2023-10
```

```chart id=by-year
en: By year
ar: بحسب السنة
count persons with Death(manner=torture) in 2011-03/2023-10 by year
```

```table id=several
en: Several
ar: عدة
rows: deaths, by-year
```

```check id=check
en: Check
ar: فحص
rows: all
```

<!-- lang: en -->

## Deaths

There are {deaths:words}, **{deaths}** in short, [see](https://example.org/x).

- {deaths:range}

```chart id=by-year
```
```table id=several
```
```check id=check
```

<!-- lang: ar -->

## وفيات

هناك {deaths:words}، أي **{deaths}**.

- {deaths:range}

```chart id=by-year
```
```table id=several
```
```check id=check
```
"""


@dataclass(frozen=True)
class Counted:
    """A counted record as the figure engine gives it."""

    number: int
    certain: bool = True


def made_up(query: str, value: int, **changes: object) -> dict[str, object]:
    """A figure result with invented numbers."""
    result: dict[str, object] = {
        "query": query,
        "value": value,
        "comparator": "at least",
        "unit": query.split()[1],
        "range": [value, value],
        "groups": [],
        "unknown": 0,
        "methodology": "no-minimum-period",
        "methodology_digest": "5f" * 32,
        "vocabulary_digest": "a1" * 32,
        "linkage": {"method": "shared-identifiers", "digest": "c3" * 32},
        "custody_size": 42,
        "as_of": None,
        "known_at": "2023-10-10",
        "recorded_at": None,
        "axis": "occurred",
    }
    return result | changes


def grouped(key: str, values: dict[str, int]) -> list[dict[str, object]]:
    return [{"key": {key: code}, "value": n, "range": [n, n]} for code, n in values.items()]


@pytest.fixture
def small_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.report.md"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def small(small_file: Path) -> Definition:
    return Definition.load(small_file)


@pytest.fixture
def small_results(small: Definition) -> dict[str, dict[str, object]]:
    queries = small.queries()
    groups = grouped("year", {"2012": 1204, "2014": 30, "2011": 7})
    return {
        "deaths": made_up(queries["deaths"], 1263, range=[1263, 1270]),
        "by-year": made_up(queries["by-year"], 1241, groups=groups, unknown=22),
    }


@pytest.fixture
def context() -> ReportContext:
    def records(query: str, group: object) -> list[Counted]:
        return [Counted((3 << 32) | 7), Counted((3 << 32) | 9, certain=False)]

    return ReportContext(
        time=dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC),
        is_fictional=True,
        labels=PlainLabels(),
        custody_size=42,
        checkpoint="bayyina-fictional/0190\n42\nq83v8n1b=\n\n\u2014 bayyina-fictional/0190 AbCd\n",
        records=records,
        short_id=lambda number: f"FICT-{number >> 32}-{number & 0xFFFFFFFF}",
        published={"deaths": 1263},
    )


@pytest.fixture
def real_context(context: ReportContext) -> ReportContext:
    """The context of a workspace that is not fictional and lists no records."""
    return replace(context, is_fictional=False, records=None, published=None)


@pytest.fixture(scope="session")
def october(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """The built-in report in both languages, with invented numbers by figure id."""
    definition = Definition.load("october-2023")
    draw = random.Random(20231010)
    groups = {
        "year": {str(year): draw.randrange(2000) for year in range(2011, 2024)},
        "month": {f"2023-{month:02}": draw.randrange(9) for month in range(1, 11)},
        "governorate": {f"SY{number:02}": draw.randrange(3000) for number in range(1, 15)},
        "demographic": {"child": draw.randrange(500), "woman": 77, "man": 5000},
    }
    results = {}
    for identifier, query in definition.queries().items():
        key = next((key for key in groups if f" by {key} " in query), None)
        parts = grouped(key, groups[key]) if key else []
        results[identifier] = made_up(query, draw.randrange(1000, 200000), groups=parts)
    folder = tmp_path_factory.mktemp("october")
    context = ReportContext(
        time=dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC),
        is_fictional=True,
        labels=PlainLabels(),
        custody_size=42,
    )
    for lang in definition.languages():
        build_report(definition, results, lang=lang, out_folder=folder, context=context)
    return folder, {name: int(str(result["value"])) for name, result in results.items()}

"""Building a report: what cannot be read is refused with its place."""

from __future__ import annotations

import pytest

from bayyina.app.building_reports import build_reports
from bayyina.errors import QueryError
from tests.app.conftest import ROWS, Bench, quiet

REPORT = """+++
version = 1
name = "own"
[title]
en = "Invented"
ar = "مخترع"
+++

```figure id=deaths
en: Deaths
ar: الوفيات
count deths
```

<!-- lang: en -->

# Invented

{{deaths}}
"""


def test_a_question_that_cannot_be_read_is_named_with_file_and_figure(bench: Bench) -> None:
    bench.take_in(*ROWS)
    path = bench.folder / "own.report.md"
    path.write_text(REPORT, encoding="utf-8")
    with pytest.raises(QueryError, match=r"own\.report\.md, figure deaths: Position") as told:
        build_reports(
            bench.amal, name=str(path), languages=("en",), out_folder=bench.folder / "out",
            progress=quiet,
        )  # fmt: skip
    assert not (bench.folder / "out").exists()
    assert told.value.hint

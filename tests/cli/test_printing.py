"""Progress where there is no terminal."""

from __future__ import annotations

import pytest

from bayyina.cli.printing import SparseLines


def test_a_line_at_the_start_at_the_end_and_now_and_then(
    capsys: pytest.CaptureFixture[str],
) -> None:
    moments = iter([0.0, 0.0, 1.0, 11.0, 12.0, 12.5, 13.0, 14.0])
    tell = SparseLines(lambda: next(moments))
    for done in (0, 500, 1000, 1200, 2000, 2000):
        tell(done, 2000, "rows read")
    tell(0, None, "rows checked")
    assert capsys.readouterr().err.splitlines() == [
        "   0.0 s  rows read: 0 of 2,000",
        "  11.0 s  rows read: 1,000 of 2,000",
        "  12.5 s  rows read: 2,000 of 2,000",
        "  14.0 s  rows checked: 0",
    ]

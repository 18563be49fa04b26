"""Writing a document changes nothing but what its entry commits to."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from bayyina.app.building_reports import build_reports
from bayyina.app.monitoring_orders import find_case, monitor_case, write_order_report
from bayyina.app.publishing import publish_report
from bayyina.app.site_registering import register_sites
from bayyina.app.site_reporting import report_site
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.site_cases import site, write_site
from tests.app.test_publishing import REPORT
from tests.app.test_use_cases_are_logged import check_change


def test_a_report_and_its_publication(bench: Bench, tmp_path: Path) -> None:
    bench.take_in(*ROWS)
    definition = tmp_path / "yearly.report.md"
    definition.write_text(REPORT, encoding="utf-8")
    out = tmp_path / "out"

    def build() -> None:
        build_reports(
            bench.amal, name=str(definition), languages=("en",), out_folder=out, progress=quiet
        )

    check_change(bench.amal, "build-report", build)
    (twin,) = out.glob("*.json")
    check_change(
        bench.amal, "publish-report", lambda: publish_report(bench.amal, twin, reasons="read")
    )


def test_the_status_of_a_case_as_a_document(bench: Bench, tmp_path: Path) -> None:
    bench.take_in(*ROWS)
    case = find_case(bench.amal.folder, "icj-188")
    status = monitor_case(bench.amal, case, date(2024, 2, 21), quiet)
    check_change(
        bench.amal,
        "report-order",
        lambda: write_order_report(
            bench.amal, status, languages=("en", "ar"), out_folder=tmp_path / "out"
        ),
    )
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").glob("*.html")]
    assert len(pages) == 2
    assert any("كندا وهولندا" in page for page in pages)
    assert not any(re.search("[\u064b-\u0652]", page) for page in pages)


def test_the_page_of_a_site(bench: Bench, tmp_path: Path) -> None:
    register_sites(bench.amal, files=[write_site(tmp_path, site())])
    check_change(
        bench.amal,
        "report-site",
        lambda: report_site(
            bench.amal, site="invented-one", languages=("en",), out_folder=tmp_path / "out"
        ),
    )

"""Every document that a command prints with ``--json``: those of all areas together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bayyina.cli import (
    backups_documents,
    bundle_documents,
    claims_documents,
    clearances_documents,
    documents,
    erasures_documents,
    estimation_documents,
    evidence_documents,
    exhibits_documents,
    exports_documents,
    identification_documents,
    linkage_documents,
    log_documents,
    media_documents,
    names_documents,
    orders_documents,
    papers_documents,
    people_documents,
    records_documents,
    reports_documents,
    review_documents,
    serve_documents,
    sites_documents,
    sites_register_documents,
    sites_scan_documents,
    submissions_documents,
    tokens_documents,
    torture_documents,
)

DOCUMENTS: Mapping[str, Any] = {
    **documents.DOCUMENTS,
    **backups_documents.DOCUMENTS,
    **erasures_documents.DOCUMENTS,
    **log_documents.DOCUMENTS,
    **bundle_documents.DOCUMENTS,
    **orders_documents.DOCUMENTS,
    **papers_documents.DOCUMENTS,
    **people_documents.DOCUMENTS,
    **clearances_documents.DOCUMENTS,
    **records_documents.DOCUMENTS,
    **reports_documents.DOCUMENTS,
    **review_documents.DOCUMENTS,
    **serve_documents.DOCUMENTS,
    **estimation_documents.DOCUMENTS,
    **evidence_documents.DOCUMENTS,
    **sites_documents.DOCUMENTS,
    **sites_register_documents.DOCUMENTS,
    **sites_scan_documents.DOCUMENTS,
    **identification_documents.DOCUMENTS,
    **linkage_documents.DOCUMENTS,
    **claims_documents.DOCUMENTS,
    **media_documents.DOCUMENTS,
    **names_documents.DOCUMENTS,
    **submissions_documents.DOCUMENTS,
    **tokens_documents.DOCUMENTS,
    **torture_documents.DOCUMENTS,
    **exhibits_documents.DOCUMENTS,
    **exports_documents.DOCUMENTS,
}
"""The document of every command, by the command's words, and the one of a failure."""

"""Bundles made from a workspace, checked by us, by their own verifier and by independent tools."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import bagit
import pytest

from bayyina.app.bundling import BundleOrder, MadeBundle, create_bundle
from bayyina.app.kept_stamps import log_verifier
from bayyina.bundle.verifying import Trusted, VerifiedBundle, verify_bundle
from bayyina.errors import InputError, PermissionRefusedError
from tests.app.conftest import ROWS, Bench, quiet


def said(found: VerifiedBundle) -> list[str]:
    return [f"{one.number} {one.name}: {one.detail}" for one in found.report.checks if not one.ok]


def standalone(folder: Path, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-I", folder / "verify_bundle.py", folder, "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if found["ok"] else 1)
    return found


def make(bench: Bench, **order: Any) -> list[MadeBundle]:
    out = bench.folder / "out"
    return create_bundle(
        bench.amal,
        BundleOrder(**{"title": "FICTIONAL case", "whole_case": True, **order}),
        out=out / "full",
        redacted=out / "redacted",
        progress=quiet,
    )


@pytest.fixture
def bundles(bench: Bench) -> list[MadeBundle]:
    bench.take_in(*ROWS)
    (bench.folder / "out").mkdir()
    return make(bench)


def test_a_bundle_holds_by_every_tool(bench: Bench, bundles: list[MadeBundle]) -> None:
    key = log_verifier(bench.amal)
    for made in bundles:
        folder = made.written.folder
        found = verify_bundle(folder, Trusted(keys=(key,)))
        assert found.report.ok, said(found)
        assert verify_bundle(folder).report.ok
        alone = standalone(folder, "--key", key.vkey)
        assert alone["ok"], alone
        assert bagit.Bag(str(folder)).validate()

"""``bayyina claims``: published numbers and facts, against each other and the database."""

from __future__ import annotations

from bayyina.cli.lazy import LazyCommand, LazyGroup

claims = LazyGroup(
    name="claims",
    help="Published numbers and facts: check them against each other and the database.",
    table={
        "check": LazyCommand(
            "bayyina.cli.claims_checking", "check", "Find claims that contradict each other."
        ),
        "compare": LazyCommand(
            "bayyina.cli.claims_comparing",
            "compare",
            "Hold the workspace's own figures against published ones.",
        ),
    },
)

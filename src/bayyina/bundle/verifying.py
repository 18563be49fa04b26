"""Checking a bundle, or any BagIt bag: numbered checks that fail closed.

Checks 1 to 7 are about any bag, 8 to 17 about bundles. What was not checked has not held. A
folder that shows any trace of having been a bundle is judged as one, so that nothing is gained
by taking the proofs out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayyina.bundle.bag_checks import Bag, check_bag
from bayyina.bundle.bundle_checks import (
    check_account,
    check_committed,
    check_evidence,
    check_form,
    check_log_key,
    check_statements,
)
from bayyina.bundle.limits import LIMITS, PLAIN_BAG, Limit
from bayyina.bundle.opened import OpenedBundle, list_of, text_of
from bayyina.bundle.outside_checks import (
    check_calendars,
    check_descriptions,
    check_stamps,
    check_witnesses,
)
from bayyina.custody.cosignatures import CosignatureVerifier, verifier_from_vkey
from bayyina.custody.findings import DAMAGED, Check, Finding, Report, outcome
from bayyina.custody.notes import Verifier
from bayyina.custody.time_stamps import Chain
from bayyina.errors import CustodyError

_NAMES = {
    14: "witnesses cosigned the log",
    15: "time-stamps of authorities hold",
    16: "calendar proofs match their block headers",
    17: "descriptions agree with the payload",
}
_TRACES = ("data/bundle.json", "verify_bundle.py", "custody/entry.json", "data/log/checkpoint.txt")

Statements = tuple[Check, dict[str, dict[str, Any]] | None]
"""The check of the statements and their rows by id; no rows where the bundle cannot be read."""


@dataclass(frozen=True)
class Trusted:
    """What the person who checks brings along, by another way than the bundle."""

    keys: Sequence[Verifier] = ()
    """The log's public keys."""

    witnesses: Sequence[Verifier] = ()
    """Public keys of witnesses."""

    authorities: Chain | None = None
    """Root certificates of time-stamp authorities."""


@dataclass(frozen=True)
class VerifiedBundle:
    """The outcome."""

    report: Report
    """All checks in order of number."""

    limits: tuple[Limit, ...]
    """What the bundle does not show, even where every check holds."""

    warnings: Mapping[int, Sequence[str]]
    """What is unusual and no fault, by number of the check."""

    is_bundle: bool
    """Whether it was judged as a bundle, or as a plain bag."""


def verify_bundle(
    folder: Path,
    trusted: Trusted | None = None,
    progress: Callable[[int, int | None, str], None] | None = None,
) -> VerifiedBundle:
    """Check a bundle, or any bag.

    Args:
        folder: The folder that holds ``bagit.txt``.
        trusted: Keys and certificates from elsewhere.
        progress: Told files read.

    Raises:
        FileUnreadableError: it is no folder.
    """
    trusted = trusted or Trusted()
    opened: list[tuple[OpenedBundle, Statements]] = []

    def meanwhile(bag: Bag) -> None:
        if _is_bundle(bag) or trusted.keys:
            bundle = OpenedBundle(bag, {}, trusted.keys, trusted.witnesses)
            opened.append((bundle, _open(bundle, trusted)))

    bag = check_bag(folder, always=("sha256",), progress=progress, meanwhile=meanwhile)
    if not opened:
        return VerifiedBundle(Report(tuple(bag.checks)), (PLAIN_BAG,), bag.warnings, False)
    limits = list(LIMITS)
    checks = [*bag.checks, *_checks(*opened[0], trusted, limits)]
    return VerifiedBundle(Report(tuple(checks)), tuple(limits), bag.warnings, True)


def _open(bundle: OpenedBundle, trusted: Trusted) -> Statements:
    """Read ``bundle.json``, the keys and the records, which takes no file's digest."""
    try:
        bundle.document = bundle.json("data/bundle.json")
        own = bundle.json("data/log/keys.json")
        if not trusted.keys:
            bundle.verifiers = _keys(own.get("log"))
        if not trusted.witnesses:
            bundle.witnesses = [
                one for one in _keys(own.get("witnesses")) if isinstance(one, CosignatureVerifier)
            ]
    except CustodyError as error:
        why = error.message.rstrip(".")
        found = [Finding(DAMAGED, "data/bundle.json", None, None, None, why)]
        return outcome(9, "bundle.json accounts for every file", "", found), None
    return check_statements(bundle)


def _checks(
    bundle: OpenedBundle, statements: Statements, trusted: Trusted, limits: list[Limit]
) -> list[Check]:
    check, rows = statements
    if rows is None:
        return [check]
    if trusted.keys:
        limits[:] = [one for one in limits if one.code != "key"]
    return [
        check_form(bundle),
        check_account(bundle),
        check_log_key(bundle, is_given=bool(trusted.keys)),
        check_committed(bundle),
        check,
        check_evidence(bundle, rows),
        _closed(14, lambda: check_witnesses(bundle, limits)),
        _closed(15, lambda: check_stamps(bundle, trusted.authorities, limits)),
        _closed(16, lambda: check_calendars(bundle, limits)),
        _closed(17, lambda: check_descriptions(bundle)),
    ]


def _closed(number: int, do: Callable[[], Check]) -> Check:
    """A check that reads what others wrote: whatever their readers raise, it does not hold."""
    try:
        return do()
    except Exception as error:  # noqa: BLE001 - libraries have errors of their own kinds
        why = f"it cannot be read ({type(error).__name__})"
        return outcome(
            number, _NAMES[number], "", [Finding(DAMAGED, "data", None, None, None, why)]
        )


def _is_bundle(bag: Bag) -> bool:
    """Whether there is any trace of a bundle."""
    return any(name in bag.listing.sizes for name in _TRACES) or any(
        label == "Bayyina-Bundle" for label, _ in bag.info
    )


def _keys(texts: object) -> list[Verifier]:
    return [verifier_from_vkey(text_of(one)) for one in list_of(texts)]

"""Reading the text of a small file, and turning misfits into findings with lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bayyina.errors import FileUnreadableError, SmallFileError
from bayyina.model.findings import Finding
from bayyina.model.plain_files import plain_file
from bayyina.standards.shapes import Misfit, path_text

LARGEST = 20_000_000
"""Bytes beyond which a file is not one of the small files."""


def read_text(path: Path) -> str:
    """The text of a small file.

    Raises:
        FileUnreadableError: it is absent, a folder, a pipe, far too large, or not UTF-8.
    """
    try:
        if plain_file(path).stat().st_size > LARGEST:
            raise FileUnreadableError(
                f"{path.name} is too large to be one of the small files.",
                hint="Check that this is the file you meant.",
            )
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise FileUnreadableError(
            f"{path.name} cannot be read: {reason}.", hint="Check the path and its permissions."
        ) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FileUnreadableError(
            f"{path.name}, line {line}: this is not UTF-8 text.", hint="Save it as UTF-8."
        ) from error


def shipped_names(folder: Path, suffix: str) -> tuple[str, ...]:
    """Names of the files that are shipped in a folder, without their ending."""
    return tuple(sorted(path.name.removesuffix(suffix) for path in folder.glob(f"*{suffix}")))


def shipped_or_given(name_or_path: str | Path, folder: Path, suffix: str, *, what: str) -> Path:
    """The shipped file of a name, or the file at a path; ``what`` names its kind in messages.

    Raises:
        FileUnreadableError: there is neither.
    """
    name, known = str(name_or_path), shipped_names(folder, suffix)
    if isinstance(name_or_path, str) and name in known:
        return folder / f"{name}{suffix}"
    path = Path(name_or_path)
    if not path.is_file():
        raise FileUnreadableError(
            f"There is no {what} “{name}”.", hint=f"Give a file, or one of: {', '.join(known)}."
        )
    return path


def refuse_findings(findings: Sequence[Finding], label: str) -> None:
    """Refuse a file in which something is wrong; ``label`` names it.

    Raises:
        SmallFileError: there is a finding; says the first.
    """
    if findings:
        first = findings[0]
        where = f"{label}, line {first.line}" if first.line else label
        raise SmallFileError(f"{where}: {first.message}", hint="Correct the file.")


def findings_of(
    misfits: Iterable[Misfit], line_of: Callable[[tuple[str | int, ...]], int | None]
) -> list[Finding]:
    """Findings for misfits: what stands where, in a sentence, in the order of the file."""
    findings = [Finding(line_of(misfit.path), _sentence(misfit)) for misfit in misfits]
    return sorted(findings, key=lambda finding: finding.line or 0)


def _sentence(misfit: Misfit) -> str:
    where = path_text(misfit.path)
    sentence = f"`{where}` {misfit.message}" if where else f"The file {misfit.message}"
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."

"""Every error raised on purpose: one base, a code, and a hint for the person.

Edges (the command line, the web) translate these once. An error of a dependency
never leaves the function that called it: it is turned into one of these.
"""

from __future__ import annotations


class BayyinaError(Exception):
    """Base of every error that Bayyina raises on purpose.

    ``message`` is one sentence that says what is wrong and where; ``hint`` says what
    to do about it. ``code`` is a stable kebab-case name for programs.
    """

    code = "error"
    """Stable kebab-case name of the kind of error."""

    exit_status = 2
    """What the command line ends with: 2 wrong use or unreadable input, 1 a check failed."""

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(BayyinaError):
    """What a person gave cannot be used: a file, an option, a value."""

    code = "input"


class FileUnreadableError(InputError):
    """A file is absent, damaged, or not of a kind that can be read."""

    code = "file-unreadable"


class DateUnreadableError(InputError):
    """A text is not a date in any form that is known."""

    code = "date-unreadable"


class ValueUnreadableError(InputError):
    """A text is not a value of the property it was given for."""

    code = "value-unreadable"


class VocabularyError(InputError):
    """A vocabulary file contradicts itself, or a term is not in the vocabulary."""

    code = "vocabulary"


class MappingError(InputError):
    """A mapping file is wrong, or does not fit the list it is used on."""

    code = "mapping"


class SmallFileError(InputError):
    """One of the small files people write does not follow its format."""

    code = "small-file"


class QueryError(InputError):
    """A figure query cannot be read, or asks for what cannot be counted."""

    code = "query"


class WorkspaceError(InputError):
    """A folder is not a workspace, or is one that this version cannot open."""

    code = "workspace"


class BusyError(InputError):
    """Another process holds what is needed; nothing was changed."""

    code = "busy"


class StorageError(InputError):
    """The disk or the database refused; nothing was changed."""

    code = "storage"


class PermissionRefusedError(BayyinaError):
    """The person may not do this."""

    code = "permission"


class KeyLockedError(BayyinaError):
    """A key is needed and could not be unlocked."""

    code = "key-locked"


class CustodyError(BayyinaError):
    """The custody log does not hold, or an operation would break it."""

    code = "custody"
    exit_status = 1


class CheckFailedError(BayyinaError):
    """A check ran and did not hold."""

    code = "check-failed"
    exit_status = 1


class MissingToolError(BayyinaError):
    """A library or program that this job needs is not installed."""

    code = "missing-tool"

"""Which texts of the workspace's own files held at which size of the custody log.

Two kinds of settings stand in the log: ``own_file:SHA256`` holds a file's text, once, and
``own_files`` says, as canonical JSON, which files the workspace had from then on, each with
its SHA-256. Whoever changes anything after a file was edited records it with that change.
A file that cannot be used (a slip of the pen) is not recorded: what held before holds on.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from bayyina.app.own_files import STANDARDS, VOCABULARY, own_texts, text_digest, words_of
from bayyina.app.ports import Store
from bayyina.app.rows import SettingRow, batch_of
from bayyina.custody.canonical import canonical_json
from bayyina.errors import BayyinaError
from bayyina.standards.documentation_standard import DocumentationStandard

OWN_FILES = "own_files"
"""Name of the setting that lists the files."""

OWN_FILE = "own_file:"
"""What the names of settings with a file's text begin with."""

Files = Mapping[str, str]
"""SHA-256 (hex) of each file by its name, such as ``methodologies/ours.methodology.toml``."""


class Held(NamedTuple):
    """The files that held from an entry of the log on."""

    entry: int
    """Index of the entry that recorded them."""

    files: Files
    """Them."""


class FileState(NamedTuple):
    """One own file, as it lies there and as the log holds it."""

    name: str
    """Folder and name."""

    sha256: str | None
    """Digest of the file as it lies in the folder; None when it is gone."""

    recorded: str | None
    """Digest of the text that the log holds of it now; None when it holds none."""

    fault: str | None
    """Why it cannot be used and so is not recorded; None when it can."""

    @property
    def is_recorded(self) -> bool:
        """Whether the log holds it as it lies there."""
        return self.sha256 == self.recorded


class OwnFileHistory:
    """The own files of a workspace at every size of its log."""

    def __init__(self, store: Store) -> None:
        """Read what the log holds; texts are read when they are asked for."""
        entries = {row.batch: row.entry for row in store.batches() if row.entry is not None}
        held = [
            Held(entry, json.loads(row.text))
            for row in store.find(SettingRow, "name", [OWN_FILES])
            if (entry := entries.get(batch_of(row.number))) is not None
        ]
        self._held = sorted(held, key=lambda one: one.entry)
        names = {OWN_FILE + digest for held in self._held for digest in held.files.values()}
        rows = store.find(SettingRow, "name", names) if names else []
        self._texts = {
            row.name.removeprefix(OWN_FILE): row.text
            for row in rows
            if batch_of(row.number) in entries
        }

    @property
    def newest(self) -> Files:
        """The files that the log says the workspace has."""
        return self._held[-1].files if self._held else {}

    def at(self, size: int) -> Files:
        """The files that held when the log had ``size`` entries."""
        after = bisect_left(self._held, size, key=lambda held: held.entry)
        return self._held[after - 1].files if after else {}

    def texts(self, files: Files) -> dict[str, str]:
        """The texts of files that were recorded, by name."""
        return {name: self._texts[digest] for name, digest in files.items()}

    def knows(self, digest: str) -> bool:
        """Whether the log holds a text."""
        return digest in self._texts

    def all_texts(self, kind: str) -> list[tuple[str, str]]:
        """Name and text of everything that was ever recorded of one folder."""
        seen = {
            (name, digest)
            for held in self._held
            for name, digest in held.files.items()
            if name.startswith(f"{kind}/")
        }
        return [(name, self._texts[digest]) for name, digest in sorted(seen)]


def file_states(folder: Path, history: OwnFileHistory) -> list[FileState]:
    """Every own file that lies in the folder or that the log says is there, by name."""
    texts, recorded = own_texts(folder), history.newest
    faults = _faults(texts)
    return [
        FileState(
            name,
            text_digest(texts[name]) if name in texts else None,
            recorded.get(name),
            faults.get(name),
        )
        for name in sorted({*texts, *recorded})
    ]


def record_own_files(store: Store, folder: Path, add: Callable[[str, str], object]) -> int:
    """Give ``add`` the settings that bring the log up to date; how many files differ.

    ``add`` takes the name and the text of a setting. Files that cannot be used are passed over.
    """
    try:
        texts = own_texts(folder)
    except BayyinaError:
        return 0  # whoever uses the file is told; it must not stop the change of another thing
    rows = store.find(SettingRow, "name", [OWN_FILES])
    if not texts and not rows:
        return 0
    history = OwnFileHistory(store)
    files = _recordable(texts, history.newest)
    changed = {
        name for name in {*files, *history.newest} if files.get(name) != history.newest.get(name)
    }
    if changed:
        for name in sorted(changed & set(files)):
            if not history.knows(files[name]):
                add(OWN_FILE + files[name], texts[name])
        add(OWN_FILES, canonical_json(files).decode())
    return len(changed)


def _recordable(texts: Mapping[str, str], held: Files) -> dict[str, str]:
    """What is to be recorded: files as they lie there; of those that cannot be used, as before."""
    present = {name: text_digest(text) for name, text in texts.items()}
    if present == held:
        return present
    faults = _faults(texts)
    sound = {name: digest for name, digest in present.items() if name not in faults}
    return sound | {name: held[name] for name in faults if name in held}


def _faults(texts: Mapping[str, str]) -> dict[str, str]:
    """Why files cannot be used, by name; vocabulary files stand and fall together."""
    faults: dict[str, str] = {}
    vocabulary = [name for name in texts if name.startswith(f"{VOCABULARY}/")]
    for group in (vocabulary, *([name] for name in texts if name not in vocabulary)):
        try:
            words_of({name: texts[name] for name in group})
        except BayyinaError as error:
            faults |= dict.fromkeys(group, error.message)
    return faults


def people_by_rules(
    history: OwnFileHistory, present: Iterable[DocumentationStandard]
) -> dict[str, int]:
    """How many people each documentation standard asks for, by the digest of its rules.

    A determination names the rules under which it was signed: it is weighed by those.
    """
    people = {rules.digest: rules.people for rules in present}
    for name, text in history.all_texts(STANDARDS):
        rules = DocumentationStandard.parse(text.removeprefix("\ufeff"), label=name)
        people[rules.digest] = rules.people
    return people

"""The truth as a file: JSON Lines, one person or body a line.

It is written for tests and for whoever wants to change the truth and see the figures
follow; no import reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from bayyina.errors import FileUnreadableError
from bayyina.scenario.people import (
    Body,
    Certificate,
    Custody,
    Death,
    Name,
    Person,
    Sentence,
    Truth,
)


def write_truth_file(path: Path, truth: Truth) -> None:
    """Write the seed, then every person, then every body, one a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in _lines(truth):
            file.write(json.dumps({"fictional": True, **line}, ensure_ascii=False) + "\n")


def _lines(truth: Truth) -> Iterator[dict[str, Any]]:
    yield {"kind": "seed", "seed": truth.seed}
    for person in truth.persons:
        parts = {
            "name": person.name._asdict(),
            "custodies": [_plain(custody) for custody in person.custodies],
            "death": _plain(person.death),
            "sentence": _plain(person.sentence),
            "certificate": _plain(person.certificate),
        }
        yield {"kind": "person", **_plain(person), **parts}
    for body in truth.bodies:
        yield {"kind": "body", **_plain(body)}


def _plain(value: Any) -> Any:
    """Return a flat value object as a dict of its fields; None stays None."""
    if value is None:
        return None
    return {field.name: getattr(value, field.name) for field in fields(value)}


def read_truth_file(path: Path) -> Truth:
    """Return the truth that a file holds, perhaps changed by hand.

    Raises:
        FileUnreadableError: The file is absent, or a line is not as ``write_truth_file``
            writes it.
    """
    seed = number = 0
    persons: list[Person] = []
    bodies: list[Body] = []
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                data = _read_line(path, number, line)
                kind = data.pop("kind")
                if kind == "seed":
                    seed = data["seed"]
                elif kind == "person":
                    persons.append(_person(data))
                else:
                    bodies.append(Body(**data))
    except OSError as error:
        raise FileUnreadableError(
            f"The truth file {path} cannot be read: {error.strerror or error}.",
            hint="Give the path of a file that was written with the lists.",
        ) from error
    except (TypeError, KeyError) as error:
        raise FileUnreadableError(
            f"The truth file {path}, line {number}: a field is missing or not known ({error}).",
            hint="Compare it with a line that was not changed.",
        ) from error
    return Truth(seed=seed, persons=tuple(persons), bodies=tuple(bodies))


def _read_line(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise FileUnreadableError(
            f"The truth file {path}, line {number} is not JSON.", hint="Write one object a line."
        ) from error
    if not isinstance(data, dict) or data.pop("fictional", None) is not True:
        raise FileUnreadableError(
            f"The truth file {path}, line {number} does not say that it is fictional.",
            hint='Every line is an object with "fictional": true.',
        )
    return data


def _person(data: dict[str, Any]) -> Person:
    death, sentence, certificate = data["death"], data["sentence"], data["certificate"]
    data |= {
        "name": Name(**data["name"]),
        "custodies": tuple(Custody(**one) for one in data["custodies"]),
        "death": Death(**death) if death else None,
        "sentence": Sentence(**sentence) if sentence else None,
        "certificate": Certificate(**certificate) if certificate else None,
    }
    return Person(**data)

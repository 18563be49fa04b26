"""Examples that anybody can run, with what their makers have to state of the lists."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from bayyina.errors import InputError
from bayyina.estimation.captures import Captures, Key, make_captures
from bayyina.estimation.population_checks import Declared


def example_names() -> tuple[str, ...]:
    """The names of the examples."""
    return tuple(_examples())


def read_example(name: str, lang: str = "en") -> tuple[Captures, Declared]:
    """An example: who is on which list, and what is stated of the lists in a language.

    Raises:
        InputError: there is no such example.
    """
    found = _examples().get(name)
    if found is None:
        raise InputError(
            f"There is no example {name!r}.", hint=f"The examples: {', '.join(_examples())}."
        )
    counted: dict[tuple[Key | None, tuple[int, ...]], int] = {
        ((), tuple(int(bit) for bit in history)): count
        for history, count in found["counts"].items()
    }
    captures = make_captures(tuple(found["lists"]), counted, inputs={"example": name})
    stated = {
        part: found[part][lang] for part in ("populations_differ", "dependent") if part in found
    }
    return captures, Declared(**stated)


@cache
def _examples() -> dict[str, Any]:
    text = files("bayyina.estimation").joinpath("examples.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)

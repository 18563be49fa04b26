"""Views that are loaded when somebody asks for them, so that the first page need not wait for all.

Together the pages need programs for estimates, charts, pictures and the programming interface,
which take seconds to load. The server answers without them, and loads them in the background
once it has nothing else to do.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLResolver
from django.urls.resolvers import RoutePattern

View = Callable[..., HttpResponseBase]

PATIENCE: Final = 4.0
"""Seconds after the start before what nobody asked for yet is loaded."""

_lock: Final = threading.RLock()
_named: Final[list[str]] = []


class Views:
    """The views of one module; each attribute is a view that loads it with its first request."""

    def __init__(self, module: str) -> None:
        self._module = module
        _named.append(module)

    def __getattr__(self, name: str) -> View:
        """The view of that name."""

        def view(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
            found: View = getattr(loaded(self._module), name)
            return found(request, *arguments, **named)

        view.__name__ = view.__qualname__ = name
        view.__module__ = self._module
        return view


class Addresses(URLResolver):
    """The addresses that a module lists, loaded when the first of them is asked for."""

    def __init__(self, prefix: str, module: str, name: str) -> None:
        super().__init__(
            RoutePattern(prefix, is_endpoint=False), module, app_name=name, namespace=name
        )
        _named.append(module)

    def _populate(self) -> None:
        """Index the names of the addresses; what looks for one of other modules does without."""
        if self.urlconf_name in sys.modules:
            super()._populate()


def loaded(module: str) -> ModuleType:
    """A module; one thread loads at a time, so that none sees half of one."""
    with _lock:
        return import_module(module)


def load_rest(ended: threading.Event) -> None:
    """Load all that was named, half of the time leaving the processor to others."""
    pause = PATIENCE
    for module in dict.fromkeys(_named):
        if ended.wait(pause):
            return
        started = time.monotonic()
        loaded(module)
        pause = time.monotonic() - started

"""Starting the server: one process, one workspace, a pool of threads.

The environment must name ``bayyina.web.settings`` before this module is imported
(``bayyina.cli.serve`` sees to it).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from waitress.server import create_server

from bayyina.web.at_work import Server, serve_from, server
from bayyina.web.later import load_rest

THREADS: Final = 6
"""Requests answered side by side."""

LOCK_SECONDS: Final = 1.0
"""How often to look whether somebody locked the workspace."""

LARGEST: Final = 512 * 1024 * 1024
"""Bytes of the largest request; larger files are taken in by the command line."""

PROXY: Final[Mapping[str, Any]] = {
    "trusted_proxy": "127.0.0.1",
    "trusted_proxy_count": 1,
    "trusted_proxy_headers": {"x-forwarded-proto", "x-forwarded-for"},
}
"""With ``--https`` a proxy on this machine says over what, and from where, it was asked; nobody else
is believed."""


def application(folder: Path) -> Callable[..., Any]:
    """The WSGI application over the workspace in ``folder``.

    Raises:
        WorkspaceError: the folder is not a workspace that this version can open.
    """
    django.setup(set_prefix=False)
    serve_from(lambda: Server.open(folder))
    call_command("migrate", database="default", verbosity=0, interactive=False)
    accounts = Path(str(settings.DATABASES["default"]["NAME"]))
    if accounts.is_file():
        accounts.chmod(0o600)
    return WSGIHandler()


def serve(folder: Path, *, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Answer requests until the process is told to end.

    Args:
        folder: The workspace.
        host: Address to listen on.
        port: Port to listen on; 0 for any that is free.
        ready: Told the address once the first page can be asked for.

    Raises:
        OSError: the address cannot be listened on.
    """
    answer = application(folder)
    listening = create_server(
        answer,
        host=host,
        port=port,
        threads=THREADS,
        ident="",
        max_request_body_size=LARGEST,
        clear_untrusted_proxy_headers=True,
        **(PROXY if settings.SECURE_SSL_REDIRECT else {}),
    )
    ready(f"http://{host}:{listening.effective_port}/")
    ended = threading.Event()
    threading.Thread(target=_watch_lock, args=(ended,), daemon=True).start()
    threading.Thread(target=load_rest, args=(ended,), daemon=True).start()
    try:
        listening.run()
    finally:
        ended.set()
        listening.close()


def _watch_lock(ended: threading.Event) -> None:
    """Obey ``bayyina lock`` though nobody asks for a page."""
    while not ended.wait(LOCK_SECONDS):
        server().obey_lock()

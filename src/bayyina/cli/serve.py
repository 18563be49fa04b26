"""``bayyina serve``: the web application over a workspace."""

from __future__ import annotations

import os
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path

import click

from bayyina.cli.printing import json_option, show
from bayyina.errors import InputError, WorkspaceError

ACCOUNTS = "accounts.sqlite3"
"""File of the accounts in a workspace folder: handles, second factors, failed attempts."""

SERVING_MODULE = "bayyina.web.serving"
"""Loaded once the environment names the settings; the command line and the pages know nothing of
each other otherwise."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="0: any free one.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    help="Name that browsers use for this server, where it is not this computer; may be repeated.",
)
@click.option("--https", is_flag=True, help="A proxy before this server speaks TLS.")
@click.option(
    "--inquiries",
    is_flag=True,
    help="Open the page on which families ask about somebody; it asks nobody to sign in.",
)
@click.option(
    "--backups",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder, on another disk, into which administrators may make backups.",
)
@json_option
def serve(
    host: str,
    port: int,
    names: tuple[str, ...],
    https: bool,
    inquiries: bool,
    backups: Path | None,
    as_json: bool,
) -> None:
    """Serve the workspace to browsers, until you press Ctrl-C."""
    folder = Path(click.get_current_context().find_root().obj["workspace"])
    if not folder.is_dir():
        raise WorkspaceError(
            f"{folder} is not a workspace.",
            hint="Make one with `bayyina init DIR`, or name another with --workspace.",
        )
    if not https and not _is_this_computer(host):
        raise InputError(
            f"{host} is not this computer alone, and passphrases would cross the network in plain.",
            hint="Put a proxy that speaks TLS before it and give --https, or leave --host out.",
            code="no-tls",
        )
    os.environ["DJANGO_SETTINGS_MODULE"] = "bayyina.web.settings"
    os.environ["BAYYINA_ACCOUNTS_DATABASE"] = str(folder / ACCOUNTS)
    os.environ["BAYYINA_HOSTS"] = ",".join(
        dict.fromkeys(["127.0.0.1", "localhost", "[::1]", *names])
    )
    if https:
        os.environ["BAYYINA_HTTPS"] = "1"

    if inquiries:
        os.environ["BAYYINA_INQUIRIES"] = "1"
    if backups is not None:
        os.environ["BAYYINA_BACKUPS"] = str(backups.absolute())

    def ready(address: str) -> None:
        show({"address": address}, f"Open {address} in a browser; Ctrl-C ends it.", as_json=as_json)

    try:
        import_module(SERVING_MODULE).serve(folder, host=host, port=port, ready=ready)
    except OSError as error:
        raise InputError(
            f"The server cannot listen on {host}, port {port}: {error.strerror or error}.",
            hint="Choose another port with --port, or end what uses this one.",
        ) from error


def _is_this_computer(host: str) -> bool:
    """Whether an address can be reached from this computer alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"

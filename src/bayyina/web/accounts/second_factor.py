"""Second factors: required of whoever reaches what is sealed, and their secrets kept encrypted."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from typing import Final

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.contrib.auth.models import User
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from bayyina.app.second_factor import is_sealed_member, is_waived
from bayyina.app.workspace import Workspace
from bayyina.errors import PermissionRefusedError
from bayyina.web.at_work import TOKEN, server
from bayyina.web.frame.asking import asking

SET_UP: Final = "/account/2fa/"
"""The only pages, with those for signing out and the language, that are open without a factor."""

OPEN_WITHOUT: Final = (
    SET_UP,
    "/account/logout/",
    "/account/reauthenticate/",
    "/static/",
    "/language/",
)

VERSION: Final = "b1:"
"""Begins a secret that was encrypted here."""

FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Kinds that count as a second factor; recovery codes alone do not."""


class SecondFactor:
    """Leads whoever needs a second factor and has none to the page that sets one up."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead there; a form is refused."""
        workspace = asking(request).workspace
        if (
            workspace is not None
            and not request.path.startswith(OPEN_WITHOUT)
            and needs_factor(workspace)
            and not has_factor(request)
        ):
            if request.method not in ("GET", "HEAD"):
                words = {
                    "error": PermissionRefusedError(
                        f"{workspace.member.handle} has to set up a second factor first.",
                        hint=f"It is done at {SET_UP}.",
                        code="second-factor",
                    )
                }
                return render(request, "frame/refused.html", words, status=403)
            return HttpResponseRedirect(SET_UP)
        return self._answer(request)


def needs_factor(workspace: Workspace) -> bool:
    """Whether the member at work may not go on without a second factor."""
    store, fictional = workspace.store, workspace.identity.fictional
    if fictional and server().remembered("waived", lambda: is_waived(store, fictional=True)):
        return False
    return is_sealed_member(store, workspace.member)


def has_factor(request: HttpRequest) -> bool:
    """Whether the account that is signed in has a second factor, which it then signed in with."""
    return bool(Authenticator.objects.filter(user_id=request.user.pk, type__in=FACTORS).exists())


@receiver(authenticator_added)
def count_as_confirmed(
    request: HttpRequest, user: User, authenticator: Authenticator, **more: object
) -> None:
    """A factor that was just set up was just used: the recovery codes follow without another code."""
    del more
    if authenticator.type in FACTORS:
        record_authentication(
            request,
            user,
            "mfa",
            id=authenticator.pk,
            type=authenticator.type,
            reauthenticated=True,
        )


def remove_factors(handle: str) -> int:
    """Remove a member's second factors and recovery codes; how many there were."""
    server().forget_member(handle)
    user = User.objects.filter(username=handle).first()
    if user is None:
        return 0
    found = Authenticator.objects.filter(user_id=user.pk)
    number = int(found.count())
    found.delete()
    return number


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]  # the library has no types
    """Secrets of second factors are encrypted under the member's own key.

    The key is open when they are needed, since the passphrase is asked for first; a copy of the
    accounts' file without it gives no codes.
    """

    def encrypt(self, text: str) -> str:
        """The text under the key of the member who is signing in or signed in."""
        nonce = os.urandom(12)
        sealed = AESGCM(_key()).encrypt(nonce, text.encode(), VERSION.encode())
        return VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again; where the member has another key by now, a secret that fits no code."""
        try:
            raw = base64.urlsafe_b64decode(encrypted_text.removeprefix(VERSION))
            return AESGCM(_key()).decrypt(raw[:12], raw[12:], VERSION.encode()).decode()
        except (InvalidTag, ValueError):
            return base64.b32encode(secrets.token_bytes(20)).decode()


def _key() -> bytes:
    workspace = server().at_work(context.request.session.get(TOKEN), is_whole=False)
    if workspace is None:
        raise PermissionRefusedError("Nobody is signed in.", hint="Sign in again.")
    secret = workspace.keys.personal.private_bytes_raw()
    return HKDF(SHA256(), 32, salt=None, info=b"bayyina second factor 1").derive(secret)

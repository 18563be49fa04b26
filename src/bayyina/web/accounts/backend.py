"""Signing in is unlocking one's own key: there are no other passwords."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import User
from django.http import HttpRequest

from bayyina.errors import KeyLockedError
from bayyina.web.at_work import TOKEN, server


class KeyFileBackend(BaseBackend):
    """Lets in who opens the key file of a member with its passphrase.

    The account of the libraries holds nothing but the handle and the second factors.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        """The account of a member whose key was unlocked; None if it was not."""
        if request is None or not username or not password:
            return None
        try:
            token = server().unlock(username, password)
        except KeyLockedError:
            return None
        server().forget(request.session.get(TOKEN))
        request.session[TOKEN] = token
        user, is_new = User.objects.get_or_create(username=username)
        if is_new:
            user.set_unusable_password()
            user.save()
        return user

    def get_user(self, user_id: int) -> User | None:
        """The account with this number."""
        return User.objects.filter(pk=user_id, is_active=True).first()

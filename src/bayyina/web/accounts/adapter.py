"""How the accounts library is used: members sign in, nobody signs up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class MembersOnly(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Accounts come into being when a member of the workspace signs in for the first time."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody can make an account."""
        del request
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Attempts are counted by django-axes, for a handle and an address together.

        The library's own count is for a handle alone: anybody could keep a member out with it.
        """
        del request, credentials

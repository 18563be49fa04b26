"""Who asks for a page, and in which language."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest

from bayyina.app.permissions import allows, allows_for, allows_somewhere
from bayyina.app.workspace import Workspace
from bayyina.errors import PermissionRefusedError
from bayyina.reporting.labels import VocabularyLabels
from bayyina.web.frame.wording import said


class Asking(NamedTuple):
    """Who asks, and in which language."""

    workspace: Workspace | None
    """The workspace with the person at work; None before they signed in."""

    lang: str
    """``en`` or ``ar``."""

    @property
    def at_work(self) -> Workspace:
        """The workspace of the person who is signed in.

        Raises:
            PermissionRefusedError: nobody is.
        """
        if self.workspace is None:
            raise PermissionRefusedError("Nobody is signed in.", hint="Sign in first.")
        return self.workspace

    def may(self, action: str) -> bool:
        """Whether the person at work may do something."""
        return self.workspace is not None and allows(self.workspace.member, action)

    def may_for(self, action: str, record: int) -> bool:
        """Whether the person at work may do something to a record."""
        held = self.workspace
        return held is not None and allows_for(held.store, held.member, action, [record])

    def may_somewhere(self, action: str) -> bool:
        """Whether the person at work may do something, if only in one case."""
        return self.workspace is not None and allows_somewhere(self.workspace.member, action)

    def says(self, key: str, **values: object) -> str:
        """A text of the pages in the language."""
        return said(key, self.lang, **values)

    @property
    def labels(self) -> VocabularyLabels:
        """What people read for codes."""
        return VocabularyLabels(self.at_work.vocabulary, self.at_work.gazetteer)


def asking(request: HttpRequest) -> Asking:
    """Who asks, and in which language."""
    found = getattr(request, "asking", None)
    if isinstance(found, Asking):
        return found
    return Asking(None, getattr(request, "LANGUAGE_CODE", "en"))

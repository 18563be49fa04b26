"""What happens around every request to the interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from bayyina.web.later import loaded

ANSWERING: Final = "bayyina.web.api.answering"
"""What words refusals; loaded with the first of them."""

NOT_ALLOWED: Final = 405

INTERFACE: Final = "/api/"
"""Begins every address of the interface."""


class InterfaceAnswers:
    """Puts into words, as JSON like all others, that an address does not take such requests."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a refused method as a document."""
        answer = self._answer(request)
        if answer.status_code != NOT_ALLOWED or not request.path.startswith(INTERFACE):
            return answer
        told: HttpResponse = loaded(ANSWERING).refusal(
            request, NOT_ALLOWED, "no-such-method", "This address does not take such requests.",
            "GET /api/v1/openapi.json says what each address takes.",
        )  # fmt: skip
        told["Allow"] = answer.get("Allow", "")
        return told

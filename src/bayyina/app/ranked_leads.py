"""Leads of one body in the order in which a program from outside puts faces, for its two reviewers."""

from __future__ import annotations

from collections.abc import Sequence

from bayyina.app.identifying_leads import Lead, LeadFinder
from bayyina.app.lead_rankers import is_on_for, load_ranker
from bayyina.app.permissions import require
from bayyina.app.workspace import Workspace


def ranked(workspace: Workspace, finder: LeadFinder, body: int) -> tuple[str, Sequence[Lead]]:
    """The program that ranked, empty where none is on for the person at work, and the leads.

    No lead comes or goes by it, and no line: only the order, and a number beside each.
    """
    require(workspace, "export-records")
    leads = finder.leads(body)
    program = is_on_for(workspace)
    if not program:
        return "", leads
    short = workspace.short_id
    images = [short(item) for item in finder.images_of(body)]
    people = {
        short(lead.person): [short(item) for item in finder.images_of_person(lead.person)]
        for lead in leads
    }
    given = load_ranker(program).rank(images, people)
    marked = [lead._replace(face=given.get(short(lead.person))) for lead in leads]
    return program, sorted(marked, key=lambda lead: -1.0 if lead.face is None else -lead.face - 1.0)

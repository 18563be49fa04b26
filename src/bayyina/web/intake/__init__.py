"""Intake: reports typed in by hand, with drafts, and a look at who is here already."""

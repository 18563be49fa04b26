"""Decisions of people about records."""

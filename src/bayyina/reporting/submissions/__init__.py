"""Submissions to UN bodies and courts: forms as data, filled from records, never sent by us."""

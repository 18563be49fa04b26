"""Vocabulary and value types: what can be said, and in what form."""

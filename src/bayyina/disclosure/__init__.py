"""Disclosure: what an output may contain, decided by rules that give their reasons."""

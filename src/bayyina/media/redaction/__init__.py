"""Copies of foreign files in which what a plan names cannot be read, checked before they are kept.

Everything that opens a foreign file runs in a child process (``worker``); ``running`` starts it.
"""

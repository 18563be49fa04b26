"""Inquiries of families: the page that asks nothing of who comes, and the list of what waits."""

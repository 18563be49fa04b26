"""Clients of addresses that an operator wrote down; nothing here is contacted otherwise."""

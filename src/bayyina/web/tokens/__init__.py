"""Tokens of the programming interface: a member makes, sees and ends their own."""

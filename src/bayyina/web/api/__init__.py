"""The programming interface: the same use cases as JSON over HTTP, for who holds a token."""

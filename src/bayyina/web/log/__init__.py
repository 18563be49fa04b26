"""The custody log: what stands in it, and whether it holds."""

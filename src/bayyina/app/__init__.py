"""Use cases: one function per change, and the ports they need."""

"""The custody log: leaves, entries, Merkle trees, checkpoints, proofs, verification.

The bytes that these modules make can never change, because an append-only log cannot be
written again; ``docs/reference/log-format.md`` specifies every one of them, and published
vectors hold them still. Everything here works on plain values and files, without Django.
"""

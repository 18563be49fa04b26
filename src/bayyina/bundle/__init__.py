"""Bundles for courts: BagIt folders with custody proofs, written and checked.

A bundle is a BagIt 1.0 bag whose payload holds evidence files, what is stated of them with a
proof for each statement, RO-Crate and PREMIS descriptions, and what the whole does not prove.
Everything here works on plain folders and files, without a workspace and without Django; the
single-file verifier that travels in each bundle is ``standalone.py``.
"""

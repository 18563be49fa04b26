"""Proofs about a range of a log's entries: a subtree, its leaves, and the whole tree.

As in draft-ietf-plants-merkle-tree-certs, section 4: the range from ``start`` up to ``end`` is a
subtree if ``start`` is a multiple of the least power of two that is not below its width. Such
proofs show that a batch of entries stands in a log without the entries before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bayyina.custody.merkle import EMPTY_ROOT, HASH_LENGTH, node_hash, verify_inclusion
from bayyina.errors import CustodyError


def verify_subtree_inclusion(
    leaf: bytes, index: int, start: int, end: int, proof: Sequence[bytes], expected_root: bytes
) -> None:
    """Check that the leaf at ``index`` of a log stands in the subtree from ``start`` to ``end``.

    Args:
        leaf: The leaf's hash (32 bytes).
        index: Its position in the log.
        start: First position of the subtree.
        end: The position after its last.
        proof: Siblings from the leaf up to the subtree's root.
        expected_root: The subtree's root.

    Raises:
        CustodyError: the proof does not hold, or the range is no subtree.
    """
    _check_range(start, end)
    verify_inclusion(leaf, index - start, end - start, proof, expected_root)


def verify_subtree_consistency(
    start: int,
    end: int,
    size: int,
    subtree_root: bytes,
    tree_root: bytes,
    proof: Sequence[bytes],
) -> None:
    """Check that a subtree is a part of the tree of ``size`` leaves (section 4.4.3).

    Args:
        start: First position of the subtree.
        end: The position after its last.
        size: Leaves of the tree.
        subtree_root: The subtree's root (32 bytes).
        tree_root: The tree's root (32 bytes).
        proof: Hashes in the order of the specification. An empty subtree is a part of every
            tree, which says nothing about the tree.

    Raises:
        CustodyError: the proof does not hold, or the range is no subtree of such a tree.
    """
    if not 0 <= start <= end <= size:
        raise CustodyError(f"A tree of {size} leaves has no subtree from {start} to {end}.")
    if start == end:
        if subtree_root != EMPTY_ROOT or proof:
            raise CustodyError("An empty subtree has the empty root and needs no proof.")
        return
    _check_range(start, end)
    if (start, end) == (0, size):
        if subtree_root != tree_root or proof:
            raise CustodyError("The whole tree is a subtree with its own root and no proof.")
        return
    if any(len(value) != HASH_LENGTH for value in (subtree_root, tree_root, *proof)):
        raise CustodyError(f"A hash in a proof does not have {HASH_LENGTH} bytes.")
    first, second, last = start, end - 1, size - 1
    while first != second and (second == last or second & 1):
        first, second, last = first >> 1, second >> 1, last >> 1
    steps = list(proof)
    if first != second:
        if not steps:
            raise CustodyError("The proof of the subtree is too short.")
        inner = outer = steps.pop(0)
    else:
        inner = outer = subtree_root
    for sibling in steps:
        if last == 0:
            raise CustodyError("The proof of the subtree is too long.")
        if second & 1 or second == last:
            if first < second:
                inner = node_hash(sibling, inner)
            outer = node_hash(sibling, outer)
            while not second & 1 and second:
                first, second, last = first >> 1, second >> 1, last >> 1
        else:
            outer = node_hash(outer, sibling)
        first, second, last = first >> 1, second >> 1, last >> 1
    if last or (inner, outer) != (subtree_root, tree_root):
        raise CustodyError("The subtree is not a part of the tree.")


def _check_range(start: int, end: int) -> None:
    if not 0 <= start < end or start % (1 << (end - start - 1).bit_length()):
        raise CustodyError(f"The positions from {start} to {end} are no subtree.")

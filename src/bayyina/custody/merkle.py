"""Merkle trees as RFC 6962 defines them, and their proofs.

``MTH({}) = SHA-256()``; a leaf is ``SHA-256(0x00 || data)``; a node is
``SHA-256(0x01 || left || right)``; a list of n > 1 leaves is split at the greatest power
of two below n. Trees are stored as tiles (C2SP tlog-tiles), see ``bayyina.custody.tiles``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from bayyina.errors import CustodyError

HASH_LENGTH = 32
"""Bytes of a hash."""

EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree without leaves."""

RangeHash = Callable[[int, int], bytes]
"""Gives the hash of the leaves from the first index up to, not including, the second."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node from those of its two children."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root of the tree whose leaves have these hashes."""
    return _range_hash_of(hashes)(0, len(hashes))


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of the leaf at ``index``: siblings from the leaf up to the root."""
    return inclusion_path(_range_hash_of(hashes), index, len(hashes))


def consistency_proof(hashes: Sequence[bytes], size: int) -> list[bytes]:
    """Shows that the tree of the first ``size`` leaves is a prefix of the tree of all."""
    return consistency_path(_range_hash_of(hashes), size, len(hashes))


def inclusion_path(range_hash: RangeHash, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962, section 2.1.1.

    Raises:
        CustodyError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise CustodyError(f"A tree of {size} leaves has no leaf {index}.")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(range_hash(middle, end))
            end = middle
        else:
            path.append(range_hash(start, middle))
            start = middle
    return path[::-1]


def consistency_path(range_hash: RangeHash, size1: int, size2: int) -> list[bytes]:
    """PROOF(size1, D[size2]) of RFC 6962, section 2.1.2.

    Raises:
        CustodyError: the sizes do not ask for a proof (0 < size1 <= size2).
    """
    if not 0 < size1 <= size2:
        raise CustodyError(f"There is no consistency proof from size {size1} to size {size2}.")
    path: list[bytes] = []
    start, end, is_whole = 0, size2, True
    while size1 != end:
        middle = start + split(end - start)
        if size1 <= middle:
            path.append(range_hash(middle, end))
            end = middle
        else:
            path.append(range_hash(start, middle))
            start, is_whole = middle, False
    if not is_whole:
        path.append(range_hash(start, end))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes
) -> None:
    """Check that a leaf stands at ``index`` of the tree of ``size`` leaves with this root.

    Args:
        leaf: The leaf's hash.
        index: Its position from 0.
        size: Number of leaves.
        proof: Siblings from the leaf up to the root.
        expected_root: The root, from a checkpoint or an entry.

    Raises:
        CustodyError: the proof does not hold.
    """
    if not 0 <= index < size:
        raise CustodyError(f"A tree of {size} leaves has no leaf {index}.")
    if _root_from_inclusion(leaf, index, size, proof) != expected_root:
        raise CustodyError(f"The inclusion proof of leaf {index} does not lead to the root.")


def _root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that a proof leads to (RFC 9162, section 2.1.3.2)."""
    _check_lengths([leaf, *proof])
    node, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise CustodyError("The inclusion proof is too long.")
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise CustodyError("The inclusion proof is too short.")
    return current


def verify_consistency(
    size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree (size1, root1) is a prefix of the tree (size2, root2).

    From the empty tree nothing can be shown, so ``size1 = 0`` is always refused.

    Raises:
        CustodyError: the proof does not hold, or there is nothing to prove.
    """
    if not 0 < size1 <= size2:
        raise CustodyError(f"Consistency from size {size1} to size {size2} cannot be shown.")
    if size1 == size2:
        if proof or root1 != root2:
            raise CustodyError("Two trees of one size have different roots, or a proof too many.")
        return
    _check_lengths([root1, root2, *proof])
    if _roots_from_consistency(size1, size2, root1, proof) != (root1, root2):
        raise CustodyError(f"The tree of size {size2} does not continue that of size {size1}.")


def _roots_from_consistency(
    size1: int, size2: int, root1: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Both roots that a proof leads to (RFC 9162, section 2.1.4.2)."""
    steps = list(proof)
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not node:  # size1 is a power of two: its root is a node of the greater tree
        steps.insert(0, root1)
    if not steps:
        raise CustodyError("The consistency proof is too short.")
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            raise CustodyError("The consistency proof is too long.")
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise CustodyError("The consistency proof is too short.")
    return first, second


def split(count: int) -> int:
    """The greatest power of two below ``count`` (at least 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_hash_of(hashes: Sequence[bytes]) -> RangeHash:
    def range_hash(start: int, end: int) -> bytes:
        if end - start > 1:
            middle = start + split(end - start)
            return node_hash(range_hash(start, middle), range_hash(middle, end))
        return hashes[start] if end > start else EMPTY_ROOT

    return range_hash


def _check_lengths(hashes: Sequence[bytes]) -> None:
    if any(len(value) != HASH_LENGTH for value in hashes):
        raise CustodyError(f"A hash in a proof does not have {HASH_LENGTH} bytes.")

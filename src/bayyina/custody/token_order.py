"""Certificates in a time-stamp's answer in the order that strict readers ask for.

DER sorts the members of a set; ``openssl ts``, and authorities built on it, do not sort the
certificates. They are not covered by the signature, and sorting changes no length, so the
sorted answer says the same.
"""

from __future__ import annotations

_SEQUENCE = 0x30
_EXPLICIT = 0xA0


def with_sorted_certificates(response: bytes) -> bytes:
    """An answer (DER) with its certificates sorted; as it is where it has not that form.

    The path to them (RFC 3161, RFC 5652): TimeStampResp, second member (ContentInfo), second
    member ([0]), SignedData, member [0] certificates.
    """
    try:
        answer = _members(response, *_content(response, 0, _SEQUENCE))
        token = _members(response, *_content(response, answer[1][0], _SEQUENCE))
        explicit = _content(response, token[1][0], _EXPLICIT)
        signed = _members(response, *_content(response, explicit[0], _SEQUENCE))
        start = next(at for at, _ in signed[3:4] if response[at] == _EXPLICIT)
        first, end = _content(response, start, _EXPLICIT)
        found = [response[at:stop] for at, stop in _members(response, first, end)]
    except (IndexError, ValueError, StopIteration):
        return response
    return response[:first] + b"".join(sorted(found)) + response[end:]


def _members(data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Where each element between two places begins and ends."""
    found = []
    while start < end:
        _, stop = _content(data, start, data[start])
        found.append((start, stop))
        start = stop
    if start != end:
        raise ValueError("an element ends beyond what holds it")
    return found


def _content(data: bytes, at: int, tag: int) -> tuple[int, int]:
    """Where the content of an element begins and ends."""
    if data[at] != tag:
        raise ValueError("another element was expected")
    length, at = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 0 < count <= 4:
            raise ValueError("a length is not in a form that DER has")
        length, at = int.from_bytes(data[at : at + count], "big"), at + count
    if at + length > len(data):
        raise ValueError("an element is cut off")
    return at, at + length

"""Texts of foreign files whose encoding nobody states."""

from __future__ import annotations

from typing import Final, NamedTuple

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAMPLE: Final = 1 << 16


class DecodedText(NamedTuple):
    """A text, and how it was read."""

    text: str
    """The text; what belongs to no character is a replacement mark."""

    note: str
    """What a person should know of its encoding; empty where it is UTF-8."""


def decode_text(data: bytes) -> DecodedText:
    """The text in the bytes: by its mark, as UTF-8, else as the Arabic or Western code page."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            note = "" if name == "utf-8-sig" else f"The text is in {name.upper()}."
            return DecodedText(data.decode(name, "replace"), note)
    wide = _wide(data[:_SAMPLE])
    if wide:
        words = f"The text is read as {wide.upper()}; nothing in it says so."
        return DecodedText(data.decode(wide, "replace"), words)
    try:
        return DecodedText(data.decode("utf-8"), "")
    except UnicodeDecodeError:
        pass
    loose = data.decode("utf-8", "replace")
    high = sum(byte > 127 for byte in data[:_SAMPLE])
    if loose[:_SAMPLE].count("\ufffd") * 20 <= high:
        return DecodedText(loose, "Some bytes of the text belong to no character of UTF-8.")
    name = "windows-1256" if _is_arabic(data[:_SAMPLE]) else "windows-1252"
    note = f"The text is read as {name}, which nothing in it says; words may be misread."
    return DecodedText(data.decode(name, "replace"), note)


def _wide(sample: bytes) -> str:
    """UTF-16 without its mark, by the zero bytes beside ASCII signs; empty where it is not."""
    half = len(sample) // 2
    if half < 8:
        return ""
    even, odd = sample[0 : 2 * half : 2].count(0), sample[1 : 2 * half : 2].count(0)
    if odd > half // 4 and even < half // 50:
        return "utf-16-le"
    if even > half // 4 and odd < half // 50:
        return "utf-16-be"
    return ""


def _is_arabic(sample: bytes) -> bool:
    """Whether most signs beyond ASCII would be Arabic letters in the Arabic code page."""
    signs = [sign for sign in sample.decode("windows-1256", "replace") if sign > "\x7f"]
    return 2 * sum("\u0600" <= sign <= "\u06ff" for sign in signs) > len(signs)

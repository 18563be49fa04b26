"""A recovery share as a page to print: in words of both languages, as groups of characters, as a QR code.

The page names no workspace, no organisation and no person: whoever finds it learns that it is
one share of some set, and how many are needed.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any, Final

import qrcode

from bayyina.errors import InputError, StorageError
from bayyina.keys.personal import write_private_file
from bayyina.keys.shares import Share

_GROUPS_IN_LINE: Final = 2

_STYLE: Final = """
body { font: 12pt/1.5 serif; margin: 2cm; color: #000; background: #fff; }
pre { font: 16pt/1.7 monospace; letter-spacing: .08em; border: 1pt solid #000; padding: .6em 1em;
 display: inline-block; direction: ltr; }
svg { width: 5cm; height: 5cm; display: block; margin: .5cm 0; }
section[lang=ar] { direction: rtl; text-align: right; border-top: 1pt solid #999; }
"""

_WORDS: Final = {
    "en": (
        "Recovery share {index} of {of}",
        (
            "Any {needed} of the {of} shares of set {set} together open what is protected. This one alone "
            "tells nothing."
        ),
        (
            "Keep it on paper, away from every computer and from the other shares. Do not photograph "
            "it, and do not send it. Give it back only when two people whom you know ask for it, "
            "and ask them why."
        ),
    ),
    "ar": (
        "حصة الاستعادة {index} من {of}",
        "تكفي {needed} من أصل {of} من حصص المجموعة {set} لفتح ما هو محمي. هذه الحصة وحدها لا تكشف شيئًا.",
        (
            "احفظها على ورق، بعيدًا عن أي حاسوب وعن الحصص الأخرى. لا تصوّرها ولا ترسلها. لا تسلّمها إلا "
            "إذا طلبها شخصان تعرفهما، واسألهما عن السبب."
        ),
    ),
}


def write_share_pages(shares: tuple[Share, ...], folder: Path) -> tuple[Path, ...]:
    """Write one page for each share into a new folder that only its owner may read.

    Raises:
        InputError: the folder is there and not empty.
        StorageError: the disk refused; nothing is left behind.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is not an empty folder.", hint="Choose a new one.")
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for share in shares:
            path = folder / f"share-{share.index}-of-{len(shares)}.html"
            write_private_file(path, share_page(share, len(shares)))
            written.append(path)
    except (OSError, StorageError) as error:
        for path in written:
            path.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or "the disk refused"
        raise StorageError(
            f"{folder} cannot be written to: {reason}.",
            hint="Check the free space and the rights of the folder.",
        ) from error
    return tuple(written)


def share_page(share: Share, of: int) -> str:
    """The page of one share, as one HTML file without scripts or links."""
    said = {
        "index": share.index,
        "of": of,
        "needed": share.needed,
        "set": share.set_id.hex(),
    }
    groups = share.text.split("-")
    lines = [
        f"{place // _GROUPS_IN_LINE + 1}  {' '.join(groups[place : place + _GROUPS_IN_LINE])}"
        for place in range(0, len(groups), _GROUPS_IN_LINE)
    ]
    sections = "".join(
        f'<section lang="{lang}"><h1>{_said(title, said)}</h1>'
        f"<p>{_said(what, said)}</p><p>{_said(how, said)}</p></section>"
        for lang, (title, what, how) in _WORDS.items()
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{_said(_WORDS['en'][0], said)}</title><style>{_STYLE}</style></head><body>\n"
        f"<pre>{html.escape(chr(10).join(lines))}</pre>\n{_code(share.text)}"
        f"<!-- {share.text} -->\n{sections}</body></html>\n"
    )


def _said(text: str, values: dict[str, Any]) -> str:
    return html.escape(text.format(**values))


def _code(text: str) -> str:
    """A QR code of the share, drawn as one path."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=4)
    code.add_data(text)
    code.make(fit=True)
    rows: list[list[bool]] = code.get_matrix()
    path = "".join(
        f"M{column} {row}h1v1h-1z"
        for row, cells in enumerate(rows)
        for column, is_dark in enumerate(cells)
        if is_dark
    )
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges" role="img" aria-label="QR">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>\n'
    )

"""The fonts that pages and charts are set in.

They come from Python packages (SIL Open Font License 1.1), so that a page looks the same on every
machine and no font is looked for elsewhere. Noto Sans covers Latin with the dots and
half-rings of romanised Arabic; IBM Plex Sans Arabic is drawn with a matching Latin. It was
preferred to Noto Sans Arabic because of the PDF: Noto builds letters from a skeleton and separate dots,
so that text copied from a page comes out wrong and PDF/A is refused; with Plex it comes out right.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from bayyina.errors import MissingToolError
from bayyina.typeset.languages import language_of

LATIN = "Noto Sans"
ARABIC_SCRIPT = "IBM Plex Sans Arabic"
MONOSPACED = "IBM Plex Mono"

_PACKAGES = {
    LATIN: "fontpkg_noto_sans",
    ARABIC_SCRIPT: "fontpkg_ibm_plex_sans_arabic",
    MONOSPACED: "fontpkg_ibm_plex_mono",
}


def families(lang: str) -> tuple[str, ...]:
    """Font families for running text of the language, the first preferred."""
    if language_of(lang).is_right_to_left:
        return (ARABIC_SCRIPT, LATIN, MONOSPACED)
    return (LATIN, ARABIC_SCRIPT, MONOSPACED)


@cache
def font_folders() -> tuple[Path, ...]:
    """The folders that hold the font files.

    Raises:
        MissingToolError: a font package is not installed.
    """
    return tuple(_folder(family, package) for family, package in _PACKAGES.items())


def font_files() -> tuple[Path, ...]:
    """Every font file, in a fixed order."""
    return tuple(path for folder in font_folders() for path in sorted(folder.glob("*.ttf")))


def _folder(family: str, package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        name = package.replace("_", "-")
        raise MissingToolError(
            f"The font {family} is not installed.", hint=f"Install it: pip install {name}."
        )
    return Path(spec.origin).parent / "files"

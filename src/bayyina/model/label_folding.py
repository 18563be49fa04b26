"""One form for all the ways in which a label or alias is written.

Labels of terms, groups and facilities are found whatever the case, the Arabic letter
variants, the vowel signs, the article, the hyphens or the kind of digits. This is for
labels only: names of people are compared by the package ``names``, which never throws
away what was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "ـ": "",
        "’": "",
        "'": "",
        "`": "",
        "ʿ": "",
        "ʾ": "",
    }
    | {chr(start + n): str(n) for start in (0x660, 0x6F0) for n in range(10)}
)
_SEPARATORS = re.compile(r"[^\w]+|_+")
_ARTICLE_ARABIC = re.compile(r"(?<!\w)ال(?=\w{2})")
_ARTICLE_LATIN = re.compile(r"(?<!\w)(?:the|al|el|an|ar|as|ash|at|ad) (?=\w{3})")


@lru_cache(maxsize=16384)
def fold_label(text: str) -> str:
    """The form under which a label is looked up; empty for a text without letters or digits."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_LETTERS)
    spaced = _SEPARATORS.sub(" ", bare).strip()
    without_article = _ARTICLE_ARABIC.sub("", _ARTICLE_LATIN.sub("", spaced))
    return without_article or spaced

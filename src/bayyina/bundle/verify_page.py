"""The VERIFY page: how somebody who has none of our programs checks a bundle, in two languages.

Only ``sha256sum``, ``openssl``, ``age``, ``bagit`` and ``exiftool`` are named, and the one-file
verifier in the bundle, which needs Python and ``cryptography``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bayyina.bundle.contents import REDACTED
from bayyina.bundle.limits import Limit
from bayyina.typeset.blocks import (
    Block,
    Code,
    FactSheet,
    Heading,
    Inline,
    ItemList,
    Page,
    Paragraph,
    Quotation,
    Text,
)

LONGEST_KEY: Final = 300
"""Characters of a public key that is shown whole: an Ed25519 key has about 110."""

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "How to check this bundle",
        "summary": "Nothing needs to be installed from us, and nothing contacts a network.",
        "banner": "FICTIONAL: everything in this bundle is invented.",
        "what": "What this is",
        "bundle": "Bundle",
        "log": "Log",
        "made": "Made at",
        "set": "Set",
        "full": "full",
        "redacted": "redacted; made from the same definition as a full set",
        "redacted-set": "This is a redacted set. It holds no original file. Where a file was redacted, its "
        "redacted copy is here, with the proof that the group keeps it as a copy made from the item "
        "whose id it names; bundle.json lists, under redactions, each item and its copy, and those that "
        "have none. That a copy is faithful outside its boxes, marks and silences can be seen only by "
        "comparing it with the original, which is in the full set or with the group. Pages of a PDF "
        "are pictures, and copies say nothing of cameras or places: that was taken out on purpose, and "
        "is no sign of anything. A digest of the original is not given, because names could be tried "
        "until it fits.",
        "manifest": "SHA-256 of manifest-sha256.txt",
        "key": "The log's public key; compare it with the one that the group gave you by another way",
        "long-key": "second key (ML-DSA-44), too long for this page: it stands whole in "
        "data/log/keys.json, and the SHA-256 of its text there is",
        "open": "Open it",
        "age": "If you received one file that ends in .tar.age, open it with the key that it was made "
        "for:",
        "files": "Are the files what they were?",
        "sums": "In the folder of this page, check every file by its digest. Each line must end in "
        "OK, and the last command must print one number twice:",
        "bagit": "The bagit program checks the same, and that no file was added or is missing:",
        "all": "Check everything at once",
        "one": "The verifier in this folder is one file that can be read in an hour. It needs Python "
        "3.9 or newer and the package cryptography. With the key that you received by another way:",
        "steps": "It numbers its checks. A check that it cannot make is said to be not checked, and "
        "the bundle is then not said to hold.",
        "stamps": "Check the time-stamps",
        "stamp": "A time-stamp says that the log stood in this state at a time. openssl checks it as "
        "of that time:",
        "nostamps": "There is no time-stamp in this bundle.",
        "photo": "Look at what a file says of itself",
        "exif": "exiftool shows what a photograph or video states about its making. That is what the "
        "file says, and may be wrong:",
        "where": "Where things are",
        "p-evidence": "the files as they were taken in, named by their SHA-256",
        "p-copies": "redacted copies, named by their SHA-256",
        "p-records": "what is said of each record, what people decided, for and against, and a proof of "
        "each to the signed checkpoint; bundle.json says which record is in which file",
        "p-log": "the checkpoint, which is a signed summary of the log at one moment, and the keys",
        "p-stamps": "each time-stamp, with the certificates that it is checked with",
        "p-entry": "the log's own entry about this bundle, and where it stands in the log",
        "p-bundle": "what was asked for, original names that are not sealed, gaps in custody, "
        "what was withheld",
        "p-premis": "what happened to the files, for archives (PREMIS)",
        "p-crate": "what the files are, for research tools (RO-Crate)",
        "not": "What this bundle does not show",
    },
    "ar": {
        "title": "كيف تُفحص هذه الحزمة",
        "summary": "لا حاجة إلى تثبيت شيء من عندنا، ولا شيء يتصل بشبكة.",
        "banner": "خيالي: كل ما في هذه الحزمة مختلق.",
        "what": "ما هذه",
        "bundle": "الحزمة",
        "log": "السجل",
        "made": "وقت الصنع",
        "set": "المجموعة",
        "full": "كاملة",
        "redacted": "منقّحة؛ صُنعت من التعريف نفسه الذي صُنعت منه مجموعة كاملة",
        "redacted-set": "هذه مجموعة منقّحة، وليس فيها ملف أصلي. حيث حُجب شيء من ملف فنسخته المحجوبة هنا، مع "
        "برهان أن الجهة تحفظها نسخة صُنعت من المادة التي تذكر معرّفها؛ ويذكر bundle.json تحت redactions كل "
        "مادة ونسختها، والمواد التي لا نسخة لها. أما أن النسخة أمينة خارج المربعات والعلامات ومواضع الصمت "
        "فلا يُرى إلا بمقارنتها بالأصل، وهو في المجموعة الكاملة أو لدى الجهة. صفحات PDF صور، والنسخ لا تقول "
        "شيئا عن آلات تصوير أو أماكن: أُزيل ذلك عن قصد ولا يدل على شيء. ولا تُعطى بصمة الأصل، لأن الأسماء "
        "يمكن أن تُجرّب حتى تطابقها.",
        "manifest": "بصمة SHA-256 لملف manifest-sha256.txt",
        "key": "مفتاح السجل العلني؛ قارنه بما أعطتك إياه الجهة بطريق آخر",
        "long-key": "مفتاح ثان (ML-DSA-44) أطول من أن يُطبع في هذه الصفحة: هو كاملا في "
        "data/log/keys.json، وبصمة SHA-256 لنصه هناك هي",
        "open": "افتحها",
        "age": "إن استلمت ملفا واحدا امتداده tar.age فافتحه بالمفتاح الذي صُنع له:",
        "files": "هل الملفات كما كانت؟",
        "sums": "في مجلد هذه الصفحة، افحص كل ملف ببصمته. يجب أن ينتهي كل سطر بـ OK، وأن يطبع الأمر "
        "الأخير الرقم نفسه مرتين:",
        "bagit": "برنامج bagit يفحص الشيء نفسه، وأنه لم يُضف ملف ولم ينقص:",
        "all": "افحص كل شيء دفعة واحدة",
        "one": "الفاحص في هذا المجلد ملف واحد يُقرأ في ساعة. يحتاج إلى Python 3.9 أو أحدث وإلى الحزمة "
        "cryptography. مع المفتاح الذي استلمته بطريق آخر:",
        "steps": "يرقّم فحوصه. وما لا يستطيع فحصه يقول إنه لم يُفحص، فلا يقال حينئذ إن الحزمة سليمة.",
        "stamps": "افحص أختام الوقت",
        "stamp": "يقول ختم الوقت إن السجل كان على هذه الحال في وقت ما. يفحصه openssl بحسب ذلك الوقت:",
        "nostamps": "ليس في هذه الحزمة ختم وقت.",
        "photo": "انظر ما يقوله ملف عن نفسه",
        "exif": "يعرض exiftool ما تقوله صورة أو فيديو عن صنعها. هذا ما يقوله الملف، وقد يكون خطأ:",
        "where": "أين الأشياء",
        "p-evidence": "الملفات كما أُخذت، مسماة ببصمة SHA-256",
        "p-copies": "النسخ المحجوبة، مسماة ببصمة SHA-256",
        "p-records": "ما يقال عن كل سجل، وما قرره أشخاص، مع وضد، وبرهان لكل منها إلى نقطة التحقق "
        "الموقّعة؛ يقول bundle.json أي سجل في أي ملف",
        "p-log": "نقطة التحقق (خلاصة موقّعة للسجل في لحظة ما) والمفاتيح",
        "p-stamps": "كل ختم وقت، ومعه الشهادات التي يُفحص بها",
        "p-entry": "قيد السجل عن هذه الحزمة، وموضعه في السجل",
        "p-bundle": "ما طُلب، والأسماء الأصلية غير المختومة، وفجوات الحيازة، وما حُجب",
        "p-premis": "ما جرى للملفات، للأرشيفات (PREMIS)",
        "p-crate": "ما هي الملفات، لأدوات البحث (RO-Crate)",
        "not": "ما لا تبيّنه هذه الحزمة",
    },
}

_PLACES = (
    ("data/evidence/", "p-evidence"),
    ("data/records/", "p-records"),
    ("data/log/", "p-log"),
    ("data/time-stamps/", "p-stamps"),
    ("custody/", "p-entry"),
    ("data/bundle.json", "p-bundle"),
    ("data/premis.xml", "p-premis"),
    ("data/ro-crate-metadata.json", "p-crate"),
)


@dataclass(frozen=True)
class VerifyFacts:
    """What the page tells of one bundle."""

    title: str
    """The bundle's title."""

    origin: str
    """Origin of the log."""

    made_at: str
    """RFC 3339."""

    set: str
    """``full`` or ``redacted``."""

    fictional: bool
    """Whether everything in it is invented."""

    log_keys: Sequence[str]
    """Public keys of the log."""

    stamps: Sequence[tuple[str, int]]
    """Folder of each time-stamp and its time in seconds since 1970."""

    has_files: bool
    """Whether there are evidence files."""

    limits: Sequence[Limit]
    """What is not shown."""


def verify_page(facts: VerifyFacts, lang: str) -> Page:
    """The page in a language."""
    words = _WORDS[lang]
    sheet = FactSheet(
        (
            (words["bundle"], (Text(facts.title),)),
            (words["log"], (Code(facts.origin),)),
            (words["made"], (Code(_clock(facts.made_at)),)),
            (words["set"], (Text(words[facts.set]),)),
            *((words["key"], _key(words, key)) for key in facts.log_keys),
        )
    )
    blocks: list[Block] = [_heading(words["what"]), sheet]
    if facts.set == REDACTED:
        blocks.append(Paragraph((Text(words["redacted-set"]),)))
    blocks += _part(words, "open", "age", ("age -d -i KEY bundle.tar.age | tar x",))
    blocks += _part(
        words,
        "files",
        "sums",
        (
            "sha256sum -c manifest-sha256.txt",
            "sha256sum -c tagmanifest-sha256.txt",
            "find data -type f | wc -l; wc -l < manifest-sha256.txt",
        ),
    )
    blocks += _commands(words["bagit"], ("bagit.py --validate .",))
    blocks += _part(words, "all", "one", ("python3 verify_bundle.py . --key 'KEY'",))
    blocks.append(Paragraph((Text(words["steps"]),)))
    blocks += _stamps(words, facts)
    if facts.has_files:
        blocks += _part(words, "photo", "exif", ("exiftool -a -G1 data/evidence/FILE",))
    places = tuple(
        (Paragraph((Code(path), Text(" — "), Text(words[word]))),) for path, word in _places(facts)
    )
    blocks += [_heading(words["where"]), ItemList(places)]
    limits = tuple((Paragraph((Text(getattr(one, lang)),)),) for one in facts.limits)
    blocks += [_heading(words["not"]), ItemList(limits)]
    banner = tuple((one, _WORDS[one]["banner"]) for one in ("en", "ar")) if facts.fictional else ()
    return Page(
        lang=lang,
        title=words["title"],
        blocks=tuple(blocks),
        summary=(Text(words["summary"]),),
        banner=banner,
    )


def _places(facts: VerifyFacts) -> list[tuple[str, str]]:
    """What lies where, of what this bundle has."""
    absent = set() if facts.has_files else {"p-evidence"}
    absent |= set() if facts.stamps else {"p-stamps"}
    copies = {"p-evidence": "p-copies"} if facts.set == REDACTED else {}
    return [(path, copies.get(word, word)) for path, word in _PLACES if word not in absent]


def _clock(made_at: str) -> str:
    """A time as people read it, in universal time."""
    time = dt.datetime.fromisoformat(made_at).astimezone(dt.UTC)
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def _key(words: Mapping[str, str], key: str) -> tuple[Inline, ...]:
    """A public key; of a long one, which fills half a page, what people compare instead."""
    if len(key) <= LONGEST_KEY:
        return (Code(key),)
    name, _, rest = key.partition("+")
    short = f"{name}+{rest.partition('+')[0]}"
    digest = hashlib.sha256(key.encode()).hexdigest()
    return (Code(short), Text(f" — {words['long-key']} "), Code(digest))


def _stamps(words: Mapping[str, str], facts: VerifyFacts) -> list[Block]:
    if not facts.stamps:
        return [_heading(words["stamps"]), Paragraph((Text(words["nostamps"]),))]
    commands = tuple(
        line
        for folder, seconds in facts.stamps
        for line in (  # short ones: what a page breaks cannot be copied from it
            f"openssl ts -verify -data {folder}/checkpoint.txt \\",
            f"-in {folder}/token.tsr -CAfile {folder}/chain.pem \\",
            f"-attime {seconds}",
        )
    )
    return [_heading(words["stamps"]), *_commands(words["stamp"], commands)]


def _part(words: Mapping[str, str], title: str, text: str, commands: Sequence[str]) -> list[Block]:
    return [_heading(words[title]), *_commands(words[text], commands)]


def _commands(text: str, commands: Sequence[str]) -> list[Block]:
    lines = tuple(Paragraph((Code(one),)) for one in commands)
    return [Paragraph((Text(text),)), Quotation(lines)]


def _heading(text: str) -> Heading:
    return Heading(2, (Text(text),))

"""Writing the page of a site, in both languages, from the register and a dated series."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bayyina import __version__
from bayyina.app.drawing_series import WORDS as SHAPES
from bayyina.app.drawing_series import chart_of
from bayyina.app.permissions import require
from bayyina.app.site_records import read_site
from bayyina.app.site_views import SiteEvent, SiteRecord, SiteStatement
from bayyina.app.site_watching import watch_state
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run, write_pages
from bayyina.errors import CheckFailedError, FileUnreadableError
from bayyina.reporting.site_pages import ClaimLine, EpisodeLine, SiteSheet, StepLine, site_page
from bayyina.sites.dating import Dating, Episode, date_series
from bayyina.sites.series import Series
from bayyina.sites.series_files import read_series
from bayyina.standards.site_steps import load_steps
from bayyina.typeset.series_charts import series_svg

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "district": "middle of the district",
        "grid": "middle of a cell of 0.2 degrees",
        "exact": "as stated",
        "nothing": "nothing is known that may be told",
        "quiet": "quiet",
        "watch": "one departure from what is usual",
        "probable": "two departures that agree",
        "confirmed": "a disturbance is going on",
        "unwatched": "not watched",
        "file": "File",
        "digest": "SHA-256",
        "days": "Clear days",
        "bands": "Bands",
        "rate": "False alarms a year accepted",
        "state": "Result",
        "method": "Method",
        "method is": "site minus surroundings, exact segmentation, calibrated on stable places; "
        "bayyina {version}",
        "km": "km from the position that may be told",
        "far": "not known",
        "decided": "{standard}: decided to suffice by {people}.",
        "undecided": "{standard}: not decided to suffice; so far {people}.",
        "nobody": "nobody",
        "against": "Against it: {people}.",
        "would": "{standard}, what is at hand: it would suffice. People decide.",
        "would not": "{standard}, what is at hand: it would not suffice. {reasons}",
        "sd": "{strength} standard deviations",
        "chart": "The series of images with its episodes shaded.",
    },
    "ar": {
        "district": "وسط المنطقة",
        "grid": "وسط خلية من 0.2 درجة",
        "exact": "كما ورد",
        "nothing": "لا يُعرف ما يجوز ذكره",
        "quiet": "هادئ",
        "watch": "خروج واحد عن المعتاد",
        "probable": "خروجان متفقان عن المعتاد",
        "confirmed": "اضطراب جارٍ",
        "unwatched": "غير مراقَب",
        "file": "الملف",
        "digest": "البصمة SHA-256",
        "days": "الأيام الصافية",
        "bands": "النطاقات",
        "rate": "الإنذارات الكاذبة المقبولة في السنة",
        "state": "النتيجة",
        "method": "الطريقة",
        "method is": "الموقع مطروحاً منه محيطه، تقطيع دقيق، معايرة على أماكن مستقرة؛ bayyina {version}",
        "km": "كم عن الموقع الذي يجوز ذكره",
        "far": "غير معروفة",
        "decided": "{standard}: قرّر كفايتها {people}.",
        "undecided": "{standard}: لم تُقرَّر كفايتها؛ حتى الآن {people}.",
        "nobody": "لا أحد",
        "against": "ضد ذلك: {people}.",
        "would": "{standard}، المتوفر: يكفي لو قُرّر. القرار للناس.",
        "would not": "{standard}، المتوفر: لا يكفي. {reasons}",
        "sd": "{strength} انحراف معياري",
        "chart": "سلسلة الصور وقد ظُلّلت حالاتها.",
    },
}

_RESULTS: Final = {
    "disturbance found": "عُثر على اضطراب",
    "no disturbance found": "لم يُعثر على اضطراب",
    "insufficient images": "الصور غير كافية",
}


@dataclass(frozen=True)
class SiteReport:
    """The page of a site and its files."""

    site: str
    """Short id of the site."""

    embargo: bool
    """Whether the site is withheld."""

    files: Mapping[str, tuple[Path, ...]]
    """Page and PDF, by language."""

    batch: int
    """The batch that records it."""


@dataclass(frozen=True)
class _Dated:
    """A series with what was found in it."""

    name: str
    digest: str
    series: Series
    dating: Dating


def report_site(
    workspace: Workspace,
    *,
    site: str,
    languages: Sequence[str],
    out_folder: Path,
    series: Path | None = None,
    for_publication: bool = False,
) -> SiteReport:
    """Write the page of a site as HTML and PDF.

    Args:
        workspace: Where the site is registered.
        site: Its short id, or the id of its file.
        languages: Of the pages.
        out_folder: Where they go.
        series: CSV file that is dated for the page.
        for_publication: Refuse while the site is under embargo.

    Raises:
        InputError: there is no such site, or the series cannot be dated.
        CheckFailedError: the site is under embargo and the page is for publication.
        PermissionRefusedError: the member may not build reports or read records.
    """
    require(workspace, "report")
    found = read_site(workspace, site)
    if for_publication and found.embargo:
        raise CheckFailedError(
            f"{found.id} is under embargo: its evidence does not suffice yet.",
            hint="Two people decide that it suffices with `bayyina determine`; nothing was written.",
            code="embargo",
        )
    dated = _dated(series) if series is not None else None
    watch = watch_state(workspace, found.number)
    fictional = workspace.identity.fictional
    files = write_pages(
        workspace,
        lambda lang: site_page(
            _sheet(workspace, found, watch, dated, lang), is_fictional=fictional
        ),
        languages,
        out_folder / f"site-{found.id}",
    )
    return SiteReport(
        found.id, found.embargo, files, _log(workspace, found, languages, dated, files)
    )


def _dated(path: Path) -> _Dated:
    series = read_series(path)
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise FileUnreadableError(f"{path.name} cannot be read.", hint="Check it.") from error
    return _Dated(path.name, digest, series, date_series(series))


def _sheet(
    workspace: Workspace, site: SiteRecord, watch: str | None, dated: _Dated | None, lang: str
) -> SiteSheet:
    words = _WORDS[lang]
    return SiteSheet(
        lang=lang,
        name=site.name.in_language(lang),
        id=site.id,
        day=workspace.clock.now().date().isoformat(),
        embargo=site.embargo,
        states=_joined([one.words.in_language(lang) for one in site.of("state")], lang),
        position=""
        if site.position is None
        else f"{site.position.latitude:.4f}, {site.position.longitude:.4f}",
        position_words=words[site.position_of] if site.position_of else words["nothing"],
        witnesses=_joined([one.name for one in site.witnesses], lang),
        watch=words[watch] if watch else words["unwatched"],
        claims=tuple(_claim(one, lang) for one in site.statements if _is_shown(one, site, lang)),
        history=tuple(_event(one, lang) for one in site.history),
        near=tuple(
            (
                one.name,
                words["far"] if one.distance_km is None else f"{one.distance_km} {words['km']}",
            )
            for one in site.facilities
        ),
        episodes=tuple(_episode(one, lang) for one in dated.dating.episodes) if dated else (),
        has_series=dated is not None,
        chart=series_svg(chart_of(dated.series, dated.dating, lang=lang)) if dated else "",
        chart_words=words["chart"],
        provenance=tuple(_provenance(dated, lang)) if dated else (),
        evidence=tuple(_evidence(site, lang)),
        steps=_steps(site, lang),
    )


def _joined(texts: Sequence[str], lang: str) -> str:
    return ("، " if lang == "ar" else ", ").join(dict.fromkeys(texts))


def _is_shown(one: SiteStatement, site: SiteRecord, lang: str) -> bool:
    """Whether a statement stands on the page: not twice, and a text in the page's language."""
    if one.property in ("name", "position"):
        return False
    if one.lang in (None, lang):
        return True
    same = (one.property, one.source, one.locator)
    return not any(
        other.lang == lang and (other.property, other.source, other.locator) == same
        for other in site.statements
    )


def _claim(one: SiteStatement, lang: str) -> ClaimLine:
    return ClaimLine(
        one.label.in_language(lang),
        one.words.in_language(lang),
        one.source.name if one.source is not None else "",
        one.locator,
        one.id,
    )


def _event(event: SiteEvent, lang: str) -> ClaimLine:
    said: dict[str, SiteStatement] = {}
    for one in event.statements:
        said.setdefault(one.property, one)
    days = [said[name].words.in_language(lang) for name in ("date", "end_date") if name in said]
    what = said["kind"].words.in_language(lang) if "kind" in said else event.label.in_language(lang)
    first = event.statements[0] if event.statements else None
    return ClaimLine(
        what,
        " – ".join(days) + _moved(event),
        first.source.name if first is not None and first.source is not None else "",
        first.locator if first is not None else "",
        event.id,
    )


def _moved(event: SiteEvent) -> str:
    """From which site to which, where remains were moved."""
    ends = [event.sites[name] for name in ("from_site", "to_site") if name in event.sites]
    return f" ({' > '.join(ends)})" if ends else ""


def _episode(episode: Episode, lang: str) -> EpisodeLine:
    low, high = episode.onset_interval95
    end = ""
    if episode.end is not None and episode.end_interval95 is not None:
        first, last = episode.end_interval95
        end = f"{episode.end} ({first} – {last})"
    return EpisodeLine(
        SHAPES[episode.kind][lang],
        episode.onset.isoformat(),
        f"{low} – {high}",
        f"{episode.last_clear_before} – {episode.first_changed}",
        end,
        _WORDS[lang]["sd"].format(strength=episode.strength),
    )


def _provenance(dated: _Dated, lang: str) -> list[tuple[str, str]]:
    words, dating = _WORDS[lang], dated.dating
    result = _RESULTS.get(dating.state, dating.state) if lang == "ar" else dating.state
    rate = "-" if dating.false_alarm_rate is None else f"{dating.false_alarm_rate:g}"
    return [
        (words["state"], result),
        (words["file"], dated.name),
        (words["digest"], dated.digest),
        (words["days"], str(dating.observations)),
        (words["bands"], ", ".join(dating.bands)),
        (words["rate"], rate),
        (words["method"], words["method is"].format(version=__version__)),
    ]


def _evidence(site: SiteRecord, lang: str) -> list[str]:
    words = _WORDS[lang]
    sentences = []
    for one in site.decided:
        people = _joined(one.people, lang) or words["nobody"]
        key = "decided" if one.sufficient else "undecided"
        sentences.append(words[key].format(standard=one.standard, people=people))
        if one.against:
            sentences.append(words["against"].format(people=_joined(one.against, lang)))
    for hand in site.at_hand:
        if hand.met:
            sentences.append(words["would"].format(standard=hand.standard))
            continue
        reasons = [one.in_language(lang) for one in hand.words]
        text = words["would not"].format(standard=hand.standard, reasons=" ".join(reasons))
        sentences.append(text)
    return sentences


def _steps(site: SiteRecord, lang: str) -> tuple[StepLine, ...]:
    titles = {one.id: one.ar if lang == "ar" else one.en for one in load_steps().protocols}
    short = {key: title.split(" (")[0] for key, title in titles.items()}
    return tuple(
        StepLine(
            step.words.in_language(lang),
            _joined([short[key] for key in step.protocols], lang),
            step.done,
        )
        for step in site.steps
    )


def _log(
    workspace: Workspace,
    site: SiteRecord,
    languages: Sequence[str],
    dated: _Dated | None,
    files: Mapping[str, tuple[Path, ...]],
) -> int:
    digests = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for paths in files.values()
        for path in paths
    }
    parameters = {
        "site": site.number,
        "languages": " ".join(languages),
        "series_sha256": dated.digest if dated is not None else "",
        "files": " ".join(f"{name}={digest}" for name, digest in sorted(digests.items())),
        "embargo": "yes" if site.embargo else "no",
    }
    details: dict[str, str | int] = {"languages": " ".join(languages), "files": len(digests)}
    return log_run(workspace, "report-site", "site-report", parameters, details)

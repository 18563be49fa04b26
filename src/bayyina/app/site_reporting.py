"""Writing the page of a site, in both languages, from the register and a dated series."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from bayyina import __version__
from bayyina.app.drawing_plates import FOR_A_PLATE, plate_of
from bayyina.app.drawing_series import WORDS as SHAPES
from bayyina.app.drawing_series import chart_of
from bayyina.app.permissions import require
from bayyina.app.recipients import INTERNAL, find_recipient
from bayyina.app.released_outputs import RestsOn
from bayyina.app.releasing import Release
from bayyina.app.short_ids import record_number, statement_number
from bayyina.app.site_records import read_site
from bayyina.app.site_report_words import RESULTS_AR, WORDS
from bayyina.app.site_views import SiteEvent, SiteRecord, SiteStatement
from bayyina.app.site_watching import watch_state
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run, write_pages
from bayyina.errors import CheckFailedError, FileUnreadableError, InputError
from bayyina.reporting.site_pages import (
    ClaimLine,
    EpisodeLine,
    PlateLine,
    SiteSheet,
    StepLine,
    site_page,
)
from bayyina.sites.dating import Dating, Episode, date_series
from bayyina.sites.scan_files import is_fictional
from bayyina.sites.scanning import Scan
from bayyina.sites.series import Series
from bayyina.sites.series_files import read_series
from bayyina.sites.site_cubes import USED
from bayyina.standards.site_steps import load_steps
from bayyina.typeset.blocks import Swipe
from bayyina.typeset.plates import Plate, plate_images, plate_svg
from bayyina.typeset.series_charts import series_svg

MOST_PLATES: Final = 6
"""Episodes whose images a page shows."""


class ScannedStack(NamedTuple):
    """A scan, with the stack that its images are drawn from."""

    stack: Path
    """Folder or catalogue."""

    found: Scan
    """What was found."""


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
    """A series with what was found in it, and the images that it comes from, where they were given."""

    name: str
    digest: str
    series: Series
    dating: Dating
    scanned: ScannedStack | None = None


def report_site(
    workspace: Workspace,
    *,
    site: str,
    languages: Sequence[str],
    out_folder: Path,
    series: Path | None = None,
    scanned: ScannedStack | None = None,
    for_publication: bool = False,
    reason: str | None = None,
) -> SiteReport:
    """Write the page of a site as HTML and PDF.

    Args:
        workspace: Where the site is registered.
        site: Its short id, or the id of its file.
        languages: Of the pages.
        out_folder: Where they go.
        series: CSV file that is dated for the page.
        scanned: Scan of the site's images, in place of a series; its plates are drawn.
        for_publication: Refuse while the site is under embargo.
        reason: Why the exact position is opened for the page, which the log keeps; None: it is not.

    Raises:
        InputError: there is no such site, the series cannot be dated, or the exact position of a site
            under embargo is asked for.
        CheckFailedError: it is for publication and under embargo, or nothing of it may leave.
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
    if reason is not None:
        found = _with_position(workspace, found, reason)
    found = _released(workspace, found, "public" if for_publication else INTERNAL)
    dated = _dated(series) if series is not None else _of_scan(workspace, scanned)
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


def _with_position(workspace: Workspace, site: SiteRecord, reason: str) -> SiteRecord:
    """The site with its position opened, which no page of a site under embargo tells."""
    if site.embargo:
        raise InputError(
            f"{site.id} is under embargo, so its page does not tell where it is exactly.",
            hint="Leave --open out; nothing was written.",
            code="embargo",
        )
    return read_site(workspace, site.id, reason=reason)


def _released(workspace: Workspace, site: SiteRecord, name: str) -> SiteRecord:
    """The site with what of it may leave for a recipient; refused where nothing may."""
    release = Release(workspace, find_recipient(workspace, name))
    events = {record_number(workspace, one.id): one for one in site.history}
    allowed = release.decide_numbers([site.number, *events])
    if site.number in allowed.refused:
        reason = allowed.refused[site.number].reason.en
        raise CheckFailedError(
            f"{site.id} may not leave: {reason}", hint="Nothing was written.", code="disclosure"
        )

    def kept(statements: Sequence[SiteStatement]) -> tuple[SiteStatement, ...]:
        out = (statement_number(workspace, one.id) for one in statements)
        return tuple(
            one for one, number in zip(statements, out, strict=True) if not allowed.refuses(number)
        )

    history = tuple(
        replace(one, statements=kept(one.statements))
        for number, one in events.items()
        if number not in allowed.refused
    )
    return replace(site, statements=kept(site.statements), history=history)


def _dated(path: Path) -> _Dated:
    series = read_series(path)
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise FileUnreadableError(f"{path.name} cannot be read.", hint="Check it.") from error
    return _Dated(path.name, digest, series, date_series(series))


def _of_scan(workspace: Workspace, scanned: ScannedStack | None) -> _Dated | None:
    if scanned is None:
        return None
    found = scanned.found
    if is_fictional(found) and not workspace.identity.fictional:
        raise InputError(
            "These scenes are invented, and this workspace is a real one.",
            hint="Invented and real data never meet; nothing was written.",
            code="fictional",
        )
    return _Dated(scanned.stack.name, found.cube.digest, found.series, found.dating, scanned)


def _plates(dated: _Dated | None, lang: str, *, withheld: bool) -> Iterator[PlateLine]:
    """The images before and after each of the strongest episodes, in order of time."""
    if dated is None or dated.scanned is None:
        return
    stack, found = dated.scanned
    if sum(record.outcome == USED for record in found.cube.records) < FOR_A_PLATE:
        return
    episodes = found.dating.episodes
    strongest = sorted(range(len(episodes)), key=lambda k: -episodes[k].strength)[:MOST_PLATES]
    words = WORDS[lang]
    for place in sorted(strongest) if episodes else (None,):
        number = None if place is None else place + 1
        plate = plate_of(stack, found, lang=lang, episode=number, withheld=withheld)
        caption, day = words["plate of none"], ""
        if place is not None:
            caption, day = words["plate"].format(n=number), episodes[place].onset.isoformat()
        yield PlateLine(plate_svg(plate), caption, day, words["plate shows"], _swipe(plate, words))


def _swipe(plate: Plate, words: Mapping[str, str]) -> Swipe:
    """The plate's two images over each other."""
    earlier, later = plate.panels
    before, after = plate_images(plate)
    names = (earlier.heading, later.heading)
    return Swipe(before, after, names, words["hide earlier"], words["swipe"], plate.mark)


def _sheet(
    workspace: Workspace, site: SiteRecord, watch: str | None, dated: _Dated | None, lang: str
) -> SiteSheet:
    words = WORDS[lang]
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
        episodes=tuple(episode_line(one, lang) for one in dated.dating.episodes) if dated else (),
        has_series=dated is not None,
        chart=series_svg(chart_of(dated.series, dated.dating, lang=lang)) if dated else "",
        chart_words=words["chart"],
        plates=tuple(_plates(dated, lang, withheld=site.embargo)),
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


def episode_line(episode: Episode, lang: str) -> EpisodeLine:
    """An episode in the words of a language."""
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
        WORDS[lang]["sd"].format(strength=episode.strength),
    )


def _provenance(dated: _Dated, lang: str) -> list[tuple[str, str]]:
    words, dating = WORDS[lang], dated.dating
    result = RESULTS_AR.get(dating.state, dating.state) if lang == "ar" else dating.state
    rate = "-" if dating.false_alarm_rate is None else f"{dating.false_alarm_rate:g}"
    return [
        (words["state"], result),
        (words["file"], dated.name),
        (words["digest" if dated.scanned is None else "cube"], dated.digest),
        *_scenes(dated, words),
        (words["days"], str(dating.observations)),
        (words["bands"], ", ".join(dating.bands)),
        (words["rate"], rate),
        (words["method"], words["method is"].format(version=__version__)),
    ]


def _scenes(dated: _Dated, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """How many scenes were used, and of whom."""
    if dated.scanned is None:
        return
    records = dated.scanned.found.cube.records
    used = Counter(record.platform for record in records if record.outcome == USED)
    satellites = ", ".join(f"{name}: {count}" for name, count in sorted(used.items()))
    yield words["scenes"], f"{sum(used.values())} / {len(records)} ({satellites})"


def _evidence(site: SiteRecord, lang: str) -> list[str]:
    words = WORDS[lang]
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
        "rests_on": RestsOn.of(
            [site.number, *(record_number(workspace, one.id) for one in site.history)]
        ).to_json(),
    }
    details: dict[str, str | int] = {"languages": " ".join(languages), "files": len(digests)}
    return log_run(workspace, "report-site", "site-report", parameters, details)

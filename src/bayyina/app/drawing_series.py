"""Draws a dated series: its bands with the episodes shaded, in English or Arabic."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from bayyina.errors import InputError, StorageError
from bayyina.sites.bands import band_kinds
from bayyina.sites.dating import Dating, Episode
from bayyina.sites.scenes import FICTIONAL, MARK
from bayyina.sites.series import Series, merge_days
from bayyina.typeset.series_charts import (
    SeriesChart,
    SeriesPanel,
    SeriesPoint,
    ShadedEpisode,
    series_png,
    series_svg,
)

MOST_PANELS = 6
"""Bands that are drawn; the eye compares no more."""

WORDS = {
    "title": {
        "en": "Ground disturbance consistent with digging or levelling: {count}",
        "ar": "اضطراب في التربة يتفق مع الحفر أو التسوية: {count}",
    },
    "none": {"en": "none found", "ar": "لم يُعثر على شيء"},
    "insufficient": {"en": "too few clear images", "ar": "الصور الصافية غير كافية"},
    "episodes": {"en": "episodes found: {n}", "ar": "عدد الحالات: {n}"},
    "less_control": {"en": "{band}, less surroundings", "ar": "{band} – بعد طرح المحيط"},
    "step": {"en": "step", "ar": "دفعة واحدة"},
    "ramp": {"en": "gradual", "ar": "متدرّج"},
    "pulse": {"en": "went back", "ar": "عاد كما كان"},
    "caption": {
        "en": "Dots: clear images. Rings: not clear. Dark: from the day named to the end. Light: 95 % intervals of onset "
        "and end.\nAn indicator, not a finding of what was done, by whom, or what lies below.",
        "ar": "النقاط: صور صافية. الحلقات: غير صافية. الداكن: من اليوم المذكور إلى النهاية. الفاتح: مجال الثقة 95 % للبداية والنهاية\n"
        "هذا مؤشر، لا حكم على ما جرى أو من فعله أو ما تحته",
    },
}
"""Everything written on the picture, in both languages."""


def draw_series(series: Series, dating: Dating, path: Path, *, lang: str) -> None:
    """Write the picture as ``.svg`` or ``.png``, by the ending of ``path``.

    Raises:
        InputError: the ending is another, or there is nothing to draw.
        StorageError: the file could not be written.
    """
    chart = chart_of(series, dating, lang=lang)
    ending = path.suffix.lower()
    if ending == ".svg":
        data = series_svg(chart).encode()
    elif ending == ".png":
        data = series_png(chart)
    else:
        raise InputError(
            f"A plot cannot be written as '{path.name}'.", hint="End its name in .svg or .png."
        )
    try:
        path.write_bytes(data)
    except OSError as error:
        raise StorageError(f"{path} could not be written.", hint="Name another place.") from error


def chart_of(series: Series, dating: Dating, *, lang: str) -> SeriesChart:
    """The picture as data."""
    merged = merge_days(series)
    names = dating.bands or tuple(
        merged.bands[c] for c in band_kinds(merged.bands, merged.values).used
    )
    columns = [merged.bands.index(name) for name in names][:MOST_PANELS]
    mark = f"{MARK} · " if FICTIONAL in (*series.notes, *dating.notes) else ""
    return SeriesChart(
        lang=lang,
        title=mark + WORDS["title"][lang].format(count=_count(dating, lang)),
        caption=WORDS["caption"][lang],
        panels=tuple(_panel(merged, column, lang) for column in columns),
        episodes=tuple(_shaded(episode, lang) for episode in dating.episodes),
    )


def _count(dating: Dating, lang: str) -> str:
    if dating.episodes:
        return WORDS["episodes"][lang].format(n=len(dating.episodes))
    return WORDS["none" if dating.false_alarm_rate is not None else "insufficient"][lang]


def _panel(series: Series, column: int, lang: str) -> SeriesPanel:
    values = series.values[:, column]
    label = series.bands[column]
    control = series.control
    if control is not None and np.isfinite(control[:, column]).any():
        values = values - control[:, column]
        label = WORDS["less_control"][lang].format(band=label)
    points = tuple(
        SeriesPoint(_year(date.fromordinal(int(day))), float(value), bool(weight > 0))
        for day, value, weight in zip(series.days, values, series.weights, strict=True)
        if np.isfinite(value)
    )
    return SeriesPanel(label, points)


def _shaded(episode: Episode, lang: str) -> ShadedEpisode:
    low, high = episode.onset_interval95
    end = None
    if episode.end is not None and episode.end_interval95 is not None:
        first, last = episode.end_interval95
        end = (_year(first), _year(episode.end), _year(last))
    return ShadedEpisode(
        label=f"{episode.onset.isoformat()} · {WORDS[episode.kind][lang]}",
        onset=(_year(low), _year(episode.onset), _year(high)),
        end=end,
    )


def _year(day: date) -> float:
    """A day as a decimal year."""
    start = date(day.year, 1, 1)
    return day.year + (day - start).days / (date(day.year + 1, 1, 1) - start).days

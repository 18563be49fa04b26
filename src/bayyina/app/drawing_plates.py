"""Draws the before/after plate of a scanned site, with its episode in English and Arabic."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from bayyina.errors import InputError, StorageError
from bayyina.sites.changed_ground import ChangedGround
from bayyina.sites.dating import INSUFFICIENT, Episode
from bayyina.sites.plate_images import PlateImage, digest_of_scene, frame_of, pair_of, stretched
from bayyina.sites.scan_files import CHANGED, edges, is_fictional, smoothed, strongest
from bayyina.sites.scanning import Scan
from bayyina.sites.scenes import MARK
from bayyina.typeset.numbers import write_number
from bayyina.typeset.plates import Plate, PlatePanel, plate_pdf, plate_png, plate_svg

ENDINGS: Final = (".svg", ".png", ".pdf")
"""What a plate can be written as."""

FOR_A_PLATE: Final = 2
"""Usable scenes that a plate needs."""

WORDS: Final = {
    "title": {"en": "The site before and after", "ar": "الموقع قبل وبعد"},
    "before": {"en": "Before: {day}", "ar": "قبل: {day}"},
    "after": {"en": "After: {day}", "ar": "بعد: {day}"},
    "taken": {
        "en": "Taken {time} UTC by {platform}, pixels of {size} m",
        "ar": "التُقطت {time} بالتوقيت العالمي، {platform}، بكسل {size} م",
    },
    "taken_on": {
        "en": "Taken on {time} by {platform}, pixels of {size} m",
        "ar": "التُقطت في {time}، {platform}، بكسل {size} م",
    },
    "baseline": {"en": "Processing baseline: {baseline}", "ar": "إصدار المعالجة: {baseline}"},
    "unknown": {"en": "not stated", "ar": "غير مذكور"},
    "metres": {"en": "{n} m", "ar": "{n} م"},
    "episode": {
        "en": "Ground disturbance consistent with digging or levelling began about {onset} (95 %: {low} to "
        "{high}). Last clear image before it: {before}. First image that shows it: {after}. {ended}",
        "ar": "بدأ اضطراب في التربة يتفق مع الحفر أو التسوية نحو {onset} (مجال الثقة 95 %: من {low} إلى "
        "{high}). آخر صورة صافية قبله: {before}. أول صورة تُظهره: {after}. {ended}",
    },
    "ended": {
        "en": "It ended about {end} (95 %: {low} to {high}).",
        "ar": "وانتهى نحو {end} (مجال الثقة 95 %: من {low} إلى {high}).",
    },
    "going_on": {"en": "No end was seen.", "ar": "ولم تُرَ له نهاية."},
    "area": {
        "en": "Changed area: {area} m² (95 %: {low} to {high} m²), outlined in red.",
        "ar": "المساحة المتغيّرة: {area} م² (مجال الثقة 95 %: من {low} إلى {high} م²)، محدّدة بالأحمر.",
    },
    "withheld": {
        "en": "UNDER EMBARGO, not for publication: who recognises the place can have it emptied.",
        "ar": "محجوبة وليست للنشر: من يتعرّف على المكان قد يدفع إلى إفراغه.",
    },
    "fictional": {
        "en": "FICTIONAL: images of an invented place.",
        "ar": "خيالي: صور لمكان مختلق.",
    },
    "none": {
        "en": "No ground disturbance was found between these images. Small or faint changes can be missed.",
        "ar": "لم يُعثر على اضطراب في التربة بين هاتين الصورتين. وقد تفوت التغيّرات الصغيرة أو الخافتة.",
    },
    "few": {
        "en": "There are too few clear images to say anything.",
        "ar": "الصور الصافية أقلّ من أن يُقال شيء.",
    },
    "caption": {
        "en": "Dashed yellow: outline of the site. Both images have the same stretch of colours and lie on the "
        "same grid; north is up; grey was not seen. An indicator, not a finding of what was done, by whom, or what lies below.",
        "ar": "الأصفر المتقطّع: حدود الموقع. للصورتين تدرّج الألوان نفسه والشبكة نفسها، والشمال إلى الأعلى، والرمادي لم يُرَ. هذا "
        "مؤشر، لا حكم على ما جرى أو من فعله أو ما تحته.",
    },
}
"""Everything written on a plate, in both languages."""


def check_plate_name(path: Path) -> None:
    """Refuse a plate's name that ends in nothing known.

    Raises:
        InputError: it does.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InputError(
            f"A plate cannot be written as '{path.name}'.",
            hint=f"End its name in {', '.join(ENDINGS)}.",
        )


def draw_plate(
    stack: Path,
    scan: Scan,
    path: Path,
    *,
    lang: str,
    episode: int | None = None,
    withheld: bool = False,
) -> None:
    """Write the plate of an episode; of the strongest, where none is named.

    Args:
        stack: The stack that was scanned.
        scan: What was found.
        path: File to write, .svg, .png or .pdf.
        lang: Language of title and labels.
        episode: Number of the episode, from 1.
        withheld: Whether the site is under embargo; the plate then says so.

    Raises:
        InputError: the ending is another, there is no such episode, or there are not two scenes.
        StorageError: the file could not be written.
    """
    check_plate_name(path)
    plate = plate_of(stack, scan, lang=lang, episode=episode, withheld=withheld)
    ending = path.suffix.lower()
    if ending == ".svg":
        data = plate_svg(plate).encode()
    else:
        data = plate_png(plate) if ending == ".png" else plate_pdf(plate)
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(data)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise StorageError(f"{path} could not be written.", hint="Name another place.") from error


def plate_of(
    stack: Path, scan: Scan, *, lang: str, episode: int | None = None, withheld: bool = False
) -> Plate:
    """The plate as data."""
    place, shown = _chosen(scan, episode)
    ground = scan.grounds[place] if shown is not None else None
    before, after = pair_of(stack, scan, shown)
    frame = frame_of(scan)
    images = tuple(image[frame] for image in stretched(before, after))
    size = scan.cube.ground.resolution
    panels = (
        _panel("before", before, images[0], size, lang),
        _panel("after", after, images[1], size, lang),
    )
    changed = np.zeros_like(scan.cube.ground.site)
    if ground is not None:
        changed = smoothed(np.nan_to_num(ground.probability) >= CHANGED)
    other = "ar" if lang == "en" else "en"
    texts = tuple(_episode_text(scan, shown, ground, code) for code in (lang, other))
    captions = tuple(WORDS["caption"][code] for code in (lang, other))
    marks = [
        key for key, holds in (("withheld", withheld), ("fictional", is_fictional(scan))) if holds
    ]
    warnings = tuple(WORDS[key][code] for key in marks for code in (lang, other))
    return Plate(
        lang,
        WORDS["title"][lang],
        panels,
        tuple(tuple(line) for line in edges(scan.cube.ground.site[frame])),
        tuple(tuple(line) for line in edges(changed[frame])),
        _bar(images[0].shape[1], size, lang),
        (*warnings, *texts, *captions),
        MARK if is_fictional(scan) else "",
    )


def _chosen(scan: Scan, episode: int | None) -> tuple[int, Episode | None]:
    found = strongest(scan)
    if episode is None:
        return found if found is not None else (0, None)
    if not 1 <= episode <= len(scan.dating.episodes):
        raise InputError(
            f"There is no episode {episode}; {len(scan.dating.episodes)} were found.",
            hint="Leave the number out for the strongest.",
        )
    return episode - 1, scan.dating.episodes[episode - 1]


def _panel(role: str, image: PlateImage, colours: np.ndarray, size: float, lang: str) -> PlatePanel:
    record = image.record
    digest, files = digest_of_scene(record)
    shown = record.moment.replace("T", " ").replace("Z", "")
    taken = "taken"
    if shown.endswith(" 00:00:00"):  # names that give the day only
        shown, taken = shown[:10], "taken_on"
    baseline = record.baseline or WORDS["unknown"][lang]
    of = "" if files == 1 else f" ({files} files)"
    return PlatePanel(
        WORDS[role][lang].format(day=record.moment[:10]),
        (
            WORDS[taken][lang].format(time=shown, platform=record.platform, size=f"{size:g}"),
            WORDS["baseline"][lang].format(baseline=baseline),
        ),
        (record.identifier, f"SHA-256{of} {digest}"),
        colours,
    )


def _bar(columns: int, size: float, lang: str) -> tuple[float, str]:
    """A round length of about a quarter of the image."""
    wanted = columns * size / 4
    power = 10.0 ** np.floor(np.log10(wanted))
    length = float(max(step * power for step in (1, 2, 5) if step * power <= wanted))
    return length / size, WORDS["metres"][lang].format(n=f"{length:g}")


def _episode_text(
    scan: Scan, episode: Episode | None, ground: ChangedGround | None, lang: str
) -> str:
    if episode is None:
        return WORDS["few" if scan.dating.state == INSUFFICIENT else "none"][lang]
    ended = WORDS["going_on"][lang]
    if episode.end is not None and episode.end_interval95 is not None:
        low, high = episode.end_interval95
        ended = WORDS["ended"][lang].format(end=episode.end, low=low, high=high)
    text = WORDS["episode"][lang].format(
        onset=max(episode.onset, episode.onset_interval95[0]),
        low=episode.onset_interval95[0],
        high=episode.onset_interval95[1],
        before=_written(episode.last_clear_before),
        after=_written(episode.first_changed),
        ended=ended,
    )
    if ground is None:
        return text
    area, low_area, high_area = (
        write_number(round(value), lang) for value in (ground.area, *ground.interval95)
    )
    words = WORDS["area"][lang].format(area=area, low=low_area, high=high_area)
    return f"{text} {words}"


def _written(day: date) -> str:
    return day.isoformat()

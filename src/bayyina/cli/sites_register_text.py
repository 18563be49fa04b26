"""What the commands of the register say to a person, in both languages."""

from __future__ import annotations

from bayyina.cli.sites_register_documents import (
    SiteDocument,
    SiteEventDocument,
    SiteLineDocument,
    SiteStatementDocument,
    WatchDocument,
)

_WORDS = {
    "en": {
        "embargo": "UNDER EMBARGO: the evidence does not suffice yet; not for publication",
        "open": "two people decided that the evidence suffices",
        "position": "Position that may be told",
        "district": "middle of the district",
        "grid": "middle of a cell of 0.2 degrees",
        "exact": "as stated",
        "no position": "nothing is known that may be told",
        "states": "States, as sources give them",
        "counts": "Counts, as sources give them",
        "history": "History",
        "images": "images",
        "account": "account",
        "near": "Near it",
        "km": "km from the position that may be told",
        "far unknown": "distance not known",
        "military": "military",
        "witnesses": "Witnesses (pseudonyms)",
        "sufficiency": "Evidence",
        "would": "at hand, would suffice",
        "would not": "at hand, would not suffice",
        "decided": "decided to suffice by",
        "undecided": "not decided; so far",
        "against": "against",
        "steps": "Steps (Bournemouth and Minnesota protocols)",
        "unwatched": "not watched",
        "watch state": "Watched",
        "quiet": "quiet",
        "watch": "watch: one departure",
        "probable": "probable: two that agree",
        "confirmed": "confirmed: an episode is going on",
        "events": "events",
        "taken": "observations judged",
        "learned": "learned until",
        "until": "watched until",
        "alert": "Ground disturbance consistent with digging or levelling",
        "between": "began after {a}, by {b}; confirmed {c}",
        "ended": "at rest by",
        "going": "no end seen",
        "none": "No alert.",
        "rate": "false alarms a year accepted",
        "indicator": "An indicator: it does not say who did it, why, or what lies below.",
        "nobody": "nobody",
    },
    "ar": {
        "embargo": "محجوب: الأدلة لا تكفي بعد؛ ليس للنشر",
        "open": "قرّر شخصان أن الأدلة كافية",
        "position": "الموقع الذي يجوز ذكره",
        "district": "وسط المنطقة",
        "grid": "وسط خلية من 0.2 درجة",
        "exact": "كما ورد",
        "no position": "لا يُعرف ما يجوز ذكره",
        "states": "الحالات كما تذكرها المصادر",
        "counts": "الأعداد كما تذكرها المصادر",
        "history": "التسلسل",
        "images": "صور",
        "account": "إفادة",
        "near": "بالقرب منه",
        "km": "كم عن الموقع الذي يجوز ذكره",
        "far unknown": "المسافة غير معروفة",
        "military": "عسكرية",
        "witnesses": "الشهود (بأسماء مستعارة)",
        "sufficiency": "الأدلة",
        "would": "المتوفر منها يكفي لو قُرّر",
        "would not": "المتوفر منها لا يكفي",
        "decided": "قرّر كفايتها",
        "undecided": "لم يُحسم؛ حتى الآن",
        "against": "ضد ذلك",
        "steps": "الخطوات (بروتوكولا بورنموث ومينيسوتا)",
        "unwatched": "غير مراقَب",
        "watch state": "المراقبة",
        "quiet": "هادئ",
        "watch": "ترقّب: خروج واحد عن المعتاد",
        "probable": "مرجّح: خروجان متفقان",
        "confirmed": "مؤكَّد: حالة جارية",
        "events": "أحداث",
        "taken": "مشاهدات جرى تقييمها",
        "learned": "التعلّم حتى",
        "until": "المراقبة حتى",
        "alert": "اضطراب في التربة يتفق مع الحفر أو التسوية",
        "between": "بدأ بعد {a} وحتى {b}؛ تأكّد في {c}",
        "ended": "استقر في",
        "going": "لا نهاية مرئية",
        "none": "لا إنذار.",
        "rate": "إنذارات كاذبة مقبولة في السنة",
        "indicator": "مؤشر: لا يقول من فعله ولا لماذا ولا ما تحته.",
        "nobody": "لا أحد",
    },
}


def line_words(line: SiteLineDocument, lang: str) -> str:
    """A site in the list."""
    words = _WORDS[lang]
    states = ", ".join(dict.fromkeys(one["words"][lang] for one in line["states"])) or "-"
    embargo = words["embargo"] if line["embargo"] else words["open"]
    watch = words[line["watch"]] if line["watch"] else words["unwatched"]
    return (
        f"{line['id']:<10} {line['name'][lang]} [{line['key']}]: {states}; "
        f"{words['events']}: {line['events']}; {watch}; {embargo}"
    )


def site_words(site: SiteDocument, lang: str) -> str:
    """A site in words."""
    words = _WORDS[lang]
    lines = [
        f"{site['id']}  {site['name'][lang]}  [{site['key']}]",
        f"  {words['embargo'] if site['embargo'] else words['open']}",
        f"  {words['position']}: {_position(site, lang)}",
        f"  {words['watch state']}: {words[site['watch']] if site['watch'] else words['unwatched']}",
    ]
    for title in ("states", "counts"):
        statements: list[SiteStatementDocument] = site[title]
        if statements:
            lines.append(f"{words[title]}:")
            lines += [f"  {one['label'][lang]}: {_said(one, lang)}" for one in statements]
    if site["history"]:
        lines.append(f"{words['history']}:")
        lines += [f"  {_event(one, lang)}" for one in site["history"]]
    if site["facilities"]:
        lines.append(f"{words['near']}:")
    for facility in site["facilities"]:
        far = facility["distance_km"]
        distance = words["far unknown"] if far is None else f"{far} {words['km']}"
        kind = f", {words['military']}" if facility["military"] else ""
        lines.append(f"  {facility['id']}  {facility['name']}{kind}: {distance}")
    if site["witnesses"]:
        lines.append(f"{words['witnesses']}: {'; '.join(site['witnesses'])}")
    lines.append(f"{words['sufficiency']}:")
    lines += [f"  {line}" for line in _sufficiency(site, lang)]
    lines.append(f"{words['steps']}:")
    lines += [f"  [{'x' if one['done'] else ' '}] {one['words'][lang]}" for one in site["steps"]]
    lines.append(words["indicator"])
    return "\n".join(lines)


def _position(site: SiteDocument, lang: str) -> str:
    words, position = _WORDS[lang], site["position"]
    if position is None:
        return words["no position"]
    return f"{position['latitude']:.4f}, {position['longitude']:.4f} ({words[position['of']]})"


def _said(one: SiteStatementDocument, lang: str) -> str:
    origin = ", ".join(part for part in (one["source"], one["locator"], one["asserted_on"]) if part)
    return f"{one['words'][lang]}  <- {origin}"


def _event(event: SiteEventDocument, lang: str) -> str:
    words = _WORDS[lang]
    said = {one["property"]: one["words"][lang] for one in reversed(event["statements"])}
    day = said.get("date", "?")
    until = f" – {said['end_date']}" if "end_date" in said else ""
    what = said.get("kind") or event["label"][lang]
    links = " ".join(f"{name}={site}" for name, site in event["sites"].items() if name != "site")
    source = next((one["source"] for one in event["statements"] if one["source"]), "")
    return f"{day}{until}: {what} {links} ({words[event['basis']]}; {event['id']})  <- {source}"


def _sufficiency(site: SiteDocument, lang: str) -> list[str]:
    words = _WORDS[lang]
    lines = []
    for one in site["decided"]:
        verb = words["decided"] if one["sufficient"] else words["undecided"]
        people = ", ".join(one["people"]) or words["nobody"]
        against = f"; {words['against']}: {', '.join(one['against'])}" if one["against"] else ""
        lines.append(f"{one['standard']}: {verb} {people}{against}")
    for hand in site["at_hand"]:
        verdict = words["would"] if hand["met"] else words["would not"]
        lines.append(
            f"{hand['standard']}: {verdict}. {' '.join(one[lang] for one in hand['reasons'])}"
        )
    return lines


def alert_words(document: WatchDocument, lang: str) -> str:
    """What a call of watching came to, in words."""
    words = _WORDS[lang]
    lines = [
        (
            f"{document['site']}: {words[document['state']]} ({document['taken_in']} {words['taken']}; "
            f"{words['learned']} {document['history_until']}; {words['until']} "
            f"{document['watched_until']}; {document['false_alarm_rate']:g} {words['rate']})."
        )
    ]
    for alert in document["alerts"]:
        between = words["between"].format(
            a=alert["last_clear_before"], b=alert["first_changed"], c=alert["confirmed_on"]
        )
        end = f"{words['ended']} {alert['ended_by']}" if alert["ended_by"] else words["going"]
        mark = "* " if alert["new"] else "  "
        lines.append(f"{mark}{alert['record']}  {words['alert']}: {between}; {end}.")
    lines.append(words["indicator"] if document["alerts"] else words["none"])
    return "\n".join(lines)

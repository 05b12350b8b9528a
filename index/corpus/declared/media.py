"""Who publishes: media, public bodies and accounts that a page names as its source, under one name each.

A name is known from the list of media (`data/media.csv`, which a curator may extend), or it has the form of a medium (新江晚报), of a public body
(新江市水务局) or, where the page says that it is one, of an account. Whatever has none of these forms is no source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from juanzong.index.datafiles import Words, rows
from juanzong.index.divisions import cities_of, district_of, provinces
from juanzong.index.text.folding import converter

WORDS = Words("media_words.yaml")
_EDGES = " \t\u3000\xa0《》〈〉“”\"'‘’「」『』【】[]〔〕()（）<>:：|｜丨,，.。;；、/／-－—_·•*~@"
_WRAPPED = re.compile(r"[（(【\[][^（）()【】\[\]]{0,30}[)）】\]]?$")
_TAIL = re.compile(r"(?:(?:19|20)\d{2}[-/.年]\d{1,2}|\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}).{0,40}$")
_LONGEST = 30
_LONGEST_NAME = 8
_SHORTEST_UNIT = 6
"""Characters of a unit's name that tells whose it is."""
_RAN_IN = 6
"""Characters before a known name that are no part of a longer one."""
_SHORTEST = 3
"""Characters of a known name that is recognised at the beginning of a longer text."""


@dataclass(frozen=True, slots=True)
class Medium:
    """A source under the name that its readers know it by. `detail` is the channel, the app or the desk that was named with it; `kind` is known, form, body or account."""

    name: str
    kind: str
    detail: str = ""


@cache
def _list() -> tuple[Mapping[str, str], ...]:
    return tuple(row for _, row in rows("media.csv", ("name", "kind", "aliases")))


@cache
def _known() -> Mapping[str, str]:
    """The canonical name by every name of a medium in the list, without the spaces and marks that are written in many ways."""
    found: dict[str, str] = {}
    for row in _list():
        for name in (row["name"], *filter(None, row["aliases"].split("|"))):
            found.setdefault(_key(name), row["name"])
    return found


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum() or character in "+＋").replace(
        "＋", "+"
    )


def medium(written: str | None, account: bool = False, declared: bool = False, credited: bool = False) -> Medium | None:
    """The source that a text names; None where it names none.

    `account` says that the page gives it as the name of an account, `declared` that it stands in a field for the source: then a name of no known form is
    taken as it is written, unless it is a phrase or says nothing (本站, 网络, 原创). `credited` says that it stands in a credit of the text (来源：…): then the
    name of a district behind that of its city is the account that is called so.
    """
    if not written:
        return None
    text = _bare(written)
    if not text or len(text) > 80:
        return None
    parts = text.split("·") if "·" in text else ()
    found = _of_list(text) or next(filter(None, map(_of_list, parts)), None) or _by_form(text)
    if found is None and (account or credited) and _is_place(text):
        return Medium(text, "account")
    if found is None and credited and WORDS.short_body.fullmatch(text):
        return Medium(text, "body")
    if found or not (account or declared):
        return found
    if (
        WORDS.nothing.match(text)
        or "://" in text
        or len(text) > _LONGEST
        or re.search(r"[。！？!?；;，]|^[\d\W_]+$", text)
        or declared
        and WORDS.generic_body.match(text)
    ):
        return None
    if re.fullmatch(r"(?:www\.)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?", text, re.ASCII):
        return None
    whole = " ".join(written.split()).strip(_EDGES)
    if (
        declared
        and (not WORDS.labels.search(whole) or len(whole) <= _LONGEST_NAME and WORDS.name_end.search(whole))
        and not _WRAPPED.search(whole)
    ):
        # what looks like the role of somebody may be a part of a name that nobody lists
        text = whole
    return Medium(text, "account")


@cache
def _platforms() -> frozenset[str]:
    return frozenset(row["name"] for row in _list() if row["kind"] == "platform")


def is_platform(name: str) -> bool:
    """Whether a name is that of a platform under which accounts publish: as the name of a site it tells no source."""
    return _known().get(_key(name)) in _platforms()


def _is_place(text: str) -> bool:
    """Whether a name is that of a district behind the one of its city or province, as the accounts of districts are called."""
    return any(
        text.startswith(short) and len(text) - len(short) >= 2 and district_of(city, text[len(short) :]) is not None
        for city, short in _short_cities()
    )


@cache
def _short_cities() -> tuple[tuple[str, str], ...]:
    return tuple((city, city.removesuffix("市")) for province in provinces() for city in cities_of(province))


def is_own(written: str) -> bool:
    """Whether a text names the very site or paper that it stands in: 本网, 本报."""
    return WORDS.own.match(written.strip(_EDGES)) is not None


def _bare(written: str) -> str:
    text = " ".join(written.split()).strip(_EDGES)
    text = WORDS.leads.sub("", text).strip(_EDGES) or text
    for _ in range(3):
        before = text
        text = _TAIL.sub("", text).rstrip(_EDGES)
        if _key(text) not in _known():
            if (label := WORDS.labels.search(text)) and label.start() >= 2:
                text = text[: label.start()].rstrip(_EDGES)
            if (wrapped := _WRAPPED.search(text)) and wrapped.start() >= 2:
                text = text[: wrapped.start()].rstrip(_EDGES)
        if text == before:
            break
    return text


def _of_list(text: str) -> Medium | None:
    known = _known()
    key = _key(text)
    if whole := known.get(key) or known.get(key.removesuffix("社")):
        return Medium(whole, "known")
    for end in range(min(len(text) - 1, 16), _SHORTEST - 1, -1):
        name = known.get(_key(text[:end]))
        if name is None or text[end - 1] in _EDGES:
            continue
        if (own := WORDS.of_province.match(text, end)) and any(
            province.startswith(own["where"]) for province in provinces()
        ):
            return Medium(name, "known", own[0])
        if WORDS.after.match(text, end):
            detail = WORDS.detail.match(text[end:])
            return Medium(name, "known", detail["detail"] if detail else "")
    return None


def _by_form(text: str) -> Medium | None:
    if len(text) > 40 or WORDS.nothing.match(text):
        return None
    first = (
        next((part for part in WORDS.joint.split(text) if len(part) >= 2), text)
        if len(text) > 8 or " " in text or "、" in text
        else text
    )
    for name in dict.fromkeys((text, first)):
        channel = WORDS.channel.search(name) if name == first or not WORDS.joint.search(name) else None
        bare = name[: channel.start()].strip(_EDGES) if channel and channel.start() >= 2 else name
        if channel and (listed := _known().get(_key(bare))):
            return Medium(listed, "known", channel[0])
        desk = WORDS.desk.search(bare)
        if desk and WORDS.body.fullmatch(bare[: desk.start()]) and len(bare) - len(desk[0]) >= _SHORTEST_UNIT:
            return Medium(bare[: desk.start()], "body", desk[0])
        if inner := _known_at_end(bare):
            return Medium(inner, "known")
        if bare.endswith("报社") and _is_medium(bare[:-1]):
            bare = bare[:-1]
        if _is_medium(bare):
            return Medium(bare, "form", channel[0] if channel and bare != name else "")
        if (
            WORDS.body.fullmatch(bare)
            and not (len(bare) < _SHORTEST_UNIT and WORDS.unit.search(bare))
            and not WORDS.generic_body.search(bare)
            and not WORDS.no_medium.search(bare[:2])
        ):
            return Medium(bare, "body", channel[0] if channel and bare != name else "")
        if WORDS.official_account.fullmatch(bare):
            return Medium(bare, "account", channel[0] if channel and bare != name else "")
        if (
            channel
            and bare != name
            and 2 <= len(bare) <= 16
            and not re.search(r"[，。；！？]", bare)
            and not WORDS.nothing.match(bare)
        ):
            return Medium(bare, "account", channel[0])
        for mark in "－—–-·|｜丨_":
            head, _, tail = name.partition(mark)
            if tail and _is_medium(head.strip(_EDGES)) and len(tail) <= 16:
                return Medium(head.strip(_EDGES), "form", tail.strip(_EDGES))
    return None


def _known_at_end(name: str) -> str | None:
    """The known medium at the end of words that ran into its name: X摄人民网."""
    for start in range(2, len(name) - _SHORTEST + 1):
        if start < _RAN_IN and not WORDS.ran_in.search(name[:start]):
            continue
        if (known := _known().get(_key(name[start:]))) and known not in _platforms():
            return known
    return None


def _is_medium(name: str) -> bool:
    name = converter().convert(name)
    if (
        not 3 <= len(name) <= 16
        or WORDS.no_medium.search(name.replace("在线", "") or name)
        or not WORDS.medium.fullmatch(name)
    ):
        return False
    short = next((form for form in WORDS.set("short_forms") if name.endswith(form)), "")
    return len(name) - len(short) >= 2

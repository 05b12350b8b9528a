"""Where a story was taken from: credits (来源：…), mastheads and stamps beside a name, bylines and datelines that carry a medium."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from juanzong.index.corpus.declared.media import Medium, is_own, medium
from juanzong.index.records import Declared
from juanzong.index.structure.bylines import lead_of
from juanzong.index.structure.kinds import Block
from juanzong.index.structure.wording import WORDS
from juanzong.index.text.folding import fold

_MORE_NAME = re.compile(r"[（(]")
_SPLIT = re.compile(r"[\s\u3000|｜丨\xa0·•/]+")
_LONGEST_STAMP = 70
_LONGEST_CREDIT = 240
_STORY = 30
"""Characters of a paragraph that is the story's own."""
_TOP, _LONGEST_HEAD = 2, 12
"""Blocks at the top of a page that may be its head, and characters of one."""
_SHORTEST_SHARE = 3
_LONGEST_SHARE = 6
"""Characters of a name that is no known one and only the beginning of what stands before a day."""
_NEAR, _LEADS = 12, 4
"""Blocks of a page among which its masthead, and of a story among which its dateline stands."""


def credited(text: str) -> Iterator[tuple[str, Medium | None, bool]]:
    """What a line of credits names: the surface, the source where it is one, and whether it is the page's own house (本网)."""
    if len(text) > _LONGEST_CREDIT or not WORDS.credit_hint.search(text) or "凡本" in text[:12]:
        return
    for label in WORDS.credit.finditer(text):
        rest = text[label.end() : label.end() + 60].lstrip("\t")
        end = WORDS.credit_end.search(rest)
        written = rest[: end.start()] if end else rest
        written = written.strip(" \u3000:：")
        if not written:
            continue
        account = WORDS.account_label.search(label["label"]) or WORDS.account_lead.match(written)
        found = medium(
            WORDS.account_lead.sub("", written) if account else written, account=account is not None, credited=True
        )
        if found is None and (inner := _MORE_NAME.search(written)) and inner.start() >= 2:
            # an account with its number in brackets
            found = medium(written[: inner.start()], account=WORDS.account_number.search(written) is not None)
        yield written[:30], found, is_own(written)


def printed(text: str) -> Medium | None:
    """The medium in whose print a story stood, as a line in brackets at its end gives it with the day."""
    found = WORDS.printed.search(text, max(0, len(text) - 80))
    return medium(found["name"], declared=True) if found and WORDS.stamp_date.search(found[0]) else None


def stamped(text: str) -> Medium | None:
    """The medium whose name stands beside a full date, in a masthead or in the line below a title."""
    if len(text) > _LONGEST_STAMP or not WORDS.stamp_date.search(text) or re.search("[。；！？]", text):
        return None
    post = WORDS.post_head.match(text)
    if post and (post["first"] or post["place"]):
        return medium(post["account"], account=True)
    rest = WORDS.stamp_chaff.sub(" ", WORDS.stamp_date.sub(" ", text))
    for part in _SPLIT.split(rest):
        part = part.strip("（）()【】[],，:：")
        if 2 <= len(part) <= 16 and (found := medium(part)) and found.kind != "body":
            return found
    return None


def of_reporters(text: str) -> Medium | None:
    """The medium whose reporters a byline names: 新江晚报记者."""
    named = WORDS.by_reporters.match(text) or WORDS.photo_of.match(text)
    return medium(named["name"]) if named and not is_own(named["name"]) else None


def of_head(text: str) -> Medium | None:
    """The known medium whose reporter opens a story: X网记者 甲某8月15日，…; X客户端获悉."""
    named = WORDS.reporter_head.match(text)
    found = medium(named["name"]) if named and not is_own(named["name"]) else None
    return found if found and found.kind == "known" else None


def of_lead(text: str) -> Medium | None:
    """The medium of the dateline that opens a story."""
    head = text[:60]
    lead = lead_of(head)
    if lead:
        if is_own(lead["medium"]) or _is_cited(head[: lead.start("medium")], lead["kind"]):
            return None
        found = medium(lead["medium"]) or medium(lead["medium"] + lead["where"])
        # what goes on in the same word is no place: X新闻处, X新闻与商业频道
        return None if found and found.kind != "known" and lead["where"][:1] in WORDS.set("goes_on") else found
    if (round_up := WORDS.round_up.match(head)) and (found := medium(round_up["name"])) and found.kind == "known":
        return found
    if (brief := WORDS.brief.match(head)) and (found := medium(brief["name"])) and found.kind == "known":
        return found
    told = WORDS.reported.match(head)
    if not told or is_own(told["name"]) or _is_cited(told["cited"] or "", told["kind"]):
        return None
    # a place may stand between the medium and the day
    name = told["name"]
    return next(
        (
            found
            for end in range(len(name), 1, -1)
            if (found := medium(name[:end])) and (found.kind == "known" or end == len(name) or end <= _LONGEST_SHARE)
        ),
        None,
    )


def _is_cited(before: str, kind: str) -> bool:
    """Whether a story tells what another medium reports (据X报道), which is no dateline; 据新华社X电 is one."""
    return WORDS.cited.search(before) is not None and not WORDS.sent.search(kind)


def source_of(
    members: Sequence[Block], page: Sequence[Block], declared: Declared, single: bool, title: str | None = None
) -> tuple[str | None, str | None, list[str]]:
    """The source of an article, the channel that was named with it, and the names in its credits that are none.

    A credit goes first (of a single record, the field for it), then what the page declares, the dateline, the reporters, and at last the paper or
    the site that the article stands in. `page` are all blocks of the document; `title` is that of the article, which is no head of a paper.
    """
    given = medium(declared.source, declared=True)
    house = medium(declared.site, declared=True) or _masthead(page, title)
    named, own, unresolved = None, False, []
    for block in members:
        for surface, found, is_house in _credits_of(block):
            if found is None and not is_house and 2 <= len(surface) <= 20 and "://" not in surface:
                unresolved.append(surface)
            named, own = named or found, own or is_house
    if single and given:
        named = given
    named = named or _of_house(unresolved, house)
    named = _of_place(named, house)
    found = named or (house if own else None) or given or _told(members) or medium(declared.author) or house
    if found is None:
        return None, None, unresolved
    return _as_written(members, found.name), found.detail.strip(" \u3000－-—–·•|｜丨_/／") or None, unresolved


def _of_house(surfaces: Sequence[str], house: Medium | None) -> Medium | None:
    """The office of a government that a credit on its own site names without its place (区融媒体中心 of X区人民政府), or the house under a shorter name."""
    place = WORDS.government.match(house.name) if house else None
    for surface in surfaces:
        office = WORDS.office.match(surface)
        if office and place and place["place"].endswith(office["level"]):
            return Medium(place["place"] + office["name"], "body")
        if WORDS.short_office.match(surface):
            return Medium((place["place"] if place and not office else "") + surface, "body")
        if house and len(surface) >= _SHORTEST_SHARE and house.name.startswith(surface):
            return Medium(surface, "form")
    return None


def _of_place(named: Medium | None, house: Medium | None) -> Medium | None:
    """An office without its place (县教育局) as that of the government on whose site it is credited."""
    place = WORDS.government.match(house.name) if house else None
    office = WORDS.office.match(named.name) if named and named.kind == "body" else None
    if named and office and place and place["place"].endswith(office["level"]):
        return Medium(place["place"] + named.name.removeprefix(office["level"]), "body", named.detail)
    return named


def _credits_of(block: Block) -> Iterator[tuple[str, Medium | None, bool]]:
    """What a block credits: all of a short one, the beginning and the end of a long paragraph into which credits ran."""
    if _may_credit(block):
        yield from credited(block.plain)
    elif block.kind == "body" and WORDS.credit_hint.search(block.plain):
        if taken := WORDS.taken.match(block.plain):
            yield from credited(taken[0])
        if end := WORDS.credit_at_end.search(block.plain, max(0, len(block.plain) - _LONGEST_STAMP)):
            yield from credited(end["credit"])


def _may_credit(block: Block) -> bool:
    return (
        block.kind in ("boilerplate", "byline", "table")
        or len(block.plain) <= 80
        and block.kind in ("heading", "body", "caption")
    )


def _told(members: Sequence[Block]) -> Medium | None:
    """The medium that the first lines of a story name: in its dateline, beside its date, before its reporters."""
    head = len(members)
    stories = 0
    for number, block in enumerate(members):
        stories += block.kind == "body" and len(block.plain) > _STORY
        if stories > 1:
            head = number
            break
    told = False
    for number, block in enumerate(members):
        opens = number < _LEADS and block.kind == "body" and not told
        # what another medium reports stands behind the beginning of a story
        if (block.lead or opens) and (found := of_lead(block.plain)) and (opens or found.kind == "known"):
            return found
        told = told or block.kind == "body" and len(block.plain) > _STORY
    first = next((block for block in members if block.kind == "body"), None)
    if first is not None and (found := of_head(first.plain)):
        return found
    top = members[: min(head, _NEAR)]
    for block in top:
        if block.kind != "caption" and (found := stamped(block.plain)):
            return found
    for above, below in zip(top, top[1:]):
        # the name and the day in two lines
        for name, day in ((above, below), (below, above)):
            if WORDS.dated_line.match(day.plain) and (found := named_alone(name.plain)):
                return found
    for block in members[-_LEADS:]:
        if found := printed(block.plain):
            return found
    return next(
        (found for block in members if block.kind in ("byline", "caption") and (found := of_reporters(block.plain))),
        None,
    )


def _masthead(page: Sequence[Block], title: str | None) -> Medium | None:
    """The paper whose name and date open a page."""
    for block in page[:_NEAR]:
        if block.kind == "body" and len(block.plain) > _STORY:
            break
        if block.kind != "body" and (found := stamped(block.plain)):
            return found
    return next((found for block in page[:_TOP] if block.text != title and (found := named_alone(block.plain))), None)


def named_alone(text: str) -> Medium | None:
    """The medium whose name is all of a line, as a paper's head is."""
    found = medium(text) if 3 <= len(text) <= _LONGEST_HEAD else None
    return found if found and found.kind in ("known", "form") and fold(text) == fold(found.name) else None


def _as_written(members: Sequence[Block], name: str) -> str:
    """A name in the script of the text that gives it."""
    for block in members:
        if block.plain is not block.text and name in block.plain:
            return block.as_written(name) or name
    return name

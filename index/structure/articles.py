"""Paragraphs to articles: where a story begins, which headings are its title, who wrote it, where it was taken from."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from juanzong.index.corpus.markup.headline import title_and_site
from juanzong.index.records import Declared
from juanzong.index.structure import boilerplate
from juanzong.index.structure.bylines import bare_names, lead_names, lead_of, names_reporters, tail_names
from juanzong.index.structure.credits import named_alone, source_of, stamped
from juanzong.index.structure.kinds import Block
from juanzong.index.structure.wording import WORDS, is_agency_line, is_colon, is_signature
from juanzong.index.text.folding import fold

_COUPLET = re.compile(r"[^\s\u3000，。：]{4,14}[ \u3000]{1,2}[^\s\u3000，。：]{4,14}$")
_TITLE_ROW = re.compile(r"(?:标题|名称|信息名称)\t(?P<title>[^\t]{4,200})")
_CREDIT = re.compile(r"来源|转自|转载自")
_ENDS, _SHORTEST_TITLE = 3, 4
"""Blocks at either end of an article in which it tells its former title, and characters of one."""
_HEAD = 40
"""Blocks of an article among which its declared title is looked for."""
MATCH_AT = 0.12
"""A heading is moved to the story of an interleaved page that it resembles at least this much (share of its bigrams, by rarity)."""


@dataclass(slots=True)
class Draft:
    """An article in the making: the numbers of its blocks, in the order of the document.

    `unresolved` are names in its credits that are no source. A draft without members is the title of a document whose articles have titles of their own.
    """

    members: list[int] = field(default_factory=list)
    title: str | None = None
    title_at: int | None = None
    kicker: tuple[str, ...] = ()
    subtitle: str | None = None
    byline: str | None = None
    dateline: str | None = None
    source: str | None = None
    source_detail: str | None = None
    unresolved: list[str] = field(default_factory=list)


def drafts_of(blocks: Sequence[Block], declared: Declared, single: bool = False) -> list[Draft]:
    """The articles of a document, each with its headings, in the order of their first paragraph. `single` says that there is only one."""
    if not blocks:
        return []
    labels = [0] * len(blocks) if single else _labels(blocks)
    drafts: dict[int, Draft] = {}
    for index, label in enumerate(labels):
        drafts.setdefault(label, Draft()).members.append(index)
    for label, draft in drafts.items():
        if label >= 0:
            _title(draft, blocks, declared.source)
        _credits(draft, blocks)
    whole = [draft for label, draft in drafts.items() if label >= 0]
    if len(whole) == 1 and (told := _title_told(whole[0], blocks)):
        declared = replace(declared, title=told)
    if len(whole) == 1:
        _declare(whole[0], blocks, declared)
    for draft in whole:
        if draft.title is None:
            draft.title = _former_title(draft, blocks)
    above = _keep_title(whole, blocks, declared.title) if len(whole) > 1 and declared.title else None
    for draft in drafts.values():
        members = [blocks[at] for at in draft.members]
        draft.source, draft.source_detail, draft.unresolved = source_of(members, blocks, declared, single, draft.title)
    if above is None:
        return list(drafts.values())
    above.source, above.source_detail, _ = source_of((), blocks, declared, single, above.title)
    return [above, *drafts.values()]


def _labels(blocks: Sequence[Block]) -> list[int]:
    """The number of its article for each block; -1 for the furniture of a page with several."""
    starts = _starts(blocks)
    labels: list[int] = []
    article = 0
    for index in range(len(blocks)):
        if index in starts and index:
            article += 1
        labels.append(article)
    if article:
        _settle_headings(blocks, labels)
        for index, block in enumerate(blocks):
            if (
                block.kind == "boilerplate"
                and not _CREDIT.search(block.plain)
                and (boilerplate.is_page_label(block.plain) or boilerplate.is_latin(block.plain))
            ):
                labels[index] = -1
    return labels


def _starts(blocks: Sequence[Block]) -> set[int]:
    """The blocks at which a story begins. The headings and bylines right above its body belong to it."""
    starts: set[int] = set()
    leads = sum(block.lead for block in blocks)
    bylines = sum(_is_reporters(block) for block in blocks)
    page = leads + bylines >= 2
    body_since = signed = credited = False
    run: list[int] = []
    for index, block in enumerate(blocks):
        if block.kind == "heading" and not (block.lead and not run and not body_since):
            run.append(index)
            continue
        reporters = _is_reporters(block)
        if reporters and body_since and not run:
            if page and credited and _body_follows(blocks, index):
                starts.add(index)
                body_since, credited, signed = False, True, False
            else:
                credited = True
            continue
        if block.kind in ("boilerplate", "caption"):
            continue
        if run and body_since:
            top = [blocks[at] for at in run]
            genre = any(_is_notice_title(heading.plain) and (signed or len(heading.plain) >= 6) for heading in top)
            several = page and len(run) >= 2 and not any(WORDS.chapter.match(heading.plain) for heading in top)
            if block.lead or reporters or genre and (signed or page) or several:
                starts.add(_first_of_run(blocks, run, block.lead or reporters))
                body_since = signed = credited = False
        elif block.lead and body_since and credited:
            starts.add(index)
            body_since = signed = credited = False
        run = []
        if block.kind == "byline" and not reporters:
            signed = True
        elif reporters or block.lead:
            credited = True
        if block.kind in ("body", "table"):
            body_since = True
            signed = signed and block.kind == "table"
    return starts


def _is_notice_title(text: str) -> bool:
    return WORDS.genre.search(text.split("（")[0]) is not None and not WORDS.chapter.match(text)


def _first_of_run(blocks: Sequence[Block], run: Sequence[int], lead: bool) -> int:
    """The first heading of a run that opens a story; a numbered heading before it still belongs to the story above."""
    first = run[0]
    for at in run:
        if WORDS.chapter.match(blocks[at].plain) and lead:
            first = at + 1
    return min(first, run[-1])


def _is_reporters(block: Block) -> bool:
    if block.kind != "byline":
        return False
    return names_reporters(block.plain) or not is_signature(block.plain) and not is_agency_line(block.plain)


def _body_follows(blocks: Sequence[Block], index: int) -> bool:
    return any(block.kind == "body" for block in blocks[index + 1 : index + 3])


def _settle_headings(blocks: Sequence[Block], labels: list[int]) -> None:
    """On a page where a story stands without a heading, give each heading of a run to the story that it resembles."""
    texts: dict[int, list[str]] = {}
    for block, label in zip(blocks, labels, strict=True):
        if block.kind in ("body", "caption", "table"):
            texts.setdefault(label, []).append(block.text)
    opened = {label: index for index, label in reversed(list(enumerate(labels)))}
    orphans = {label for label, index in opened.items() if blocks[index].kind != "heading" and label in texts}
    if not orphans:
        return
    likeness = _Likeness({label: "".join(parts) for label, parts in texts.items()})
    for run, label in _runs(blocks, labels):
        if len(run) < 2:
            continue
        moved = {at: likeness.best(blocks[at].text) for at in run}
        for at, (best, score, own) in moved.items():
            if best in orphans and best != label and score >= MATCH_AT and score > 1.2 * own.get(label, 0.0):
                labels[at] = best


def _runs(blocks: Sequence[Block], labels: Sequence[int]) -> Iterable[tuple[list[int], int]]:
    """Runs of headings with nothing between them, and the article that follows each."""
    run: list[int] = []
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            run.append(index)
        elif block.kind != "boilerplate":
            if run:
                yield run, labels[run[-1]]
            run = []


class _Likeness:
    """How much a heading resembles each story: the share of its character bigrams found there, the rare ones weighing more."""

    def __init__(self, texts: dict[int, str]) -> None:
        self._bigrams = {label: _bigrams(text) for label, text in texts.items()}
        self._spread = Counter(bigram for bigrams in self._bigrams.values() for bigram in bigrams)

    def best(self, heading: str) -> tuple[int, float, dict[int, float]]:
        weights = {
            bigram: math.log((1 + len(self._bigrams)) / (self._spread[bigram] or 1)) + 0.1
            for bigram in _bigrams(heading)
        }
        total = sum(weights.values()) or 1.0
        scores = {
            label: sum(weight for bigram, weight in weights.items() if bigram in found) / total
            for label, found in self._bigrams.items()
        }
        best = max(scores, key=lambda label: (scores[label], -label))
        return best, scores[best], scores


def _bigrams(text: str) -> set[str]:
    folded = "".join(filter(str.isalnum, fold(text)))
    return {folded[at : at + 2] for at in range(len(folded) - 1)}


def _title(draft: Draft, blocks: Sequence[Block], publisher: str | None) -> None:
    """Title, kicker and subtitle from the headings before the body; the name of the `publisher` above a post is none."""
    top: list[int] = []
    for at in draft.members:
        block = blocks[at]
        if block.kind == "heading" and not stamped(block.plain) and block.text != publisher:
            top.append(at)
        elif block.kind in ("body", "table") and not _is_header(block):
            break
    if top and WORDS.chapter.match(blocks[top[0]].plain) and len(top) == 1 and draft.members[0] != top[0]:
        return
    while len(top) > 1 and WORDS.chapter.match(blocks[top[-1]].plain):
        top.pop()
    if not top:
        return
    # the head of a paper above its stories
    top = top[1:] if len(top) > 1 and named_alone(blocks[top[0]].plain) else top
    topics = [at for at in top if blocks[at].lead]
    levels = [blocks[at].level for at in top]
    if topics:
        main = topics[0]
    elif any(levels) and len(set(levels)) > 1:
        main = top[levels.index(min(level for level in levels if level))]
    else:
        main = next((at for at in top if not is_colon(blocks[at].text) and len(blocks[at].text) >= 5), top[0])
        main = _below_kicker(main, top, draft, blocks)
    place = top.index(main)
    draft.title_at = main
    draft.title = _bare_title(blocks[main])
    draft.kicker = tuple(blocks[at].text for at in top[:place])
    draft.subtitle = blocks[top[place + 1]].text if place + 1 < len(top) else None


def _title_told(draft: Draft, blocks: Sequence[Block]) -> str | None:
    """The heading that the header table of an official document gives as its title."""
    rows = (row for at in draft.members if _is_header(blocks[at]) for row in blocks[at].plain.split("\n"))
    told = {fold(found["title"]) for row in rows if (found := _TITLE_ROW.match(row))}
    headings = (blocks[at].text for at in draft.members[:_HEAD] if blocks[at].kind == "heading")
    return next((text for text in headings if fold(text) in told), None) if told else None


def _former_title(draft: Draft, blocks: Sequence[Block]) -> str | None:
    """The title that the first or the last lines of a repost give as that of its original: 原标题：…"""
    ends = [*draft.members[:_ENDS], *draft.members[-_ENDS:]]
    found = next(filter(None, (WORDS.former_title.match(blocks[at].text[:100]) for at in ends)), None)
    title = found["title"].strip(" \u3000") if found else ""
    return title if len(title) >= _SHORTEST_TITLE and "。" not in title else None


def _below_kicker(main: int, top: Sequence[int], draft: Draft, blocks: Sequence[Block]) -> int:
    """The heading that stands between a couplet and the story that it sums up: the couplet above a title leads to it."""
    place = top.index(main) + 1
    lead = next((blocks[at].text for at in draft.members if blocks[at].kind == "body"), "")
    if place >= len(top) or not _COUPLET.match(blocks[main].text) or len(blocks[top[place]].text) < 5:
        return main
    told, above, below = map(_bigrams, (lead, blocks[main].text, blocks[top[place]].text))
    return top[place] if len(below & told) * len(above) > len(above & told) * len(below) else main


def _is_header(block: Block) -> bool:
    return "header_table" in block.flags


def _bare_title(block: Block) -> str:
    lead = lead_of(block.plain) if block.lead else None
    if lead:
        topic = WORDS.topic.match(block.plain, lead.end())
        if topic:
            return block.text[topic.end() :].strip()
    return title_and_site(block.text)[0]


def _credits(draft: Draft, blocks: Sequence[Block]) -> None:
    """Byline and dateline of an article."""
    for at in draft.members:
        block = blocks[at]
        if block.kind == "byline" and not draft.byline and _is_reporters(block):
            draft.byline = block.as_written(bare_names(block.plain))
        if block.lead and not draft.dateline:
            _read_lead(draft, block)
    if not draft.byline:
        tails = (
            blocks[at].as_written(tail_names(blocks[at].plain)) for at in draft.members if blocks[at].kind == "body"
        )
        draft.byline = next(filter(None, tails), None)


def _read_lead(draft: Draft, block: Block) -> None:
    lead = lead_of(block.plain)
    if not lead:
        return
    draft.dateline = block.text[: lead.end()].strip("【[（( ").removeprefix("据")
    draft.byline = draft.byline or block.as_written(lead_names(block.plain, lead.end()))


def _keep_title(drafts: Sequence[Draft], blocks: Sequence[Block], title: str) -> Draft | None:
    """The title of a document with several articles is that of the one that has it, or of the first where that has none; else it stands above them by itself."""
    wanted = fold(title)
    for draft in drafts:
        for at in draft.members[:_HEAD]:
            if blocks[at].kind == "heading" and fold(blocks[at].plain) == wanted:
                draft.title, draft.title_at = blocks[at].text, at
                draft.kicker = tuple(text for text in draft.kicker if text != draft.title)
                return None
    if drafts[0].title is None:
        drafts[0].title, drafts[0].title_at = title, None
        return None
    return Draft(title=title)


def _declare(draft: Draft, blocks: Sequence[Block], declared: Declared) -> None:
    """A declared title is the title of a document's only article, above a first heading that says something else."""
    if not declared.title:
        return
    wanted = fold(declared.title)
    for at in draft.members[:_HEAD]:
        if fold(blocks[at].plain) == wanted:
            draft.title, draft.title_at = blocks[at].text, at
            draft.kicker = tuple(text for text in draft.kicker if text != blocks[at].text)
            draft.subtitle = None if draft.subtitle == blocks[at].text else draft.subtitle
            return
    draft.title, draft.title_at = declared.title, None
    first = draft.members[0] if draft.members else 0
    if blocks[first].kind != "heading":
        draft.kicker, draft.subtitle = (), None

"""The title of a page: its own heading before the name of the site, whichever way round its head has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from juanzong.index.corpus.declared.media import is_platform, medium
from juanzong.index.corpus.markup.buttons import is_column
from juanzong.index.corpus.markup.metadata import Metadata
from juanzong.index.datafiles import Words
from juanzong.index.text.folding import fold

WORDS = Words("page_words.yaml")
_SEPARATOR = re.compile(
    r"[_|｜丨¦»›]|-{2,3}|—{1,2}|>{1,2}|(?<=[\s\u3000])[-–·•/／](?=[\s\u3000])|(?<![0-9A-Za-z])[-–－](?![0-9])|(?<=[0-9A-Za-z])[-–－](?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[-–－](?=[0-9A-Za-z\u4e00-\u9fff])"
)
_CUT = re.compile(r"(?:\.{2,}|…+)$")
_EDGE = "“”\"'‘’《》〈〉「」『』【】[]（）() \u3000_|｜丨-–—－>»›·：:,，…."
_RUBRIC = re.compile(r"[\[【〔][^\[\]【】〔〕]{1,12}[\]】〕]\s*")
_LOOSE_END = re.compile(
    r"^(?P<title>.{4,}?)(?:[\s\u3000]*::[\s\u3000]*|[·~～\s\u3000])(?P<site>[^·~～\s\u3000:]{3,16})$"
)
_LOOSE_HEAD = re.compile(
    r"^(?:[【\[](?P<filed>[^【】\[\]]{3,16})[】\]]|(?P<site>[^·~～\s\u3000:：]{3,16})(?:[\s\u3000]*::[\s\u3000]*|[·~～:：\s\u3000]))(?P<title>.{4,})$"
)
_CLAUSES = re.compile("[，。！？；,!?;“”]")
_SHORTEST_TITLE = 4
_SAYS_LITTLE = 6
"""Characters of what a <title> leaves without the site: as few may be the name of a column."""
_FAR = 60
"""Lines of a page among which its heading is looked for."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that may be the title: `level` 1 to 6 for an <h1> to <h6>, 0 for an element whose class says that it is one; `linked` where all of it is a link."""

    text: str
    level: int
    linked: bool = False


def headline(page: Metadata, headings: Sequence[Heading], lines: Sequence[str]) -> tuple[str | None, str | None]:
    """The title and the name of the site. `lines` are the first lines of the page's text that are not navigation."""
    whole = _parted(page.whole_title)
    declared = [title for title in (*map(_parted, page.titles), whole) if title and not WORDS.empty_title.match(title)]
    site = page.site or _site_in(whole)
    if site is None and _is_publisher(whole) and any(not _is_site(h.text, whole) for h in headings):
        # all of the <title> is the name of the house
        site = whole
        declared = [title for title in declared if not _is_site(title, site)]
    own = [
        heading
        for heading in headings
        if not heading.linked
        and not _is_site(heading.text, site)
        and not _is_site(heading.text, page.account)
        and not WORDS.empty_title.match(heading.text)
        and not heading.text.replace("-", "").replace(":", "").replace(" ", "").isdecimal()
    ]
    tops = [heading for heading in own if heading.level == 1]
    named = [heading.text for heading in own if any(_stands_in(heading.text, title) for title in declared)]
    best = next((heading.text for heading in tops if heading.text in named), None)
    if best is None and len(tops) == 1 and not _is_publisher(tops[0].text):
        best = next(
            (part for title in declared for part in _segments(title) if _is_filed(tops[0].text, part)), tops[0].text
        )
    if best is None and named:
        best = max(named, key=len)
    if best is None:
        standing = [
            line
            for line in lines[:_FAR]
            if 4 <= len(line) <= 120
            and not WORDS.empty_title.match(line)
            and not _is_site(line, site)
            and any(_stands_in(line, title) for title in declared)
        ]
        best = max((line for line in standing if not _is_publisher(line)), key=len, default=None)
    if best is None:
        hinted = [heading.text for heading in own if heading.level == 0 and len(heading.text) >= 4]
        seconds = [heading.text for heading in own if heading.level in (2, 3) and len(heading.text) >= 4]
        left = next(filter(None, (_without_site(title, site) for title in declared)), None)
        told = left is not None and not _is_publisher(left) and not (hinted and len(left) <= _SAYS_LITTLE)
        best = left if told else hinted[0] if hinted else seconds[0] if len(seconds) == 1 else None
    if site is None and best != whole and _is_publisher(whole):
        # all of the <title> is the name of the paper
        site = whole
    return best, site


def title_and_site(title: str) -> tuple[str, str | None]:
    """A title that was taken from the head of a page without the name of its site, and that name; (title, None) where it has none."""
    parted = _parted(title)
    site = _site_in(parted) if _SEPARATOR.search(parted) else None
    if site is None or not (own := _without_site(parted, site)) or len(own) < _SHORTEST_TITLE:
        return title, None
    return own, site


def _parted(title: str) -> str:
    """A title in which a mark parts the name of the medium that a space, a dot or brackets set apart."""
    if _site_in(title):
        return title
    words = title.split()
    if len(words) >= 3 and _is_publisher(words[0]) and (is_column(words[1]) or WORDS.empty_title.match(words[1])):
        return f"{words[0]}_{' '.join(words[2:])}"
    behind, before = _LOOSE_END.match(title), _LOOSE_HEAD.match(title)
    if behind and _is_house(behind["site"]) and not _is_publisher(behind["title"]):
        return f"{behind['title']}_{behind['site']}"
    if before and _is_house(before["filed"] or before["site"]) and not _is_publisher(before["title"]):
        return f"{before['filed'] or before['site']}_{before['title']}"
    return title


def _is_house(text: str) -> bool:
    found = medium(text)
    return (
        found is not None
        and found.kind in ("known", "form")
        and fold(text) == fold(found.name)
        and not is_platform(text)
    )


def _segments(title: str) -> list[str]:
    return [part for part in map(_bare, _SEPARATOR.split(title)) if part]


def _bare(piece: str) -> str:
    """A part of a title without the marks around it, but with a bracket at its end that it opens itself."""
    part = piece.strip(_EDGE)
    for opening, closing in ("（）", "()"):
        if part.count(opening) > part.count(closing) and piece[piece.find(part) + len(part) :].startswith(closing):
            return part + closing
    return part


def _site_in(title: str) -> str | None:
    """The medium or the body that a page's <title> names at its end or its beginning."""
    parts = _segments(title)
    if len(parts) < 2 or any(is_platform(part.partition("·")[0]) for part in parts):
        return None
    for part in (*reversed(parts[1:]), parts[0]):
        if len(part) <= 24 and _is_publisher(part):
            return part
    return None


def _is_publisher(text: str) -> bool:
    if len(text) > 24 or _CLAUSES.search(text):
        return False
    found = medium(text)
    return found is not None and fold(text).startswith(fold(found.name)[:2])


def _is_site(text: str, site: str | None) -> bool:
    return site is not None and fold(text.strip(_EDGE)) == fold(site)


def _stands_in(text: str, title: str) -> bool:
    """Whether a line is a title, or one of the parts of a title, or goes on where a title was cut."""
    line, whole = fold(text.strip(_EDGE)), fold(title.strip(_EDGE))
    if len(line) < 2:
        return False
    if line == whole or any(line == fold(part) for part in _segments(title)):
        return True
    for part in (title, *_segments(title)):
        cut = _CUT.sub("", part.strip())
        if (cut != part.strip() or len(cut) >= 15) and len(fold(cut)) >= 8 and line.startswith(fold(cut.strip(_EDGE))):
            return True
    at = whole.find(line)
    return at >= 0 and len(line) >= 4 and _is_apart(whole, title, at, at + len(line))


def _is_filed(heading: str, part: str) -> bool:
    """Whether a heading is a part of the title behind the rubric in brackets under which a forum files it."""
    filed = _RUBRIC.match(heading)
    return filed is not None and len(part) >= 4 and fold(heading[filed.end() :].strip(_EDGE)) == fold(part.strip(_EDGE))


def _is_apart(whole: str, title: str, start: int, end: int) -> bool:
    """Whether a part of a title is set apart from the rest by spaces or marks."""
    spaced = {fold(part) for part in re.split(r"[\s\u3000]+", title)}
    before, after = whole[:start], whole[end:]
    return _ends_apart(before, spaced) and _begins_apart(after, spaced)


def _ends_apart(before: str, parts: set[str]) -> bool:
    return not before or not before[-1].isalnum() or any(before.endswith(part) for part in parts if part)


def _begins_apart(after: str, parts: set[str]) -> bool:
    return not after or not after[0].isalnum() or any(after.startswith(part) for part in parts if part)


def _without_site(title: str, site: str | None) -> str | None:
    """A title without the names of site and columns; None where nothing else is left."""
    words = title.split(",")
    if len(words) >= 3 and _is_publisher(words[-1].strip()):
        # key words stand between the title and the site
        title = words[0]
    pieces = list(_spans(title))
    kept = [
        (start, end)
        for start, end in pieces
        if not WORDS.empty_title.match(title[start:end])
        and not (len(pieces) > 1 and is_column(title[start:end]))
        and not _is_site(title[start:end], site)
        and not (len(pieces) > 1 and _is_publisher(title[start:end]))
    ]
    if not kept:
        return None
    longest = max(kept, key=lambda span: span[1] - span[0])
    # what stands beside the longest part and is long itself belongs to the title: a title may hold a dash
    first, last = longest
    for start, end in kept:
        if (
            end - start >= 8
            and (start, end) != longest
            and title[min(end, last) : max(start, first)].strip() in ("-", "—", "——", "–", "－", "|", "｜")
        ):
            first, last = min(first, start), max(last, end)
    return title[first:last].strip(" \u3000_|｜丨-–—－>»›") or None


def _spans(title: str) -> Iterator[tuple[int, int]]:
    at = 0
    for found in (*_SEPARATOR.finditer(title), None):
        end = found.start() if found else len(title)
        part = title[at:end]
        start = at + len(part) - len(part.lstrip(_EDGE))
        stop = at + len(part.rstrip(" \u3000_|｜丨-–—－>»›"))
        if start < stop:
            yield start, stop
        at = found.end() if found else end

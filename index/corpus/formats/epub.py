"""Books (EPUB 2 and 3): their chapters in the order of the spine."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from juanzong.index.corpus.contents import Contents, Entry, Opening, Refused
from juanzong.index.corpus.encoding.decoding import decode
from juanzong.index.corpus.markup.html import markup_lines
from juanzong.index.corpus.packages import attribute, local, open_package, parse, part
from juanzong.index.records import Declared

_ASIDE = re.compile(r"(</?)aside\b", re.IGNORECASE)
_CHAPTERS = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """The chapters of a book, each a file of its own below the book."""
    package = open_package(data)
    container = part(package, "META-INF/container.xml", opening.budget)
    if container is None:
        raise Refused("unreadable", "The file is no EPUB, whatever its name says. Fetch the book again.")
    name = (
        next(
            (attribute(element, "full-path") for element in parse(container).iter() if local(element) == "rootfile"),
            None,
        )
        or ""
    )
    book = part(package, name, opening.budget)
    if book is None:
        raise Refused("unreadable", "The book does not say what it holds. Fetch it again.")
    items: dict[str, tuple[str, str]] = {}
    spine: list[str] = []
    meta: dict[str, str] = {}
    for element in parse(book).iter():
        tag = local(element)
        if tag == "item":
            items[attribute(element, "id") or ""] = (
                unquote(attribute(element, "href") or ""),
                attribute(element, "media-type") or "",
            )
        elif tag == "itemref":
            spine.append(attribute(element, "idref") or "")
        elif tag in ("title", "creator", "date", "publisher") and element.text:
            meta.setdefault(tag, " ".join(element.text.split()))
    contents = Contents(
        "epub", declared=Declared(date=meta.get("date"), author=meta.get("creator"), source=meta.get("publisher"))
    )
    folder = posixpath.dirname(name)
    for key in dict.fromkeys(spine):
        href, kind = items.get(key, ("", ""))
        if kind not in _CHAPTERS:
            continue
        path = posixpath.normpath(posixpath.join(folder, href.partition("#")[0]))
        try:
            chapter = part(package, path, opening.budget)
        except Refused as refused:
            contents.problems.append(refused.problem)
            continue
        text = decode(chapter).text if chapter else None
        if text is None:
            continue
        # what stands beside the text of a page is its furniture; in a book it is a note
        lines, _, problems = markup_lines(_ASIDE.sub(r"\1div", text))
        contents.problems += problems
        for line in lines:
            line.number += contents.lines[-1].number if contents.lines else 0
        contents.lines += lines
        opening.progress()
    yield contents

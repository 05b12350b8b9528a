"""The whole reading of a document, step by step: bytes, text, lines, paragraphs, articles, facts, sidecar."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from juanzong.index.corpus.confinement import reader as confinement
from juanzong.index.corpus.containers import INSIDE, Part
from juanzong.index.corpus.declared.frontmatter import FrontMatter, split_front_matter
from juanzong.index.corpus.declared.headfields import address_in, head_fields
from juanzong.index.corpus.declared.yamltext import flat, several
from juanzong.index.corpus.encoding.decoding import decode
from juanzong.index.corpus.files import LINE_SUFFIXES, TEXT_SUFFIXES, SourceFile, suffixes
from juanzong.index.corpus.jsonl import JsonlRow, entries, plain_ends
from juanzong.index.corpus.lines import Line
from juanzong.index.corpus.markup.glosses import without_pinyin
from juanzong.index.corpus.markup.headline import title_and_site
from juanzong.index.corpus.markup.html import markup_lines
from juanzong.index.corpus.markup.markdown import is_markdown, markdown_lines
from juanzong.index.corpus.pages import recogniser, recognitions
from juanzong.index.corpus.pieces import Piece, pieces, unpack
from juanzong.index.corpus.plaintext import holds_tags, looks_like_markup, text_lines
from juanzong.index.errors import UnreadableInput
from juanzong.index.facts.context import ReadingContext
from juanzong.index.faults import log_fault
from juanzong.index.reading import overrides, sidecars
from juanzong.index.reading.identity import Ids, document_id
from juanzong.index.records import Article, Declared, Document, Kind, Paragraph, Problem
from juanzong.index.structure.articles import Draft, drafts_of
from juanzong.index.structure.kinds import Block
from juanzong.index.structure.paragraphs import blocks_of, split_long

_MARKDOWN = (".md", ".markdown")
_MARKUP = (".html", ".htm")
MAX_UNRESOLVED = 50
PLAIN = ReadingContext()
"""A first reading, with nothing from outside the document."""


def read_file(path: Path, context: ReadingContext = PLAIN) -> list[Document]:
    """Every document of one file. Raises UnreadableInput when there is no such file."""
    if not path.is_file():
        raise UnreadableInput(f"{path} is not a file. Give the path of a document.")
    return [document for piece in pieces(SourceFile(path, path.name)) for document in read_piece(piece, context)]


def read_piece(piece: Piece, context: ReadingContext = PLAIN) -> list[Document]:
    """The documents of a piece, with their articles, paragraphs and mentions.

    Never raises for bad content: what cannot be read becomes a document without articles whose `warnings` say why.
    """
    return list(documents_of(piece, context))


def documents_of(piece: Piece, context: ReadingContext = PLAIN) -> Iterator[Document]:
    """The documents of a piece one after another, as `read_piece` gives them."""
    own = None if piece.is_jsonl else sidecars.load(piece.file.path)
    documents: Iterable[Document] = structure(piece)
    context = replace(context, written=_written(piece))
    if piece.is_jsonl:
        # the records of one file lie near each other in time
        documents = list(documents)
        context = replace(context, around=_days_around(documents))
    for document in documents:
        # what stands beside a container is about the container
        sidecar = own if not document.container else None
        try:
            if sidecar is not None:
                document = overrides.restructure(document, sidecar)
            document = _with_facts(document, context, _given(sidecar) if sidecar is not None else None)
            yield document if sidecar is None else overrides.override(document, sidecar)
        except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
            yield _failed(document, error)


def _with_facts(document: Document, context: ReadingContext, given: Declared | None) -> Document:
    from juanzong.index.facts.annotation import annotate

    return annotate(document, context, given)


def _days_around(documents: Sequence[Document]) -> tuple[datetime.date, datetime.date] | None:
    from juanzong.index.facts.chronology import days_around

    return days_around(documents)


def _written(piece: Piece) -> datetime.date | None:
    try:
        return datetime.date.fromtimestamp(piece.file.path.stat().st_mtime)
    except (OSError, OverflowError, ValueError):
        return None


def _given(sidecar: sidecars.Sidecar) -> Declared:
    """What a sidecar says of the whole document and the facts in it lean on: its day lends years, its city names."""
    return Declared(date=flat(sidecar.page.get("published")) or None, city=several(sidecar.page.get("city")))


def _failed(document: Document, error: Exception) -> Document:
    log_fault(f"Reading {document.path}" + (f", line {document.line}" if document.line else ""), error)
    message = (
        f"This program failed on the document ({type(error).__name__}): it was indexed as far as it was read. "
        "`juanzong inspect FILE --debug` shows where; please report that."
    )
    problem = Problem("fault", message, document.line)
    return replace(document, warnings=(*document.warnings, problem))


def structure(piece: Piece) -> Iterator[Document]:
    """The documents of a piece with articles and paragraphs, before any fact is read from them."""
    if piece.is_jsonl:
        yield from _jsonl_documents(piece)
        return
    if piece.is_opened:
        for document in _opened_documents(piece):
            if not piece.only or (document.path, document.line) in piece.only:
                yield document
        return
    base = Document(
        document_id(piece.file.relative), piece.file.relative, piece.sha256, "", "", warnings=piece.problems
    )
    try:
        yield _text_document(piece, base)
    except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
        yield _failed(base, error)


def _opened_documents(piece: Piece) -> Iterator[Document]:
    """The documents of a file that its format's reader opens, and of everything inside it."""
    whole = piece.file.relative
    for part in confinement.read(piece.file.path, piece.file.path.name, recogniser.wanted(), recognitions.folder()):
        path = f"{whole}{INSIDE}{part.inside}" if part.inside else whole
        container = whole if part.inside else ""
        if part.contents is None:
            yield from _text_inside(piece, path, part)
            continue
        contents = part.contents
        base = Document(
            document_id(path),
            path,
            piece.sha256,
            contents.encoding,
            contents.format,
            container=container,
            declared=_merged(contents.declared, part.declared),
            warnings=tuple(contents.problems),
            pages=contents.pages,
            pages_about=contents.about,
            unread=tuple(contents.unread),
        )
        try:
            yield (
                _assembled(base, contents.lines, contents.trusted, single=False)
                if contents.lines or not contents.problems
                else base
            )
        except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
            yield _failed(base, error)


def _text_inside(piece: Piece, path: str, part: Part) -> Iterator[Document]:
    """The documents of a text file inside a container."""
    suffix, packed = suffixes(path)
    data, problems = unpack(part.text) if packed else (part.text, ())
    inner = Piece(
        SourceFile(piece.file.path.with_name(Path(path).name), path),
        data,
        1,
        suffix in LINE_SUFFIXES,
        piece.sha256,
        problems,
    )
    for document in structure(inner):
        yield replace(document, container=piece.file.relative, declared=_merged(document.declared, part.declared))


def _text_document(piece: Piece, base: Document) -> Document:
    if not piece.data and piece.problems:
        return base
    decoded = decode(piece.data)
    base = replace(base, encoding=decoded.encoding, warnings=base.warnings + decoded.problems)
    if decoded.text is None:
        return base
    text, pinyin = without_pinyin(decoded.text)
    if pinyin:
        message = f"Pinyin stood in brackets after characters {pinyin} times and was left out. Fetch the document from a better source if you can."
        base = replace(base, warnings=(*base.warnings, Problem("mojibake", message)))
    front = split_front_matter(text)
    format_, lines, meta, problems = _lines(front, suffixes(piece.file.path.name)[0])
    declared = _own_title(_merged(front.declared, meta))
    base = replace(
        base,
        format=format_,
        front_matter=front.values,
        declared=declared,
        warnings=base.warnings + front.problems + problems,
    )
    return _assembled(base, lines, trusted=format_ == "html", single=False)


def _lines(front: FrontMatter, suffix: str) -> tuple[str, list[Line], Declared, tuple[Problem, ...]]:
    if (
        (suffix not in TEXT_SUFFIXES or suffix in _MARKUP)
        and holds_tags(front.body)
        or looks_like_markup(front.body)
        and not is_markdown(front.body)
    ):
        lines, meta, problems = markup_lines(front.body, front.first_line)
        return "html", lines, meta, problems
    markdown = suffix in _MARKDOWN
    lines = (markdown_lines if markdown else text_lines)(front.body, front.first_line)
    declared, taken = head_fields(front.body) if not front.values else (Declared(), 0)
    for line in lines:
        if line.number >= front.first_line + taken:
            break
        if line.text != declared.title:
            line.role = "boilerplate"
    if not declared.url and not front.declared.url and (address := address_in(front.body)):
        declared = replace(declared, url=address)
    return "markdown" if markdown else "text", lines, declared, ()


def _own_title(declared: Declared) -> Declared:
    """What was declared, with a title of its own where that came with the name of its site."""
    if not declared.title:
        return declared
    title, site = title_and_site(declared.title)
    return replace(declared, title=title, site=declared.site or site) if site else declared


def _merged(first: Declared, second: Declared) -> Declared:
    return Declared(**{name: getattr(first, name) or getattr(second, name) for name in Declared.__dataclass_fields__})


def _jsonl_documents(piece: Piece) -> Iterator[Document]:
    path = piece.file.relative
    decoded = decode(plain_ends(piece.data))
    base = Document(
        document_id(path, piece.first_line), path, piece.sha256, decoded.encoding, "jsonl", line=piece.first_line
    )
    problems = piece.problems + tuple(
        replace(problem, line=problem.line + piece.first_line - 1 if problem.line else 0)
        for problem in decoded.problems
    )
    if problems:
        # what is wrong with the piece belongs to none of its documents
        yield replace(base, id=document_id(path, -piece.first_line), line=problems[0].line, warnings=problems)
    for entry in entries(decoded.text or "", piece.first_line):
        own = Document(
            entry.id or document_id(path, entry.line),
            path,
            piece.sha256,
            decoded.encoding,
            "jsonl",
            entry.line,
            declared=_own_title(entry.declared),
            warnings=entry.problems,
        )
        try:
            yield own if entry.problems and not entry.lines else _jsonl_document(own, entry)
        except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
            yield _failed(own, error)


def _jsonl_document(base: Document, entry: JsonlRow) -> Document:
    return _assembled(base, entry.lines, trusted=True, single=True)


def _assembled(base: Document, lines: Sequence[Line], trusted: bool, single: bool) -> Document:
    blocks, problems = split_long(blocks_of(lines, trusted))
    if not blocks and not base.declared.title:
        problems += (Problem("empty", "The document holds no text. Remove it, or check how it was made.", base.line),)
        return replace(base, warnings=base.warnings + problems)
    drafts = drafts_of(blocks, base.declared, single) or [Draft(title=base.declared.title)]
    unresolved = tuple(surface for draft in drafts for surface in draft.unresolved)
    return replace(
        base,
        articles=_articles(base.id, drafts, blocks),
        warnings=base.warnings + problems,
        unresolved_sources=unresolved[:MAX_UNRESOLVED],
    )


def _articles(document: str, drafts: Sequence[Draft], blocks: Sequence[Block]) -> tuple[Article, ...]:
    ids = Ids(document, [block.text for block in blocks])
    paragraphs: dict[int, Paragraph] = {}
    inserted: dict[int, Paragraph] = {}
    order = {at: number for number, draft in enumerate(drafts) for at in draft.members}
    seq = 0
    for number, draft in enumerate(drafts):
        if draft.title and not draft.members:
            inserted[number] = Paragraph(
                ids.paragraph(draft.title), seq, "heading", draft.title, flags=("declared_title",)
            )
            seq += 1
    for at, block in enumerate(blocks):
        number = order[at]
        draft = drafts[number]
        if draft.title and draft.title_at is None and number not in inserted:
            inserted[number] = Paragraph(
                ids.paragraph(draft.title), seq, "heading", draft.title, flags=("declared_title",)
            )
            seq += 1
        paragraphs[at] = Paragraph(
            ids.paragraph(block.text),
            seq,
            # the kinds that lines have on the way are gone now
            cast(Kind, block.kind),
            block.text,
            (block.first, block.last),
            tuple(block.joins),
            tuple(block.flags),
            pages=block.pages,
            boxes=tuple(block.boxes),
        )
        seq += 1
    articles = []
    for number, draft in enumerate(drafts):
        own = tuple(paragraphs[at] for at in draft.members)
        if number in inserted:
            own = (inserted[number], *own)
        name = draft.title or next((p.text for p in own if ids.folded(p.text)), "")
        articles.append(
            Article(
                ids.article(name),
                draft.title,
                draft.kicker,
                draft.subtitle,
                draft.byline,
                draft.dateline,
                draft.source,
                paragraphs=own,
                source_detail=draft.source_detail,
            )
        )
    return tuple(articles)

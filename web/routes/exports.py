"""What a reader takes away: every hit as a file, one paragraph as a reference, and, where the operator allows it, the file that was read."""
from __future__ import annotations

import datetime
import re
import threading
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_file

from juanzong.index.corpus.files import find_files, is_readable
from juanzong.index.errors import JuanzongError, NotFound
from juanzong.search.answer.result import Hit
from juanzong.search.output.citation import Work, bibtex, csl_json, gbt7714, work
from juanzong.search.output.export import FORMATS, WRITERS
from juanzong.web.markup import is_traditional, marked, visible
from juanzong.web.service.board import EXPORTS, Board
from juanzong.web.service.requests import answered, archive, asked, cited
from juanzong.web.settings import Service
from juanzong.web.views.links import Addresses, carried, is_asked
from juanzong.web.views.rendering import HTML, page

taking = Blueprint("taking", __name__)
CITATIONS = {"txt": lambda cited: gbt7714(cited) + "\n", "bib": bibtex, "json": csl_json}
_TYPES = {"txt": "text/plain; charset=utf-8", "bib": "application/x-bibtex; charset=utf-8", "json": "application/vnd.citationstyles.csl+json; charset=utf-8"}

_LONGEST = 200
_ROLE = re.compile("(?:本报|本网|本台|本刊|特约|见习|实习|首席|全媒体|融媒体)*(?:记者|通讯员|评论员|编辑|作者|实习生)")
_BETWEEN = re.compile(r"[、，,;；/／|｜■□▲:：()（）]+")
_WORK = frozenset("文 图 摄 文图 图文 摄影 报道 供图 整理 综合 撰文 本报 本网 讯".split())


class Busy(JuanzongError):
    """More is asked for at the same time than the server gives."""

    status = 503


# --- all hits ---

@taking.get("/export.<any(csv, jsonl, md):form>")
def export(form: str) -> Response:
    """Every hit, streamed: in the order of `sort` where the address has one, else in the order of ids.

    The first part is made before the answer begins, so that an error is still an error."""
    found = asked(strict=False)
    ranked = bool(request.args.get("sort"))
    place = _Place(current_app.extensions["exports"])
    try:
        chunks: Iterator[str] = iter(WRITERS[form](archive().engine().scan(found, ranked), base_url=request.host_url))
        first = list(islice(chunks, 2))
    except BaseException:
        place.leave()
        raise
    answer = Response(_gathered(chain(first, chunks), place), content_type=FORMATS[form],
                      headers={"Content-Disposition": f'attachment; filename="juanzong.{form}"', "Cache-Control": "private, no-store"})
    # An asker who goes away, or wants only the head, never comes to the end of the stream.
    answer.call_on_close(place.leave)
    return answer


class Exports:
    """How many exports run at the same time, over all processes of the server. Each process counts its own."""

    def __init__(self, board: Board, most: int) -> None:
        self._board, self._most = board, most
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Raises Busy where as many run as may."""
        with self._lock:
            # Counted first and looked at then, two processes never take the same last place.
            self._board.row(EXPORTS)[0] += 1
            if self._board.sum(EXPORTS) <= self._most:
                return
            self._board.row(EXPORTS)[0] -= 1
        raise Busy("Too many exports are running at the same time; try again in a few seconds.", code="busy")

    def end(self) -> None:
        with self._lock:
            self._board.row(EXPORTS)[0] -= 1


class _Place:
    """One of the exports that may run at the same time. Raises Busy where all are taken."""

    def __init__(self, exports: Exports) -> None:
        exports.begin()
        self._exports: Exports | None = exports

    def leave(self) -> None:
        exports, self._exports = self._exports, None
        if exports is not None:
            exports.end()


def _gathered(chunks: Iterator[str], place: _Place, size: int = 256) -> Iterator[bytes]:
    try:
        while part := "".join(islice(chunks, size)):
            yield part.encode("utf-8", "replace")
    finally:
        place.leave()


# --- one paragraph ---

@taking.get("/cite/<paragraph_id>")
def citation(paragraph_id: str) -> Response:
    """A paragraph as a reference in every form, to be copied; the address may hold the search to go back to."""
    found = asked(strict=False)
    engine = archive().engine()

    def written() -> str:
        hit = cited(engine, paragraph_id)
        reference = _work(hit, request.host_url)
        address = Addresses(found)
        return page("citation.html", hit=hit, text=marked(hit.text, ()), lang="zh-Hant" if is_traditional(hit.text) else "zh-Hans", reference=visible(gbt7714(reference)),
                    entry=visible(bibtex(reference)), url=address.document(hit.doc, f"p-{hit.id}"), back=address() if is_asked(found) else None,
                    asked=found, kept=carried(found), stale=engine.info()["stale"])
    return answered(engine, written, HTML)


@taking.get("/cite/<paragraph_id>.<any(txt, bib, json):form>")
def cite(paragraph_id: str, form: str) -> Response:
    """A paragraph as a reference: a line after GB/T 7714, BibTeX or CSL JSON."""
    reference = _work(cited(archive().engine(), paragraph_id), request.host_url)
    return Response(CITATIONS[form](reference), content_type=_TYPES[form], headers={"Content-Disposition": f'attachment; filename="{reference.key}.{form}"'})


def _work(hit: Hit, base_url: str) -> Work:
    return work({**hit.to_dict(), "source_url": hit.declared_url}, base_url=base_url, authors=authors(hit.byline or ""), accessed=datetime.date.today())


def authors(byline: str) -> tuple[str, ...]:
    """The names in a byline, without what the people are: 本报记者 丁一诺 通讯员 邵 立 is 丁一诺 and 邵立; the byline itself where no name is left."""
    names: list[str] = []
    for group in _BETWEEN.split(_ROLE.sub("、", byline[:_LONGEST])):
        parts = [part for part in group.split() if part not in _WORK]
        if parts and all(part.isascii() for part in parts):
            names.append(" ".join(parts))
        elif parts and all(len(part) == 1 for part in parts):
            # A name of two characters is often set with a space in it.
            names.append("".join(parts))
        else:
            names += parts
    return tuple(names) or ((byline,) if byline.strip() else ())


# --- the file that was read ---

@taking.get("/source/<path:document_id>")
def source(document_id: str) -> Response:
    """The file of a document, byte for byte, only where the operator allows it; a document of a JSONL file is a line of that file."""
    service: Service = current_app.extensions["service"]
    if not service.sources:
        raise NotFound("The source files of this archive are not for download.", code="sources")
    view = archive().engine().document(document_id)
    found = source_path(view.path, [Path(folder) for folder in archive().stats()["sources"]])
    if found is None:
        raise NotFound("The source file is no longer where it was read.", code="moved")
    answer = send_file(found, mimetype="application/octet-stream", as_attachment=True, download_name=found.name, max_age=0)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def source_path(relative: str, corpora: list[Path]) -> Path | None:
    """The file that the index calls `relative`, None where there is none. It is always a readable file within one of the corpora."""
    near = [path for corpus in corpora for path in _direct(relative, corpus)]
    if len(near) == 1:
        return near[0]
    # Two corpora with the same path in both are told apart by names that only the whole listing gives.
    try:
        return next((file.path.resolve() for file in find_files(corpora) if file.relative == relative), None)
    except JuanzongError:
        return None


def _direct(relative: str, corpus: Path) -> Iterator[Path]:
    if corpus.is_file():
        if corpus.name == relative:
            yield corpus
        return
    root, path = corpus.resolve(), (corpus / relative).resolve()
    hidden = any(part.startswith(".") for part in Path(relative).parts)
    if not hidden and path.is_relative_to(root) and is_readable(path.name) and path.is_file():
        yield path

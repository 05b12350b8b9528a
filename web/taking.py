"""What a reader takes away: every hit as a file, one paragraph as a reference, and, where the operator allows it, the file that was read."""
from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_file

from index.errors import JuanzongError, NotFound
from index.sources import find_files, is_readable
from search import Engine
from search.citation import Work, bibtex, csl_json, work
from search.export import FORMATS, WRITERS
from search.hits import Display
from search.request import SearchRequest
from search.result import Hit
from web.requests import archive, asked
from web.settings import Service

taking = Blueprint("taking", __name__)
CITATIONS = {"bib": "application/x-bibtex; charset=utf-8", "json": "application/vnd.citationstyles.csl+json; charset=utf-8"}


class Busy(JuanzongError):
    """More is asked for at the same time than the server gives."""

    status = 503


# --- all hits ---

@taking.get("/export.<any(csv, jsonl, md):form>")
def export(form: str) -> Response:
    """Every hit, streamed. The first part is made before the answer begins, so that an error is still an error."""
    found = asked(strict=False)
    place = _Place(current_app.extensions["exports"])
    try:
        chunks: Iterator[str] = iter(WRITERS[form](archive().engine().scan(found), base_url=request.host_url))
        first = list(islice(chunks, 2))
    except BaseException:
        place.leave()
        raise
    answer = Response(_gathered(chain(first, chunks), place), content_type=FORMATS[form],
                      headers={"Content-Disposition": f'attachment; filename="juanzong.{form}"', "Cache-Control": "private, no-store"})
    # An asker who goes away, or wants only the head, never comes to the end of the stream.
    answer.call_on_close(place.leave)
    return answer


class _Place:
    """One of the exports that may run at the same time. Raises Busy where all are taken."""

    def __init__(self, places: threading.BoundedSemaphore) -> None:
        if not places.acquire(blocking=False):
            raise Busy("Too many exports are running at the same time; try again in a few seconds.", code="busy")
        self._places: threading.BoundedSemaphore | None = places

    def leave(self) -> None:
        places, self._places = self._places, None
        if places is not None:
            places.release()


def _gathered(chunks: Iterator[str], place: _Place, size: int = 256) -> Iterator[bytes]:
    try:
        while part := "".join(islice(chunks, size)):
            yield part.encode("utf-8", "replace")
    finally:
        place.leave()


# --- one paragraph ---

@taking.get("/cite/<paragraph_id>.<any(bib, json):form>")
def cite(paragraph_id: str, form: str) -> Response:
    """A paragraph as a reference, BibTeX or CSL JSON."""
    cited = _work(paragraph(archive().engine(), paragraph_id), request.host_url)
    body = bibtex(cited) if form == "bib" else csl_json(cited)
    return Response(body, content_type=CITATIONS[form], headers={"Content-Disposition": f'attachment; filename="{cited.key}.{form}"'})


def paragraph(engine: Engine, paragraph_id: str) -> Hit:
    """A paragraph with the facts of its article, as a search without words shows it. Raises NotFound."""
    snapshot = engine.snapshot()
    place = snapshot.find_paragraph(paragraph_id)
    if place is None:
        raise NotFound(f"There is no paragraph {paragraph_id[:40]}. Take the id from a search: it has 16 hexadecimal digits.", code="paragraph",
                       args_=(paragraph_id[:40],))
    return Display(snapshot, SearchRequest(), ()).hit(*place, 0.0)


def _work(hit: Hit, base_url: str) -> Work:
    return work({**hit.to_dict(), "source_url": hit.declared_url}, base_url=base_url, authors=hit.byline or (), accessed=datetime.date.today())


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

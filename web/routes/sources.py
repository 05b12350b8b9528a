"""The source files of documents and images of their pages, where the operator lets readers have them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, current_app, request, send_file
from flask.blueprints import BlueprintSetupState

from juanzong.index.corpus.confinement.drawing import SCALE, Corners, PageView
from juanzong.index.corpus.confinement.pageimages import NoTurn, PageImages
from juanzong.index.corpus.containers import INSIDE
from juanzong.index.corpus.contents import Refused
from juanzong.index.corpus.files import find_files, is_page, is_readable
from juanzong.index.errors import JuanzongError, NotFound, UsageError
from juanzong.web.service.archive import Archive
from juanzong.web.service.audit import audit
from juanzong.web.service.readers import may_have_sources
from juanzong.web.service.requests import archive
from juanzong.web.service.transfer import entity_tag, tagged, unchanged

sources = Blueprint("sources", __name__)
IMAGES = "page images"
WIDTHS = (700, 1400, 2800)
"""Pixels across which a page is drawn."""
CUTTINGS = {"": (1280, 240), "narrow": (780, 390)}
"""The size in pixels of the cutting around a hit, by shape."""
_MOST_BOXES, _MOST_PAGES = 12, 20_000
_KEPT = 600.0
"""Seconds after which folders are walked anew for a file that is not where its name says."""
_walking = threading.Lock()


class DrawingBusy(JuanzongError):
    """So many pages are being drawn that another has to wait."""

    status = 503


@sources.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[IMAGES] = PageImages()


@sources.get("/source/<path:document_id>")
def source(document_id: str) -> Response:
    """The file of a document, byte for byte, only where the operator allows it; a document of a JSONL file is a line
    of that file, one inside a container a part of it."""
    found = _path(_origin(document_id).file)
    audit("source", with_address=True)
    answer = send_file(
        found, mimetype="application/octet-stream", as_attachment=True, download_name=found.name, max_age=0
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@sources.get("/page/<path:document_id>")
def page_image(document_id: str) -> Response:
    """A page of a document as it looks, a JPEG: page `n`, `width` pixels wide, or a cutting of it around the boxes of a hit
    (`box=left,top,right,bottom` in ten thousandths of the page, repeated)."""
    view = _view()
    origin = _origin(document_id)
    path = _path(origin.file)
    inside = origin.path.removeprefix(origin.file + INSIDE) if origin.path != origin.file else ""
    state = path.stat()
    tag = entity_tag(str(path), str(state.st_mtime_ns), str(state.st_size), inside, repr(view))
    if unchanged(request, tag):
        return tagged(Response(status=304), tag)
    images: PageImages = current_app.extensions[IMAGES]
    try:
        picture = images.page(path, inside, view)
    except Refused as refused:
        raise NotFound(refused.problem.message, code="page_image") from refused
    except OSError as error:
        raise NotFound("The source file is no longer where it was read.", code="moved") from error
    except NoTurn as error:
        raise DrawingBusy("Too many pages are being drawn; try again in a few seconds.", code="drawing") from error
    return tagged(Response(picture, content_type="image/jpeg"), tag)


def _view() -> PageView:
    """What of which page is asked for. Raises UsageError."""
    number = _whole("n", request.args.get("n", "1"), 1, _MOST_PAGES)
    boxes = request.args.getlist("box")[:_MOST_BOXES]
    if boxes:
        shape = request.args.get("shape", "")
        if shape not in CUTTINGS:
            raise UsageError(
                f"shape is {shape[:20]}; use narrow, or leave it out.",
                code="choice",
                args_=("shape", shape[:20], "narrow"),
            )
        return PageView(number, *CUTTINGS[shape], tuple(map(_corners, boxes)))
    width = _whole("width", request.args.get("width", str(WIDTHS[1])), WIDTHS[0], WIDTHS[-1])
    if width not in WIDTHS:
        raise UsageError(
            f"width is {width}; use one of {', '.join(map(str, WIDTHS))}.",
            code="choice",
            args_=("width", width, ", ".join(map(str, WIDTHS))),
        )
    return PageView(number, width)


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and least <= int(text) <= most):
        raise UsageError(
            f'{name} is "{text[:20]}"; use a whole number from {least} to {most}.',
            code="range",
            args_=(name, text[:20], least, most),
        )
    return int(text)


def _corners(text: str) -> Corners:
    parts = text.split(",")
    if len(parts) != 4:
        raise UsageError(
            f'box is "{text[:40]}"; use left,top,right,bottom in ten thousandths of the page.',
            code="box",
            args_=(text[:40],),
        )
    left, top, right, bottom = (_whole("box", part, 0, SCALE) for part in parts)
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


class _Origin(NamedTuple):
    """The path of a document and that of the file it was read from."""

    path: str
    file: str


def _origin(document_id: str) -> _Origin:
    """Where a document was read, if readers may know. Raises NotFound."""
    if not may_have_sources():
        raise NotFound("The source files of this archive are not for download.", code="sources")
    engine = archive().engine()
    return _known(archive(), engine.edition(), str(engine.info()["built_at"]), document_id)


# a page of results asks for ten cuttings, and a document may be a volume
@lru_cache(512)
def _known(source: Archive, _edition: str, _built: str, document_id: str) -> _Origin:
    view = source.engine().document(document_id)
    return _Origin(view.path, view.file)


def _path(file: str) -> Path:
    """The file that a document was read from. Raises NotFound."""
    folders = tuple(Path(folder) for folder in archive().stats()["sources"])
    found = source_path(file, folders, archive().engine().edition())
    if found is None:
        raise NotFound("The source file is no longer where it was read.", code="moved")
    return found


def source_path(relative: str, corpora: Sequence[Path], edition: str = "") -> Path | None:
    """The file that the index of this edition calls `relative`, None where there is none. It is always a readable file within one of the corpora."""
    near = [path for corpus in corpora for path in _direct(relative, corpus)]
    if len(near) == 1:
        return near[0]
    with _walking:
        found = _renamed(tuple(corpora), edition, int(time.monotonic() / _KEPT)).get(relative)
    return found if found is not None and found.is_file() else None


# a file that is gone must not make every request for it walk the folders
@lru_cache(1)
def _renamed(corpora: tuple[Path, ...], _edition: str, _period: int) -> Mapping[str, Path]:
    """The files whose name in the index is not their path below a corpus: names that two corpora share, and those of no Unicode."""
    try:
        return {
            file.relative: file.path.resolve()
            for file in find_files(corpora)
            if all(file.path != corpus / file.relative for corpus in corpora)
        }
    except JuanzongError:
        return {}


def _direct(relative: str, corpus: Path) -> Iterator[Path]:
    if corpus.is_file():
        if corpus.name == relative:
            yield corpus
        return
    root, path = corpus.resolve(), (corpus / relative).resolve()
    hidden = any(part.startswith(".") for part in Path(relative).parts)
    if not hidden and path.is_relative_to(root) and path.is_file() and (is_readable(path.name) or is_page(path)):
        yield path

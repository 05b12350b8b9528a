"""The source files of documents, where the operator lets readers have them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Response, current_app, send_file

from juanzong.index.corpus.files import find_files, is_page, is_readable
from juanzong.index.errors import JuanzongError, NotFound
from juanzong.web.service.requests import archive
from juanzong.web.settings import Service

sources = Blueprint("sources", __name__)


@sources.get("/source/<path:document_id>")
def source(document_id: str) -> Response:
    """The file of a document, byte for byte, only where the operator allows it; a document of a JSONL file is a line
    of that file, one inside a container a part of it."""
    service: Service = current_app.extensions["service"]
    if not service.sources:
        raise NotFound("The source files of this archive are not for download.", code="sources")
    view = archive().engine().document(document_id)
    found = source_path(view.file, [Path(folder) for folder in archive().stats()["sources"]])
    if found is None:
        raise NotFound("The source file is no longer where it was read.", code="moved")
    answer = send_file(
        found, mimetype="application/octet-stream", as_attachment=True, download_name=found.name, max_age=0
    )
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
    if not hidden and path.is_relative_to(root) and path.is_file() and (is_readable(path.name) or is_page(path)):
        yield path

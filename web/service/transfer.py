"""What makes an answer cheap to send again or to send at all: entity tags and compression."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from typing import NamedTuple

from flask import Request, Response

_COMPRESSIBLE = (
    "text/",
    "application/json",
    "application/xml",
    "application/atom+xml",
    "application/opensearchdescription+xml",
    "application/openapi+json",
    "image/svg+xml",
)
_SMALLEST = 1_000
_LEVEL = 1


class Body(NamedTuple):
    """The body of an answer as it is kept and sent: in gzip where that is worth it."""

    content: bytes
    packed: bool


class Shelf:
    """Answers by tag, the least recently asked for dropped where they grow beyond `capacity` bytes. Safe between threads."""

    def __init__(self, capacity: int = 32 << 20) -> None:
        self._capacity, self._held = capacity, 0
        self._bodies: OrderedDict[str, Body] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, tag: str) -> Body | None:
        with self._lock:
            body = self._bodies.get(tag)
            if body is not None:
                self._bodies.move_to_end(tag)
            return body

    def put(self, tag: str, body: Body) -> None:
        with self._lock:
            if len(body.content) > self._capacity // 8 or tag in self._bodies:
                return
            self._bodies[tag] = body
            self._held += len(body.content)
            while self._held > self._capacity:
                self._held -= len(self._bodies.popitem(last=False)[1].content)


def entity_tag(*parts: str) -> str:
    """A tag for everything that an answer depends on. It is weak: the time that a search took may differ."""
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()


def tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def unchanged(request: Request, tag: str) -> bool:
    """Whether the asker already holds the answer with this tag."""
    return request.if_none_match.contains_weak(tag)


def body_of(text: str) -> Body:
    content = text.encode("utf-8", "replace")
    return Body(content, False) if len(content) < _SMALLEST else Body(gzip.compress(content, _LEVEL, mtime=0), True)


def answer(request: Request, body: Body, content_type: str) -> Response:
    """A body as this asker takes it."""
    packed = body.packed and bool(request.accept_encodings["gzip"])
    response = Response(
        body.content if packed or not body.packed else gzip.decompress(body.content), content_type=content_type
    )
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def compressed(request: Request, response: Response) -> Response:
    """An answer made elsewhere in gzip where the asker takes it and it is worth it. Streams are left as they are: they must not be gathered in memory."""
    if (
        response.is_streamed
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or response.status_code != 200
    ):
        return response
    if not response.content_type.startswith(_COMPRESSIBLE):
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < _SMALLEST or not request.accept_encodings["gzip"]:
        return response
    response.set_data(gzip.compress(body, _LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response

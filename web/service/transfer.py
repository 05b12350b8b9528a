"""What makes an answer cheap to send again or to send at all: entity tags and compression."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from flask import Request, Response
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

try:
    # as small as zlib makes it, in a fifth of the time; there is no wheel for every machine
    from isal import igzip

    compress: Callable[..., bytes] = igzip.compress
except ImportError:
    compress = gzip.compress

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
    """The body of an answer as it is kept and sent: in gzip where that is worth it and the first who asked takes it."""

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


def body_of(content: bytes, packed: bool) -> Body:
    """A body for an asker who takes gzip or not."""
    return Body(_packed(content), True) if packed and len(content) >= _SMALLEST else Body(content, False)


def takes_gzip(request: Request) -> bool:
    return _accepts_gzip(request.headers.get("Accept-Encoding", ""))


@lru_cache(256)
def _accepts_gzip(header: str) -> bool:
    return bool(parse_accept_header(header, Accept)["gzip"])


def _packed(content: bytes) -> bytes:
    return bytes(compress(content, _LEVEL, mtime=0))


def answer(request: Request, body: Body, content_type: str) -> Response:
    """A body as this asker takes it."""
    wanted = takes_gzip(request)
    content, packed = (
        body
        if body.packed == wanted
        else body_of(body.content, wanted)
        if wanted
        else Body(gzip.decompress(body.content), False)
    )
    response = Response(content, content_type=content_type)
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
    if len(body) < _SMALLEST or not takes_gzip(request):
        return response
    response.set_data(_packed(body))
    response.headers["Content-Encoding"] = "gzip"
    return response

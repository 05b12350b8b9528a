"""What makes an answer cheap to send again or to send at all: entity tags and compression."""
from __future__ import annotations

import gzip
import hashlib

from flask import Request, Response

_COMPRESSIBLE = ("text/", "application/json", "application/xml", "application/atom+xml", "application/opensearchdescription+xml",
                 "application/openapi+json", "image/svg+xml")
_SMALLEST = 1_000
_LEVEL = 5


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


def compressed(request: Request, response: Response) -> Response:
    """The answer in gzip where the asker takes it and it is worth it. Streams are left as they are: they must not be gathered in memory."""
    if response.is_streamed or response.direct_passthrough or "Content-Encoding" in response.headers or response.status_code != 200:
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

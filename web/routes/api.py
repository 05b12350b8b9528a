"""The JSON interface, the feed, and what machines ask of a server."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, jsonify, request

from juanzong.index.errors import JuanzongError, UsageError
from juanzong.search.output.writing import written
from juanzong.web.routes.openapi.paths import description
from juanzong.web.service.metrics import CONTENT_TYPE, Metrics
from juanzong.web.service.readers import Forbidden, reader
from juanzong.web.service.requests import answered, archive, asked, language, limit_time, timed
from juanzong.web.settings import release
from juanzong.web.views import feeds

JSON = "application/json"
_FEED_ENTRIES = 50
api = Blueprint("api", __name__)


def _json(body: Any) -> str | bytes:
    try:
        return orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        # text that cannot be encoded
        return current_app.json.dumps(body) + "\n"


@api.get("/api/search")
def search() -> Response:
    found = asked(strict=True)
    engine = archive().engine()

    def body() -> str | bytes:
        with timed("search"):
            result = engine.search(found)
        with timed("write"):
            try:
                return written(result)
            except TypeError:
                return _json(result.to_dict())

    return answered(engine, body, JSON, keep=False)


@api.get("/api/doc/<path:document_id>")
def document(document_id: str) -> Response:
    unknown = set(request.args) - {"q", "mode"}
    if unknown:
        raise UsageError(
            f'There is no parameter "{min(unknown)[:40]}"; use q, mode.',
            code="unknown",
            args_=(f'"{min(unknown)[:40]}"', "q, mode"),
        )
    found = asked(strict=True)
    engine = archive().engine()
    return answered(engine, lambda: _json(engine.document(document_id, found.q, found.mode).to_dict()), JSON)


@api.get("/api/openapi.json")
def openapi() -> Response:
    return jsonify(description(release()))


@api.get("/healthz")
def health() -> tuple[Response, int]:
    """200 where an index answers, stale or not; 503 where none does, or a part of it is out of reach. A stranger learns no more than that."""
    stranger = reader() is None
    # no search, and on a cluster it takes what a node takes to answer
    limit_time(None)
    try:
        engine = archive().whole() if stranger else archive().engine()
        info, below = engine.info(), engine.health()
    except JuanzongError as error:
        said = {} if stranger else {"error": str(error)}
        return jsonify({"ok": False, **said, "status": error.status}), error.status
    whole = below.get("status") != "red"
    if stranger:
        return jsonify({"ok": whole}), 200 if whole else 503
    cluster = {"cluster": below} if below else {}
    age = round(_age(info["built_at"]))
    return jsonify({"ok": whole, **info, "age_seconds": age, **cluster}), 200 if whole else 503


def _age(built_at: str) -> float:
    return max(0.0, time.time() - datetime.fromisoformat(built_at).replace(tzinfo=timezone.utc).timestamp())


@api.get("/feed.atom")
def feed() -> Response:
    found = asked(strict=False)
    found = replace(found, sort=found.sort if request.args.get("sort") else "-date", page=1, size=_FEED_ENTRIES)
    if found.sort == "added":
        # what came with the first generation is no news
        found = replace(found, fresh=True)
    engine = archive().engine()
    return answered(
        engine,
        lambda: feeds.atom(engine.search(found), request.host_url, language()),
        "application/atom+xml; charset=utf-8",
    )


@api.get("/opensearch.xml")
def opensearch() -> Response:
    return Response(
        feeds.opensearch(request.host_url, language()),
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )


@api.get("/metrics")
def metrics() -> Response:
    who = reader()
    if who is None or who.collections is not None:
        raise Forbidden("Only an account that sees every collection may read the counters.", code="counters")
    counted: Metrics = current_app.extensions["metrics"]
    gauges: dict[str, tuple[str, float]] = {
        "juanzong_processes": ("Processes that answer.", counted.processes),
        "juanzong_index_up": ("Whether an index answers.", 0),
    }
    try:
        engine = archive().engine()
        info, below = engine.info(), engine.health()
        gauges |= {
            "juanzong_index_up": ("Whether an index answers.", 1),
            "juanzong_index_generation": ("The generation that answers.", info["generation"]),
            "juanzong_index_age_seconds": ("Time since it was built.", _age(info["built_at"])),
            "juanzong_index_documents": ("Documents in the index.", info["documents"]),
            "juanzong_index_paragraphs": ("Paragraphs in the index.", info["paragraphs"]),
            "juanzong_index_stale": (
                "Whether the index was built by another version or dictionary.",
                int(info["stale"]),
            ),
        }
        if below:
            gauges |= {
                "juanzong_cluster_status": (
                    "0 green, 1 yellow, 2 red.",
                    ("green", "yellow", "red").index(below["status"]),
                ),
                "juanzong_cluster_nodes": ("Nodes of the cluster.", below["nodes"]),
                "juanzong_cluster_unassigned_shards": ("Shards that are on no node.", below["unassigned"]),
                "juanzong_cluster_missing_paragraphs": (
                    "Paragraphs that were published and are not there.",
                    below["expected"]["paragraphs"] - (below["paragraphs"] or 0),
                ),
                "juanzong_index_generations_behind": ("Published generations that do not answer yet.", below["behind"]),
            }
    except JuanzongError:
        pass
    return Response(counted.exposition(gauges), content_type=CONTENT_TYPE)


@api.get("/robots.txt")
def robots() -> Response:
    return Response(
        "User-agent: *\nDisallow: /*?\nDisallow: /api/\nDisallow: /cite/\nDisallow: /copies/\nDisallow: /export.\nDisallow: /feed.atom\n",
        content_type="text/plain; charset=utf-8",
    )

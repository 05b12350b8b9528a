"""The cluster that `make cluster` starts, as tests see it: archives with names of their own, removed afterwards."""

from __future__ import annotations

import itertools
import json
import os
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from scripts.cluster.nodes import Cluster

NEEDS = "needs the test cluster, which is not running here: start it with `make cluster`"
_numbers = itertools.count()
_run = uuid.uuid4().hex[:6]


@cache
def running() -> Cluster | None:
    """The test cluster, if it runs. JUANZONG_TEST_NODES says how many nodes it has, where that is not three."""
    pytest.importorskip("opensearchpy")
    cluster = Cluster(nodes=int(os.environ.get("JUANZONG_TEST_NODES", "3")))
    try:
        with urllib.request.urlopen(f"http://{cluster.host(1)}/_cluster/health", timeout=5) as answer:
            return cluster if json.load(answer)["status"] != "red" else None
    except OSError:
        return None


def required() -> Cluster:
    """The test cluster; the test is skipped where there is none."""
    cluster = running()
    if cluster is None:
        pytest.skip(NEEDS)
    return cluster


@contextmanager
def archive(options: str = "shards=2") -> Iterator[str]:
    """The address of an archive that does not exist yet and is gone afterwards."""
    cluster = required()
    name = f"test-{_run}-{next(_numbers)}"
    try:
        yield f"opensearch+http://{','.join(cluster.hosts)}/{name}?{options}"
    finally:
        remove(cluster, name)


def remove(cluster: Cluster, name: str) -> None:
    """Removes all generations of an archive."""
    listed = ask(cluster, f"/_cat/indices/{name}-*?format=json&expand_wildcards=all&h=index")
    indices = [index["index"] for index in listed] if isinstance(listed, list) else []
    if indices:
        ask(cluster, f"/{','.join(indices)}", "DELETE")


def ask(cluster: Cluster, path: str, method: str = "GET", body: object = None) -> Any:
    """One request to any node that answers, past everything that is tested."""
    data = None if body is None else json.dumps(body).encode()
    for host in cluster.hosts:
        request = urllib.request.Request(
            f"http://{host}{path}", data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return {"status": error.code, "error": error.read().decode()}
        except OSError:
            continue
    return None

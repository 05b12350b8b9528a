"""The client of a cluster, and its errors as sentences."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson

from juanzong.index.cluster.address import API_KEY, PASSWORD, ClusterAddress, secret
from juanzong.index.errors import JuanzongError, NoIndex, UsageError

Json = dict[str, Any]
MAJORS = ("2", "3")
_LISTED = 500
# every search of ours goes to the same copies of the shards: rounding never differs between two pages, and what they keep is used again
COPIES = "juanzong"
Answer = TypeVar("Answer")
# seconds that a server has to say that it gave up, and those that every try has
GRACE, LEAST = 0.5, 0.1
# seconds before a search is asked again that a node has just failed
PAUSES = (0.1, 0.3, 0.6)
# what the server says of a node that went away while it was asked; with status 500 until it has noticed
_AWAY = {
    "connect_transport_exception",
    "cluster_manager_not_discovered_exception",
    "master_not_discovered_exception",
    "no_shard_available_action_exception",
    "node_closed_exception",
    "node_disconnected_exception",
    "node_not_connected_exception",
    "receive_timeout_transport_exception",
    "send_request_transport_exception",
    "unavailable_shards_exception",
}


class ClusterUnavailable(NoIndex):
    """The cluster cannot be reached, does not let us in, or has lost a part of the index for the moment. The next request tries again."""


class PartUnavailable(ClusterUnavailable):
    """Nodes that hold a part of the index are away: for a moment where others have it, until they are back where none has."""


class ClusterFull(JuanzongError):
    """The cluster takes nothing more: its disks are full, or it says so."""


@dataclass(frozen=True)
class Limit:
    """How long who asks may wait: the seconds that are left, None for as long as it takes; `require` raises where none are."""

    left: Callable[[], float | None] = lambda: None
    require: Callable[[], None] = lambda: None


NONE = Limit()


class Connection:
    """Speaks to a cluster. Safe between threads: the client holds a pool of connections to every host."""

    def __init__(self, address: ClusterAddress, limit: Limit = NONE) -> None:
        """`limit` is asked anew for every request. Raises UsageError where the client is not installed."""
        try:
            import opensearchpy
        except ImportError:
            raise UsageError(
                "An archive on a cluster needs the client of OpenSearch: pip install 'juanzong[opensearch]'."
            ) from None
        # whatever goes wrong is told in a sentence, once
        logging.getLogger("opensearch").setLevel(logging.CRITICAL)
        self.address, self.limit = address, limit
        # the shards that the last answer was without, and how many answers were without any
        self.left_out = self.partial_answers = 0
        self._errors = opensearchpy.exceptions
        headers, login = {}, None
        if key := secret(API_KEY):
            headers["Authorization"] = f"ApiKey {key}"
        elif address.user:
            # the client encodes names and passwords as Latin-1, the server reads UTF-8
            word = f"{address.user}:{secret(PASSWORD) or ''}"
            headers["Authorization"] = "Basic " + base64.b64encode(word.encode()).decode()
        secure: dict[str, Any] = (
            {
                "use_ssl": True,
                "verify_certs": True,
                "ca_certs": address.ca or None,
                "client_cert": address.cert or None,
                "client_key": address.key or None,
                "ssl_show_warn": False,
            }
            if address.secure
            else {}
        )
        self.client = opensearchpy.OpenSearch(
            [{"host": host.strip("[]") if ":" in host else host, "port": port} for host, port in address.hosts],
            http_auth=login,
            headers=headers,
            timeout=address.timeout,
            max_retries=max(address.retries, len(address.hosts)),
            retry_on_timeout=True,
            retry_on_status=(502, 504),
            http_compress=False,
            serializer=_serializer(opensearchpy),
            connection_class=_connection_class(opensearchpy, limit),
            pool_maxsize=32,
            **secure,
        )

    def require(self) -> str:
        """The version of the server, of those that are spoken to. Raises ClusterUnavailable or UsageError."""
        version = self.call("GET", "/").get("version", {})
        number = str(version.get("number", "?"))
        if version.get("distribution") != "opensearch":
            raise UsageError(
                f"At {self.address} answers Elasticsearch {number} or something else that is not OpenSearch; give the address of an OpenSearch 2 or 3."
            )
        if number.split(".")[0] not in MAJORS:
            raise UsageError(f"At {self.address} answers OpenSearch {number}; versions 2 and 3 are supported.")
        return number

    def call(self, method: str, path: str, body: Any = None, missing: Any = ..., **params: Any) -> Any:
        """One request; gives what was answered. `missing` is given back for what does not exist (404), if it is given."""
        try:
            with self.translated():
                return self.client.transport.perform_request(
                    method,
                    path,
                    params={name: _parameter(value) for name, value in params.items()},
                    body=body,
                    headers={"content-type": "application/x-ndjson"} if isinstance(body, bytes) else None,
                )
        except _Missing as error:
            if missing is not ...:
                return missing
            raise NoIndex(
                f"There is no archive “{self.address.name}” at {self.address} ({error}). Run `juanzong --index {self.address} rebuild FOLDER`."
            ) from None
        except JuanzongError:
            # that there is no time left says more than how the server took that
            self.limit.require()
            raise

    def _in_time(self) -> dict[str, str]:
        """Lets the server stop where nobody waits any longer. Raises where that is so already."""
        self.limit.require()
        left = self.limit.left()
        return {} if left is None else {"cancel_after_time_interval": f"{max(1, round(1e3 * left))}ms"}

    def search(self, index: str, body: Json, whole: bool = False, **params: Any) -> Json:
        """One search whose answer is whole, or, where the address allows it and `whole` does not forbid it, says `_shards.failed`."""
        partial = self.address.partial and not whole
        found: Json = self._patiently(
            lambda: self.call(
                "POST", f"/{index}/_search", body, allow_partial_search_results=partial, **self._in_time(), **params
            )
        )
        self._look([found])
        if found["timed_out"] and not partial:
            raise ClusterUnavailable(f"The cluster at {self.address} did not answer in time; try again.")
        return found

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        """Asks again while the cluster may not have noticed yet that a node is gone whose part others have."""
        for pause in PAUSES[: self.address.retries]:
            try:
                return ask()
            except PartUnavailable:
                self.limit.require()
                time.sleep(pause)
        return ask()

    def searches(self, index: str, bodies: Sequence[Json], *paths: str) -> list[Json]:
        """Several searches in one request; of each answer what lies at these paths, or all of it. Raises as `search` does."""
        answers: list[Json] = []
        wanted = ("timed_out", "_shards", "status", "error", *paths) if paths else ()
        params = {"filter_path": ",".join(f"responses.{path}" for path in wanted)} if paths else {}
        head = {"index": index, "allow_partial_search_results": self.address.partial, "preference": COPIES}
        for first in range(0, len(bodies), _LISTED):

            def ask(some: Sequence[Json] = bodies[first : first + _LISTED]) -> list[Json]:
                lines = [line for body in some for line in ({**head, **self._in_time()}, body)]
                found: list[Json] = self.call("POST", "/_msearch", ndjson(lines), **params)["responses"]
                for answer in found:
                    if "error" in answer:
                        raise self._sentence(
                            int(answer.get("status", 500)), str(answer["error"].get("type")), answer["error"]
                        )
                return found

            answers += self._patiently(ask)
        self._look(answers)
        return answers

    def fetch(self, index: str, keys: Sequence[str]) -> list[Json]:
        """Documents by their keys, all of which exist. Raises ClusterUnavailable where a part that has some is away."""
        self.limit.require()
        docs: list[Json] = self.call("POST", f"/{index}/_mget", {"ids": list(keys)}, preference=COPIES)["docs"]
        for doc in docs:
            if "_source" not in doc:
                error = doc.get("error", {})
                raise self._sentence(503, str(error.get("type")), error)
        return [doc["_source"] for doc in docs]

    def _look(self, answers: Sequence[Json]) -> None:
        """Notes what answers lack, where the address allows them to lack anything."""
        if self.address.partial:
            self.left_out = max((answer.get("_shards", {}).get("failed", 0) for answer in answers), default=0)
            self.partial_answers += bool(self.left_out)

    def counts(self, index: str, queries: Sequence[Json]) -> list[int]:
        """How many documents meet each query."""
        bodies = [{"size": 0, "track_total_hits": True, "query": query} for query in queries]
        found = self.searches(index, bodies, "hits.total.value")
        return [answer["hits"]["total"]["value"] for answer in found]

    def scroll(
        self, index: str, query: Json, sort: Sequence[Any], source: Any, size: int = 1000, keep: str = "5m"
    ) -> Iterator[Json]:
        """Every document that meets a query, in one state of the index however long it takes."""
        point = self.call("POST", f"/{index}/_search/point_in_time", keep_alive=keep, allow_partial_pit_creation=False)[
            "pit_id"
        ]
        try:
            after: Any = None
            while True:
                body: Json = {
                    "size": size,
                    "query": query,
                    "sort": list(sort),
                    "_source": source,
                    "track_total_hits": False,
                    "pit": {"id": point, "keep_alive": keep},
                }
                if after is not None:
                    body["search_after"] = after
                hits = self.call("POST", "/_search", body, allow_partial_search_results=False)["hits"]["hits"]
                yield from hits
                if len(hits) < size:
                    return
                after = hits[-1]["sort"]
        finally:
            self.quietly(lambda: self.call("DELETE", "/_search/point_in_time", {"pit_id": [point]}))

    def quietly(self, call: Callable[[], Any]) -> None:
        """Tidying up that nobody waits for: what fails is left to the server's own time limits."""
        with suppress(JuanzongError):
            call()

    def wait_green(self, indices: str, seconds: float) -> None:
        """Waits until every copy of some indices is there. Raises ClusterUnavailable where that takes too long."""
        deadline, pause = time.monotonic() + seconds, 0.02
        while time.monotonic() < deadline:
            if self.call("GET", f"/_cluster/health/{indices}", filter_path="status")["status"] == "green":
                return
            time.sleep(pause)
            pause = min(2 * pause, 1.0)
        raise ClusterUnavailable(
            f"The cluster at {self.address} has not made all copies of {indices} within {seconds:.0f} s. See whether its nodes run and have room."
        )

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turns the client's errors into sentences."""
        errors, where = self._errors, self.address
        try:
            yield
        except errors.SSLError as error:
            raise ClusterUnavailable(
                f"The certificate of {where} cannot be verified ({_short(error)}). Give the authority that signed it with ?ca=FILE in the "
                "address, or take opensearch+http:// where the server has no TLS."
            ) from None
        except errors.ConnectionTimeout:
            raise ClusterUnavailable(
                f"The cluster at {where} did not answer within {where.timeout} s. See whether its nodes run, or give ?timeout= in the address."
            ) from None
        except errors.ConnectionError as error:
            raise ClusterUnavailable(
                f"The cluster at {where} cannot be reached ({_short(error)}). See whether it runs and whether the address is right."
            ) from None
        except errors.AuthenticationException:
            raise ClusterUnavailable(
                f"The cluster at {where} does not accept the user or the password. The user stands in the address; put the password into "
                f"{PASSWORD}."
            ) from None
        except errors.TransportError as error:
            raise self._sentence(
                int(error.status_code) if str(error.status_code).isdigit() else 500, str(error.error), error.info
            ) from None

    def _sentence(self, status: int, kind: str, info: Any) -> Exception:
        where = self.address
        detail = _detail(info)
        if status == 404:
            return _Missing(detail or kind)
        if "cluster_block" in kind or "cluster_block" in str(info)[:2000]:
            if "flood" in detail or "disk" in detail or "read-only" in detail:
                return ClusterFull(
                    f"A disk of the cluster at {where} is so full that it takes no more. Free some space, or add a node; the archive that is searched is unchanged."
                )
            return ClusterUnavailable(f"The cluster at {where} is not ready ({detail}). Try again in a moment.")
        if status == 403:
            return ClusterUnavailable(
                f"The user of {where} may not do this ({detail}). Give it the rights on the indices {where.name}-* and on its alias."
            )
        if status == 429:
            return ClusterUnavailable(f"The cluster at {where} has too much to do just now. Try again in a moment.")
        if status in (502, 503, 504) or _causes(info) & _AWAY:
            return PartUnavailable(
                f"A part of the archive at {where} cannot be reached: nodes of the cluster are away. It answers again when they are back."
            )
        return JuanzongError(
            f"The cluster at {where} refused a request ({status} {kind}: {detail}). If somebody changed the index by hand, run `juanzong rebuild`."
        )


def ndjson(lines: Iterable[Json]) -> bytes:
    """The body of a request of several parts."""
    return b"".join([orjson.dumps(line) + b"\n" for line in lines])


class _Missing(Exception):
    """What was asked for does not exist."""


def _causes(info: Any) -> set[str]:
    """The kinds of errors that an answer names as its causes."""
    error = info.get("error", info) if isinstance(info, dict) else None
    if not isinstance(error, dict):
        return set()
    told = [error, *error.get("root_cause", ()), *(shard.get("reason") for shard in error.get("failed_shards", ()))]
    return {str(cause.get("type")) for cause in told if isinstance(cause, dict)}


def _detail(info: Any) -> str:
    found = info.get("error", info) if isinstance(info, dict) else info
    if isinstance(found, dict):
        causes = found.get("root_cause") or [found]
        found = causes[0].get("reason") or found.get("reason") or found.get("type")
    return " ".join(str(found).split())[:200]


def _short(error: Any) -> str:
    text = str(getattr(error, "info", "") or error)
    return " ".join(text.rsplit(": ", 1)[-1].strip("()'\" ").split())[:120]


def _parameter(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _connection_class(opensearchpy: Any, limit: Limit) -> Any:
    class Timed(opensearchpy.Urllib3HttpConnection):  # type: ignore[misc,name-defined,unused-ignore]
        """Waits for an answer no longer than who asks; a host that says nothing costs the next try what is left."""

        def perform_request(self, *given: Any, timeout: Any = None, **named: Any) -> Any:
            left = limit.left()
            if left is not None:
                timeout = min(timeout or self.timeout, max(LEAST, left + GRACE))
            return super().perform_request(*given, timeout=timeout, **named)

    return Timed


def _serializer(opensearchpy: Any) -> Any:
    class Serializer(opensearchpy.serializer.JSONSerializer):  # type: ignore[misc,name-defined,unused-ignore]
        """Answers are large, and read several times faster so."""

        def loads(self, text: Any) -> Any:
            return orjson.loads(text)

    return Serializer()

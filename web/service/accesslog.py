"""The access log: one line of JSON for every answer. What was asked for is not in it unless the operator wants that."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import IO

from flask import Request, Response

_LONGEST = 500


class AccessLog:
    """Writes to a stream, a line at a time, from many threads. Referrers are left out: they hold queries."""

    def __init__(self, stream: IO[str], queries: bool = False) -> None:
        self._stream, self._queries = stream, queries
        self._lock = threading.Lock()

    def answered(
        self, request: Request, response: Response, route: str, seconds: float, stages: Mapping[str, float]
    ) -> None:
        """`seconds` is until the answer begins; a stream (`bytes` is null) goes on after that. Times in milliseconds."""
        entry: dict[str, object] = {
            "time": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            "client": request.remote_addr,
            "method": request.method,
            "path": request.path[:_LONGEST],
            "route": route,
            "status": response.status_code,
            "bytes": response.calculate_content_length(),
            "ms": round(seconds * 1e3, 3),
            "stages": {stage: round(spent * 1e3, 3) for stage, spent in stages.items()},
        }
        if self._queries:
            entry["query"] = {
                name: [value[:_LONGEST] for value in values]
                for name, values in request.args.to_dict(flat=False).items()
            }
        # Escaped to ASCII, no text of a stranger can write to the operator's terminal or begin a line of its own.
        line = json.dumps(entry, ensure_ascii=True, separators=(",", ":")) + "\n"
        with self._lock:
            self._stream.write(line)
            self._stream.flush()

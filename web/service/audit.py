"""The audit: a line of JSON for each login, each one refused, and each export or file that a reader takes away."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timezone
from typing import IO

from flask import current_app, request

from juanzong.web.service.readers import reader

_LONGEST = 2_000


class Audit:
    """Writes to a stream, a line at a time, from many threads. Escaped to ASCII, no text of a stranger can begin a line of its own."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def write(self, **entry: object) -> None:
        line = json.dumps(entry, ensure_ascii=True, separators=(",", ":")) + "\n"
        with self._lock:
            self._stream.write(line)
            self._stream.flush()


def audit(event: str, account: str | None = None, with_address: bool = False) -> None:
    """Notes what the present request does, where the archive has accounts. The address is noted of what is taken away, not of a login."""
    stream: Audit | None = current_app.extensions["audit"]
    who = reader()
    name = account if account is not None else who.name if who else ""
    if stream is None or not (name or event == "refused"):
        return
    address = {"address": request.full_path.rstrip("?")[:_LONGEST]} if with_address else {}
    stream.write(
        time=datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
        event=event,
        account=name[:64],
        client=request.remote_addr,
        **address,
    )

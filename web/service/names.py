"""The names under which a server may be asked. A page of somebody else can make a reader's browser ask any address; what it cannot choose is that the
name in the request is ours."""

from __future__ import annotations

import re
from collections.abc import Collection

from juanzong.index.errors import UsageError

LOOPBACK = frozenset(("localhost", "127.0.0.1", "[::1]"))
_HOST = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?\.?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
)


def require_host(given: str | None, names: Collection[str]) -> None:
    """Raises UsageError for a Host that is missing, that is no name, or, where `names` are given, none of them."""
    found = _HOST.fullmatch(given or "")
    if found is None:
        raise UsageError("The request needs one Host header with the name of this server.", code="host")
    if names and found["name"].lower().rstrip(".") not in names:
        raise UsageError(
            "This server is not asked by that name. Whoever runs it can allow it: juanzong serve --host-name NAME.",
            code="host_name",
        )


def is_loopback(host: str) -> bool:
    """Whether a server that listens there is asked by its own machine alone."""
    return host in ("localhost", "::1") or host.startswith("127.")

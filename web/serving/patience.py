"""How long a server waits for its clients. waitress lets an idle connection stay for two minutes, counts it among those that it takes, and never
leaves a client that has stopped reading its answer."""

from __future__ import annotations

import time
from typing import Any

# Seconds: without a sign of life; until a request has arrived whole.
SILENCE, REQUEST = 30.0, 30.0
CONNECTIONS = 1_000
# File handles that the process needs for other things than connections.
_HANDLES = 128
_LARGEST_HEADER = _LARGEST_BODY = 64 << 10


def settings() -> dict[str, Any]:
    """What waitress is told, as far as the handles of this process reach."""
    return {
        "connection_limit": max(16, min(CONNECTIONS, handles() - _HANDLES)),
        "channel_timeout": int(SILENCE),
        "cleanup_interval": 5,
        "max_request_header_size": _LARGEST_HEADER,
        "max_request_body_size": _LARGEST_BODY,
        "asyncore_use_poll": True,
    }


def handles() -> int:
    """Raises the number of files that this process may open as far as it may, and gives it."""
    try:
        import resource
    except ImportError:
        return 512
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _HANDLES
    if soft < wanted and soft != resource.RLIM_INFINITY:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return most
    return wanted if soft == resource.RLIM_INFINITY else soft


def limit(server: Any) -> None:
    """Lets one of waitress's servers close connections that stand still, and the stillest one where there is no place for another."""
    began: dict[int, float] = {}
    # an answer may begin long after its request came, where it waited for a thread
    unread: dict[int, float] = {}
    readable = server.readable

    def maintenance(now: float) -> None:
        for number, channel in list(server.active_channels.items()):
            silent = now - channel.last_activity > SILENCE
            idle = silent and not channel.requests and not channel.total_outbufs_len
            if channel.total_outbufs_len:
                unread.setdefault(number, now)
            else:
                unread.pop(number, None)
            stalled = number in unread and now - max(channel.last_activity, unread[number]) > SILENCE
            arriving = channel.request is not None and not channel.requests
            if arriving:
                began.setdefault(number, now)
            else:
                began.pop(number, None)
            if idle or stalled or (arriving and now - began[number] > REQUEST):
                # not when it may be written to, as waitress would: a client that does not read lets nobody write
                channel.handle_close()
        for seen in (began, unread):
            for number in seen.keys() - server.active_channels.keys():
                del seen[number]

    def ready() -> bool:
        if len(server.active_channels) >= server.adj.connection_limit - 1:
            _close_stillest(server)
        return bool(readable())

    server.maintenance = maintenance
    server.readable = ready


def _close_stillest(server: Any) -> None:
    idle = [one for one in server.active_channels.values() if not one.requests and not one.total_outbufs_len]
    stillest = min(idle, key=lambda channel: channel.last_activity, default=None)
    if stillest is not None and time.time() - stillest.last_activity > 0.5:
        stillest.handle_close()

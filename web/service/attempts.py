"""How often somebody may be wrong about a password: counted by account, by client and by both, over all processes of a server."""

from __future__ import annotations

import hashlib
import ipaddress
import mmap
import secrets
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from juanzong.index.errors import JuanzongError
from juanzong.web.service.board import Board

WINDOW = 900.0
"""Seconds after the first wrong attempt in which others are counted with it."""
FOR_ONE_AT_A_CLIENT, FOR_A_CLIENT, FOR_ONE = 5, 30, 100
_SLOTS = 1 << 14
_SLOT = np.dtype([("wrong", np.float64), ("since", np.float64)])


class TooMany(JuanzongError):
    """Too many wrong attempts."""

    status = 429


class Attempts:
    """Each process counts into a part of its own, as on the board, and all parts are added up. Made before processes are forked.

    An account or a client is a place in a table, told by a keyed hash: what is remembered of strangers is bounded, and two that share a place by
    chance share a limit."""

    def __init__(self, board: Board, clock: Callable[[], float] = time.monotonic) -> None:
        self._board, self._clock = board, clock
        memory = mmap.mmap(-1, board.parts * _SLOTS * _SLOT.itemsize)
        self._table = np.frombuffer(memory, _SLOT).reshape(board.parts, _SLOTS)
        self._key = secrets.token_bytes(16)
        self._lock = threading.Lock()

    def require(self, name: str, client: str) -> None:
        """Raises TooMany where the next attempt has to wait."""
        now = self._clock()
        for place, most in self._places(name, client):
            rows = self._table[:, place]
            if rows["wrong"][now - rows["since"] < WINDOW].sum() >= most:
                raise TooMany("Too many wrong attempts. Wait a quarter of an hour, then try again.", code="attempts")

    def wrong(self, name: str, client: str) -> None:
        now = self._clock()
        with self._lock:
            for place, _ in self._places(name, client):
                row = self._table[self._board.own, place]
                if now - row["since"] >= WINDOW:
                    self._table[self._board.own, place] = (0.0, now)
                self._table[self._board.own, place]["wrong"] += 1

    def _places(self, name: str, client: str) -> Sequence[tuple[int, int]]:
        near = _network(client)
        return (
            (self._place("both", name, near), FOR_ONE_AT_A_CLIENT),
            (self._place("client", near), FOR_A_CLIENT),
            (self._place("account", name), FOR_ONE),
        )

    def _place(self, *parts: str) -> int:
        data = "\x00".join(parts).encode("utf-8", "replace")
        return int.from_bytes(hashlib.blake2b(data, key=self._key, digest_size=8).digest(), "big") % _SLOTS


def _network(client: str) -> str:
    """One who has an IPv6 address has all of its network."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else client

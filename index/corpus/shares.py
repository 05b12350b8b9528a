"""Shares of a corpus, for several machines that read it at the same time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from juanzong.index.errors import UsageError

MAX_SHARES = 1_000


@dataclass(frozen=True)
class Share:
    """Share `number` of `total`, by the hashes of the paths: every file is in just one."""

    number: int = 1
    total: int = 1

    @classmethod
    def parse(cls, text: str) -> Share:
        """`3/16`. Raises UsageError."""
        number, _, total = text.partition("/")
        if not (number.isdigit() and total.isdigit() and 1 <= int(number) <= int(total) <= MAX_SHARES):
            raise UsageError(f'part is "{text[:20]}"; write which of how many, such as 3/16 (at most {MAX_SHARES}).')
        return cls(int(number), int(total))

    def has(self, path: str) -> bool:
        digest = hashlib.blake2b(path.encode("utf-8", "surrogateescape"), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.total == self.number - 1

"""The Whoosh schema of an index, and the format of its positions."""
from __future__ import annotations

from typing import Any

import numpy as np
from whoosh import fields, formats


class ArrayPositions(formats.Positions):  # type: ignore[misc]
    """Positions as a run of little-endian uint16, as they lie in the arrays."""

    def decode_positions(self, value: bytes) -> list[int]:
        return np.frombuffer(value, "<u2").tolist()  # type: ignore[no-any-return]

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // 2

    def decode_weight(self, value: bytes) -> float:
        return len(value) / 2.0


class ArrayText(fields.FieldType):  # type: ignore[misc]
    """A text field whose tokens are made by `analysis.tokenize`, not by a Whoosh analyzer."""

    indexed = True
    scorable = True
    stored = False
    vector = None
    analyzer = None
    spelling = False
    column_type = None
    sortable_typecode = None

    def __init__(self) -> None:
        self.format: Any = ArrayPositions(field_boost=1.0)

    def to_bytes(self, value: Any) -> bytes:
        return value if isinstance(value, bytes) else str(value).encode()

    def from_bytes(self, value: bytes) -> str:
        return value.decode()

    def process_text(self, text: str, mode: str = "", **_: Any) -> list[str]:
        """A query text is taken as one term."""
        return [text]


def schema() -> fields.Schema:
    """`words` and `chars` of paragraphs; everything else lies in the segment's columns."""
    return fields.Schema(chars=ArrayText(), words=ArrayText())

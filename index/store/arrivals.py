"""When each document first came into an index: a day and a generation, which outlive every rebuild.

`arrivals/` of a generation holds a ledger of all documents that were ever seen (`ids`: uint64, hashes of their ids, ascending; `days`: int32,
ordinals; `generations`: uint32), and for each segment the same of its documents (`<segment>.days`, `<segment>.generations`).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from juanzong.index.errors import JuanzongError
from juanzong.index.store.arrays import ArrayReader, ArrayWriter
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array, unique

FOLDER = "arrivals"


def write_arrivals(
    folder: Path, segments: Sequence[Segment], before: Sequence[Path], day: int, generation: int
) -> None:
    """Writes `folder/arrivals`: documents that an earlier generation (`before`, the newest first) knows keep their day, all others come in today."""
    own = [hashes_of(segment.document_ids()) for segment in segments]
    ids, days, generations = _ledger(before)
    fresh = np.setdiff1d(unique(np.concatenate([np.empty(0, np.uint64), *own])), ids, assume_unique=True)
    ids = np.concatenate((ids, fresh))
    days = np.concatenate((days, np.full(len(fresh), day, np.int32)))
    generations = np.concatenate((generations, np.full(len(fresh), generation, np.uint32)))
    order = ids.argsort()
    ids, days, generations = ids[order], days[order], generations[order]
    writer = ArrayWriter(folder / FOLDER)
    for name, column in (("ids", ids), ("days", days), ("generations", generations)):
        writer.add(name, column)
    for segment, hashes in zip(segments, own):
        places = ids.searchsorted(hashes)
        writer.add(f"{segment.name}.days", days[places])
        writer.add(f"{segment.name}.generations", generations[places])
    # what came with the first generation is not news
    writer.attributes["first"] = int(generations.min(initial=generation))
    writer.close()


def hashes_of(document_ids: Sequence[str]) -> Array:
    """What documents are known by in a ledger (uint64)."""
    return np.fromiter(
        (
            int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=8).digest(), "little")
            for name in document_ids
        ),
        np.uint64,
        len(document_ids),
    )


def _ledger(before: Sequence[Path]) -> tuple[Array, Array, Array]:
    """The ledger of the newest generation that has one that is whole."""
    for generation in before:
        try:
            arrays = ArrayReader(generation / FOLDER)
            arrays.verify()
            return arrays["ids"], arrays["days"], arrays["generations"]
        except (JuanzongError, OSError, KeyError):
            continue
    return np.empty(0, np.uint64), np.empty(0, np.int32), np.empty(0, np.uint32)

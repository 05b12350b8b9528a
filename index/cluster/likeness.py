"""Near-duplicates among all paragraphs of a generation, however many machines have sent them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from juanzong.index.cluster.rows import indexed
from juanzong.index.cluster.sending import action
from juanzong.index.cluster.workshop import Workshop
from juanzong.index.store.duplicates import first_of_groups, grouped, joined, shingles
from juanzong.index.vectors import Array

Json = dict[str, Any]
ROWS = 500
AT_ONCE = 1_000


def write_groups(shop: Workshop) -> None:
    """Finds near-duplicates, and writes those paragraphs again whose group, or place in it, is another than before."""
    ids: list[str] = []
    days: list[int] = []
    # the group of a paragraph, and whether an earlier one of it says the same
    groups_before: dict[int, tuple[str, bool]] = {}
    found: list[Array] = []
    texts: list[str] = []

    def take() -> None:
        found.append(shingles(texts, np.arange(len(ids) - len(texts), len(ids))))
        texts.clear()

    for row in _rows(shop):
        if "same" in row:
            groups_before[len(ids)] = row["same"], row.get("repeat", False)
        ids.append(row["id"])
        days.append(row.get("first_day", 0))
        texts.append(row["text"])
        if len(texts) >= AT_ONCE:
            take()
    if texts:
        take()
    # ids have as many digits each
    order = np.array(ids, f"S{max(map(len, ids), default=1)}").argsort(kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    ids = [ids[number] for number in order.tolist()]
    before = {int(place[number]): held for number, held in groups_before.items()}
    keys = joined([_placed(keys, place) for keys in found])
    members, groups = grouped(keys, len(ids))
    first = first_of_groups(np.array(days, np.int64)[order][members], members, groups)
    leader: dict[int, str] = {}
    after = {
        member: (leader.setdefault(group, ids[member]), not is_first)
        for member, group, is_first in zip(members.tolist(), groups.tolist(), first.tolist())
    }
    changed = [number for number in sorted({*before, *after}) if before.get(number) != after.get(number)]
    for begin in range(0, len(changed), ROWS):
        chosen = changed[begin : begin + ROWS]
        index = shop.generation.paragraphs
        rows = shop.archive.connection.fetch(index, [ids[number] for number in chosen])
        for number, found_row in zip(chosen, rows, strict=True):
            same, repeat = after.get(number, (None, False))
            row = {**found_row, "same": same, "repeat": repeat}
            shop.sender.send([action("index", index, row["id"], indexed(row, shop.segmenter))])
    if changed:
        shop.refresh()


def _placed(keys: Array, place: Array) -> Array:
    """Shingles (see `shingles`) of paragraphs that have other places than those that they came in."""
    moved = place[(keys >> np.uint64(32)).astype(np.int64)].astype(np.uint64) << np.uint64(32)
    found: Array = moved | (keys & np.uint64(0xFFFFFFFF))
    return found


def _rows(shop: Workshop) -> Iterator[Json]:
    """All paragraphs, in the order in which they lie on the disks: in any other, a block of texts is unpacked for every single one."""
    wanted = ["id", "text", "same", "repeat", "first_day"]
    found = shop.archive.connection.scroll(
        shop.generation.paragraphs, {"match_all": {}}, ["_doc"], wanted, size=2 * AT_ONCE
    )
    return (hit["_source"] for hit in found)

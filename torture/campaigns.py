"""The campaigns. Each takes a source of chance, how many trials to make, and an empty folder."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from torture.bounds import bounds
from torture.damage import damage
from torture.documents import documents
from torture.ends import crashes, kills, refusals
from torture.ground import Outcome, Share
from torture.power import power
from torture.publications import swaps
from torture.requests import readers, requests

Campaign = Callable[[random.Random, Share, Path], Outcome]

# How many trials a short campaign has, and a long one. Where there are no more calls or syncs than that, all are tried.
ALL: dict[str, tuple[Campaign, int, int]] = {
    "damage": (damage, 300, 7_500),
    "crashes": (crashes, 60, 10_000),
    "refusals": (refusals, 60, 10_000),
    "kills": (kills, 20, 1_000),
    "power": (power, 60, 20_000),
    "requests": (requests, 1_500, 100_000),
    "readers": (readers, 300, 10_000),
    # paragraphs of the archive
    "bounds": (bounds, 2_000, 100_000),
    "documents": (documents, 300, 20_000),
    "swaps": (swaps, 6, 30),
}

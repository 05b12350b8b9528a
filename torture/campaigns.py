"""The campaigns. Each takes a source of chance, how many trials to make, and an empty folder."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from torture.damage import damage
from torture.ends import crashes, kills
from torture.ground import Outcome
from torture.hostility import documents, requests
from torture.publications import swaps

Campaign = Callable[[random.Random, int, Path], Outcome]

# How many trials a short campaign has, and a long one.
ALL: dict[str, tuple[Campaign, int, int]] = {
    "damage": (damage, 300, 6_000),
    "crashes": (crashes, 60, 2_000),
    "kills": (kills, 20, 1_000),
    "requests": (requests, 1_500, 100_000),
    "documents": (documents, 300, 20_000),
    "swaps": (swaps, 6, 30),
}

"""Titles, sources and days of publication of the sample pages do not sink below what was reached, and the blind pages stay as they were labelled."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from accuracy.pages import FOLDER, MEASURES, load, score
from juanzong.index.reading.pipeline import read_file
from juanzong.index.records import Document

BLIND = "0263d124332c0fbfa556efaaf7e6a9342ffef07e5a264705771bdab3454cdbf8"
UNSEEN = "5e9fa3a38d3d2cffe7c462352c741c726f4460c3f4f5fd64ce884a6c07c1caef"
UNOPENED = "2fa6699cb6b0a07a7bc841118e67e7fe09809fdebe77add3c2d7d614c9183daf"
SEALED = "763b77a9f00d04d0b39ce4470e2439aeadc05321b2606773824e110cbaf142a1"
UNTOUCHED = "c88888175b76478d6dbaa1b290eb958177321849b6db2f30707217524a7baf0e"
# Regressions, not goals: raise a floor when reading has risen well above it.
FLOORS = {
    "open": {"title": (0.99, 0.99), "source": (0.99, 0.98), "published": (0.99, 0.99)},
    "blind": {"title": (0.97, 0.97), "source": (0.97, 0.94), "published": (0.99, 0.94)},
    "unseen": {"title": (0.99, 0.99), "source": (0.96, 0.96), "published": (0.99, 0.99)},
    "sealed": {"title": (0.97, 0.97), "source": (0.97, 0.95), "published": (0.99, 0.99)},
    "unopened": {"title": (0.97, 0.97), "source": (0.97, 0.97), "published": (0.99, 0.99)},
}
PAGES = load()


def test_the_blind_pages_are_those_that_were_labelled() -> None:
    assert sha256((FOLDER / "blind.yaml").read_bytes()).hexdigest() == BLIND
    assert sha256((FOLDER / "unseen.yaml").read_bytes()).hexdigest() == UNSEEN
    assert sha256((FOLDER / "unopened.yaml").read_bytes()).hexdigest() == UNOPENED
    assert sha256((FOLDER / "sealed.yaml").read_bytes()).hexdigest() == SEALED
    assert sha256((FOLDER / "untouched.yaml").read_bytes()).hexdigest() == UNTOUCHED
    assert len(PAGES) >= 120 and 3 * sum(page.split != "open" for page in PAGES) >= len(PAGES)
    assert len({page.id for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize("split", FLOORS)
def test_floors(split: str) -> None:
    tally = score([page for page in PAGES if page.split == split], read_file)
    for measure in MEASURES:
        precision, recall = tally.figures(measure)
        least = FLOORS[split][measure]
        assert precision >= least[0] and recall >= least[1], (measure, precision, recall, tally.misses)


def test_a_reader_of_nothing_scores_nothing() -> None:
    def empty(path: Path) -> list[Document]:
        return []

    tally = score(PAGES, empty)
    assert all(tally.figures(measure)[1] == 0 for measure in MEASURES)

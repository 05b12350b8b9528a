"""What every test may use: a checkout's corpora, and segments packed from a few documents. `samples.py` makes the documents."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from juanzong.index.records import Document
from juanzong.index.store.segment import Segment
from tests.samples import make_segments

# A busy machine is not a failure.
settings.register_profile("juanzong", deadline=None, max_examples=60)
settings.load_profile("juanzong")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session", autouse=True)
def no_syncing() -> Iterator[None]:
    """What tests write need not survive a power cut, and waiting for the disk would be most of their time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_recognition() -> Iterator[None]:
    """Pages are recognised only where a test asks for it: it takes seconds a page, and only where the extra is installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUANZONG_OCR", "never")
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The corpora beside a development checkout."""
    if not SHARED.is_dir():
        pytest.skip("needs the development corpora, which do not lie beside this checkout")
    return SHARED


@pytest.fixture
def segment_of(tmp_path: Path) -> Callable[..., Segment]:
    """Packs documents into a segment and opens it."""
    made = 0

    def build(*documents: Document, deleted: tuple[str, ...] = ()) -> Segment:
        nonlocal made
        made += 1
        return make_segments(tmp_path / f"segment-{made}", [documents], deleted)[0]

    return build

"""Engines over a few texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from juanzong.search.engine import Engine
from tests.contract import open_engine, publish
from tests.samples import in_groups, make_document


@pytest.fixture
def engine_of(tmp_path: Path) -> Any:
    """An engine over paragraphs, a document each, in two segments."""

    def build(*texts: str) -> Engine:
        publish(
            tmp_path / "index",
            in_groups([make_document(f"d{n}", [text]) for n, text in enumerate(texts)], min(2, len(texts))),
        )
        return open_engine(tmp_path / "index")

    return build

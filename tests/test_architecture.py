"""The worked examples of ARCHITECTURE.md run, one after the other, as they are printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    examples = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
    assert len(examples) == 4
    names: dict[str, object] = {"__name__": "architecture"}
    for example in examples:
        exec(compile(example, "ARCHITECTURE.md", "exec"), names)


def test_every_path_that_the_page_names_exists() -> None:
    root = Path(__file__).parents[1]
    named = set(re.findall(r"`((?:index|search|web|tests)/[\w/.]+)`", PAGE))
    named -= {"index/corpus/formats/subtitles.py"}
    # a row may name a module as a room
    missing = {name for name in named if not (root / name).exists() and not (root / f"{name}.py").exists()}
    assert not missing

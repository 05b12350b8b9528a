"""A text has the same facts in every form: a hundred paragraphs of the truth set as plain text, in print and in a word processor."""

from __future__ import annotations

from pathlib import Path

import pytest

from accuracy import documents
from juanzong.index.reading.pipeline import read_file

PARAGRAPHS = 100
MOST_UNLIKE = 2


def texts() -> list[tuple[str, list[str]]]:
    """Texts from all over the truth set that have a hundred paragraphs together."""
    every = documents.own_texts()
    chosen, count = [], 0
    for step in range(7):
        for name, paragraphs in every[step::7]:
            if count < PARAGRAPHS:
                chosen.append((name, paragraphs))
                count += len(paragraphs)
    return chosen


@pytest.mark.parametrize("form", ["one column", "two columns", "docx"])
def test_facts_do_not_depend_on_the_form(form: str, tmp_path: Path) -> None:
    suffix, make = documents.MAKERS[form]
    same = total = 0.0
    for name, paragraphs in texts():
        path, plain = tmp_path / f"{name}{suffix}", tmp_path / f"{name}.txt"
        path.write_bytes(make(paragraphs))
        plain.write_text("\n\n".join(paragraphs), encoding="utf-8")
        measure = documents.compared(name, paragraphs, read_file(path), read_file(plain))
        same += (measure.facts or 0.0) * measure.paragraphs
        total += measure.paragraphs
    assert total >= PARAGRAPHS
    assert total - same <= MOST_UNLIKE * total / PARAGRAPHS

"""A fault of this program is logged, counted apart, and loses one document at most."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from juanzong.index.facts.context import ReadingContext
from juanzong.index.faults import NAME, log_fault
from juanzong.index.reading import pipeline
from juanzong.index.reading.pipeline import read_file


def test_a_fault_while_reading_is_logged_with_its_traceback_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ArithmeticError("no such day")

    monkeypatch.setattr(pipeline, "_with_facts", broken)
    (tmp_path / "a.txt").write_text("标题\n\n正文一段在此，讲的是天气。\n", encoding="utf-8")
    with caplog.at_level(logging.DEBUG, NAME):
        [document] = read_file(tmp_path / "a.txt", ReadingContext())
    assert [problem.code for problem in document.warnings] == ["fault"]
    assert document.articles, "what was read before the fault stays"
    assert "a.txt" in caplog.text and "no such day" in caplog.text and "in broken" in caplog.text


def test_nothing_is_written_unless_somebody_listens() -> None:
    code = "from juanzong.index.faults import log_fault; log_fault('Reading', ValueError('x'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == done.stdout == ""


def test_the_message_names_what_was_done(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, NAME):
        log_fault("Reading 甲.txt", KeyError("city"))
    assert caplog.messages == ["Reading 甲.txt: KeyError: 'city'"]

from __future__ import annotations

from pathlib import Path

import pytest

from accuracy.survey import main, survey


def test_a_survey_counts_what_was_read(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = survey([seeds / "2021"], 5)
    assert 0 < found.documents <= 6 and found.articles >= found.documents - found.values["warning"].total()
    assert sum(found.values["kind"].values()) >= found.articles
    assert main([str(seeds / "2021"), "--documents", "3", "--values", "2"]) == 0
    assert "basis of the day" in capsys.readouterr().out

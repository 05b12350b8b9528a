"""What is shown of a record."""

from __future__ import annotations

import pytest

from juanzong.search.answer.documents import shown_date


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ({"date": "2021-11-05", "basis": "url"}, ("2021-11-05", "url")),
        ({"not_before": "2021-11-05"}, ("2021-11-05", "latest_event")),
        ({"date": "--11-05", "basis": "explicit", "not_before": "2020-01-01"}, ("2020-01-01", "latest_event")),
        ({"date": "--11-05", "basis": "explicit"}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_the_date_that_is_shown(published: dict[str, str], shown: tuple[str | None, str | None]) -> None:
    assert shown_date(published) == shown

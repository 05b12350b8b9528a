"""What a paragraph shows whatever was asked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from juanzong.index.store.segment import Segment
from juanzong.search.answer import stored as module
from juanzong.search.answer.snippets import opening
from juanzong.search.answer.stored import read_anew, stored
from tests.samples import make_document, make_snapshot

Build = Callable[..., Segment]


def test_what_was_shown_is_kept_and_bounded(segment_of: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    segment = segment_of(make_document("a", ["第一段。", "第二段。", "第三段。", "長" * 30]))
    snapshot = make_snapshot([segment])
    monkeypatch.setattr(module, "MOST", 2)
    monkeypatch.setattr(module, "LONGEST", 20)
    first = stored(snapshot, segment, np.array([1, 0, 1]))
    assert [own.text for own in first] == ["第二段。", "第一段。", "第二段。"]
    assert stored(snapshot, segment, np.array([0]))[0] is first[1]
    [third, long] = stored(snapshot, segment, np.array([2, 3]))
    assert third.text == "第三段。"
    assert long.folded.text == "长" * 30
    assert set(snapshot.shown[segment.name]) == {2}


@pytest.mark.parametrize(
    "text",
    [
        "短",
        "\u3000" * 80 + "前面有许多空白的一句话。后面",
        "没有句号" * 30,
        "一，" * 60,
        "。开头就是句号" * 20,
        "𠀀" * 70 + "。",
    ],
)
def test_an_opening_needs_no_more_than_the_beginning(segment_of: Build, text: str) -> None:
    segment = segment_of(make_document("a", [text, "第二段。"]))
    assert [own.opening for own in read_anew(segment, np.array([1]), opened=True)] == [opening(text)]
    assert read_anew(segment, np.array([1]))[0].opening is None

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.corpus.plaintext import text_lines
from juanzong.index.structure.seams.judge import measured
from juanzong.index.structure.seams.layout import Layout, layout_of, width_of
from tests.reading_texts import wrapped

CITY = "这座城市的公共交通在过去十年里发生了很大的变化，地铁从无到有，公交线路也重新编排，市民出行方便了许多，这一点人人都看在眼里。"
YEARS = "2021年3月1日至2023年5月14日，全市共有1593个小区完成改造，惠及居民26万余户，比原计划提前了45天，花费4.2亿元，市民满意率为98.6%。"


def never(above: str, below: str) -> bool:
    return False


@given(st.text(max_size=30))
def test_ascii_is_half_as_wide(text: str) -> None:
    assert width_of(text) == sum(0.5 if character.isascii() else 1 for character in text)


def test_spacing_and_indents() -> None:
    spaced = layout_of(text_lines("一\n\n二\n\n三\n\n四\n五"), never)
    assert spaced.spaced and spaced.gap == 1 and not spaced.indented and not spaced.width
    indented = layout_of(
        text_lines("　　这是第一段的开头它很长\n接着是第二行。\n　　这是第二段的开头也很长\n接着又是第二行。\n"), never
    )
    assert indented.indented and not indented.spaced


@pytest.mark.parametrize("width", [18, 24, 40])
def test_a_width_is_found_in_print_and_in_characters(width: int) -> None:
    texts = (CITY, YEARS, CITY[9:], YEARS[5:])
    printed = measured(text_lines("\n".join(line for text in texts for line in wrapped(text, width))))
    assert printed.printed and width - 0.5 <= printed.width <= width
    counted = measured(
        text_lines("\n".join(text[at : at + width] for text in texts for at in range(0, len(text), width)))
    )
    assert (counted.printed, counted.width, counted.exact) == (False, width, True)


def test_lines_of_many_lengths_have_no_width() -> None:
    assert not measured(text_lines("\n".join(CITY[:size] for size in range(8, 60, 3)))).width
    # names of one length are no wrapped text
    assert not measured(
        text_lines("道里区卫生健康局\n南岗区卫生健康局\n香坊区卫生健康局\n平房区卫生健康局\n松北区卫生健康局")
    ).width


@pytest.mark.parametrize(
    ("above", "below", "full"),
    [
        ("一二三四五六七八九十", "甲乙", True),
        ("一二三四五六七八九", "甲，乙", True),
        ("一二三四五六七八九", "甲乙", False),
        ("一二三四五六七八", "Python好", True),
        ("一二三四五六七", "（甲）乙", False),
        ("一二三四五六七八", "《甲》", True),
    ],
)
def test_a_line_is_full_when_the_next_word_does_not_fit(above: str, below: str, full: bool) -> None:
    upper, lower = text_lines(f"{above}\n{below}")
    assert Layout(width=10).is_full(upper, lower) == full


def test_every_full_line_between_empty_ones_tells_the_width() -> None:
    layout = measured(
        text_lines("题目\n\n这里的人都说好吃。\n他们也都这样说过。\n真的。\n\n这里的人都说好看。\n是的。")
    )
    assert (layout.width, layout.blocks) == (9, True)

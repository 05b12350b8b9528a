from __future__ import annotations

import pytest

from tests.reading_texts import paragraphs, structured

HALF = "写的是河道两岸的村落、桥梁和泵站，文字不长，却交代得十分清楚，读来并不枯燥，末尾还附了几张旧照"
REST = "片，照片下面的说明由当年的闸工口述，由镇里的文化站记录整理。"


@pytest.mark.parametrize(
    "heads",
    [
        ("北塘河志　12", "北塘河志　13", "北塘河志　14"),
        ("· 14 ·", "· 15 ·", "· 17 ·"),
        ("12/90", "13/90", "14/90"),
        ("第3页 共9页", "第4页 共9页", "第5页 共9页"),
        ("- 7 -", "8 北塘河志", "北塘河志 9"),
        ("北塘河志", "北塘河志", "北塘河志"),
    ],
)
def test_a_running_head_does_not_cut_a_sentence(heads: tuple[str, ...]) -> None:
    text = "北塘河志\n\n" + "\n\n".join(f"第{n}节{HALF}\n{head}\n{REST}" for n, head in enumerate(heads, 1))
    found = [(paragraph.kind, paragraph.text) for _, paragraph in structured(text).paragraphs()]
    assert [text for kind, text in found if kind == "body"] == [f"第{n}节{HALF}{REST}" for n in range(1, 4)]
    assert [text for kind, text in found if kind == "boilerplate"] == list(heads)


def test_numbers_that_do_not_rise_and_rows_of_a_list_stay() -> None:
    text = "\n".join(
        f"{name}\n{count}\n件"
        for name, count in (("锹和镐还有簸箕", 12), ("雨衣和长筒胶靴", 3), ("手电筒和电池若干", 7))
    )
    assert not [p for _, p in structured(text).paragraphs() if p.kind == "boilerplate"]


@pytest.mark.parametrize("heads", [["· 13 ·"], ["13", "河志"], ["Page 13 of 90"], ["河志　　13"]])
def test_heads_of_every_shape_and_on_two_lines_are_put_aside(heads: list[str]) -> None:
    lines: list[str] = []
    for number in range(13, 17):
        lines += [
            "泵站夜里停机，值班员马上报修。",
            "他翻出几张旧照",
            *(text.replace("13", str(number)) for text in heads),
            "片，照片下面写着年月。",
        ]
    texts = [paragraph.text for paragraph in paragraphs("\n".join(lines)) if paragraph.kind != "boilerplate"]
    assert texts.count("他翻出几张旧照片，照片下面写着年月。") == 4


def test_one_number_of_a_page_with_that_of_all_pages_is_enough() -> None:
    found = [paragraph.text for _, paragraph in structured(f"夜修记\n\n{HALF}\n第 3 页 共 9 页\n{REST}").paragraphs()]
    assert HALF + REST in found

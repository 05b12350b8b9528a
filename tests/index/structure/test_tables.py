from __future__ import annotations

import pytest

from juanzong.index.structure.tables import header_row, is_row
from tests.reading_texts import paragraphs, structured


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("成文日期：2021年3月2日", "成文日期\t2021年3月2日"),
        ("索 引 号：A-1　　发文机关：海陵市人民政府", "索引号\tA-1\t发文机关\t海陵市人民政府"),
        ("【发文字号】国办发〔2021〕5号", "发文字号\t国办发〔2021〕5号"),
        ("发布日期\t2021-03-02", "发布日期\t2021-03-02"),
        ("有效性：", "有效性"),
    ],
)
def test_rows_of_a_header_table(text: str, row: str) -> None:
    assert header_row(text) == row


@pytest.mark.parametrize("text", ["发布日期已经过去。", "标题：一", "名称 海陵市", "成文日期" + "x" * 300])
def test_what_is_no_header_row(text: str) -> None:
    assert header_row(text) is None


def test_weak_labels_count_beside_a_header_row() -> None:
    assert header_row("标题：关于放假的通知", beside=True) == "标题\t关于放假的通知"
    found = paragraphs("索引号：A-1\n标题：关于放假的通知\n\n关于放假的通知\n\n国庆节放假三天，请做好安排。")
    assert [(p.kind, p.text) for p in found][0] == ("table", "索引号\tA-1\n标题\t关于放假的通知")


def test_rows_of_other_tables() -> None:
    assert is_row("道里区疾控中心\t51669665\t依兰县疾控中心\t57222573")
    assert is_row("哈尔滨市疾控中心 51012320")
    assert not is_row("联系电话是51012320。") and not is_row("\t一")


def test_adjacent_rows_are_one_paragraph_and_a_header_table_is_flagged() -> None:
    text = (
        "索引号\t113/2021-00123\t主题分类\t卫生\n发文机关\t海陵市人民政府办公室\t成文日期\t2021年3月2日\n\n海陵市人民政府办公室关于印发活动方案的通知\n\n海政办发〔2021〕15号\n\n"
        "各县（市、区）人民政府，市级各部门：\n\n《活动方案》已经市政府同意，现印发给你们，请认真组织实施。\n\n海陵市人民政府办公室\n\n2021年3月2日\n"
    )
    found = structured(text).articles[0].paragraphs
    assert [p.kind for p in found] == ["table", "heading", "byline", "body", "body", "byline", "byline"]
    assert found[0].flags == ("header_table",)
    assert found[0].text.splitlines()[1] == "发文机关\t海陵市人民政府办公室\t成文日期\t2021年3月2日"
    assert structured(text).articles[0].title == "海陵市人民政府办公室关于印发活动方案的通知"


def test_a_header_table_whose_values_stand_on_lines_of_their_own() -> None:
    text = "• 索引号:\n\n  610728/2024-001005\n• 发文机构:\n\n  县政府办公室\n• 发文日期:\n\n  2024年04月06日\n\n县政府工作规则\n\n第一章 总则\n\n一、制定本规则。"
    first = paragraphs(text)[0]
    assert (first.kind, first.text) == (
        "table",
        "索引号\t610728/2024-001005\n发文机构\t县政府办公室\n发文日期\t2024年04月06日",
    )

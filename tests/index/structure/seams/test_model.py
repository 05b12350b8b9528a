from __future__ import annotations

from itertools import compress

import pytest

from juanzong.index.structure.seams.model import MEASURED, REASONS, TOLD, evidence, numbers, signs


def test_evidence_has_a_reason_and_grows_with_repetition() -> None:
    odds, reason = evidence("坚持把疫情防控工作摆", "在首位。", "")
    again, seen = evidence("坚持把疫情防控工作摆", "在首位。", "工作摆在首位")
    assert again > odds and seen == "seen"
    assert reason in ("likelihood", *REASONS.values())


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("护航警力到位秩序井然", "全民核酸检测开展以来，市公安局严格落实制度。"),
        ("一张蓝图管到2035", "2022年3月31日，省里公布了规划。"),
        ("三、下一步工作要求", "各区要在六月以前完成。"),
        ("规划先行 一张蓝图绘到底", "2012年8月，新区管委会挂牌成立。"),
        ("老旧小区有了新电梯", "“再也不用爬楼了！”老人说。"),
    ],
)
def test_a_heading_is_told_from_the_text_below(above: str, below: str) -> None:
    assert evidence(above, below, "")[0] < 1


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("民警在收费站卡口查验过往驾乘人", "员的核酸检测证明。"),
        ("市公安局交警支队的民警们已经连续", "三天没有回家。"),
        ("居民可以在网上订货，由社区的", "志愿者送到家门口。"),
        ("第十二条 市人民政府应当加强对", "绿化工作的领导。"),
    ],
)
def test_a_cut_sentence_is_told_from_a_heading(above: str, below: str) -> None:
    assert evidence(above, below, "")[0] > 2


def test_the_numbers_are_complete() -> None:
    known = numbers()
    measured, told = signs("第三条 市人民政府于2021年", "3月1日公布了名单", "", "", known)
    assert len(measured) == len(MEASURED) and len(told) == len(TOLD)
    assert {"bias", *MEASURED, *TOLD} == set(known.weights) and set(REASONS) < set(TOLD)
    assert {"article", "date", "date_below"} < set(compress(TOLD, told)) and "word" not in compress(TOLD, told)
    assert known.pairs["首先"] > 1 and known.begins["本"] > 0 > known.begins["的"]
    assert all(
        -20 < value < 20 for table in (known.begins, known.ends, known.pairs, known.weights) for value in table.values()
    )

"""Whether a paragraph goes on across a line end, judged by the characters and words on both sides: a logistic regression over signs.

The numbers stand in data/seams.csv, which scripts/seams.py makes. They were counted in some 35,000 news stories and 1,700 laws: how much
more often than elsewhere a character or a pair of them begins a paragraph or ends a heading, how much more often than by chance two
characters stand together, and what each sign weighs when such texts are broken at random and the breaks are told from true ends.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import compress
from operator import mul

from juanzong.index.datafiles import rows
from juanzong.index.structure.wording import is_closed

COLUMNS = ("table", "value", "keys")
"""The columns of data/seams.csv."""

COMMA = re.compile(r"[，,](?!\d)")
NUMBERING = re.compile(
    r"第[一二三四五六七八九十百千零〇\d]{1,6}条[ \u3000]{0,2}|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、]"
)
_WHEN = "近日|日前|近年|近期|今年|去年|昨|目前|当前|当日|当天|同时|此外|另外|据|随着|为了?|记者|截至|根据|按照|作为|面对|然而|不过|因此|此前|此次|本次|会上|与此|(?:接下来|下一步)[，,]"
_SAYING = "[\u4e00-\u9fff]{2,4}(?:说|表示|介绍|认为|称)"
_OPENING = re.compile(
    rf"\d{{1,4}} ?[年月日]|请|今|其中|在|从|对|针对|自|经|但|所以|这|该|他|她|我|有|如果|虽然|由于|一|{_WHEN}|{_SAYING}"
)
_OPENING_BELOW = re.compile(rf"在|从|对|针对|自|经|“|《|{_WHEN}|{_SAYING}")
# what stands within a sentence as often as it opens one
_TERM_BELOW = re.compile("“[^”。！？，]{1,10}”")
_YEAR = re.compile(r"(?:19|20)\d\d ?年(?![度级版款届产])|[一二][九〇○零O][〇○零O一二三四五六七八九]{2}年")
_DATE_BELOW = re.compile(rf"{_YEAR.pattern}|\d{{1,2}} ?月 ?\d{{1,2}} ?日")
_FUNCTION_WORDS = frozenset(
    "的和与及或在为对将把被从自向以于由使让给其而但并且也都就还又不已正所该此每这那某各第约至因当若如则即称是有等"
) | frozenset(
    """关于 对于 以及 或者 因为 由于 如果 根据 按照 通过 进行 开展 以来 我们 他们 表示 认为 一个 可以 能够 需要 没有 更加 非常 主要 其中 包括 整整
    仅仅 大约 将近 超过 达到 至少 共计 合计 先后 分别 陆续 正在 已经 再次 不断 进一步 全面 积极 纷纷 逐步 及时 依法 严格""".split()
)
# 桥还在: there it is a verb
_STAYS = re.compile("[还不都仍也]在$")
_FUNCTION_BELOW = re.compile(
    r"已|将(?!军)|是(?!否)|均|也|还(?!有)|被|把|并(?!非|不)|而(?!且|在)|且|的|了|等(?!待)|及(?!时)|与(?!此)|和(?!谐|平)|或|以(?=[^及来后前])"
)
_FUNCTION_FIRST = frozenset("已将是均也还被把并而且的了等及与和或以")
_NUMERALS, _MEASURES = (
    frozenset("一二三四五六七八九十百千万亿.％%"),
    frozenset("年月日时分秒名个人家次起件条辆台只座处万亿元吨米公多余%％．."),
)
_FULL_DATE = re.compile(r"\d{1,2}月\d{1,2}日|\d{4}年")
_SAYS = re.compile(r"表示|认为|介绍|[说称][，,]")
_SAYING_SIGN = re.compile("[表认介说称]")
_SPACED = re.compile(r"[\u4e00-\u9fff”》][ \u3000]+[\u4e00-\u9fff“《]")
_PASSED, _PASSED_LAST = (
    re.compile(r"(?:通过|施行|修正|修订|公布|批准|发布|备案)[)）]?$"),
    frozenset("过行正订布准案)）"),
)
_FIRST_ALONE = frozenset(
    "在从据为对此我他她它这该当自经由有但而因若如其各一两三四五六七八九十每某本今昨前后日与和以至于只不可要想说看到去来又再就更最还也都早晚夜春夏秋冬"
    "上中下东西南北大小老新多少请"
)
_BODY_ENDS = frozenset("局厅部院署台站处室委会社团庭所队") | frozenset(
    "政府 中心 小组 公司 大学 学校 银行 街道 社区 部门 机关 单位 人员 民警 代表 主任 书记 市长 县长 局长".split()
)
_NUMERAL_FIRST = frozenset("一二三四五六七八九十百千零〇第（(")
_QUOTE_ENDS = frozenset("”》’）)")
MEASURED = ("pair", "begins", "ends")
"""The signs that have a value, as `signs` gives them."""
TOLD = tuple(
    """
    seen half_seen word long_word single single_below number clause enumeration function_word function_below opening date says aspect attribute article
    numbered short_numbered cry short shortish medium long very_long long_clause spaced passed opening_below date_below number_below quoted quote_end colon
    first joined joined_clause first_long first_long_clause open_below short_below heading_below apart repeated body_end bracketed_below""".split()
)
"""The signs that hold or do not, as `signs` gives them."""
SHAPES = frozenset(("clause", "long_clause", "opening", "aspect", "attribute", "says", "date"))
"""The signs that a line is a sentence, wherever it ends."""
_ACROSS = 0.4
"""What these count where an empty line follows, since the headings within a story are sentences as often as not."""
_CUTS = tuple(name in ("word", "long_word", "number", "function_word") for name in TOLD)
"""The signs that something is cut, whatever stands below."""
REASONS = {
    "word": "word",
    "long_word": "word",
    "seen": "seen",
    "half_seen": "seen",
    "number": "number",
    "clause": "open_clause",
    "long_clause": "open_clause",
    "long": "open_clause",
    "very_long": "open_clause",
    "function_word": "function_word",
    "function_below": "function_word",
    "opening": "sentence_opening",
    "date": "sentence_opening",
    "says": "sentence_opening",
    "aspect": "sentence_opening",
    "attribute": "sentence_opening",
    "enumeration": "enumeration",
    "joined": "open_clause",
    "joined_clause": "open_clause",
    "article": "article",
}
"""The reason that a join is given when a sign speaks most for it."""
_LIKELY = (0.0, 0, "likelihood")
Evidence = tuple[float, str]
"""Odds and the strongest reason."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was counted: natural logarithms of how many times more often than elsewhere, and the weights of the signs.

    `bias` is added to every seam, `scales` belong to `MEASURED`; `shares` and `reasons` to `TOLD`, `across` those of them that count across an empty line, a reason with the weight and the rank by which it is chosen.
    """

    begins: dict[str, float]
    ends: dict[str, float]
    pairs: dict[str, float]
    weights: dict[str, float]
    bias: float
    scales: tuple[float, ...]
    shares: tuple[float, ...]
    across: tuple[float, ...]
    reasons: tuple[tuple[float, int, str], ...]


@cache
def numbers() -> Numbers:
    """The counted numbers, read once."""
    tables: dict[str, dict[str, float]] = {"begins": {}, "ends": {}, "weight": {}}
    pairs: dict[str, float] = {}
    for _, row in rows("seams.csv", COLUMNS):
        table, value, keys = row["table"], float(row["value"]), row["keys"]
        if table in tables:
            tables[table].update(dict.fromkeys(keys.split(" "), value))
        else:
            pairs.update(dict.fromkeys((table + character for character in keys), value))
    weights = tables["weight"]
    shares = tuple(weights.get(name, 0.0) for name in TOLD)
    reasons = tuple(
        (share, -rank, REASONS[name]) if name in REASONS and share > 0 else _LIKELY
        for rank, (name, share) in enumerate(zip(TOLD, shares, strict=True))
    )
    return Numbers(
        tables["begins"],
        tables["ends"],
        pairs,
        weights,
        weights.get("bias", 0.0),
        tuple(weights.get(name, 0.0) for name in MEASURED),
        shares,
        tuple(_ACROSS * share if name in SHAPES else share for name, share in zip(TOLD, shares, strict=True)),
        reasons,
    )


@cache
def _cutter() -> Callable[[str], list[str]]:
    from juanzong.index.text.analysis import Segmenter

    return Segmenter().cut


def coarse(text: str) -> str:
    """The text with every digit a 0 and every Latin letter an a, as it was counted."""
    return _DIGIT.sub("0", _LETTER.sub("a", text)) if _NARROW.search(text) else text


_NARROW, _DIGIT, _LETTER = re.compile("[0-9A-Za-z]"), re.compile("[0-9]"), re.compile("[A-Za-z]")


def signs(
    above: str, below: str, document: str, place: str, known: Numbers
) -> tuple[tuple[float, float, float], tuple[object, ...]]:
    """The signs of a seam between the open text `above` of a paragraph and the line `below`: the values of `MEASURED`, and for each of `TOLD` whether it holds.

    `document` is the text in which the characters on both sides may stand together elsewhere; `place` tells of the
    line that ends at the seam: "first" of the document, "joined" to the paragraph's beginning, or neither.
    """
    # each expression is asked only where a character that it needs is there
    number = NUMBERING.match(above) if above[0] in _NUMERAL_FIRST or above[0].isdecimal() else None
    head = above[number.end() :] if number else above
    size, first_below = len(head), below[0]
    spans, long_word, single, single_below = _words(above[-8:], below[:8])
    numeral_below = first_below.isdecimal() or first_below in _NUMERAL_FIRST
    year = numeral_below and _YEAR.match(below) is not None
    last, next_ = coarse(above[-2:]), coarse(below[:2])
    pair = 0.0 if year else known.pairs.get(last[-1:] + next_[:1], 0.0)
    measured = (
        pair,
        -known.begins.get(next_, known.begins.get(next_[:1], 0.0)),
        -known.ends.get(last, known.ends.get(last[-1:], 0.0)),
    )
    clause = ("，" in head or "," in head) and COMMA.search(head) is not None
    function_word = not spans and _ends_in(head, _FUNCTION_WORDS) and not _STAYS.search(head[-3:])
    open_below = not is_closed(below)
    article = number is not None and "条" in number[0]
    numbered = number is not None and not article
    first, joined, lasting = place == "first", place == "joined", clause and size >= 30
    seen = above[-2:] + below[:2] in document and len(above) > 1
    return measured, (
        seen,
        not seen and (above[-2:] + first_below in document or above[-1] + below[:2] in document),
        spans and not year,
        long_word and not year,
        single,
        single_below,
        not year
        and (head[-1:].isdecimal() or head[-1:] in _NUMERALS)
        and (first_below.isdecimal() or first_below in _MEASURES),
        clause,
        "、" in head,
        function_word,
        not spans and first_below in _FUNCTION_FIRST and _FUNCTION_BELOW.match(below),
        _OPENING.match(head),
        ("日" in head or "年" in head) and _FULL_DATE.search(head),
        _SAYING_SIGN.search(head) and _SAYS.search(head),
        "了" in head,
        "的" in head,
        article,
        numbered,
        numbered and size < 20 and not clause,
        "！" in head or "？" in head or "!" in head or "?" in head,
        size < 10,
        10 <= size < 14,
        20 < size < 30,
        30 <= size < 45,
        size >= 45,
        lasting,
        (" " in head or "\u3000" in head) and _SPACED.search(head),
        head[-1:] in _PASSED_LAST and _PASSED.search(head[-4:]),
        _OPENING_BELOW.match(below) and (open_below or not _TERM_BELOW.match(below)),
        numeral_below and _DATE_BELOW.match(below),
        numeral_below and NUMBERING.match(below),
        "“" in head,
        head[-1:] in _QUOTE_ENDS,
        "：" in head or ":" in head,
        first,
        joined,
        joined and clause,
        first and size > 20,
        first and lasting,
        open_below,
        len(below) <= 14,
        open_below and len(below) <= 26 and not spans and not clause and not function_word and not COMMA.search(below),
        not pair,
        above.endswith(below[:2]),
        _ends_in(head, _BODY_ENDS),
        first_below in "（(" and below[-1] in "）)",
    )


def _words(tail: str, start: str) -> tuple[bool, bool, bool, bool]:
    """Whether a word spans the seam between `tail` and `start`; it is long; a word of one character ends there, and one begins that seldom stands alone."""
    alone = "\u4e00" <= start[0] <= "\u9fff" and start[0] not in _FIRST_ALONE
    position, size, words = 0, len(tail), iter(_cutter()(tail + start))
    for word in words:
        position += len(word)
        if position > size:
            return True, len(word) > 2, False, alone and len(_cutter()(start)[0]) == 1
        if position == size:
            return False, False, len(word) == 1, alone and len(next(words, "")) == 1
    return False, False, False, False


def _ends_in(text: str, words: frozenset[str]) -> bool:
    """Whether a text ends in one of these words of at most three characters."""
    return text[-1:] in words or text[-2:] in words or text[-3:] in words


def evidence(above: str, below: str, document: str, place: str = "", apart: bool = False) -> Evidence:
    """The odds that a paragraph goes on, against a heading above a paragraph, were both equally common; and the strongest reason.

    `apart` says that an empty line parts a short line from the next: then the characters at the seam tell more than the shape of the line.
    """
    known = numbers()
    measured, told = signs(above, below, document, place, known)
    shares = known.across if apart and not any(compress(told, _CUTS)) else known.shares
    score = known.bias + sum(map(mul, known.scales, measured)) + sum(compress(shares, told))
    return math.exp(max(-20.0, min(20.0, score))), max(compress(known.reasons, told), default=_LIKELY)[2]

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.errors import UsageError
from juanzong.index.text.folding import fold
from juanzong.search.language.parser import (
    MAX_LENGTH,
    MAX_UNITS,
    And,
    Dates,
    Empty,
    Everything,
    Exact,
    Field,
    Node,
    Not,
    Note,
    Or,
    Prefix,
    Word,
    literal,
    parse,
    written,
)


def codes(q: str) -> list[str]:
    return [note.code for note in parse(q).notes]


@pytest.mark.parametrize(
    "unit",
    [
        "第67号公告",
        "疫情当前，公安当先",
        "传统+大数据",
        "2名公安民警+2名疾控中心流调人员",
        "11·25",
        "7-8",
        "covid-19",
        "12:30",
        "C++",
        "50%",
        "7x24小时",
        "https://example.org/a?b=c",
        "——记者手记",
        "--x",
        "《民法典》",
        "or",
        "not",
        "记者：王一鸣",
        "5*3",
    ],
)
def test_a_unit_without_spaces_is_one_word(unit: str) -> None:
    parsed = parse(unit)
    assert parsed.root == Word(unit)
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("q", "root"),
    [
        ("流调 溯源", And((Word("流调"), Word("溯源")))),
        ("流调\u3000溯源\n核酸", And((Word("流调"), Word("溯源"), Word("核酸")))),
        ("流调 AND 溯源", And((Word("流调"), Word("溯源")))),
        ("流调 OR 溯源", Or((Word("流调"), Word("溯源")))),
        ("流调|溯源｜核酸", Or((Word("流调"), Word("溯源"), Word("核酸")))),
        ("流调 ＯＲ 溯源", Or((Word("流调"), Word("溯源")))),
        ("哈尔滨 流调 OR 溯源", And((Word("哈尔滨"), Or((Word("流调"), Word("溯源")))))),
        ("（流调 溯源） OR 核酸", Or((And((Word("流调"), Word("溯源"))), Word("核酸")))),
        ("流调 -核酸", And((Word("流调"), Not(Word("核酸"))))),
        ("流调 －核酸", And((Word("流调"), Not(Word("核酸"))))),
        ("流调 NOT 核酸", And((Word("流调"), Not(Word("核酸"))))),
        ('流调 -"核酸 检测"', And((Word("流调"), Not(Exact("核酸 检测"))))),
        ("流调 -(核酸 检测)", And((Word("流调"), Not(And((Word("核酸"), Word("检测"))))))),
        ("NOT NOT 流调", Word("流调")),
        ("“一警一医”-机制", And((Exact("一警一医"), Word("机制")))),
        ("流调，-核酸", Word("流调，-核酸")),
        ("，流调。", Word("流调")),
        ("-核酸", And((Everything(), Not(Word("核酸"))))),
        ("* -核酸", And((Everything(), Not(Word("核酸"))))),
        ("流调 OR -核酸", Or((Word("流调"), And((Everything(), Not(Word("核酸"))))))),
        ("*", Everything()),
        ("＊", Everything()),
        ("* 流调", Word("流调")),
        ("cov*", Prefix("cov")),
        ("防控＊", Prefix("防控")),
        ("", Empty()),
        (" \u3000\n", Empty()),
        ("\u200b\u202e", Empty()),
        ("流\x00调\u202e", Word("流调")),
    ],
)
def test_operators(q: str, root: Node) -> None:
    assert parse(q).root == root
    assert parse(q).notes == ()


@pytest.mark.parametrize("pair", ['""', "“”", "「」", "『』", "＂＂", "”“", '“"', "「”", "““"])
def test_every_pair_of_quotes_is_exact(pair: str) -> None:
    q = f"{pair[0]}现场 流调{pair[1]}"
    assert parse(q).root == Exact("现场 流调")
    assert parse(q).notes == ()


def test_quotes_inside_other_quotes_are_text() -> None:
    assert parse("「他说“好”」").root == Exact("他说“好”")
    assert parse('"他说“好”了"').root == Exact("他说“好”了")
    assert parse("「他说「好」了」").root == Exact("他说「好」了")
    assert parse('“流调" 和 “溯源”').root == And((Exact("流调"), Word("和"), Exact("溯源")))
    assert parse("“手递手”闭环管理").root == And((Exact("手递手"), Word("闭环管理")))


@pytest.mark.parametrize(
    "q", ["title:流调", "TITLE：流调", "标题:流调", "標題：流调", "ｔｉｔｌｅ：流调", "title: 流调"]
)
def test_field_names(q: str) -> None:
    assert parse(q).root == Field("title", Word("流调"))


def test_field_values() -> None:
    assert parse('city:"徐州市"').root == Field("city", Exact("徐州市"))
    assert parse("城市:(徐州 OR 南京)").root == Or((Field("city", Word("徐州")), Field("city", Word("南京"))))
    assert parse("-机构:公安* 来源：日报").root == And(
        (Not(Field("agency", Prefix("公安"))), Field("source", Word("日报")))
    )
    assert parse('city:""').root == Field("city", Exact(""))


def test_how_a_field_meets_a_facet_value() -> None:
    assert Field("city", Word("徐州")).accepts("徐州市")
    assert not Field("city", Word("州")).accepts("徐州市")
    assert not Field("city", Exact("徐州")).accepts("徐州市")
    assert Field("agency", Word("公安局")).accepts("哈尔滨市公安局松北分局")
    assert not Field("agency", Prefix("公安局")).accepts("哈尔滨市公安局")
    assert Field("source", Word("日報")).accepts("哈尔滨日报")
    assert Field("city", Exact("")).accepts("")


@pytest.mark.parametrize(
    ("q", "first", "last"),
    [
        ("date:2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("日期：２０２１-02", date(2021, 2, 1), date(2021, 2, 28)),
        ("date:2021-11..2022-03", date(2021, 11, 1), date(2022, 3, 31)),
        ("date:..2022-03", None, date(2022, 3, 31)),
        ('date:"2021-09-21.."', date(2021, 9, 21), None),
    ],
)
def test_dates(q: str, first: date | None, last: date | None) -> None:
    root = parse(q).root
    assert isinstance(root, Field) and isinstance(root.child, Dates)
    assert (root.child.first, root.child.last) == (first and first.toordinal(), last and last.toordinal())


@pytest.mark.parametrize("value", ["2021-13", "2021-02-30", "abc", "2022..2021", "0000"])
def test_a_date_that_is_none_is_text(value: str) -> None:
    assert parse(f"date:{value}").root == Word(f"date:{value}")
    assert codes(f"date:{value}") == ["bad_date"]


@pytest.mark.parametrize(
    ("q", "reading", "notes"),
    [
        ('"流调', ["流调"], [Note("unbalanced_quote", ('"',))]),
        ("(流调", ["流调"], [Note("unbalanced_parenthesis", ("(",))]),
        ("流调）", ["流调"], [Note("unbalanced_parenthesis", ("）",))]),
        ("foo:bar", ["foo:bar"], [Note("unknown_field", ("foo",))]),
        ("流调 OR", ["流调", "OR"], [Note("operator_as_text", ("OR",))]),
        ("NOT", ["NOT"], [Note("operator_as_text", ("NOT",))]),
        ("AND 流调", ["AND", "流调"], [Note("operator_as_text", ("AND",))]),
        ("流调 |", ["流调"], [Note("operator_as_text", ("|",))]),
        ("流调 title:", ["流调", "title"], [Note("operator_as_text", ("title:",))]),
        ("标题：", ["标题"], [Note("operator_as_text", ("标题：",))]),
        ("日期：昨天", ["日期：昨天"], [Note("bad_date", ("昨天",))]),
        ("首见:也许", ["首见:也许"], [Note("bad_flag", ("也许",))]),
        ("first:1 流调", ["first:yes", "流调"], []),
        ("流调 -", ["流调"], [Note("only_punctuation", ("-",))]),
        ("流调 、 溯源。", ["流调", "溯源"], [Note("only_punctuation", ("、",))]),
        ("，", ["，"], [Note("only_punctuation", ("，",))]),
        ('""', ['""'], [Note("only_punctuation", ('""',))]),
    ],
)
def test_bad_syntax_is_text_with_a_note(q: str, reading: list[str], notes: list[Note]) -> None:
    parsed = parse(q)
    assert list(parsed.reading) == reading
    assert set(notes) <= set(parsed.notes)


def test_limits() -> None:
    with pytest.raises(UsageError, match="2,001"):
        parse("字" * (MAX_LENGTH + 1))
    root = parse(" ".join(f"字{n}" for n in range(MAX_UNITS + 5))).root
    assert isinstance(root, And) and len(root.children) == MAX_UNITS
    assert codes("字 " * (MAX_UNITS + 1)) == ["too_many_units"]
    assert codes("字 " * MAX_UNITS) == []
    assert parse("(" * 30 + "流调" + ")" * 30).root == Word("流调")
    assert codes("(" * 30 + "流调" + ")" * 30) == ["too_deep"]


def test_a_whole_query_as_one_string() -> None:
    assert literal("流调 OR -溯源").root == Exact("流调 OR -溯源")
    assert literal("“流调”").root == Exact("流调")
    assert literal("“流调”和“溯源”").root == Exact("“流调”和“溯源”")
    assert literal("*").root == Everything()
    assert literal(" ").root == Empty()


def test_terms_are_what_a_match_shows() -> None:
    assert parse('流调 -核酸 "溯源" title:公安 city:徐州 流调').terms == ("流调", "溯源", "公安")


def nodes(node: Node) -> list[Node]:
    children = node.children if isinstance(node, (And, Or)) else (node.child,) if isinstance(node, Not) else ()
    return [node, *(inner for child in children for inner in nodes(child))]


pieces = st.sampled_from(
    [
        '"',
        "“",
        "”",
        "「",
        "」",
        "(",
        "（",
        ")",
        "|",
        "-",
        "*",
        "OR",
        "NOT",
        "AND",
        " ",
        "\u3000",
        "title:",
        "city：",
        "date:",
        "2021-11",
        "..",
        "流调",
        "a",
        "covid-19",
        "，",
        "\x00",
        "\u202e",
        "\ud800",
        "e\u0301",
    ]
)
queries = st.lists(pieces, max_size=40).map("".join) | st.text(max_size=60)


@given(queries)
def test_parsing_never_fails_and_the_tree_is_sound(q: str) -> None:
    parsed = parse(q)
    for node in nodes(parsed.root):
        if isinstance(node, (And, Or)):
            assert len(node.children) > 1
        if isinstance(node, And):
            assert any(not isinstance(child, Not) for child in node.children)
        if isinstance(node, Or):
            assert not any(isinstance(child, Not) for child in node.children)
        if isinstance(node, (Word, Exact, Prefix)):
            assert fold(node.text)
            assert not any(c in node.text for c in "\x00\u202e\ud800")
        assert node is parsed.root or not isinstance(node, Empty)
    assert isinstance(parsed.root, Empty) == (not fold("".join(c for c in q if c != "\ud800")) and "\ud800" not in q)
    typed = fold(q.replace("\ud800", "\ufffd"))
    assert all(fold(term.removeprefix("date:")) in typed for term in parsed.terms)


@given(queries)
def test_what_is_shown_reads_the_same_again(q: str) -> None:
    parsed = parse(q)
    if not parsed.notes:
        assert parse(" ".join(parsed.reading)).root == parsed.root


@given(queries)
def test_a_literal_query_has_one_leaf(q: str) -> None:
    assert isinstance(literal(q).root, (Exact, Empty, Everything))


@given(
    st.text("流调溯源核酸ab1·+", min_size=1, max_size=12).filter(lambda t: any(map(str.isalnum, t))),
    st.sampled_from(['""', "“”", "「」", "『』", "＂＂"]),
)
def test_balanced_quotes_hold_their_text(text: str, pair: str) -> None:
    parsed = parse(pair[0] + text + pair[1])
    assert parsed.root == Exact(text)
    assert parse(written(parsed.root)).root == Exact(text)

from __future__ import annotations

from juanzong.index.corpus.lines import Line
from juanzong.index.structure.script import restored, simplified
from tests.reading_texts import structured


def test_only_traditional_text_is_converted_character_by_character() -> None:
    simple = [Line("今天下雨了。", 1)]
    assert simplified(simple) is simple
    lines = [Line("臺北市政府表示，這項計畫將於明年開始實施。", 1)]
    converted = simplified(lines)
    assert converted[0].text == "台北市政府表示，这项计画将于明年开始实施。"
    assert len(converted[0].text) == len(lines[0].text)


def test_texts_come_back_as_they_were_written() -> None:
    lines = [Line("發文機關：臺北市政府", 1), Line("這是第一行", 2), Line("這是第二行。", 3)]
    assert restored(["发文机关\t台北市政府", "这是第一行这是第二行。"], lines) == [
        "發文機關\t臺北市政府",
        "這是第一行這是第二行。",
    ]


def test_a_traditional_story_keeps_its_words_in_titles_and_credits() -> None:
    text = "颱風來襲 全市停班停課\n\n本報訊（記者 陳國華）市政府昨日宣布，受颱風影響，今日全市停止上班上課。\n\n市長表示，請民眾減少外出，並注意防範強風豪雨。\n\n來源：聯合報\n\n責任編輯：王麗"
    (article,) = structured(text).articles
    assert (article.title, article.byline, article.dateline, article.source) == (
        "颱風來襲 全市停班停課",
        "記者 陳國華",
        "本報訊",
        "聯合報",
    )
    assert [p.kind for p in article.paragraphs] == ["heading", "body", "body", "boilerplate", "boilerplate"]
    assert "\n\n".join(p.text for p in article.paragraphs) == text

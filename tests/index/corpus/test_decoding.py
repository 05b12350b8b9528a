from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.corpus.decoding import clean, commonness, decode, without_pinyin
from juanzong.index.text.folding import converter
from tests.reading_texts import TEXTS, plain

SIMPLIFIED = "市公安局通报，警方已经依法处理了这起案件，请大家不要传播没有根据的消息。"
TRADITIONAL = "市政府表示，這項計畫將於明年開始實施，請民眾不要相信沒有根據的消息。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", TEXTS)
def test_simplified_text_survives_every_encoding(name: str, encoding: str) -> None:
    text = plain(name)
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    told = encoding.startswith("utf-8") or encoding in ("utf-16", "utf-32")
    assert [problem.code for problem in decoded.problems] == ([] if told else ["guessed_encoding"])


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "gb18030", "utf-16-le"])
def test_traditional_text_survives(encoding: str) -> None:
    assert decode(TRADITIONAL.encode(encoding)).text == TRADITIONAL


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("今天天气不错。", "gb18030"), ("今天天氣不錯。", "big5"), ("公告", "gb18030"), ("警情通报", "gb18030")],
)
def test_short_texts(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16-le", "utf-16"])
def test_a_character_cut_by_the_end_is_dropped_with_a_problem(encoding: str) -> None:
    text = TRADITIONAL if encoding == "big5" else SIMPLIFIED
    decoded = decode(text.encode(encoding)[:-1])
    assert decoded.text == text[:-1]
    assert "cut_character" in [problem.code for problem in decoded.problems]


@given(st.integers(10, 400))
def test_any_cut_of_a_gb18030_text_is_read(size: int) -> None:
    text = plain("page")
    decoded = decode(text.encode("gb18030")[:size])
    assert decoded.text is not None and text.startswith(decoded.text)


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.4 \x00", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04abc", bytes(range(256)) * 20, b"\x00\x01\x02\x03" * 500],
)
def test_binary_data_is_no_text(data: bytes) -> None:
    decoded = decode(data)
    assert decoded.text is None
    assert [problem.code for problem in decoded.problems] == ["unreadable"]


def test_newlines_become_plain_and_controls_vanish() -> None:
    assert decode("一\r\n二\r三\u2028四\x0c五".encode()).text == "一\n二\n三\n四\n五"
    assert decode("公\x00安\x1b[31m局\ufeff".encode()).text == "公安[31m局"
    assert decode(b"a\r\nb").text == "a\nb"


def test_damaged_bytes_are_reported_with_their_line() -> None:
    data = ("第一行。\n" + SIMPLIFIED * 4).encode() + b"\xff\xfe\xff" + SIMPLIFIED.encode()
    decoded = decode(data)
    assert decoded.text is not None and SIMPLIFIED in decoded.text
    assert [(problem.code, problem.line) for problem in decoded.problems] == [("mojibake", 2)]


def test_commonness_tells_text_from_noise() -> None:
    assert commonness(SIMPLIFIED) > 0.6 < commonness(TRADITIONAL)
    assert commonness(SIMPLIFIED.encode("gb18030").decode("big5", "replace")) < 0.5
    assert commonness("plain English text") > 0.6
    assert commonness("") == 0


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    decoded = decode(data)
    assert decoded.text is None or "\r" not in decoded.text and "\x00" not in decoded.text


@given(st.text())
def test_utf8_of_any_text_is_read_or_refused(text: str) -> None:
    decode(text.encode("utf-8", "surrogatepass"))
    assert clean(text) == clean(clean(text))


def test_the_converter_is_not_needed_to_decode() -> None:
    converter.cache_clear()
    decode(SIMPLIFIED.encode("gb18030"))
    assert converter.cache_info().currsize == 0


def test_injected_pinyin_is_taken_out_and_rare_brackets_are_left() -> None:
    spoilt = "關(guān)鍵詞，中國(guó)臺(tái)灣網(wǎng)，時(shí)政新聞，網(wǎng)絡(luò)媒體"
    assert without_pinyin(spoilt) == ("關鍵詞，中國臺灣網，時政新聞，網絡媒體", 7)
    assert without_pinyin("银行(bank)和河岸(bank)") == ("银行(bank)和河岸(bank)", 0)

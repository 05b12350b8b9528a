from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.corpus.encoding.commonness import commonness
from juanzong.index.corpus.encoding.decoding import clean, decode
from juanzong.index.corpus.markup.glosses import without_pinyin
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


def test_han_characters_in_seven_bits_are_read_and_tildes_are_left() -> None:
    decoded = decode(SIMPLIFIED.encode("hz"))
    assert (decoded.text, decoded.encoding) == (SIMPLIFIED, "hz")
    assert decode(b"make ~{a,b}~ in ~/src ~{x~}").text == "make ~{a,b}~ in ~/src ~{x~}"


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


@pytest.mark.parametrize(
    "text",
    [
        "水泵(pump)、闸门(gate)、水位(level)、流量(flow)、堤防(dike)、管道(pipe)",
        "户籍(a)；满一年(b)；居住证(c)；学生(d)；军人(e)；其他(f)",
        "长度(km)、面积(ha)、重量(kg)、时间(h)、温度(c)、压力(pa)",
    ],
)
def test_what_is_no_reading_of_the_character_before_it_stays(text: str) -> None:
    assert without_pinyin(text) == (text, 0)


def test_words_among_injected_pinyin_stay() -> None:
    assert without_pinyin("發(fā)現(xiàn)水泵(pump)兩(liǎng)臺(tái)機(jī)組")[0] == "發現水泵(pump)兩臺機組"


NIGHT = "泵站昨夜停了两台机组，值班员马上报修，厂家派人连夜赶到。\n到了清晨，两台机组都恢复运行。\n"
CODES = ("mojibake", "guessed_encoding")


@pytest.mark.parametrize(
    "damaged",
    [NIGHT.encode("gbk").decode("latin-1"), NIGHT.encode().decode("latin-1"), NIGHT.encode("gbk").decode("cp1252")],
)
def test_text_decoded_wrongly_before_it_was_saved_is_restored(damaged: str) -> None:
    decoded = decode(damaged.encode())
    assert decoded.text == NIGHT
    assert [problem.code for problem in decoded.problems] == ["mojibake"]


@pytest.mark.parametrize(
    "damaged",
    [
        NIGHT.encode().decode("cp1252", "ignore"),
        NIGHT.encode().decode("gbk", "replace"),
        NIGHT.encode().decode("gbk", "replace").replace("\ufffd", "?"),
    ],
)
def test_what_was_lost_on_the_way_is_restored_as_far_as_possible(damaged: str) -> None:
    decoded = decode(damaged.encode())
    assert decoded.text is not None and "泵站昨" in decoded.text and "值" in decoded.text
    assert [problem.code for problem in decoded.problems] == ["mojibake"]


def test_replacement_marks_are_told_though_nothing_can_be_restored() -> None:
    assert [problem.code for problem in decode("锟斤拷锟斤拷，泵站昨夜停了。".encode()).problems] == ["mojibake"]


def test_lines_in_two_encodings_are_both_read() -> None:
    other = "街道随后通知沿河的住户，不要再往堤上堆放杂物。\n"
    for data in (NIGHT.encode() * 3 + other.encode("gbk"), NIGHT.encode("gbk") * 3 + other.encode()):
        decoded = decode(data)
        assert decoded.text == NIGHT * 3 + other
        assert {problem.code for problem in decoded.problems} == {"guessed_encoding"}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("at", range(20, 60, 3))
def test_one_bad_byte_costs_one_character(encoding: str, at: int) -> None:
    data = NIGHT.encode(encoding)
    decoded = decode(data[:at] + b"\xff" + data[at:])
    assert decoded.text is not None and "mojibake" in [problem.code for problem in decoded.problems]
    kept = sum(character in NIGHT for character in decoded.text)
    assert kept >= len(NIGHT) - 2


def test_the_whole_file_tells_its_encoding() -> None:
    for english in ("The crew came before dawn.\n" * 40, "The crew came before dawn.\n" * 40_000):
        decoded = decode((english + "泵站\n" + english).encode("gbk"))
        assert decoded.encoding == "gb18030" and decoded.text == english + "泵站\n" + english


def test_the_euro_sign_of_code_page_936() -> None:
    assert (
        decode("设备价".encode("gbk") + b"\x80" + "300万元，分三次付清。".encode("gbk")).text
        == "设备价€300万元，分三次付清。"
    )


def test_a_page_declares_its_encoding_and_valid_utf8_goes_first() -> None:
    page = "<html><head><meta charset='gb2312'><title>囧</title></head>"
    declared = decode(page.encode("gbk"))
    assert (declared.text, declared.encoding, declared.problems) == (page, "gb18030", ())
    assert decode(page.encode()).text == page


@pytest.mark.parametrize("word", ["联通", "联想"])
def test_bytes_that_are_utf8_by_chance(word: str) -> None:
    assert decode(word.encode("gbk")).text == word


@pytest.mark.parametrize("text", ["Le café était très bon, déjà vu.", "Ελλάδα είναι όμορφη", "¡Qué día!"])
def test_western_text_is_left_alone(text: str) -> None:
    assert decode(text.encode()).text == text
    assert decode(text.encode()).problems == ()


def test_a_short_text_with_one_line_in_another_encoding() -> None:
    lines = "第一行说夜里停机。", "第二行说厂家赶到。", "第三行说清晨恢复。"
    for odd in range(3):
        for main, other in (("utf-8", "gb18030"), ("gb18030", "utf-8")):
            data = b"\n".join(text.encode(other if at == odd else main) for at, text in enumerate(lines))
            decoded = decode(data)
            assert decoded.text == "\n".join(lines)
            assert "guessed_encoding" in [problem.code for problem in decoded.problems]


def test_the_euro_sign_of_the_code_page_in_a_short_text() -> None:
    data = "合同价".encode("gbk") + b"\x80" + "300万元，另付".encode("gbk") + b"\x80" + "5万元。".encode("gbk")
    assert decode(data).text == "合同价€300万元，另付€5万元。"


def test_a_long_run_of_damaged_characters_is_gone_through_once() -> None:
    """Of twice the bytes it took four times as long: 20 KB were 4 seconds."""
    data = "版权及免责声".encode()[:-1] * 100_000
    assert decode(data).text is not None


def test_a_euro_sign_of_windows_among_chinese_is_no_damage() -> None:
    found = decode("价格是".encode("gb18030") + b"\x80" + "三百元，由市场监管部门核定并向社会公布。".encode("gb18030"))
    assert found.text is not None and "三百元，由市场监管部门核定并向社会公布。" in found.text

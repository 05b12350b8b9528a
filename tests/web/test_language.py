from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from juanzong.index.records import BASES
from juanzong.web.language import TAGS, catalogue, language

WEB = Path(__file__).parents[2] / "web"
HAN = re.compile("[\u4e00-\u9fff]")


def placeholders(sentence: str | Mapping[str, str]) -> set[str]:
    forms = [sentence] if isinstance(sentence, str) else list(sentence.values())
    return {name for form in forms for name in re.findall(r"{(\w+)}", form)} - {"n"}


def test_catalogues_have_the_same_keys_and_placeholders() -> None:
    first, second = (catalogue(code) for code in TAGS)
    assert first.keys() == second.keys()
    assert {key: placeholders(first[key]) for key in first} == {key: placeholders(second[key]) for key in first}


def test_sentences_are_text_and_not_markup() -> None:
    for code in TAGS:
        for sentence in catalogue(code).values():
            assert not re.search(r"<\w", sentence if isinstance(sentence, str) else " ".join(sentence.values()))


def test_templates_hold_no_sentence_of_their_own() -> None:
    for template in (WEB / "templates").iterdir():
        written = template.read_text("utf-8").replace("卷宗", "")
        # what is worked out first: it may hold the signs of tags
        text = re.sub(r"{% block kind %}.*?{% endblock %}|{%.*?%}|{{.*?}}|{#.*?#}", " ", written, flags=re.S)
        text = re.sub(r"<[^>]*>", " ", text)
        assert not HAN.search(text), template.name
        assert not re.search(r"[A-Za-z]{3,}", re.sub("Enter|CSL JSON|JSON|API|BibTeX", "", text)), template.name


def test_every_key_that_is_asked_for_exists() -> None:
    known = catalogue("zh")
    asked = set()
    for path in (*WEB.rglob("*.py"), *WEB.rglob("*.html")):
        asked |= set(
            re.findall(
                r"""(?:\bt|\.plain|\.known|\.around)\(["']([a-z_0-9.-]+[a-z0-9])["'][,)]""", path.read_text("utf-8")
            )
        )
        asked |= set(re.findall(r"""["']([a-z_0-9.-]+)["'] \| t\b""", path.read_text("utf-8")))
    assert {"ask.button", "read.took"} <= asked <= known.keys(), asked - known.keys()


@pytest.mark.parametrize("n", [0, 1, 2, 12345])
@pytest.mark.parametrize("code", TAGS)
def test_a_sentence_around_a_number(code: str, n: int) -> None:
    t = language(code)
    before, after = t.around("time.bar", "n", n == 1, period="<2021>")
    assert f"{before}{n}{after}" == t("time.bar", period="<2021>", n=n)


def test_values_are_escaped_in_a_sentence_for_a_page() -> None:
    assert "&lt;b&gt;" in language("zh")("filter.remove", value="<b>")
    assert "<b>" in language("zh").plain("filter.remove", value="<b>")


@pytest.mark.parametrize(
    ("iso", "zh", "en"),
    [
        ("2021-11-03", "2021年11月3日", "3 November 2021"),
        ("2021-11", "2021年11月", "November 2021"),
        ("2021", "2021年", "2021"),
        ("--07-01", "7月1日（年份不详）", "1 July (year unknown)"),
        ("soon", "soon", "soon"),
        ("2021-13", "2021-13", "2021-13"),
        ("-", "-", "-"),
    ],
)
def test_dates(iso: str, zh: str, en: str) -> None:
    assert (language("zh").date(iso), language("en").date(iso)) == (zh, en)


def test_numbers_and_their_forms() -> None:
    assert [language("en").number(n) for n in (9999, 10000, 1234567)] == ["9999", "10,000", "1,234,567"]
    assert language("en").plain("facet.more", n=1) == "1 more"
    assert language("en").plain("time.bar", period="x", n=1).endswith("1 paragraph")
    assert language("en").plain("time.bar", period="x", n=2).endswith("2 paragraphs")


@pytest.mark.parametrize("basis", BASES)
def test_every_basis_is_said_in_words(basis: str) -> None:
    assert all(catalogue(code)[f"basis.{basis}"] for code in TAGS)

"""The scorer counts what it says it counts, and the truth set follows its own conventions."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from accuracy.cases import FOLDER, Case, load, looked_at, rewraps
from accuracy.score import Reader, report, score
from juanzong.index.reading.pipeline import read_file
from juanzong.index.records import FACETS, Article, Document, Fact, Mention, MentionFacet, Paragraph, Published

CASES = load()
# by hash: a label is never changed after it was committed, but for a slip that README tells of
UNREAD = {
    "unread_first.yaml": "7db535cdb96a9e1b6f388fae766d2c79934a0e4835779310a25650eacc84259a",
    "unread_second.yaml": "723289d5eb53ab77e74eeedec6fe6713f3f960c4f506f2d0fe6abc73bbe5910e",
}
UNOPENED = "be150a88e685267dd9548268231757ff63e894f16a11fd37caefb7e6bf495ee6"
SEALED = "6f5fdefee8b521d8645188f8a1b688ab83d4f70b18049c4475fb88d055bdbcee"
UNTOUCHED = "cd6731018249b62f4aa2f430a3c559100836d9b8130ccab28c0ae54e1b82f791"
# Regressions, not goals: raise a floor when reading has risen well above it.
FLOORS = {
    "dominant city": (0.98, 0.98),
    "city": (0.98, 0.98),
    "date": (0.98, 0.98),
    "agency": (0.98, 0.98),
    "published": (0.95, 0.95),
    "paragraph, clean": (0.985, 0.985),
    "paragraph, width 18": (0.935, 0.95),
    "paragraph, width 24": (0.95, 0.955),
    "paragraph, width 40": (0.97, 0.97),
    "paragraph, columns 48": (0.96, 0.96),
    "paragraph, width 24, spaced": (0.98, 0.98),
    "paragraph, cut after 14-18": (0.939, 0.95),
    "paragraph, cut anywhere": (0.94, 0.945),
    "paragraph, cut in pieces": (0.89, 0.92),
}


def oracle(cases: list[Case], *, forget: str = "", invent: MentionFacet | None = None) -> Reader:
    """A reader that knows the truth; it forgets one facet, or adds a value of one that nobody named."""
    known = {case.name: case for case in cases}

    def read(path: Path) -> list[Document]:
        case = known[path.name]
        joined = re.sub(r"\s", "", path.read_text(encoding="utf-8"))
        assert joined == re.sub(r"\s", "", "".join(e.text for e in case.paragraphs))
        paragraphs = []
        for seq, expected in enumerate(case.paragraphs):
            values = {facet: [s[0] for s in expected.wanted[facet]] if facet != forget else [] for facet in FACETS}
            if invent:
                values[invent].append("无中生有局")
            mentions = tuple(
                Mention(facet, value, value, 0, 0, "oracle", "explicit") for facet in FACETS for value in values[facet]
            )
            paragraphs.append(Paragraph(f"{seq:016x}", seq, "body", expected.text, mentions=mentions))
        city = Fact(case.cities[0], case.cities[0], "oracle", "explicit") if case.cities else None
        article = Article("d.1", city=city, published=Published(case.published), paragraphs=tuple(paragraphs))
        return [Document("d", path.name, "", "utf-8", "text", articles=(article,))]

    return read


def test_perfect_reading_scores_one() -> None:
    tally = score(CASES, oracle(CASES))
    assert {tally.figures(measure) for measure in tally.measures()} == {(1.0, 1.0)} and not tally.misses


@pytest.mark.parametrize("facet", FACETS)
def test_a_facet_that_is_forgotten_costs_recall_only(facet: str) -> None:
    tally = score(CASES, oracle(CASES, forget=facet))
    assert tally.figures(facet) == (1.0, 0.0)
    assert all(tally.figures(other) == (1.0, 1.0) for other in FACETS if other != facet)


@pytest.mark.parametrize("facet", FACETS)
def test_a_value_that_is_invented_costs_precision_only(facet: MentionFacet) -> None:
    precision, recall = score(CASES, oracle(CASES, invent=facet)).figures(facet)
    assert precision < 0.7 and recall == 1.0


def test_report_names_every_measure() -> None:
    tally = score(CASES, oracle(CASES))
    assert [line.split("  ")[1] for line in report(tally, "all").splitlines()[1:]] == tally.measures()


def test_rewrapping_changes_white_space_only() -> None:
    for case in CASES:
        texts = [expected.text for expected in case.paragraphs]
        for _, blocks, gap in rewraps(texts):
            assert re.sub(r"\s", "", gap.join(blocks)) == re.sub(r"\s", "", "".join(texts))
        assert list(rewraps(texts)) == list(rewraps(texts))


def test_truth_set_is_large_and_split() -> None:
    splits = Counter(case.split for case in CASES)
    assert len(CASES) >= 310 and len({case.id for case in CASES}) == len(CASES)
    assert 0.55 < splits["tuning"] / (splits["tuning"] + splits["held_out"]) < 0.65
    assert len({city for case in CASES for city in case.cities}) >= 40
    assert sum(not case.cities for case in CASES) >= 8
    assert {"news", "police", "notice", "law", "wechat", "court", "bulletin"} <= {case.kind for case in CASES}


def test_the_unread_texts_are_those_that_were_labelled() -> None:
    assert {path.name: sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("unread_*.yaml")} == UNREAD
    assert Counter(case.split for case in CASES)["unread"] == 24 * len(UNREAD)


def test_the_unopened_texts_are_those_that_were_labelled() -> None:
    assert sha256((FOLDER / "unopened.yaml").read_bytes()).hexdigest() == UNOPENED
    assert Counter(case.split for case in CASES)["unopened"] == 40


def test_the_sealed_texts_are_those_that_were_labelled() -> None:
    assert sha256((FOLDER / "sealed.yaml").read_bytes()).hexdigest() == SEALED
    assert Counter(case.split for case in load())["sealed"] == 32


def test_the_untouched_texts_are_those_that_were_labelled() -> None:
    assert sha256((FOLDER / "untouched.yaml").read_bytes()).hexdigest() == UNTOUCHED
    assert Counter(case.split for case in load())["untouched"] == 44


def test_values_follow_the_conventions() -> None:
    for case in CASES:
        for expected in case.paragraphs:
            assert expected.text == expected.text.strip() and "\n" not in expected.text
            assert all(
                re.fullmatch(r"(\d{4}|-)-\d\d-\d\d", date)
                for spellings in expected.wanted["date"]
                for date in spellings
            )
            assert all(
                re.search(r"(市|州|盟|地区|特别行政区|自治县|(?:定安|屯昌|澄迈|临高)县|神农架林区)$", city)
                for spellings in expected.wanted["city"]
                for city in spellings
            )
            for facet in FACETS:
                assert not {s for spellings in expected.wanted[facet] for s in spellings} & expected.tolerated[facet]


def test_malformed_case_says_what_to_mend(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "- {id: x, kind: news, split: other, city: null, paragraphs: [{text: 甲}]}", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="case x: give city"):
        load(tmp_path)
    (tmp_path / "a.yaml").write_text(
        "- {id: x, kind: news, split: tuning, city: null, paragraphs: [{text: 甲, agency: []}]}", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="remove the unknown keys"):
        load(tmp_path)


def test_reading_stays_above_its_floors() -> None:
    tally = score(looked_at(), read_file)
    low = {
        measure: tally.figures(measure)
        for measure, (precision, recall) in FLOORS.items()
        if tally.figures(measure)[0] < precision or tally.figures(measure)[1] < recall
    }
    assert not low

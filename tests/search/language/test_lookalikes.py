"""Characters that a recogniser takes for one another: bounded forms, exact search untouched, and the same matches as comparing every paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.index.datafiles import rows
from juanzong.index.text.folding import fold
from juanzong.search import SearchRequest
from juanzong.search.language import lookalikes
from juanzong.search.language.lookalikes import MAX_ALL, MAX_FORMS, forgiving, forms
from juanzong.search.language.needles import find_marks, needles, similar_surfaces
from juanzong.search.language.parser import parse
from juanzong.search.language.tree import Similar, leaves, written

ROWS = [row["characters"] for _, row in rows("lookalikes.csv", ("characters",), "juanzong.search")]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_a_set_of_folded_characters(row: str) -> None:
    assert len(row) > 1 and len(set(row)) == len(row)
    assert fold(row) == row


@pytest.mark.parametrize("row", [row for row in ROWS if not row.isascii()])
def test_every_character_of_a_row_finds_the_others(row: str) -> None:
    for sought in row:
        if sought.isascii():
            continue
        for read in row:
            parsed = parse(f'similar:"市{sought}村"')
            text = f"在市{read}村里"
            marks = find_marks(text, needles(parsed))
            assert marks == [(1, 4)], (sought, read)
            alike = similar_surfaces([text], [marks], needles(parsed))
            assert alike == [() if fold(read) == fold(sought) else (f"市{read}村",)]


def test_exact_search_stays_exact() -> None:
    assert find_marks("自己建成的", needles(parse("已建成"))) == []
    assert find_marks("自己建成的", needles(parse('"已建成"'))) == []
    assert find_marks("自己建成的", needles(parse("similar:已建成"))) == [(1, 4)]


def test_what_is_excluded_or_a_filter_is_not_widened() -> None:
    root = forgiving(parse("通告 -已建成 city:未名市").root)
    assert [leaf.text for leaf, _ in leaves(root) if isinstance(leaf, Similar)] == []
    assert written(forgiving(parse("-己").root)) == written(parse("-己").root)


def test_typed_letters_and_digits_stay() -> None:
    assert forms("10 o").texts == ()
    assert all("12345" in form for form in forms("12345日").texts)


@given(st.text("己已巳日曰未末人入大太干千于〇市府", min_size=1, max_size=40))
def test_forms_are_bounded_distinct_and_complete_up_to_a_number_of_changes(text: str) -> None:
    found = forms(text)
    assert len(found.texts) <= MAX_FORMS and len(set(found.texts)) == len(found.texts)
    changes = [sum(a != b for a, b in zip(fold(text), form, strict=True)) for form in found.texts]
    assert changes == sorted(changes) and all(0 < change <= found.changed for change in changes)
    places = sum(character in lookalikes.lookalikes() for character in fold(text))
    assert found.whole == (found.changed == places)


def test_a_query_of_many_units_is_bounded() -> None:
    root = forgiving(parse(" ".join("己日未人大干"[n % 6 :] + str(n) for n in range(60))).root)
    assert sum(isinstance(leaf, Similar) for leaf, _ in leaves(root)) <= MAX_ALL


def test_how_it_was_read_does_not_list_the_forms() -> None:
    parsed = parse("similar:已建成 title:similar:末")
    assert parsed.reading[0] == "similar:已建成"
    assert len("".join(parsed.reading)) < 80
    assert parse("字形:已建成").root == parse("similar:已建成").root


def alike(text: str, sought: str, changed: int) -> bool:
    """Whether `sought` stands in a text but for so many characters that look alike: by comparing at every place."""
    folded, wanted = fold(text), fold(sought)
    others = lookalikes.lookalikes()
    for at in range(len(folded) - len(wanted) + 1):
        window = folded[at : at + len(wanted)]
        differ = [(a, b) for a, b in zip(wanted, window, strict=True) if a != b]
        if len(differ) <= changed and all(not a.isascii() and b in others.get(a, "") for a, b in differ):
            return True
    return False


TEXTS = st.lists(st.text("己已巳日曰未末人入大太干千于市0〇", min_size=1, max_size=14), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(TEXTS, st.text("己已日曰未人大千市〇", min_size=1, max_size=6))
def test_the_index_finds_what_comparing_finds(texts: Sequence[str], sought: str) -> None:
    from juanzong.search.execution.matching import match
    from juanzong.search.language.synonyms import read
    from tests.samples import make_document, make_snapshot, temporary_segments

    names = count()
    documents = [make_document(f"d{next(names)}", [text]) for text in texts]
    expected = {n for n, text in enumerate(texts) if alike(text, sought, forms(sought).changed)}
    with temporary_segments([documents]) as segments:
        snapshot = make_snapshot(segments)
        request = SearchRequest(q=f'"{sought}"', mode="forgiving")
        matching = match(snapshot, request, read([]), scored=True)
        found = {int(doc) for _, docs, _ in matching.found for doc in docs}
        assert found == expected
        for place in found:
            assert find_marks(texts[place], matching.plan.needles)
        plain = match(snapshot, SearchRequest(q=f'"{sought}"', mode="all"), read([]), scored=False)
        strict = {int(doc) for _, docs, _ in plain.found for doc in docs} if not plain.relaxed else set()
        assert strict == {n for n, text in enumerate(texts) if fold(sought) in fold(text)}

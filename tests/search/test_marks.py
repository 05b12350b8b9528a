"""What is marked is what matched."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.text.folding import fold, fold_with_origins
from juanzong.search import SearchRequest
from tests.contract import examples
from tests.search.drawn import Spec, engine_for, everything, specs


@given(specs, st.data())
@examples(30)
def test_marks_cover_every_occurrence_and_nothing_else(made: list[Spec], data: st.DataObject) -> None:
    with engine_for(made) as (engine, rows):
        text = data.draw(st.sampled_from([row.text for row in rows]))
        begin = data.draw(st.integers(0, len(text) - 1))
        part = fold(text[begin : begin + data.draw(st.integers(1, 4))])
        for hit in everything(engine, SearchRequest(f'"{part}"')) if part else ():
            folded, origins = fold_with_origins(hit["text"])
            covered = {
                int(origins[place + i])
                for place in range(len(folded))
                if folded.startswith(part, place)
                for i in range(len(part))
            }
            marked = {place for start, end in hit["marks"] for place in range(start, end)}
            assert covered <= marked
            # what lies between two characters of a match and folds to nothing is marked with it
            assert all(not fold(hit["text"][place]) for place in marked - covered)
            assert hit["marks"] == sorted(hit["marks"])


def test_marks_go_through_folding(engine_of: Any) -> None:
    engine = engine_of("熱線：１２３４５，7✕24小時")
    [hit] = engine.search(SearchRequest("热线 12345 7x24")).hits
    assert [hit.text[a:b] for a, b in hit.marks] == ["熱線", "１２３４５", "7✕24"]

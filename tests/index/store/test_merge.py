"""Merging segments gives, byte for byte, the segment that packing everything at once would have given."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.index.errors import JuanzongError
from juanzong.index.records import Document, Join, Mention, Paragraph
from juanzong.index.store import merge as merging
from juanzong.index.store.arrays import CONTENTS
from juanzong.index.store.merge import Source, merge
from juanzong.index.store.packing import pack
from juanzong.index.store.segment import Segment
from tests.samples import in_groups, make_document, make_segments, mention, segmenter

PIECES = ("流调", "溯源", "广州", "哈尔滨市公安局", "59", "gps", "的", "。", " ", "９", "a")
CITIES = ("广州市", "惠州市")
texts = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
specs = st.lists(
    st.tuples(
        st.lists(st.tuples(texts, st.sampled_from(("", *CITIES))), min_size=1, max_size=3),
        st.sampled_from((None, *CITIES)),
        st.sampled_from((None, "2021-11-05", "2022")),
        st.sampled_from((None, "人民日报")),
    ),
    min_size=1,
    max_size=7,
)


def corpus(made: list[tuple[list[tuple[str, str]], str | None, str | None, str | None]]) -> list[Document]:
    return [
        make_document(
            f"d{n}",
            [text + city for text, city in paragraphs],
            city=city,
            date=date,
            source=source,
            mentions={i: [mention("city", own, own)] for i, (_, own) in enumerate(paragraphs) if own},
        )
        for n, (paragraphs, city, date, source) in enumerate(made)
    ]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def packed(folder: Path, documents: list[Document]) -> dict[str, bytes]:
    pack(documents, folder, segmenter())
    return contents(folder)


def meaning(segment: Segment) -> list[object]:
    """What names say of each paragraph, and the attributes."""
    files = segment.arrays.strings("file.names")
    return [
        segment.arrays.attributes,
        *(
            (
                {name: set(facet.values(n)) for name, facet in segment.facets.items()},
                segment.mentions(n),
                segment.joins(n),
                files[int(segment.arrays["document.file"][int(segment.column("document")[n])])],
            )
            for n in range(segment.paragraphs)
        ),
    ]


@given(specs, st.integers(1, 4))
@settings(max_examples=30)
def test_merged_equals_packed(made: list, groups: int) -> None:  # type: ignore[type-arg]
    documents = corpus(made)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = make_segments(folder, in_groups(documents, groups))
        merge([Source(part.arrays) for part in parts], folder / "merged")
        assert contents(folder / "merged") == packed(folder / "whole", documents)


@given(specs, st.integers(1, 3), st.sets(st.integers(0, 6)))
@settings(max_examples=30)
def test_merged_without_some_documents_equals_packing_the_others(made: list, groups: int, dropped: set[int]) -> None:  # type: ignore[type-arg]
    documents = corpus(made)
    kept = [document for number, document in enumerate(documents) if number not in dropped]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = in_groups(documents, groups)
        parts = make_segments(folder, runs)
        sources = [
            Source(part.arrays, np.array([document in kept for document in run], bool))
            for part, run in zip(parts, runs, strict=True)
        ]
        merge(sources, folder / "merged")
        merged, whole = contents(folder / "merged"), packed(folder / "whole", kept)
        # names that only dropped documents had keep their numbers, so what is numbered by name is compared by name
        numbered = {
            file
            for file in whole
            if file.split(".")[1] in ("names", "set", "set_starts", "set_values", "value", "rule", "basis", "file")
        }
        assert {f: data for f, data in merged.items() if f not in {*numbered, CONTENTS}} == {
            f: data for f, data in whole.items() if f not in {*numbered, CONTENTS}
        }
        assert meaning(Segment(folder / "merged")) == meaning(Segment(folder / "whole"))


@given(specs, st.sampled_from(("CHUNK", "CHUNK_TERMS")), st.integers(1, 3))
@settings(max_examples=30)
def test_runs_of_terms_are_copied_in_any_portion(made: list, bound: str, portion: int) -> None:  # type: ignore[type-arg]
    documents = corpus(made)
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        patch.setattr(merging, bound, portion)
        merge([Source(part.arrays) for part in make_segments(folder, in_groups(documents, 2))], folder / "merged")
        assert contents(folder / "merged") == packed(folder / "whole", documents)


def test_merging_merged_segments_changes_nothing(tmp_path: Path) -> None:
    documents = [
        make_document(f"d{n}", [f"流调 {n} 溯源" * n, "广州惠州"], city=CITIES[n % 2], date=f"2021-11-{n + 1:02}")
        for n in range(6)
    ]
    parts = make_segments(tmp_path, in_groups(documents, 3))
    merge([Source(part.arrays) for part in parts[:2]], tmp_path / "first")
    merge([Source(Segment(tmp_path / "first").arrays), Source(parts[2].arrays)], tmp_path / "second")
    assert contents(tmp_path / "second") == packed(tmp_path / "whole", documents)


def test_mentions_joins_and_records_come_along(tmp_path: Path) -> None:
    def rich(name: str) -> Document:
        document = make_document(
            name,
            ["2021年11月5日，哈尔滨市公安局通报"],
            city="哈尔滨市",
            agencies=["哈尔滨市公安局"],
            date="2021-11-05",
            source="人民日报",
        )
        [article] = document.articles
        [paragraph] = article.paragraphs
        mentions = (
            Mention("date", "2021-11-05", "2021年11月5日", 0, 10, "full_date", "explicit", 0.9),
            Mention("agency", "哈尔滨市公安局", "哈尔滨市公安局", 11, 18, "alias", "explicit", 1.0),
        )
        rich_paragraph = Paragraph(
            paragraph.id,
            0,
            "body",
            paragraph.text,
            (3, 4),
            joins=(Join(5, "hard_wrap", 0.75),),
            flags=("split_long",),
            mentions=mentions,
        )
        return replace(document, articles=(replace(article, paragraphs=(rich_paragraph,)),))

    documents = [rich("a"), make_document("b", ["广州"], city="广州市"), rich("c")]
    parts = make_segments(tmp_path, [[document] for document in documents])
    merge([Source(part.arrays) for part in parts], tmp_path / "merged")
    merged = Segment(tmp_path / "merged")
    assert [merged.mentions(n) for n in range(3)] == [list(p.mentions) for d in documents for _, p in d.paragraphs()]
    assert [merged.joins(n) for n in range(3)] == [list(p.joins) for d in documents for _, p in d.paragraphs()]
    assert [merged.document(n)["id"] for n in range(3)] == ["a", "b", "c"]
    assert contents(tmp_path / "merged") == packed(tmp_path / "whole", documents)


def test_more_paragraphs_than_can_be_numbered_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MAX_PARAGRAPHS", 3)
    parts = make_segments(tmp_path, [[make_document("a", ["流调", "溯源"])], [make_document("b", ["流调", "溯源"])]])
    with pytest.raises(JuanzongError, match=r"has 4 paragraphs; an index holds 3\. Build an index for each part"):
        merge([Source(part.arrays) for part in parts], tmp_path / "merged")
    assert not (tmp_path / "merged").exists()

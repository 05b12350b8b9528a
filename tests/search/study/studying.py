"""Small archives with everything that the studies count: days of every precision, days that are named, boilerplate, several segments, deleted documents."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from juanzong.index.records import Document, Mention
from juanzong.search.engines.embedded import EmbeddedEngine
from tests.samples import in_groups, make_document, mention, publish

PIECES = ("流调", "溯源", "清零", "加装电梯", "的", "。", "，", "哈尔滨供暖", " ", "59例", "専班", "㎡", "消防通道")
CITIES = ("徐州市", "哈尔滨市", "厦门市")
DATES = (None, "2020", "2021-11", "2021-11-05", "2021-11-06", "2021-12-31", "2022-03-01", "2022-08-01")
NAMED = ("", "2021-11-05", "2022-03-01", "2020-02-29", "--03-04")
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)


@dataclass(frozen=True)
class Spec:
    """A document of one article: paragraphs with the day that each names and its kind, and the city and date of the article."""

    paragraphs: list[tuple[str, str, str]]
    city: str | None
    date: str | None


specs = st.lists(
    st.builds(
        Spec,
        st.lists(
            st.tuples(texts, st.sampled_from(NAMED), st.sampled_from(("body", "body", "heading", "boilerplate"))),
            min_size=1,
            max_size=4,
        ),
        st.sampled_from((None, *CITIES)),
        st.sampled_from(DATES),
    ),
    min_size=1,
    max_size=7,
)
removed = st.frozensets(st.sampled_from(("d0", "d2")))


def documents_of(made: Sequence[Spec]) -> list[Document]:
    def mentions(text: str, day: str) -> list[Mention]:
        return [mention("date", day, text)] if day else []

    return [
        make_document(
            f"d{number}",
            [text + day for text, day, _ in spec.paragraphs],
            city=spec.city,
            source=spec.city and f"{spec.city}日报",
            date=spec.date,
            kinds=[kind for _, _, kind in spec.paragraphs],
            mentions={place: mentions(text + day, day) for place, (text, day, _) in enumerate(spec.paragraphs)},
        )
        for number, spec in enumerate(made)
    ]


@contextmanager
def archive_of(
    made: Sequence[Spec], segments: int = 1, deleted: frozenset[str] = frozenset()
) -> Iterator[EmbeddedEngine]:
    with tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), in_groups(documents_of(made), segments), deleted)
        yield EmbeddedEngine(folder)

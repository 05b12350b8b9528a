"""Paragraphs of a story, and the days that are read from them."""

from __future__ import annotations

import datetime

from juanzong.index.facts.dates.anchors import Reference, Written, explicit_days
from juanzong.index.facts.dates.completion import resolve
from juanzong.index.facts.dates.days import find_dates, iso
from juanzong.index.text.plain import Plain


def days(text: str, day: str | None = None, **known: object) -> list[str]:
    """The days of one paragraph of an article that came out on `day`."""
    return story([text], day, **known)[0]


def story(texts: list[str], day: str | None = None, **known: object) -> list[list[str]]:
    """The days of each paragraph."""
    reference = Reference(day=datetime.date.fromisoformat(day) if day else None, **known)  # type: ignore[arg-type]
    reference.texts = [Plain(text).text for text in texts]
    found = [find_dates(text) for text in reference.texts]
    reference.written = Written(
        tuple(day for hits in found for day in explicit_days(hits)),
        tuple((hit.month, hit.day) for hits in found for hit in hits if hit.month is not None),
    )
    return [
        [iso(d.year, d.month, d.day) for d in resolve(text, hits, reference, Reference(), at)]
        for at, (text, hits) in enumerate(zip(reference.texts, found, strict=True))
    ]

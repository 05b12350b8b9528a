"""An explanation in plain words, in the language of the reader: one sentence a line, indented under what it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from juanzong.search.answer.explanation import Explanation, FilterCheck, Occurrence, QueryPart, QueryUnit
from juanzong.search.answer.term_scores import TermScore
from juanzong.web.language import Language
from juanzong.web.markup import visible


@dataclass(frozen=True)
class Sentence:
    """One line. `level` is how deep it is indented; `good` whether it speaks for the paragraph, None where it does neither."""

    text: str
    level: int = 0
    good: bool | None = None


def sentences(found: Explanation, t: Language) -> Iterator[Sentence]:
    """The whole explanation: the verdict, then how the query was read, what it asks and whether it is met, the filters, and the score."""
    yield Sentence(verdict(found, t), good=found.found)
    yield from asks(found, t)
    yield from filters(found, t)
    if found.score is not None:
        yield Sentence(t.plain("explain.score", score=f"{found.score:.4f}"))
        for term in found.terms:
            yield _term(term, t)
    yield Sentence(t.plain("explain.words", words=visible(" / ".join(found.words))))


def verdict(found: Explanation, t: Language) -> str:
    return t.plain(f"explain.{'found' if found.found else 'filtered' if found.matches else 'unmatched'}", id=found.id)


def asks(found: Explanation, t: Language) -> Iterator[Sentence]:
    """How the query was read, and whether the paragraph does as each part of it asks."""
    yield Sentence(t.plain("explain.read", reading=visible("; ".join(part.text for part in found.parts) or "—")))
    if found.query.relaxed:
        yield Sentence(t.plain("explain.relaxed"), 1)
    for note in found.query.notes:
        if note.code == "widened":
            yield Sentence(
                t.plain("explain.widened", word=visible(note.args[0]), others=visible("、".join(note.args[1:]))), 1
            )
    for part in found.parts:
        yield from _part(part, t)


def filters(found: Explanation, t: Language) -> Iterator[Sentence]:
    """The filters beside the query, each with what the paragraph has."""
    return (_filter(check, t) for check in found.filters)


def _part(part: QueryPart, t: Language) -> Iterator[Sentence]:
    met = "met" if part.met else "unmet"
    yield Sentence(t.plain(f"explain.part.{part.role}.{met}", part=visible(part.text)), good=part.met)
    for unit in part.units:
        # what is not needed here need not be missed
        if unit.stands or not part.met:
            yield Sentence(_unit(unit, t), 1)


def _unit(unit: QueryUnit, t: Language) -> str:
    text = visible(unit.text)
    if unit.kind not in ("word", "exact", "prefix", "equivalent", "similar"):
        return t.plain(
            "explain.field.met" if unit.stands else "explain.field.unmet",
            field=t.plain(f"facet.{unit.kind}"),
            value=text,
        )
    where = "; ".join(_place(place, t) for place in unit.places[:5])
    if unit.stands:
        return t.plain("explain.stands", unit=text, where=where)
    if unit.reason == "inside_word":
        return t.plain("explain.inside", unit=text, where=where)
    if unit.part:
        return t.plain("explain.partly", unit=text, part=visible(unit.part), where=where)
    return t.plain("explain.absent", unit=text)


def _place(place: Occurrence, t: Language) -> str:
    """A range counted as a reader counts, from 1 to the last character."""
    one = place.end - place.start == 1
    return t.plain(
        "explain.place.one" if one else "explain.place",
        start=place.start + 1,
        end=place.end,
        words=visible(" / ".join(place.words)),
    )


def _filter(check: FilterCheck, t: Language) -> Sentence:
    if check.name == "boilerplate":
        return Sentence(
            t.plain("explain.boilerplate.passes" if check.passes else "explain.boilerplate.stops"), good=check.passes
        )
    nothing = t.plain("explain.nothing")
    dates = check.name == "date"
    wanted = " … ".join(check.wanted) if dates else "、".join(value or nothing for value in check.wanted)
    has = "、".join(check.has) or nothing
    return Sentence(
        t.plain(
            f"explain.filter.{'passes' if check.passes else 'stops'}",
            filter=t.plain(f"facet.{check.name}"),
            wanted=visible(wanted),
            has=visible(has),
        ),
        good=check.passes,
    )


def _term(term: TermScore, t: Language) -> Sentence:
    return Sentence(
        t.plain(
            "explain.term",
            contribution=f"{term.contribution:.4f}",
            term=visible(term.term),
            field=t.plain(f"explain.in.{term.field}"),
            tf=term.tf,
            df=term.df,
            idf=f"{term.idf:.3f}",
            weight=f"{term.weight:g}",
            length=term.length,
            average=f"{term.average:.1f}",
        ),
        1,
    )

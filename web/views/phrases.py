"""Phrases that several views share: a span of days, a number of things."""

from __future__ import annotations

from markupsafe import Markup, escape

from juanzong.search.request import SearchRequest
from juanzong.web.language import Language


def period_said(request: SearchRequest, t: Language) -> str:
    """The date filter in words; "" where there is none."""
    first, last = request.date_from, request.date_to
    if first and last:
        return t.date(first) if first == last else t.plain("period.between", first=t.date(first), last=t.date(last))
    if first:
        return t.plain("period.since", first=t.date(first))
    return t.plain("period.until", last=t.date(last)) if last else ""


def span_said(span: str, t: Language) -> str:
    """A span of days in words: `2021-03..2021-08`, open at one side perhaps, or one period."""
    first, dots, last = span.partition("..")
    return period_said(SearchRequest(date_from=first, date_to=last if dots else first), t)


def counted(t: Language, things: str, number: int) -> Markup:
    """A number of documents, articles or paragraphs, the number in bold."""
    return t(f"count.{things}", n=number, count=bold(t.number(number)))


def bold(text: object) -> Markup:
    return Markup("<b>") + escape(text) + Markup("</b>")

"""Citations of a paragraph, by address."""

from __future__ import annotations

import datetime
import re

from flask import Blueprint, Response, request

from juanzong.search.answer.result import Hit
from juanzong.search.output.citation import Work, bibtex, csl_json, gbt7714, work
from juanzong.web.markup import is_traditional, marked, visible
from juanzong.web.service.requests import answered, archive, asked, cited
from juanzong.web.views.links import PageAddresses, carried, is_asked
from juanzong.web.views.rendering import HTML, page

citations = Blueprint("citations", __name__)

CITATIONS = {"txt": lambda cited: gbt7714(cited) + "\n", "bib": bibtex, "json": csl_json}
_TYPES = {
    "txt": "text/plain; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json; charset=utf-8",
}
_LONGEST = 200
_ROLE = re.compile("(?:本报|本网|本台|本刊|特约|见习|实习|首席|全媒体|融媒体)*(?:记者|通讯员|评论员|编辑|作者|实习生)")
_BETWEEN = re.compile(r"[、，,;；/／|｜■□▲:：()（）]+")
_WORK = frozenset("文 图 摄 文图 图文 摄影 报道 供图 整理 综合 撰文 本报 本网 讯".split())


@citations.get("/cite/<paragraph_id>")
def citation(paragraph_id: str) -> Response:
    """A paragraph as a reference in every form, to be copied; the address may hold the search to go back to."""
    found = asked(strict=False)
    engine = archive().engine()

    def written() -> str:
        hit = cited(engine, paragraph_id)
        reference = _work(hit, request.host_url)
        address = PageAddresses(found)
        return page(
            "citation.html",
            hit=hit,
            text=marked(hit.text, ()),
            lang="zh-Hant" if is_traditional(hit.text) else "zh-Hans",
            reference=visible(gbt7714(reference)),
            entry=visible(bibtex(reference)),
            url=address.document(hit.doc, f"p-{hit.id}"),
            back=address() if is_asked(found) else None,
            asked=found,
            kept=carried(found),
            stale=engine.info()["stale"],
        )

    return answered(engine, written, HTML)


@citations.get("/cite/<paragraph_id>.<any(txt, bib, json):form>")
def cite(paragraph_id: str, form: str) -> Response:
    """A paragraph as a reference: a line after GB/T 7714, BibTeX or CSL JSON."""
    reference = _work(cited(archive().engine(), paragraph_id), request.host_url)
    return Response(
        CITATIONS[form](reference),
        content_type=_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{reference.key}.{form}"'},
    )


def _work(hit: Hit, base_url: str) -> Work:
    return work(
        {**hit.to_dict(), "source_url": hit.declared_url},
        base_url=base_url,
        authors=authors(hit.byline or ""),
        accessed=datetime.date.today(),
    )


def authors(byline: str) -> tuple[str, ...]:
    """The names in a byline, without what the people are: 本报记者 丁一诺 通讯员 邵 立 is 丁一诺 and 邵立; the byline itself where no name is left."""
    names: list[str] = []
    for group in _BETWEEN.split(_ROLE.sub("、", byline[:_LONGEST])):
        parts = [part for part in group.split() if part not in _WORK]
        if parts and all(part.isascii() for part in parts):
            names.append(" ".join(parts))
        elif parts and all(len(part) == 1 for part in parts):
            # A name of two characters is often set with a space in it.
            names.append("".join(parts))
        else:
            names += parts
    return tuple(names) or ((byline,) if byline.strip() else ())

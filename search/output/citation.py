"""A hit as a reference: GB/T 7714—2015, BibTeX and CSL JSON. A fact that is missing is left out; an inferred date is marked as inferred."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

# Bases that conclude a date from something else than a statement about this article.
INFERRED = frozenset({"notice_number", "latest_event", "context", "inherited_page"})
_NOT_A_NEWSPAPER = (
    "简报",
    "公报",
    "通报",
    "海报",
    "情报",
    "预报",
    "战报",
    "汇报",
    "电报",
    "警报",
    "捷报",
    "喜报",
    "举报",
    "播报",
    "年报",
    "月报",
    "季报",
    "学报",
    "画报",
)
_ISO = re.compile(r"\d{4}(?:-\d{2}){0,2}")
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


@dataclass(frozen=True)
class Work:
    """What a reference can say. `date` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; `url` is absolute; `accessed` is the day of the visit,
    `pages` the pages as they are said: 3, or 3-4."""

    key: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    source: str | None = None
    date: str | None = None
    inferred: bool = False
    url: str | None = None
    accessed: dt.date | None = None
    pages: str = ""

    @property
    def is_newspaper(self) -> bool:
        """Whether the source is named like a newspaper, and the issue is known by its day."""
        source = self.source or ""
        return (
            source.endswith("报")
            and not source.endswith(_NOT_A_NEWSPAPER)
            and len(self.date or "") == 10
            and not self.inferred
        )


def work(
    hit: Mapping[str, Any], *, base_url: str = "", authors: str | Sequence[str] = (), accessed: dt.date | None = None
) -> Work:
    """The facts of a hit. Its own `source_url` is preferred to the address of its page here, which needs `base_url` to be absolute."""
    names = (authors,) if isinstance(authors, str) else tuple(authors)
    published = str(hit.get("date") or "")
    url = next(
        (
            u
            for u in (
                str(hit.get("source_url") or ""),
                urljoin(base_url, str(hit.get("url") or "")) if base_url else "",
            )
            if u.startswith(("http://", "https://"))
        ),
        None,
    )
    return Work(
        key="jz" + (re.sub(r"[^0-9A-Za-z]", "", str(hit.get("id") or "")) or "0"),
        title=_line(hit.get("title")) or None,
        authors=tuple(name for name in map(_line, names) if name),
        source=_line(hit.get("source")).removeprefix("《").removesuffix("》") or None,
        date=published if _ISO.fullmatch(published) else None,
        inferred=hit.get("date_basis") in INFERRED,
        url=re.sub(r"[\s<>{}\\]", "", url) if url else None,
        accessed=accessed,
        pages="-".join(str(page) for page in dict.fromkeys(hit.get("pages") or ())),
    )


def gbt7714(cited: Work) -> str:
    """One line after GB/T 7714—2015: [N] for a newspaper, [EB/OL] else. Without an author it begins with the title, as the standard allows in
    numbered lists; an estimated year stands in square brackets.
    """
    line = ""
    if cited.authors:
        line += ",".join(cited.authors[:3]) + (",等" if len(cited.authors) > 3 else "") + ". "
    accessed = f"[{cited.accessed.isoformat()}]" if cited.accessed and cited.url else ""
    if cited.is_newspaper:
        # the page of a newspaper stands behind the day, elsewhere behind the year
        sheet = f"({cited.pages})" if cited.pages else ""
        line += f"{cited.title or '[题名不详]'}[{'N/OL' if cited.url else 'N'}]. {cited.source}, {cited.date}{sheet}{accessed}"
    else:
        line += f"{cited.title or '[题名不详]'}[EB/OL]. "
        pages = f": {cited.pages}" if cited.pages else ""
        year = (cited.date or "")[:4]
        if cited.inferred:
            parts = [part for part in (cited.source, year and f"[{year}]") if part]
            line += ", ".join(parts) + pages + accessed
        else:
            day = f"({cited.date})" if cited.date and len(cited.date) > 4 else ""
            parts = [part for part in (cited.source, year if cited.source or not day else "") if part]
            line += ", ".join(parts) + pages + day + accessed
    line = line.rstrip(" .") + "."
    return f"{line} {cited.url}." if cited.url else line


def bibtex(cited: Work) -> str:
    """A BibTeX entry: @article for a newspaper, @misc else."""
    year, _, rest = (cited.date or "").partition("-")
    month, _, day = rest.partition("-")
    fields = {
        "title": cited.title and f"{{{_tex(cited.title)}}}",
        "author": " and ".join(f"{{{_tex(name)}}}" for name in cited.authors),
        "journal" if cited.is_newspaper else "howpublished": cited.source and _tex(cited.source),
        "year": f"[{year}]" if cited.inferred and year else year,
        "month": "" if cited.inferred else month.lstrip("0"),
        "day": "" if cited.inferred else day.lstrip("0"),
        "pages": cited.pages.replace("-", "--"),
        "url": cited.url,
        "urldate": cited.accessed.isoformat() if cited.accessed and cited.url else "",
        "language": "chinese",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{'article' if cited.is_newspaper else 'misc'}{{{cited.key},\n{lines}}}\n"


def csl(cited: Work) -> dict[str, Any]:
    """An item of CSL JSON (Citation Style Language 1.0.2)."""
    item: dict[str, Any] = {
        "id": cited.key,
        "type": "article-newspaper" if cited.is_newspaper else "webpage",
        "language": "zh-CN",
    }
    if cited.title:
        item["title"] = cited.title
    if cited.authors:
        item["author"] = [{"literal": name} for name in cited.authors]
    if cited.source:
        item["container-title" if cited.is_newspaper else "publisher"] = cited.source
    if cited.date:
        issued = cited.date[:4] if cited.inferred else cited.date
        item["issued"] = {
            "date-parts": [[int(part) for part in issued.split("-")]],
            **({"circa": True} if cited.inferred else {}),
        }
    if cited.pages:
        item["page"] = cited.pages
    if cited.url:
        item["URL"] = cited.url
        if cited.accessed:
            item["accessed"] = {"date-parts": [[cited.accessed.year, cited.accessed.month, cited.accessed.day]]}
    return item


def csl_json(cited: Work) -> str:
    """A CSL JSON file with one item."""
    return json.dumps([csl(cited)], ensure_ascii=False, indent=2) + "\n"


def _line(value: Any) -> str:
    """Text on one line, without control and formatting characters."""
    text = " ".join(str(value or "").split())
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))


def _tex(text: str) -> str:
    return "".join(_TEX.get(c, c) for c in text)

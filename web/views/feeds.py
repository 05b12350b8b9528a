"""XML for other programs: a search as an Atom feed, and the description that lets a browser search here."""

from __future__ import annotations

from urllib.parse import urljoin
from xml.etree import ElementTree as Xml

from juanzong.search import SearchResult
from juanzong.search.address import feed_url, search_url
from juanzong.web.language import Language
from juanzong.web.markup import visible

_ATOM = "http://www.w3.org/2005/Atom"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"


def _add(parent: Xml.Element, tag: str, text: str = "", **attributes: str) -> Xml.Element:
    child = Xml.SubElement(parent, tag, {name: visible(value) for name, value in attributes.items()})
    child.text = visible(text) or None
    return child


def _written(root: Xml.Element) -> str:
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _moment(date: str) -> str:
    """The first instant of a date that may lack its month or day."""
    return f"{date}{'-01-01'[len(date) - 4 :] if len(date) < 10 else ''}T00:00:00Z"


def atom(result: SearchResult, base_url: str, t: Language) -> str:
    """A feed of the hits (RFC 4287). It is as old as the index; an entry is as old as its article, or as the index."""
    request = result.request
    here, page = (
        urljoin(base_url, feed_url(request)),
        urljoin(base_url, search_url(request, sort="-date", size=10, page=1)),
    )
    built = str(result.index["built_at"])
    root = Xml.Element("feed", {"xmlns": _ATOM, "xmlns:opensearch": _OPENSEARCH, "xml:lang": "zh-Hans"})
    _add(root, "id", here)
    _add(root, "title", t.plain("feed.title", words=request.q or t.plain("results.filtered"), name=t.plain("name")))
    _add(root, "updated", built)
    _add(root, "link", rel="self", type="application/atom+xml", href=here)
    _add(root, "link", rel="alternate", type="text/html", href=page)
    _add(_add(root, "author"), "name", t.plain("name"))
    for name, number in (("totalResults", result.total), ("startIndex", 1), ("itemsPerPage", len(result.hits))):
        _add(root, f"opensearch:{name}", str(number))
    for hit in result.hits:
        entry = _add(root, "entry")
        url = urljoin(base_url, hit.url)
        _add(entry, "id", urljoin(base_url, f"/#{hit.id}"))
        _add(entry, "title", hit.title or hit.opening or t.plain("results.untitled"))
        _add(entry, "link", rel="alternate", type="text/html", href=url)
        _add(entry, "updated", _moment(hit.date) if hit.date else built)
        if hit.source:
            _add(_add(entry, "author"), "name", hit.source)
        for value in (*hit.city, *hit.agency):
            _add(entry, "category", term=value)
        _add(entry, "summary", hit.snippet.text)
    return _written(root)


def opensearch(base_url: str, t: Language) -> str:
    """An OpenSearch 1.1 description."""
    root = Xml.Element("OpenSearchDescription", {"xmlns": _OPENSEARCH})
    _add(root, "ShortName", t.plain("name"))
    _add(root, "Description", t.plain("opensearch.description"))
    _add(root, "InputEncoding", "UTF-8")
    _add(root, "Url", type="text/html", method="get", template=base_url + "?q={searchTerms}&page={startPage?}")
    _add(root, "Url", type="application/atom+xml", template=base_url + "feed.atom?q={searchTerms}")
    _add(root, "Url", type="application/json", template=base_url + "api/search?q={searchTerms}&page={startPage?}")
    return _written(root)

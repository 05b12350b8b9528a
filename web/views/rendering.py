"""Pages from templates. Each language has templates of its own: what a sentence says is settled when they are compiled, not for every page."""

from __future__ import annotations

import hashlib
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import g, request
from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape

from juanzong.search import Engine
from juanzong.web.language import TAGS, Language, language
from juanzong.web.markup import made_visible, visible
from juanzong.web.service.readers import reader
from juanzong.web.service.requests import language as asked_language
from juanzong.web.views.choices import fieldset
from juanzong.web.views.links import choices
from juanzong.web.views.phrases import bold, counted

HTML = "text/html; charset=utf-8"
STATIC = Path(__file__).parents[1] / "static"


def page(template: str, **values: Any) -> str:
    """A page in the language of the request. Every page has the switch to the other language, at the same address."""
    t = asked_language()
    engine: Engine | None = g.get("engine")
    info = engine.info() if engine is not None else {}
    written: str = _template(t.code, template).render(
        values,
        path=request.path,
        other_language=_other(t),
        fallback="fallback" in info,
        partial=info.get("partial", 0),
        reader=reader(),
    )
    return written


@cache
def fingerprint() -> str:
    """What the pages look like: a digest of templates, catalogues, static files and the modules that write them."""
    digest = hashlib.blake2b(digest_size=6)
    for pattern in ("**/*.py", "templates/*", "static/*", "catalogues/*", "help/*", "data/*"):
        for path in sorted(STATIC.parent.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _template(code: str, name: str) -> Any:
    return _environment(code).get_template(name)


@cache
def _environment(code: str) -> Environment:
    """The templates of a language. A sentence or a file name with the filter `t` or `asset` is a constant there; `t(key, …)` has values."""
    t = language(code)
    made = Environment(
        loader=PackageLoader("juanzong.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=made_visible,
    )
    made.filters.update(safe_text=visible, t=t, asset=_asset)
    made.globals.update(
        t=t, bold=bold, counted=counted, choices=choices, code=_code, link=_link, fieldset=partial(fieldset, t)
    )
    return made


@cache
def _asset(name: str) -> str:
    """The address of a static file, which changes with its content."""
    return f"/static/{name}?v={hashlib.blake2b((STATIC / name).read_bytes(), digest_size=6).hexdigest()}"


def _code(text: str) -> Markup:
    return Markup("<code>") + escape(text) + Markup("</code>")


def _link(url: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, text)


def _other(t: Language) -> dict[str, str]:
    other = next(code for code in TAGS if code != t.code)
    state = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    url = (
        quote(request.path.encode("utf-8", "replace"), safe="/%")
        + "?"
        + urlencode([*state, ("lang", other)], quote_via=quote, errors="replace")
    )
    return {"url": "/" + url.lstrip("/"), "tag": TAGS[other], "name": language(other).plain("language")}

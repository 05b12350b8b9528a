"""Pages as trees, and the part of CSS selectors that the tests need: tag, .class, #id, [attribute=value], descendants, commas."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement

_PART = re.compile(r"""\.([\w-]+)|\#([\w-]+)|\[([\w-]+)(?:(\*?=)"?([^\]"]*)"?)?\]|([a-z]\w*)""")


def _xpath(selector: str) -> str:
    steps = []
    for simple in re.findall(r"(?:\[[^\]]*\]|[^\s\[])+", selector):
        tag, tests = "*", []
        for name, identifier, attribute, operator, value, element in _PART.findall(simple):
            if element:
                tag = element
            elif name:
                tests.append(f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')")
            elif identifier:
                tests.append(f"@id='{identifier}'")
            else:
                tests.append(
                    f"contains(@{attribute}, '{value}')"
                    if operator == "*="
                    else f"@{attribute}='{value}'"
                    if operator
                    else f"@{attribute}"
                )
        steps.append(f"descendant::{tag}" + "".join(f"[{test}]" for test in tests))
    return "/".join(steps)


def select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements that a selector means, in the order of the page."""
    return list(tree.xpath(" | ".join(map(_xpath, selector.split(",")))))


def texts(tree: HtmlElement, selector: str) -> list[str]:
    """Their texts, white space made single."""
    return [" ".join(element.text_content().split()) for element in select(tree, selector)]


def page(client: FlaskClient, path: str, status: int = 200, language: str | None = None) -> HtmlElement:
    answer = client.get(path, headers={"Accept-Language": language} if language else None)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return html.fromstring(answer.get_data())


def url(**parameters: object) -> str:
    """The address of a search."""
    return "/?" + urlencode(parameters, doseq=True)


def document_path(client: FlaskClient, **parameters: object) -> str:
    """The address of the document of a search's first hit, at its paragraph."""
    href: str = select(page(client, url(**parameters)), ".hits h2 a")[0].get("href")
    return href

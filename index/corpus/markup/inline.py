"""Marks inside a line of Markdown: emphasis, links, tags, escapes and entities become the text that a reader sees."""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from html.entities import html5

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)([^`\n]{1,500}?)\1(?!`)")
# marks that an escape or a code span takes out of the hands of what follows stand in a private plane until the end
_KEPT = re.compile("[\U000f0021-\U000f007e]")
_TARGET = r"\((?P<target><[^<>\n]{0,2000}>|(?:[^()\s]|\([^()\s]{0,200}\)){0,2000})(?:[ \t]{1,3}(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'))?[ \t]{0,3}\)"
_IMAGE = re.compile(r"!\[(?P<text>[^\]\n]{0,300})\]" + _TARGET)
_LINK = re.compile(r"\[(?P<text>(?:[^\[\]\n]|\[[^\[\]\n]{0,100}\]){1,500})\]" + _TARGET)
_REFERENCE = re.compile(r"!?\[(?P<text>[^\[\]\n]{1,300})\](?:[ ]?\[(?P<label>[^\[\]\n]{0,100})\])?")
# links between notes: [[page]], [[page#part|what is shown]]; ![[file]] shows the file
_WIKI = re.compile(r"(?P<shows>!?)\[\[(?P<page>[^\[\]|\n]{1,200})(?:\|(?P<text>[^\[\]\n]{1,200}))?\]\]")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,30}\]:?")
_ADDRESS = re.compile(r"[./#:%]|^$")
_AUTOLINK = re.compile(r"<((?:https?|ftp|mailto):[^<>\s]{1,500}|[\w.+-]{1,60}@[\w.-]{1,60})>")
_STRONG = re.compile(r"(\*\*\*|\*\*|~~)(?=[^\s*~])((?:(?!\1)[^\n]){1,500}?)\1")
_HIGHLIGHTED = re.compile(r"(?<![A-Za-z0-9=])==(?=[^\s=])([^=\n]{1,300}?)==(?![A-Za-z0-9=])")
_UNDERLINED = re.compile(r"(?<!\w)(__|_)(?=[^\s_])([^_\n]{1,500}?)(?<=[^\s_])\1(?!\w)")
_ITALIC = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,300}?)(?<=[^\s*])\*(?![\w*])|(?<=[\u4e00-\u9fff])\*(?=[\u4e00-\u9fff“《])([^*\n]{4,300}?)(?<=[\u4e00-\u9fff”》，。])\*(?=[\u4e00-\u9fff])"
)
_READING = re.compile(r"<(rt|rp)\b[^<>]{0,200}>.{0,60}?</\1>", re.IGNORECASE)
TAG_NAMES = (
    "a abbr acronym address article aside audio b base bdi bdo big blockquote body br button caption center cite code col colgroup dd del details dfn dir div dl dt em "
    "embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main map mark "
    "menu meta nav nobr noscript object ol optgroup option p param picture pre q rb rp rt rtc ruby s samp script section select small source span strike strong style sub "
    "summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr"
).split()
"""The elements of HTML: only these in angle brackets are tags; `<三米` and `<T>` are text."""
_TAG = re.compile(
    rf"</?(?:{'|'.join(TAG_NAMES)})(?=[\s/>])(?:[^<>\"']|\"[^\"]{{0,2000}}\"|'[^']{{0,2000}}'){{0,200}}>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")


def inline(text: str, labels: Collection[str] = ()) -> str:
    """A line as it is shown. `labels` are the reference links that the document defines, in lower case."""
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: _kept(found[1]), text)
    if "`" in text:
        text = _CODE.sub(lambda found: _kept(found[2]), text)
    if "[" in text:
        if "[^" in text:
            text = _FOOTNOTE.sub("", text)
        if "[[" in text:
            text = _WIKI.sub(lambda found: "" if found["shows"] else found["text"] or found["page"], text)
        if "](" in text:
            text = _IMAGE.sub(r"\g<text>", text)
            text = _LINK.sub(_linked, text)
        if labels:
            text = _REFERENCE.sub(
                lambda found: found["text"] if (found["label"] or found["text"]).lower() in labels else found[0], text
            )
    if "<" in text:
        text = bare(_AUTOLINK.sub(lambda found: _kept(found[1]), text))
    if "*" in text or "~~" in text:
        text = _STRONG.sub(r"\2", text)
    if "==" in text:
        text = _HIGHLIGHTED.sub(r"\1", text)
    if "_" in text:
        text = _UNDERLINED.sub(r"\2", text)
    if "*" in text:
        text = _ITALIC.sub(lambda found: found[1] or found[2], text)
    text = unescaped(text)
    return _KEPT.sub(lambda found: chr(ord(found[0]) - 0xF0000), text)


def image_in(text: str) -> bool:
    """Whether a line holds a picture."""
    return "![" in text and _IMAGE.search(text) is not None or "<img" in text.lower()


def bare(text: str) -> str:
    """A line without its tags; readings above characters (ruby) go with them."""
    return _TAG.sub("", _READING.sub("", text)) if "<" in text else text


def unescaped(text: str) -> str:
    """A line with its character references resolved: `&lt;` and `&nbsp;` are what they stand for."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    return html.unescape(found[0]) if found[0][1] == "#" or found[0][1:] in html5 else found[0]


def _linked(found: re.Match[str]) -> str:
    # brackets after brackets are no link where no address stands in them
    return found["text"] if _ADDRESS.search(found["target"]) else found[0]


def _kept(text: str) -> str:
    return "".join(chr(0xF0000 + ord(mark)) if "!" <= mark <= "~" and not mark.isalnum() else mark for mark in text)

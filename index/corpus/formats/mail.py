"""Mail (.eml) and saved pages (.mht): what a message says, and the files that hang on it."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from juanzong.index.corpus.contents import MAX_ENTRIES, Contents, Entry, Opening, Refused, unread_kinds
from juanzong.index.corpus.encoding.decoding import clean, decode
from juanzong.index.corpus.files import is_readable
from juanzong.index.corpus.lines import Line
from juanzong.index.corpus.markup.html import markup_lines
from juanzong.index.corpus.plaintext import text_lines
from juanzong.index.records import Declared, Problem

_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "hz-gb-2312": "hz",
    "iso-8859-1": "",
    "us-ascii": "",
    "unknown-8bit": "",
    "ascii": "",
    "default": "",
}
"""What a declared encoding is read as: those of Chinese are declared too narrow, and those of Latin where nobody chose one."""
_ADDRESS = re.compile(r"\s*<[^<>]*>")


def read_eml(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """A message: its subject as heading, its text; then the files that hang on it."""
    message = _parsed(data)
    subject, when = _header(message, "Subject"), _day(message)
    body, attached = _parts(message)
    contents = Contents(
        "eml",
        declared=Declared(
            title=subject or None, date=when, author=_ADDRESS.sub("", _header(message, "From")).strip('" ') or None
        ),
    )
    if subject:
        contents.lines.append(Line(subject, 1, 0, "heading", 1))
    _fill(contents, body)
    contents.problems += unread_kinds(name for name, _ in attached if not is_readable(name))
    yield contents
    inherited = Declared(date=when)
    for name, part in attached[:MAX_ENTRIES]:
        yield Entry(name, _taken(part, opening), inherited)


def read_mht(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """A saved page: its first page of HTML. The day on which it was saved is not that on which it came out."""
    message = _parsed(data)
    body, _ = _parts(message)
    contents = Contents("mht")
    page = next((part for part in body if part.get_content_type() == "text/html"), None)
    if page is None and not body:
        raise Refused("unreadable", "The file holds no page. Save the page again.")
    _fill(contents, [page] if page is not None else body)
    title = contents.declared.title or _header(message, "Subject") or None
    contents.declared = Declared(
        title,
        contents.declared.date,
        source=contents.declared.source,
        author=contents.declared.author,
        url=contents.declared.url or _header(page if page is not None else message, "Content-Location") or None,
    )
    yield contents


def _parsed(data: bytes) -> Message:
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    if not message.keys():
        raise Refused("unreadable", "The file is no message, whatever its name says. Save it again.")
    return message


def _parts(message: Message) -> tuple[list[Message], list[tuple[str, Message]]]:
    """The parts that are the text of a message, and the named files that hang on it. Of alternatives the richest that can be read is taken."""
    body: list[Message] = []
    attached: list[tuple[str, Message]] = []

    def walk(part: Message, depth: int) -> None:
        if depth > 20 or len(attached) >= MAX_ENTRIES:
            return
        kind = part.get_content_type()
        if kind == "message/rfc822" and depth:
            attached.append((_name(part, len(attached), ".eml"), part))
        elif part.is_multipart():
            children = [child for child in part.get_payload() if isinstance(child, Message)]
            if kind == "multipart/alternative":
                plain = [child for child in children if child.get_content_type() == "text/plain"]
                rich = [
                    child
                    for child in children
                    if child.get_content_type() in ("text/html", "multipart/related", "multipart/mixed")
                ]
                children = rich[-1:] or plain[-1:] or children[-1:]
            for child in children:
                walk(child, depth + 1)
        elif kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            body.append(part)
        elif part.get_content_disposition() == "attachment" or _told(part.get_filename) and not part.get("Content-ID"):
            attached.append((_name(part, len(attached), ""), part))

    walk(message, 0)
    return body, attached


def _told(ask: Callable[[], str | None]) -> str | None:
    """What a part says of itself; None where it says so in an encoding that is none."""
    try:
        return ask()
    except (ValueError, LookupError):
        return None


def _fill(contents: Contents, parts: list[Message]) -> None:
    """The lines of the text parts of a message."""
    for part in parts:
        payload = part.get_payload(decode=True)
        text, encoding, problems = _text(
            payload if isinstance(payload, bytes) else b"", _told(part.get_content_charset) or ""
        )
        contents.encoding = contents.encoding or encoding
        contents.problems += problems
        if part.get_content_type() == "text/html":
            lines, declared, found = markup_lines(text)
            contents.problems += found
            contents.declared = contents.declared if contents.declared.title else declared
        else:
            lines = text_lines(text)
            contents.trusted = False
        above = contents.lines[-1].number if contents.lines else 0
        heading = contents.lines[0].text if contents.lines else None
        for line in lines:
            line.number += above
        contents.lines += lines[1:] if lines and lines[0].text == heading else lines


def _text(data: bytes, charset: str) -> tuple[str, str, tuple[Problem, ...]]:
    """The text of a part: in the declared encoding where that fits, else in the one that the bytes tell."""
    encoding = _WIDER.get(charset.lower(), charset)
    if encoding:
        try:
            return clean(data.decode(encoding)), encoding, ()
        except (ValueError, LookupError):
            # a name that is none, such as one with a zero byte, is a ValueError
            pass
    decoded = decode(data)
    return decoded.text or "", decoded.encoding, decoded.problems if decoded.text is not None else ()


def _header(message: Message, name: str) -> str:
    """A header with its encoded words read; bare bytes in it are read as what they most likely are."""
    # as it was sent: what `get` makes of bare bytes cannot be undone
    value = next((raw for key, raw in message.raw_items() if key.lower() == name.lower()), None)
    if value is None:
        return ""
    parts = []
    try:
        decoded = decode_header(str(value))
    except (ValueError, email.errors.MessageError):
        return ""
    for part, charset in decoded:
        if isinstance(part, str):
            part = part.encode("utf-8", "surrogateescape")
        parts.append(_text(part, charset or "")[0])
    return " ".join("".join(parts).split())


def _name(part: Message, number: int, suffix: str) -> str:
    """The name of an attachment, safe as the end of a path."""
    raw = part.get_param("filename", None, "content-disposition") or part.get_param("name")
    if isinstance(raw, tuple):
        charset, _, value = raw
        name = _text(value.encode("latin-1", "replace"), charset or "utf-8")[0]
    elif raw:
        holder = Message()
        holder["name"] = str(raw)
        name = _header(holder, "name")
    else:
        name = ""
    return name or f"{number + 1}{suffix}"


def _taken(part: Message, opening: Opening) -> Callable[[], bytes]:
    def data() -> bytes:
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            content = first.as_bytes() if isinstance(first, Message) else b""
        else:
            payload = part.get_payload(decode=True)
            content = payload if isinstance(payload, bytes) else b""
        opening.budget.take(len(content))
        return content

    return data


def _day(message: Message) -> str | None:
    """The day on which a message was sent, as its sender's clock had it."""
    try:
        when: datetime = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when.date().isoformat()

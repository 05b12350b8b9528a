"""What passes between the process that reads a file and the one that asked: parts as JSON in frames of a length and the bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, BinaryIO

import orjson

from juanzong.index.corpus.containers import Part
from juanzong.index.corpus.contents import Contents
from juanzong.index.corpus.lines import Line, LinePlace
from juanzong.index.records import Declared, Join, Problem

MAX_FRAME = 1 << 30
_LINES = 10_000
"""Lines of a frame: a volume of ten thousand pages is never whole on the way."""
_LENGTH = struct.Struct(">I")
_LINE = (
    "text",
    "number",
    "gap",
    "role",
    "level",
    "indented",
    "image",
    "bold",
    "item",
    "last",
    "page",
    "last_page",
    "aside",
    "confidence",
    "flags",
)
_PLACE = tuple(LinePlace.__dataclass_fields__)
_CONTENTS = ("format", "trusted", "encoding", "pages", "about", "unread")


def write(stream: BinaryIO, value: dict[str, Any]) -> None:
    """Send a frame."""
    body = orjson.dumps(value)
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def length_of(head: bytes) -> int:
    """The bytes that follow a frame's head. Raises ValueError for one that no reader sends."""
    (length,) = _LENGTH.unpack(head)
    if length > MAX_FRAME:
        raise ValueError(length)
    return int(length)


HEAD = _LENGTH.size


def packed(part: Part) -> Iterator[dict[str, Any]]:
    """A part as JSON values, frame by frame: its lines, which are let go as they are packed, then all else. Lone surrogates cannot pass, and stand for nothing."""
    contents = part.contents
    lines = contents.lines if contents is not None else []
    # from the end, since what is taken off there leaves nothing to be moved
    lines.reverse()
    while lines:
        taken, lines[-_LINES:] = lines[: -_LINES - 1 : -1], []
        yield {"lines": [_line(line) for line in taken]}
    yield {
        "number": part.number,
        "inside": _sound(part.inside),
        "declared": _declared(part.declared),
        "text": part.text.hex() if contents is None else "",
        "contents": None
        if contents is None
        else {
            **{name: getattr(contents, name) for name in _CONTENTS},
            "declared": _declared(contents.declared),
            "problems": [asdict(problem) for problem in contents.problems],
        },
    }


def lines_of(frame: dict[str, Any]) -> list[Line]:
    """The lines of a frame of lines. Raises ValueError, TypeError or LookupError for anything else."""
    return [_read_line(line) for line in frame["lines"]]


def unpacked(value: dict[str, Any], lines: list[Line]) -> Part:
    """The part that was packed, with the lines that came before it. Raises ValueError, TypeError or LookupError for anything else."""
    raw = value["contents"]
    contents = None
    if raw is not None:
        contents = Contents(
            lines=lines,
            declared=_read_declared(raw["declared"]),
            problems=[
                Problem(str(problem["code"]), str(problem["message"]), int(problem["line"]))
                for problem in raw["problems"]
            ],
            **{name: raw[name] for name in _CONTENTS},
        )
    return Part(
        int(value["number"]),
        str(value["inside"]),
        contents,
        bytes.fromhex(value["text"]),
        _read_declared(value["declared"]),
    )


def _line(line: Line) -> list[Any]:
    values: list[Any] = [getattr(line, name) for name in _LINE]
    values[0] = _sound(line.text)
    return [
        values,
        None if line.place is None else [getattr(line.place, name) for name in _PLACE],
        [[join.offset, join.rule, join.confidence] for join in line.joins],
    ]


def _read_line(value: list[Any]) -> Line:
    plain, place, joins = value
    line = Line(**dict(zip(_LINE, plain, strict=True)))
    line.flags = tuple(line.flags)
    if place is not None:
        fields = dict(zip(_PLACE, place, strict=True))
        line.place = LinePlace(**{**fields, "column": tuple(fields["column"]), "box": tuple(fields["box"])})
    line.joins = [Join(*join) for join in joins]
    return line


def _declared(declared: Declared) -> dict[str, Any]:
    return {
        name: _sound(value) if isinstance(value, str) else value for name, value in asdict(declared).items() if value
    }


def _read_declared(value: dict[str, Any]) -> Declared:
    fields: dict[str, Any] = {name: tuple(item) if isinstance(item, list) else item for name, item in value.items()}
    return Declared(**fields)


def _sound(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")

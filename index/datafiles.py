"""The files of data/: one loader for tables and for words, which names the file and the line of whatever is wrong.

A table is a CSV file. Words are a YAML file of up to four sections: `patterns` (a regular expression, or a list of alternatives; `{name}`
stands for another pattern of the file), `sets` (lists of words), `characters` (words of one character, written without spaces) and `maps`
(word: word). Both begin with comments that say what a row means and where its facts come from; in a table, `# ` opens one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from juanzong.index.errors import UsageError

SECTIONS = ("patterns", "sets", "characters", "maps")
# not a row whose first cell is the mark
_COMMENT = re.compile("#(?: |$)")
_REFERENCE = re.compile(r"\{([a-z_]+)\}")


def _data(name: str, package: str = "juanzong.index") -> bytes:
    return (resources.files(package) / "data" / name).read_bytes()


def wrong(name: str, line: int, what: str) -> UsageError:
    """The error that names a file of data and the line that is wrong."""
    return UsageError(f"{name}, line {line}: {what}")


def rows(name: str, columns: Collection[str], package: str = "juanzong.index") -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table in the data of a package with their lines. Raises UsageError for a row that has not just these columns."""
    lines = _data(name, package).decode("utf-8").splitlines()
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not _COMMENT.match(line)]
    reader = csv.reader(line for _, line in numbered)
    head = next(reader, [])
    if list(head) != list(columns):
        raise wrong(name, numbered[0][0] if numbered else 1, f"the columns must be {','.join(columns)}")
    for (number, _), row in zip(numbered[1:], reader):
        if len(row) != len(head):
            raise wrong(name, number, f"{len(row)} columns where there must be {len(head)}")
        yield number, dict(zip(head, row))


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a file says of one name: a pattern's text, a list or a mapping, and the line."""

    line: int
    section: str
    value: Any


class Words:
    """The words of a YAML file in data/. A pattern is an attribute, compiled when it is first asked for; nothing is read before that."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._sets: dict[str, frozenset[str]] = {}
        self._maps: dict[str, Mapping[str, str]] = {}

    def __getattr__(self, key: str) -> re.Pattern[str]:
        if key.startswith("__"):
            raise AttributeError(key)
        made = compiled(self._name, key)
        # found without a call from here on
        self.__dict__[key] = made
        return made

    def text(self, key: str) -> str:
        """A pattern as written, its references filled in."""
        return _source(self._name, key, ())

    def set(self, key: str) -> frozenset[str]:
        """A set of words, or of characters."""
        found = self._sets.get(key)
        if found is None:
            found = self._sets[key] = frozenset(_entry(self._name, key, "sets", "characters").value)
        return found

    def map(self, key: str) -> Mapping[str, str]:
        """A mapping of words to words."""
        found = self._maps.get(key)
        if found is None:
            found = self._maps[key] = _entry(self._name, key, "maps").value
        return found


@cache
def compiled(name: str, key: str) -> re.Pattern[str]:
    """A pattern of a file. Raises UsageError, with the line, where it is no regular expression."""
    try:
        return re.compile(_source(name, key, ()))
    except re.error as error:
        raise wrong(name, _entry(name, key, "patterns").line, f"{key} is no regular expression: {error}") from error


def _entry(name: str, key: str, *sections: str) -> _Entry:
    entry = read_words(name).get(key)
    if entry is None or entry.section not in sections:
        raise wrong(name, 1, f"there is no {key} among the {' and '.join(sections)}")
    return entry


def _source(name: str, key: str, inside: tuple[str, ...]) -> str:
    entry = _entry(name, key, "patterns")
    if key in inside:
        raise wrong(name, entry.line, f"{key} refers to itself")
    text = "|".join(entry.value) if isinstance(entry.value, list) else str(entry.value)
    return _REFERENCE.sub(lambda m: _source(name, m[1], (*inside, key)), text)


@cache
def read_words(name: str) -> Mapping[str, _Entry]:
    """The entries of a file of words. Raises UsageError for one that cannot be understood."""
    import yaml

    try:
        root = yaml.compose(_data(name), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        raise wrong(name, error.problem_mark.line + 1 if error.problem_mark else 1, str(error.problem)) from error
    found: dict[str, _Entry] = {}
    for section, entries in _pairs(root, name):
        if section.value not in SECTIONS:
            raise wrong(name, section.start_mark.line + 1, f"{section.value} is none of {', '.join(SECTIONS)}")
        for key, node in _pairs(entries, name):
            line = key.start_mark.line + 1
            if key.value in found:
                raise wrong(name, line, f"{key.value} is there twice")
            found[key.value] = _Entry(line, section.value, _value(node, section.value, name))
    return found


def _pairs(node: Any, name: str) -> list[tuple[Any, Any]]:
    if not (
        hasattr(node, "value") and isinstance(node.value, list) and all(isinstance(pair, tuple) for pair in node.value)
    ):
        raise wrong(name, node.start_mark.line + 1 if node else 1, "a mapping must stand here")
    return list(node.value)


def _value(node: Any, section: str, name: str) -> Any:
    line = node.start_mark.line + 1
    if section == "maps":
        return {key.value: _scalar(value, name) for key, value in _pairs(node, name)}
    if isinstance(node.value, str) and section != "sets":
        return node.value if section == "patterns" else list(node.value)
    if isinstance(node.value, list) and section != "characters":
        words = [_scalar(item, name) for item in node.value]
        if len(set(words)) < len(words):
            raise wrong(name, line, f"{next(word for word in words if words.count(word) > 1)} is there twice")
        return words
    raise wrong(name, line, f"this is not what {section} hold")


def _scalar(node: Any, name: str) -> str:
    if not isinstance(node.value, str) or not node.value:
        raise wrong(name, node.start_mark.line + 1, "a word must stand here")
    return node.value

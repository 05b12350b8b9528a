"""Saved searches: `searches.yaml` in the index folder, a list of entries with a name, a query and filters as the address has them.

    - name: 徐州的电梯
      q: 加装电梯
      city: [徐州市]

An entry that cannot be read is reported with its line, and stops nothing.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import yaml

from juanzong.index.errors import UsageError
from juanzong.search.address import PARAMETERS, pairs, parse
from juanzong.search.request import SearchRequest

if TYPE_CHECKING:
    from juanzong.search.answer.result import Hit, SearchResult

NAME = "searches.yaml"
MOST = 200
LARGEST = 1 << 20
# what says how hits are listed is no part of what is watched
_LISTING = ("page", "size", "sort", "view")


@dataclass(frozen=True)
class SavedSearch:
    """A search with the name that it was saved under."""

    name: str
    request: SearchRequest


@dataclass(frozen=True)
class SavedSearches:
    """What a file holds: the searches in their order, and what is wrong with it, a sentence each."""

    searches: tuple[SavedSearch, ...] = ()
    problems: tuple[str, ...] = ()


class Searching(Protocol):
    """What answers a search: an engine."""

    def search(self, request: SearchRequest) -> SearchResult:
        """One page of hits with exact totals."""


@dataclass(frozen=True)
class News:
    """A saved search with all that it finds, how many of these came in since a day, and the latest of them."""

    saved: SavedSearch
    total: int
    fresh: int
    hits: Sequence[Hit]

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.saved.name,
            "query": dict(pairs(self.saved.request)),
            "total": self.total,
            "new": self.fresh,
            "hits": [hit.to_dict() for hit in self.hits],
        }


def stamp(folder: Path) -> str:
    """Changes with the file; "" where there is none."""
    try:
        found = os.stat(os.path.join(folder, NAME))
    except OSError:
        return ""
    return f"{found.st_mtime_ns}-{found.st_size}"


def read_saved(folder: Path) -> SavedSearches:
    """The saved searches of an index folder; none where there is no file."""
    path = folder / NAME
    try:
        if not path.is_file():
            return SavedSearches()
        if path.stat().st_size > LARGEST:
            return SavedSearches(problems=(f"{NAME} is larger than {LARGEST >> 20} MB; shorten it.",))
        entries, problems = _entries(path.read_text("utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError, RecursionError) as error:
        return SavedSearches(problems=(f"{NAME} cannot be read ({type(error).__name__}); write it in UTF-8.",))
    searches: dict[str, SavedSearch] = {}
    for line, entry in entries[:MOST]:
        try:
            saved = _entry(entry)
            if saved.name in searches:
                raise UsageError(f'there is another search called "{saved.name}"; give it another name.')
            searches[saved.name] = saved
        except UsageError as error:
            problems.append(f"{NAME}, line {line}: {error}")
    if len(entries) > MOST:
        problems.append(f"{NAME} has {len(entries)} searches; the first {MOST} are watched.")
    return SavedSearches(tuple(searches.values()), tuple(problems))


def _entries(text: str) -> tuple[list[tuple[int, yaml.Node]], list[str]]:
    """The entries of a list with the line on which each begins, and what is wrong where there are none. Raises YAMLError for what has no place."""
    try:
        return _listed(text, 0), []
    except yaml.MarkedYAMLError:
        pass
    except UsageError as error:
        return [], [f"{NAME}, line 1: {error}"]
    # one that is broken takes along no other: each is read by itself
    entries: list[tuple[int, yaml.Node]] = []
    problems = []
    lines = text.splitlines(keepends=True)
    begins = [number for number, line in enumerate(lines) if line.startswith("-")] or [0]
    for first, last in zip(begins, [*begins[1:], len(lines)]):
        try:
            entries += _listed("".join(lines[first:last]), first)
        except yaml.MarkedYAMLError as error:
            line = first + (error.problem_mark.line if error.problem_mark else 0) + 1
            problems.append(f"{NAME}, line {min(line, last)}: this is no YAML ({error.problem}).")
        except UsageError as error:
            problems.append(f"{NAME}, line {first + 1}: {error}")
    return entries, problems


def _listed(text: str, above: int) -> list[tuple[int, yaml.Node]]:
    node = yaml.compose(text, yaml.SafeLoader)
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise UsageError("write a list of searches, each with a name and a q.")
    return [(above + entry.start_mark.line + 1, entry) for entry in node.value]


def _entry(node: yaml.Node) -> SavedSearch:
    if not isinstance(node, yaml.MappingNode):
        raise UsageError("this is no search; give it a name and a q.")
    given: dict[str, list[str]] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value not in ("name", *PARAMETERS):
            raise UsageError(f'"{str(key.value)[:40]}" is no part of a search; use name, {", ".join(PARAMETERS)}.')
        values = value.value if isinstance(value, yaml.SequenceNode) else [value]
        if not all(isinstance(part, yaml.ScalarNode) for part in values):
            raise UsageError(f"{key.value} must be a text or a list of texts.")
        given[key.value] = [part.value for part in values]
    name = given.pop("name", [""])
    if len(name) != 1 or not name[0].strip():
        raise UsageError("it has no name; give it one.")
    request = parse({key: values for key, values in given.items() if key not in _LISTING})
    return SavedSearch(name[0].strip(), request)


def save(folder: Path, name: str, request: SearchRequest) -> None:
    """Adds a search to the file. Raises UsageError where the name is taken, or the file cannot be read as it is."""
    held = read_saved(folder)
    if held.problems:
        raise UsageError(f"{held.problems[0]} Mend the file first: {folder / NAME}.")
    if not name.strip():
        raise UsageError("Give the search a name.")
    if any(saved.name == name.strip() for saved in held.searches):
        raise UsageError(f'There is a saved search called "{name}"; choose another name, or edit {folder / NAME}.')
    entry: dict[str, Any] = {"name": name.strip()}
    for key, value in pairs(request):
        if key not in _LISTING:
            entry.setdefault(key, []).append(value)
    entry = {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in entry.items()}
    path = folder / NAME
    before = path.read_text("utf-8") if path.exists() else ""
    if before and not before.endswith("\n"):
        before += "\n"
    draft = path.with_name(f"{NAME}.{os.getpid()}.new")
    draft.write_text(before + yaml.safe_dump([entry], allow_unicode=True, sort_keys=False), "utf-8")
    os.replace(draft, path)


def news(engine: Searching, searches: Sequence[SavedSearch], since: datetime.date, most: int = 10) -> Iterator[News]:
    """What each search finds of what came in since a day. What came with the first generation of the index is not news."""
    for saved in searches:
        total = engine.search(replace(saved.request, size=1)).total
        found = engine.search(fresh_since(saved.request, since, most))
        yield News(saved, total, found.total, found.hits if most else ())


def fresh_since(request: SearchRequest, since: datetime.date, size: int = 10) -> SearchRequest:
    """A search for what came in since a day, the latest first."""
    return replace(request, added=f"{since}..", fresh=True, sort="added", page=1, size=max(1, size))

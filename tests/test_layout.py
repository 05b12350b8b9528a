"""The rooms of ARCHITECTURE.md are the rooms of the code: imports run downwards, and no two modules import each other."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("index", "search", "web")
# modules that stand above the rooms of their package
ALONE = frozenset({"search/engine", "web/app", "web/cli"})
# a folder that is a part of the room that it lies in
WITHIN = {
    "index/structure/seams": "index/structure",
    "index/corpus/confinement": "index/corpus",
    "index/corpus/declared": "index/corpus",
    "index/corpus/encoding": "index/corpus",
    "index/corpus/formats": "index/corpus",
    "index/corpus/markup": "index/corpus",
    "index/corpus/pages": "index/corpus",
    "web/routes/openapi": "web/routes",
}
ROW = re.compile(r"^\| `([\w/]+)` \| .+ \| ((?:`[\w/]+`(?:, )?)*) ?\|$", re.M)


def allowed() -> dict[str, set[str]]:
    """The table: room → rooms that it may import."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    return {room: set(re.findall(r"[\w/]+", rooms)) for room, rooms in ROW.findall(text)}


def modules() -> dict[str, Path]:
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {_name(path.relative_to(ROOT)): path for path in sorted(found)}


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(("juanzong", *(parts[:-1] if parts[-1] == "__init__" else parts)))


def imported(path: Path, known: dict[str, Path]) -> set[str]:
    """Our modules that a module imports, wherever it does."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            names = [f"{node.module}.{name.name}" for name in node.names]
            found |= {name if name in known else node.module or "" for name in names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return {name for name in found if name in known}


def room_of(path: Path) -> str | None:
    """The room of a module; None for a face, which has no work of its own."""
    relative = path.relative_to(ROOT).with_suffix("").as_posix()
    if path.name == "__init__.py":
        return None
    if relative in ALONE:
        return relative
    folder = relative.rpartition("/")[0]
    return WITHIN.get(folder, folder)


KNOWN = modules()
IMPORTS = {name: imported(path, KNOWN) for name, path in KNOWN.items()}


def test_every_room_has_a_row_and_every_row_a_room() -> None:
    assert set(allowed()) == {room for path in KNOWN.values() if (room := room_of(path))}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_module_imports_only_what_its_room_may(name: str) -> None:
    room = room_of(KNOWN[name])
    if room is None:
        return
    faces = {f"juanzong.{room.replace('/', '.')}" for room in allowed()[room] | {room}}
    rooms = {found: room_of(KNOWN[found]) for found in IMPORTS[name]}
    against = {
        found
        for found, other in rooms.items()
        if other not in {room, *allowed()[room]} and (other or found not in faces)
    }
    assert not against, f"{KNOWN[name].relative_to(ROOT)} ({room}) imports {sorted(against)}"


def test_no_room_stands_above_itself() -> None:
    TopologicalSorter(allowed()).prepare()


def test_no_two_modules_import_each_other() -> None:
    whole = {name: found - {name} for name, found in IMPORTS.items() if KNOWN[name].name != "__init__.py"}
    try:
        TopologicalSorter(whole).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_no_folder_of_tests_is_passed_over(pytestconfig: pytest.Config) -> None:
    passed_over = pytestconfig.getini("norecursedirs")
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py")}
    assert not [folder for folder in folders for part in folder.parts for form in passed_over if fnmatch(part, form)]

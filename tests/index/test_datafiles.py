"""The files of data: what is wrong in one is told with its file and its line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import juanzong.index
from juanzong.index import datafiles
from juanzong.index.datafiles import Words, compiled, read_words, rows
from juanzong.index.errors import UsageError
from juanzong.index.facts.agencies.rules import rules, tails
from juanzong.index.facts.places.gazetteer import gazetteer

INDEX = Path(juanzong.index.__file__).parent
WORD_FILES = sorted(path.name for path in (INDEX / "data").glob("*_words.yaml"))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Files of data by name, in place of those that are shipped."""
    files: dict[str, str] = {}
    monkeypatch.setattr(datafiles, "_data", lambda name, *_: files[name].encode("utf-8"))
    yield files
    for cached in (read_words, compiled):
        cached.cache_clear()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("patterns:\n  one: [甲, 乙]\n  one: 丙\n", "a.yaml, line 3: one is there twice"),
        ("# a comment\nverbs:\n  one: [甲]\n", "a.yaml, line 2: verbs is none of"),
        ("sets:\n  one: 甲乙\n", "a.yaml, line 2: this is not what sets hold"),
        ("sets:\n  two: [丁]\n  one: [甲, 乙, 甲]\n", "a.yaml, line 3: 甲 is there twice"),
        ("maps:\n  one: [甲]\n", "a.yaml, line 2: a mapping must stand here"),
        ("patterns:\n  one: [甲\n", "a.yaml, line 3:"),
        ("甲\n", "a.yaml, line 1: a mapping must stand here"),
    ],
)
def test_words_that_are_wrong(written: dict[str, str], text: str, said: str) -> None:
    written["a.yaml"] = text
    with pytest.raises(UsageError) as caught:
        read_words("a.yaml")
    assert str(caught.value).startswith(said)


def test_patterns_refer_to_each_other(written: dict[str, str]) -> None:
    written["b.yaml"] = (
        "patterns:\n  day: '[一二三]'\n  date: '月{day}日{1,2}'\n  loop: '{loop}'\n  open: '('\ncharacters:\n  few: 甲乙\nmaps:\n  of: {甲: 乙}\n"
    )
    words = Words("b.yaml")
    assert words.date.pattern == "月[一二三]日{1,2}" and words.date.match("月三日日")
    assert words.set("few") == {"甲", "乙"} and words.map("of") == {"甲": "乙"}
    for key, said in (
        ("loop", "b.yaml, line 4: loop refers to itself"),
        ("open", "b.yaml, line 5: open is no regular expression"),
        ("none", "b.yaml, line 1: there is no none"),
    ):
        with pytest.raises(UsageError) as caught:
            getattr(words, key)
        assert str(caught.value).startswith(said)


def test_rows_that_are_wrong(written: dict[str, str]) -> None:
    written["c.csv"] = "# a comment\nletter,city\n\n甲,乙市\n#,丁市\n丙\n"
    found = rows("c.csv", ("letter", "city"))
    assert next(found) == (4, {"letter": "甲", "city": "乙市"})
    # no comment: a comment has a space after the mark
    assert next(found) == (5, {"letter": "#", "city": "丁市"})
    with pytest.raises(UsageError, match="c.csv, line 6: 1 columns where there must be 2"):
        next(found)
    with pytest.raises(UsageError, match="c.csv, line 2: the columns must be a,b"):
        next(rows("c.csv", ("a", "b")))


@pytest.mark.parametrize("name", WORD_FILES)
def test_every_word_is_understood_and_used(name: str) -> None:
    entries = read_words(name)
    for key, entry in entries.items():
        if entry.section == "patterns":
            compiled(name, key)
    assert (INDEX / "data" / name).read_text(encoding="utf-8").startswith("# ")
    code = "".join(path.read_text(encoding="utf-8") for path in INDEX.rglob("*.py"))
    tables = "".join(
        path.read_text(encoding="utf-8") for path in (INDEX / "data").glob("*.csv") if path.stat().st_size < 20_000
    )
    whole = "".join(path.read_text(encoding="utf-8") for path in (INDEX / "data").glob("*_words.yaml"))
    unused = [
        key
        for key in entries
        if not re.search(rf"\.{key}\b|[\"']{key}[\"']", code)
        and f"{{{key}}}" not in whole
        and not re.search(rf"\b{key}\b", tables)
    ]
    assert unused == []


def test_the_tables_of_rules_are_whole() -> None:
    assert {rule.rule for rule in rules().values()} >= {
        "central",
        "prefix_core",
        "police_word",
        "branch",
        "police_team",
    }
    for tail in tails():
        assert isinstance(getattr(Words("body_words.yaml"), tail.pattern), re.Pattern)
        assert not tail.unless or getattr(Words("body_words.yaml"), tail.unless)


def test_no_place_is_named_in_the_code() -> None:
    """The modules of the index hold no name of a province, a city or a county, in their comments neither."""
    g = gazetteer()
    names = (
        {
            name
            for name in {*g.cities, *g.provinces, *(unit.short for unit in (*g.cities.values(), *g.provinces.values()))}
            if len(name) > 1
        }
        - g.common
        - g.words
        - g.homonyms
    )
    names |= {unit.name for unit in g.units.values() if len(unit.name) > 2 and unit.level == "county"}
    pattern = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
    found = [
        f"{path.relative_to(INDEX)}: {m.group()}"
        for path in INDEX.rglob("*.py")
        for m in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def _is_vocabulary(node: ast.AST) -> bool:
    """Whether a string holds more than twelve Chinese characters, or a list more than six Chinese words of several characters."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return sum(_chinese(part) > 1 for part in node.elts) > 6
    if isinstance(node, ast.Dict):
        return sum(key is not None and _chinese(key) > 1 for key in node.keys) > 6
    return _chinese(node) > 12


def _chinese(node: ast.AST) -> int:
    """The Chinese characters of a string; 0 for anything else."""
    return (
        len(re.findall("[一-龥]", node.value)) if isinstance(node, ast.Constant) and isinstance(node.value, str) else 0
    )


def test_vocabularies_are_no_code() -> None:
    """No string and no list holds more than a few words, what is said of the code aside: vocabulary belongs to the data."""
    found = []
    for path in sorted(INDEX.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found += [
            f"{path.relative_to(INDEX)}, line {node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.expr) and id(node) not in prose and _is_vocabulary(node)
        ]
    assert found == []

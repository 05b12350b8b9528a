"""The words of questions (`search/data/question_words.csv`): what only asks or binds says nothing of what is sought."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from juanzong.index.datafiles import rows, wrong

_NAME = "question_words.csv"
_PARTS = ("asking", "question", "function", "measure", "formula")


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """`asking` words ask for the thing that follows, `measure` words may stand before it, `weightless` ones tell nothing in a query, and
    `formulas` are how papers open and report."""

    asking: frozenset[str]
    measure: frozenset[str]
    weightless: frozenset[str]
    formulas: frozenset[str]


@cache
def question_words() -> QuestionWords:
    """Raises UsageError for a bad row."""
    found: dict[str, set[str]] = {part: set() for part in _PARTS}
    for line, row in rows(_NAME, ("part", "words"), "juanzong.search"):
        if row["part"] not in found:
            raise wrong(_NAME, line, f"{row['part']} is none of {', '.join(_PARTS)}")
        found[row["part"]].update(row["words"].split())
    weightless = found["asking"] | found["question"] | found["function"]
    asking, measure, formulas = (frozenset(found[part]) for part in ("asking", "measure", "formula"))
    return QuestionWords(asking, measure, frozenset(weightless), formulas)

"""Questions with known answers: collections as they are kept in files, and ones made from the corpora beside the checkout."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.baselines import jieba_words
from benchmarks.corpus import CORPORA
from juanzong.search.language.questions import question_words

SEED = 4242
OTHERS = 20_000
ASKED = 1_000
# a word that stands in so many paragraphs is worth typing, and finds more than its own
MIDDLING = (30, 3_000)
POLICY_QUESTIONS = Path(__file__).with_name("policy_questions.tsv")
# among so many paragraphs of news, and passages of so many regulations, in which nothing is asked for
POLICY_NEWS, POLICY_LAWS = 97_000, 150
# the characters of a passage of a regulation, whose lines are its sentences
PASSAGE = 250


@dataclass(frozen=True)
class Collection:
    """Documents, queries, and for each query the grades (1 and up) of what answers it: documents by id, or paragraphs by text where `passages`."""

    name: str
    documents: Sequence[Mapping[str, Any]]
    queries: Mapping[str, str]
    grades: Mapping[str, Mapping[str, int]]
    passages: bool = False

    def first(self, limit: int) -> Collection:
        """The same with at most so many queries, evenly from all (0 keeps all)."""
        if not 0 < limit < len(self.queries):
            return self
        names = list(self.queries)
        chosen = [names[place * len(names) // limit] for place in range(limit)]
        return replace(self, queries={name: self.queries[name] for name in chosen})

    def texts(self) -> Iterator[tuple[str, str]]:
        """What is ranked: the name that grades know it by, and its text."""
        for document in self.documents:
            if self.passages:
                yield from ((line, line) for line in document["text"].split("\n") if line.strip())
            else:
                yield document["id"], document["text"]

    @cached_property
    def _held(self) -> Counter[str]:
        """How many texts have each word."""
        held: Counter[str] = Counter()
        for _, text in self.texts():
            held.update(set(jieba_words(text)))
        return held

    def keywords(self, most: int) -> Collection:
        """The same questions as their rarest words, in their order: what a hurried reader types. Questions without any are left out."""
        held = self._held
        short = {}
        for name, query in self.queries.items():
            words = [
                word
                for word in dict.fromkeys(jieba_words(query))
                if word in held and word not in question_words().weightless
            ]
            rarest = set(sorted(words, key=lambda word: (held[word], word))[:most])
            if rarest:
                short[name] = " ".join(word for word in words if word in rarest)
        return replace(self, queries=short)


def load(folder: Path) -> Collection:
    """Reads docs.jsonl, queries.jsonl and qrels.tsv (query, 0, document, grade), packed or not. Raises OSError where one is missing."""

    def lines(name: str) -> list[str]:
        packed = folder / f"{name}.gz"
        text = (
            gzip.decompress(packed.read_bytes()).decode()
            if packed.exists()
            else (folder / name).read_text(encoding="utf-8")
        )
        return [line for line in text.split("\n") if line.strip()]

    grades: dict[str, dict[str, int]] = {}
    for query, _, document, grade in (line.split("\t") for line in lines("qrels.tsv")):
        if int(grade) > 0:
            grades.setdefault(query, {})[document] = int(grade)
    queries = {
        entry["qid"]: entry["query"] for entry in map(json.loads, lines("queries.jsonl")) if entry["qid"] in grades
    }
    return Collection(folder.name, list(map(json.loads, lines("docs.jsonl"))), queries, grades)


def made(corpora: Path = CORPORA) -> Iterator[tuple[str, Callable[[], Collection]]]:
    """Names and makers of the collections that the corpora in a folder (news.jsonl.gz, laws.jsonl.gz) allow."""
    news, laws = corpora / "news.jsonl.gz", corpora / "laws.jsonl.gz"
    if news.exists():
        yield "headlines", lambda: headlines(_documents(news))
        yield "news passages", lambda: passages("news passages", _without_titles(_documents(news)))
    if laws.exists():
        yield "law passages", lambda: passages("law passages", _documents(laws))
    if news.exists() and laws.exists():
        yield "policy", lambda: policy(_documents(news), _documents(laws))


def headlines(documents: Sequence[Mapping[str, Any]]) -> Collection:
    """The headline is the question, its article the answer: the headline is taken out of the text. Among OTHERS articles without one."""
    dice = random.Random(SEED)
    titled = [document for document in documents if len((document.get("title") or "").strip()) > 7]
    titled = dice.sample(titled, min(ASKED, len(titled)))
    others = [document for document in documents if not document.get("title")]
    chosen = titled + dice.sample(others, min(OTHERS, len(others)))
    dice.shuffle(chosen)
    return Collection(
        "headlines",
        _without_titles(chosen),
        {document["id"]: document["title"].strip() for document in titled},
        {document["id"]: {document["id"]: 1} for document in titled},
    )


def passages(name: str, documents: Sequence[Mapping[str, Any]]) -> Collection:
    """A paragraph is sought by two of its own words and one of what its article is about, taken from the title or the first paragraph."""
    dice = random.Random(SEED)
    chosen = dice.sample(list(documents), min(OTHERS, len(documents)))
    while sum(document["text"].count("\n") for document in chosen) > 6 * OTHERS:
        chosen = chosen[: -max(1, len(chosen) // 20)]
    held: Counter[str] = Counter()
    for document in chosen:
        for line in document["text"].split("\n"):
            held.update(set(jieba_words(line)))

    def middling(text: str) -> list[str]:
        words = {
            word for word in jieba_words(text) if len(word) > 1 and MIDDLING[0] <= held[word] <= MIDDLING[1]
        } - question_words().weightless
        return sorted(words, key=lambda word: (held[word], word))

    queries: dict[str, str] = {}
    grades: dict[str, dict[str, int]] = {}
    for document in dice.sample(chosen, len(chosen)):
        lines = [line for line in document["text"].split("\n") if line.strip()]
        if len(queries) == ASKED or len(lines) < 3:
            continue
        sought = dice.choice(lines[1:])
        own, about = middling(sought), middling(document.get("title") or lines[0])
        if len(own) > 1 and about:
            queries[document["id"]] = " ".join([about[0], *dice.sample(own, 2)])
            grades[document["id"]] = {sought: 1}
    return Collection(name, chosen, queries, grades, passages=True)


def policy(news: Sequence[Mapping[str, Any]], laws: Sequence[Mapping[str, Any]]) -> Collection:
    """The questions of `policy_questions.tsv`, which passages of regulations and of news about measures answer, among other news and regulations."""
    dice = random.Random(SEED)
    written = POLICY_QUESTIONS.read_text(encoding="utf-8").splitlines()
    _, *rows = [line.split("\t") for line in written if not line.startswith("#")]
    asked = {document for document, _, _ in rows}
    local = [law for law in laws if law.get("place") and law["id"] not in asked]
    chosen = [law for law in laws if law["id"] in asked] + dice.sample(local, min(POLICY_LAWS, len(local)))
    documents: list[Mapping[str, Any]] = [{**law, "text": "\n".join(_packed(law["text"]))} for law in chosen]
    documents += [_without_blanks(item) for item in news if item["id"] in asked]
    others = [item for item in news if item["id"] not in asked]
    paragraphs = 0
    for item in map(_without_blanks, dice.sample(others, len(others))):
        if paragraphs >= POLICY_NEWS:
            break
        documents.append(item)
        paragraphs += item["text"].count("\n") + 1
    dice.shuffle(documents)
    lines = {document["id"]: document["text"].split("\n") for document in documents}
    queries = {str(number): question for number, (_, _, question) in enumerate(rows)}
    grades = {
        str(number): {lines[document][int(place)]: 1 for place in places.split()}
        for number, (document, places, _) in enumerate(rows)
    }
    return Collection("policy", documents, queries, grades, passages=True)


def _packed(text: str) -> list[str]:
    """The lines of a text put together to passages of at most PASSAGE characters, where a line is not longer itself."""
    found: list[str] = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        if found and len(found[-1]) + len(line) <= PASSAGE:
            found[-1] += line
        else:
            found.append(line)
    return found


def _without_blanks(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**document, "text": "\n".join(filter(None, map(str.strip, document["text"].split("\n"))))}


def _documents(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _without_titles(documents: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The documents without their titles, also where the text repeats one."""
    return [
        {
            **document,
            "title": "",
            "text": "\n".join(
                line
                for line in document["text"].replace((document.get("title") or "").strip() or "\0", "").split("\n")
                if line.strip()
            ),
        }
        for document in documents
    ]

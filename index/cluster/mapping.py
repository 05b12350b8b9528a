"""What the indices of an archive hold.

Four indices make a generation: `<name>-<n>` with the paragraphs, which is what the alias points to and whose `_meta` is the manifest;
`<name>-<n>-documents` with a record of each document; `<name>-<n>-articles` with the tokens of each article, which ranking looks at; `<name>-<n>-records` with what only building and suggesting needs.

A paragraph has its tokens as we cut them: `words` as jieba and we see them, joined by spaces; `chars`, the folded text closed by U+0000, of
which the server makes overlapping pairs; `edges`, one token a folded character up to the last edge: b where a run of Latin letters or digits
begins, e where it ends, be for both, a gap elsewhere. `title_…` are the same of the title of its article. None of them is kept in `_source`:
they follow from the text. `word` are its words once more, each once, to be counted.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
K1, B = 0.6, 0.4
# without a length, and so steep that a title never scores less here than it does by its true length
TITLE_K1 = K1 * (1 - B)
GAP = "."
LONGEST_TOKEN = 1_000
LONGEST_VALUE = 8_000
# settings of the paragraphs alone: the others are looked up by key, which is quicker in smaller blocks
OF_PARAGRAPHS = ("analysis", "similarity", "codec")
TOKENS = ("words", "chars", "edges", "title_words", "title_chars", "title_edges", "word")
# the fields that facets are counted by, where they have another name
FACET_FIELD = {"path": "folder"}


def analysis() -> Json:
    return {
        "tokenizer": {
            "pairs": {"type": "ngram", "min_gram": 2, "max_gram": 2},
            "tokens": {"type": "whitespace", "max_token_length": LONGEST_TOKEN},
        },
        "filter": {"gaps": {"type": "stop", "stopwords": [GAP]}},
        "analyzer": {
            "pairs": {"type": "custom", "tokenizer": "pairs"},
            "tokens": {"type": "custom", "tokenizer": "tokens"},
            "gapped": {"type": "custom", "tokenizer": "tokens", "filter": ["gaps"]},
        },
    }


def similarities() -> Json:
    return {"text": {"type": "BM25", "k1": K1, "b": B}, "title": {"type": "BM25", "k1": TITLE_K1, "b": 0}}


def copies(replicas: int | None) -> Json:
    """How many copies of each shard there are beside it: as told, or one where there is a node for it."""
    return {"auto_expand_replicas": "0-1"} if replicas is None else {"number_of_replicas": replicas}


def settings(shards: int, replicas: int | None) -> Json:
    return {
        "index": {
            "number_of_shards": shards,
            **copies(replicas),
            "refresh_interval": "-1",
            "analysis": analysis(),
            "similarity": similarities(),
            # what was removed counts in no score: expunging takes the last of it
            "merge.policy.expunge_deletes_allowed": 0,
            "codec": "best_compression",
            "max_inner_result_window": 100,
        }
    }


def paragraphs() -> Json:
    def text(analyzer: str, similarity: str | None, options: str) -> Json:
        scored: Json = {"similarity": similarity} if similarity else {"norms": False}
        return {"type": "text", "analyzer": analyzer, "search_analyzer": "gapped", "index_options": options, **scored}

    number: Json = {"type": "integer"}
    counted: Json = {"type": "integer", "index": False}
    name: Json = {"type": "keyword", "ignore_above": LONGEST_VALUE}
    return {
        "dynamic": "strict",
        "_source": {"excludes": list(TOKENS)},
        "properties": {
            "words": text("tokens", "text", "freqs"),
            "chars": text("pairs", "text", "positions"),
            "edges": text("gapped", None, "positions"),
            "title_words": text("tokens", "title", "freqs"),
            "title_chars": text("pairs", "title", "positions"),
            "title_edges": text("gapped", None, "positions"),
            **dict.fromkeys(
                (
                    *("id", "document", "article", "same", "kind", "city", "agency", "source"),
                    *("province", "district", "format", "folder", "path", "file"),
                ),
                name,
            ),
            # only counted: how many paragraphs of a set have a word
            "word": {"type": "keyword", "index": False},
            **dict.fromkeys(("is_title", "repeat"), {"type": "boolean"}),
            **dict.fromkeys(
                ("first_day", "last_day", "day", "named", "period", "added", "arrival", "line", "seq"), number
            ),
            **dict.fromkeys(("words_length", "chars_length"), counted),
            # what is shown and never sought
            **{field: {"type": "object", "enabled": False} for field in ("shown", "facts")},
            **{field: {"type": "text", "index": False} for field in ("text", "title_text")},
        },
    }


def documents() -> Json:
    name: Json = {"type": "keyword", "ignore_above": LONGEST_VALUE}
    return {
        "dynamic": "strict",
        "properties": {
            "id": name,
            "path": name,
            "file": name,
            "line": {"type": "integer"},
            "articles": {"type": "integer"},
            "paragraphs": {"type": "integer"},
            # read once more at the end, when the dates of the whole corpus are known
            "deferred": {"type": "boolean"},
            "dated": {"type": "boolean"},
            "placed": {"type": "boolean"},
            **dict.fromkeys(("day", "added", "arrival"), {"type": "integer"}),
            "record": {"type": "object", "enabled": False},
        },
    }


def articles() -> Json:
    name: Json = {"type": "keyword", "ignore_above": LONGEST_VALUE}
    return {
        "dynamic": "strict",
        "properties": {
            **dict.fromkeys(("id", "document", "file"), name),
            "context": {"type": "object", "enabled": False},
        },
    }


def records() -> Json:
    name: Json = {"type": "keyword"}
    return {
        "dynamic": "strict",
        "properties": {
            "kind": name,
            "name": name,
            "part": {"type": "integer"},
            "number": {"type": "integer"},
            "data": {"type": "object", "enabled": False},
            "bytes": {"type": "binary"},
        },
    }

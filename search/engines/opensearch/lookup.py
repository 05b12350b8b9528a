"""Single paragraphs and documents, by their ids."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from juanzong.index.cluster.mapping import FACET_FIELD
from juanzong.index.cluster.rows import key_of
from juanzong.index.errors import NotFound
from juanzong.search.answer.documents import shown_date
from juanzong.search.answer.result import DocumentView
from juanzong.search.answer.subject import Subject
from juanzong.search.engines.opensearch import views
from juanzong.search.engines.opensearch.inquiry import BATCH
from juanzong.search.engines.opensearch.snapshot import Snapshot
from juanzong.search.language.needles import Needle
from juanzong.search.request import FACET_FIELDS

Json = dict[str, Any]
IN_ORDER: list[Json] = [{"seq": "asc"}, {"id": "asc"}]


def paragraph(snapshot: Snapshot, paragraph_id: str) -> Json:
    """The row of a paragraph. Raises NotFound."""
    try:
        wanted = f"{int(paragraph_id, 16):016x}"
    except ValueError:
        wanted = ""
    found = None
    if 0 < len(wanted) <= 16:
        found = snapshot.connection.call("GET", f"/{snapshot.index}/_doc/{wanted}", missing=None)
    if found is None:
        raise NotFound(
            f"There is no paragraph {paragraph_id[:40]}. It may have been removed from the corpus; search for its words."
        )
    row: Json = found["_source"]
    return row


def record(snapshot: Snapshot, document_id: str) -> Json:
    """The record of a document. Raises NotFound."""
    place = f"/{snapshot.generation.documents}/_doc/{key_of(document_id)}"
    found = snapshot.connection.call("GET", place, missing=None)
    if found is None:
        raise NotFound(
            f"There is no document {document_id}. It may have been removed from the corpus; search for its words."
        )
    row: Json = found["_source"]
    return row


def document(snapshot: Snapshot, row: Json, needles: Sequence[Needle]) -> DocumentView:
    """A document by its record, with marks."""
    rows = _rows_of(snapshot, row["id"], [*(name for name in views.HIT if name != "facts.boxes"), "facts"])
    return views.document(row["record"], rows, needles, snapshot.info)


def subject(snapshot: Snapshot, row: Json) -> Subject:
    """A paragraph with all that an explanation looks at."""
    rows = _rows_of(snapshot, row["document"], ["id", "article", "text"])
    place = next((place for place, other in enumerate(rows) if other["id"] == row["id"]), 0)
    before = rows[place - 1] if place and rows[place - 1]["article"] == row["article"] else None
    return Subject(
        row["id"],
        row["document"],
        row["shown"].get("article_title"),
        row["kind"],
        row["text"],
        row.get("title_text"),
        {name: _listed(row.get(FACET_FIELD.get(name, name))) for name in FACET_FIELDS},
        row.get("first_day", 0),
        row.get("last_day", 0),
        shown_date(row["shown"]["published"])[0],
        row["shown"].get("dates", []),
        row["is_title"],
        [other["text"] for other in rows if other["article"] == row["article"]],
        before["text"] if before else None,
        datetime.date.fromordinal(row["added"]).isoformat() if row.get("added") else None,
        row.get("repeat", False),
        row.get("arrival", 0) > snapshot.first_arrival,
    )


def _rows_of(snapshot: Snapshot, document_id: str, source: Sequence[str]) -> list[Json]:
    """The paragraphs of a document in its order."""
    rows: list[Json] = []
    after: Any = None
    while after is None or len(rows) % BATCH == 0:
        body: Json = {
            "size": BATCH,
            "query": {"term": {"document": document_id}},
            "sort": IN_ORDER,
            "_source": list(source),
            **({"search_after": after} if after else {}),
        }
        hits = snapshot.connection.search(snapshot.index, body)["hits"]["hits"]
        rows += [hit["_source"] for hit in hits]
        if not hits:
            break
        after = hits[-1]["sort"]
    return rows


def _listed(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)

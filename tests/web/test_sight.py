"""Schemathesis asks whatever the OpenAPI description allows, as one reader and as the other: neither gets a byte of what is kept to the other."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from juanzong.index.build.editions import rebuild
from juanzong.search import SearchRequest
from juanzong.web.app import create_app
from juanzong.web.service import accounts
from juanzong.web.service.audit import Audit
from juanzong.web.settings import Service

schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis: pip install -e .[test]")

# words, source, city and title that only one collection has, and the year of its documents
KEPT = {"甲馆": ("霁月簿", "甲一报", "阜新", "琅嬛录", 2021), "乙馆": ("沆瀣簿", "乙二报", "漯河", "璇玑录", 2022)}
EXAMPLES = 4


def test_whatever_may_be_asked_tells_a_reader_nothing_of_the_other_collection(tmp_path: Path) -> None:
    for name, (word, source, city, title, year) in KEPT.items():
        for number in range(1, 4):
            path = tmp_path / "corpus" / name / f"{title}{number}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                f"---\ntitle: {title}第{number}期\ndate: {year}-0{number}-11\nsource: {source}\n---\n{city}市公安局在{word}中记下此事。\n\n"
                "两馆都有的一段话：流调专班连夜核对轨迹，随后由值班人员逐户登记并把结果向社会公布，请市民配合工作。\n",
                "utf-8",
            )
    index = tmp_path / "index"
    rebuild(index, [tmp_path / "corpus"], jobs=1)
    keys = {}
    for name in KEPT:
        accounts.add(index / accounts.FILE, f"reader-{name}", "correct horse battery", "sources", [name])
        keys[name] = {"Authorization": f"Bearer {accounts.add_key(index / accounts.FILE, f'reader-{name}')}"}
    app = create_app(index, Service(sources=True))
    app.extensions["audit"] = Audit(io.StringIO())
    hits = list(app.extensions["juanzong"].whole().scan(SearchRequest(q="*", boilerplate=True)))
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app, headers=keys["甲馆"])
    client, found = app.test_client(), 0

    def ask(case: Any) -> None:
        nonlocal found
        # what is drawn finds little by itself: every second question is about what is there
        drawn = sum(map(ord, repr(case.query) + repr(case.path_parameters)))
        hit = hits[drawn % len(hits)]
        if case.path_parameters and "id" in case.path_parameters and drawn % 2:
            case.path_parameters["id"] = hit["doc"] if "doc" in case.path or "page" in case.path else hit["id"]
        query = {**(case.query or {}), **({"id": hit["id"]} if "id" in (case.query or {}) else {})}
        if "q" in query and drawn % 3:
            query["q"] = ("*", "流调", "霁月簿 OR 沆瀣簿", "fuxin", "公安局")[drawn % 5]
        typed = unquote(f"{case.formatted_path} {query}")
        for name, (*secrets, _) in KEPT.items():
            answer = client.get(case.formatted_path, query_string=query, headers=keys[name])
            assert answer.status_code < 500, typed
            [other] = set(KEPT) - {name}
            said = unquote(answer.get_data().decode("utf-8", "replace") + str(answer.headers))
            hidden = [*KEPT[other][:-1], other]
            assert [one for one in hidden if one in said and one not in typed] == [], typed
            found += any(secret in said and secret not in typed for secret in secrets)
            answer.close()

    for operation in schema.get_all_operations():
        settings(
            max_examples=EXAMPLES,
            phases=(Phase.generate,),
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )(given(operation.ok().as_strategy())(ask))()  # type: ignore[no-untyped-call]
    assert found > 20, "and the questions would have told it"

"""The engine answers alike whichever form of the kernels it has: many queries over an index, compared in full."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from juanzong.index import kernels
from juanzong.search import SearchRequest, open_engine

pytestmark = pytest.mark.skipif(kernels.compiled is None, reason="the kernels are not built; numpy answers alone")
QUERIES = (
    "公安", "公安局", "哈尔滨市公安局", '"疫情防控"', "防控 OR 流调 OR 核酸", "防控 -哈尔滨", "title:通告", "市", "核酸检测点", "city:徐州市 防控", "2022 年",
    "GPS", "59", '"第9号"', "流*", "如何 申请 核酸检测", "防控 措施 居民 小区", "不存在的词语", "*", "",
)  # fmt: skip


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from juanzong.index.build import rebuild

    folder = tmp_path_factory.mktemp("kernels")
    rebuild(folder, [Path(__file__).parents[2] / "seeds"], jobs=1)
    return folder


def test_answers_do_not_depend_on_the_form(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    requests = [
        SearchRequest(q=q, **kind)
        for q in QUERIES
        for kind in ({}, {"sort": "-date"}, {"mode": "any"}, {"collapse": "article", "page": 2}, {"city": ["哈尔滨市"], "size": 30})
    ]  # fmt: skip

    def answers() -> list[dict[str, Any]]:
        engine = open_engine(index_dir)
        found = [engine.search(request).to_dict() for request in requests]
        engine.close()
        return [{**answer, "took_ms": 0} for answer in found]

    compiled = answers()
    monkeypatch.setattr(kernels, "compiled", None)
    for request, one, other in zip(requests, compiled, answers()):
        assert one == other, request

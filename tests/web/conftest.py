"""A small archive of Chinese texts, some of them hostile, and the application on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from juanzong.index.build.editions import rebuild
from juanzong.index.cluster import editions
from juanzong.web.app import create_app
from tests import chromium
from tests.contract import ON_CLUSTER, address_of
from tests.servers import served

XUZHOU = """\
---
title: 流调专班的夜班
date: 2021-11-25
source: 彭城日报
---
徐州市公安局抽调民警组成流调专班，连夜核对轨迹。

记者从徐州市公安局了解到，流调专班一天打出几百通电话。

徐州市卫生健康委员会提醒市民及时登记。
"""
HARBIN = """\
---
title: 冰城夜访
date: 2021-11-03
source: 冰城日报
---
哈尔滨市公安局的流调人员在道里区逐户登记。

哈尔滨市公安局松北分局设立热线“7×24小时”接听，专班随叫随到。

第67号公告发布后，哈尔滨市疾病预防控制中心增加了流调力量。
"""
HEIHE = """\
---
title: 边城来信
date: 2022-03-14
source: 边城晚报
---
黑河市公安局连夜流调，专班的灯一直亮着。
"""
UNDATED = "流调笔记\n\n这一页没有写城市，也没有写日期，只记了流调的做法。\n"
TRADITIONAL = """\
---
title: 澳門的夜
date: 2022-07-01
---
澳門特別行政區衛生局說，流調專班會繼續聯繫市民，請大家體諒並配合調查。
"""
HOSTILE = """\
---
title: "<script>alert('题')</script>"
date: 2022-05-01
source: '"><img src=x onerror=alert(1)>'
---
徐州市公安局提示：<script>alert(1)</script> 与 </mark><img src=x onerror=alert(2)> 都是文字。

从右到左的\u202e覆盖\u202c符号，还有空字符\x00和转义\x1b[31m红色，流调照旧。
"""


def write_corpus(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("徐州.md", XUZHOU),
        ("哈尔滨.md", HARBIN),
        ("黑河.md", HEIHE),
        ("笔记.txt", UNDATED),
        ("澳門.md", TRADITIONAL),
        ("<b>敌意&amp;.txt", HOSTILE),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    lines = (
        f'{{"id": "长/{n}", "title": "第{n}期简报", "text": "本期简报第{n}次提到消防演练。", "date": "2022-0{n % 9 + 1}-11", "city": "徐州市", "source": "第{n}工作组"}}\n'
        for n in range(40)
    )
    (folder / "简报.jsonl").write_text("".join(lines), encoding="utf-8")


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    write_corpus(folder)
    return folder


@pytest.fixture(scope="session")
def index_dir(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path | str:
    """The folder of the index, or its address on the test cluster."""
    folder = tmp_path_factory.mktemp("index") / "archive"
    if ON_CLUSTER:
        address = address_of(folder)
        editions.rebuild(address, [corpus], jobs=1)
        return address
    rebuild(folder, [corpus], jobs=1)
    return folder


@pytest.fixture(scope="session")
def app(index_dir: Path | str) -> Flask:
    made = create_app(index_dir)
    made.testing = False
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def server(app: Flask) -> Iterator[str]:
    """The address of a real server on a free loopback port."""
    with served(app) as address:
        yield address


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[chromium.Browser]:
    """Starts browsers that end with the test."""
    opened: list[Any] = []

    def begin(**options: Any) -> Any:
        opened.append(chromium.start(tmp_path / f"profile-{len(opened)}", **options))
        return opened[-1]

    yield begin
    for driver in opened:
        driver.quit()

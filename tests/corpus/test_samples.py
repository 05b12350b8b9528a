"""The samples in binary forms: small, what their script writes, and read as what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from accuracy.forms import Text
from juanzong.index.build.editions import rebuild
from juanzong.index.corpus.formats.table import format_of
from juanzong.index.corpus.pages import recogniser
from juanzong.index.corpus.pages.recognitions import BESIDE
from juanzong.index.facts.context import ReadingContext
from juanzong.index.reading.pipeline import read_file
from juanzong.index.text.folding import fold
from juanzong.search import SearchRequest, open_engine
from juanzong.web.app import create_app
from juanzong.web.settings import Service
from scripts.samples import texts
from scripts.samples.__main__ import gazette, minutes, newspaper, notice, office_files
from tests.trees import page, select, url
from tests.trees import texts as texts_of

PRINTED = {
    "2022/彭城早报-2022-03-18-A02.pdf": newspaper,
    "2023/厦门市人民政府公报-2023-04.pdf": gazette,
    "2021/兰州-夜间防汛演练通知.png": notice,
    "2022/厦门-议事厅会议记录.tif": minutes,
}


@pytest.fixture(autouse=True)
def _as_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(recogniser.SETTING, "never")


def forms(seeds: Path) -> list[Path]:
    return [path for path in sorted(seeds.rglob("*")) if path.is_file() and format_of(path.name) is not None]


def paragraphs(path: Path) -> list[str]:
    return [p.text for document in read_file(path, ReadingContext()) for _, p in document.paragraphs()]


def test_there_are_a_dozen_forms_and_they_are_small(seeds: Path) -> None:
    found = forms(seeds)
    formats = {format_.name for path in found if (format_ := format_of(path.name)) is not None}
    assert len(found) >= 12 and len(formats) >= 11
    assert sum(path.stat().st_size for path in seeds.rglob("*") if path.is_file()) < 700_000
    assert {path.relative_to(seeds).parts[0] for path in found} == {"2021", "2022", "2023"}


@pytest.mark.parametrize(
    ("path", "data"), list(office_files()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_office_files_are_what_the_script_writes(seeds: Path, path: str, data: bytes) -> None:
    assert (seeds / path).read_bytes() == data


@pytest.mark.parametrize("path", PRINTED)
def test_print_and_scans_say_what_the_script_sets(seeds: Path, path: str) -> None:
    read = fold("".join(paragraphs(seeds / path)))
    for sheet in PRINTED[path]():
        for item in sheet:
            if isinstance(item, Text):
                line = item.text
                if path.endswith((".png", ".tif")):
                    for printed, misread in texts.MISREAD.items():
                        line = line.replace(printed, misread)
                assert fold(line) in read, line


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("2022/通报/哈尔滨-电梯检验进度.docx", "首检不合格的五台，问题集中在轿厢照明和紧急报警装置"),
        ("2023/佛山-防汛物资点位.xlsx", "北江堤脚\t三水区\t2\t1200\t西南街道办事处"),
        ("2023/徐州-热线月报.csv", "2023-06\t6042\t5874\t226\t541\t365"),
        ("2023/成都-志愿者岗位.eml", "翻译\t成都市成华区龙潭寺站前广场\t12\t早、晚"),
        ("2023/成都-夜班手册.epub", "您别挂，我帮您问"),
        ("2022/厦门-加装电梯补贴指南.mht", "六层以下每部十八万元"),
        ("2021/哈尔滨-供热热线要点.rtf", "低于十六度的，两小时内上门"),
        ("2022/佛山-加装电梯问答.odt", "不要自行抽水开梯"),
        ("2022/兰州-防汛通知汇编.zip", "更换期间改用手摇报警器"),
        ("2022/兰州-防汛通知汇编.zip", "清障后每周巡河一次"),
        ("2022/兰州-防汛通知汇编.zip", "山洪沟两侧住户不要只等短信"),
    ],
)
def test_each_form_is_read(seeds: Path, path: str, words: str) -> None:
    assert any(words in text for text in paragraphs(seeds / path))


def test_figures_add_up() -> None:
    rows = [list(map(int, row[1:])) for row in texts.PROGRESS_TABLE[1:]]
    assert [sum(column) for column in zip(*rows[:-1], strict=True)] == rows[-1]
    text = "".join(texts.PROGRESS[1])
    received, done, passed = rows[-1]
    assert all(f"{figure}台" in text for figure in (received, done, passed))
    assert done - passed == 5 and "不合格的五台" in texts.PROGRESS_END[0]
    assert all(int(answered) <= int(calls) for _, calls, answered, *_ in texts.HOTLINE[1:])


# --- as a newcomer sees them ---


@pytest.fixture(scope="module")
def index(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("index")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(recogniser.SETTING, "never")
        rebuild(folder, [seeds], jobs=1)
    yield folder


@pytest.fixture
def client(index: Path) -> FlaskClient:
    return create_app(index, Service(sources=True)).test_client()


def test_the_first_search_shows_a_hit_on_the_image_of_a_page(client: FlaskClient) -> None:
    results = page(client, url(q="演练"))
    [cutting] = select(results, ".cutting")[:1]
    assert client.get(cutting.find("img").get("src")).mimetype == "image/jpeg"
    found = page(client, cutting.get("href").split("#")[0])
    assert select(found, "#sheet svg .now")
    assert client.get(select(found, "#sheet img")[0].get("src")).mimetype == "image/jpeg"


def test_a_misread_word_is_found_where_it_is_forgiven(client: FlaskClient) -> None:
    q = "已建成的预警喇叭"
    assert client.get("/api/search", query_string={"q": f'"{q}"'}).get_json()["total"] == 0
    [offer] = select(page(client, url(q=f'"{q}"')), ".forgive a")
    assert select(page(client, offer.get("href")), ".hits mark.similar")


def test_a_file_inside_an_archive_is_named_in_results_documents_and_citations(client: FlaskClient) -> None:
    path = "2022/兰州-防汛通知汇编.zip!/通知/02-雷坛河清障.docx"
    [hit] = client.get("/api/search", query_string={"q": '"清障后每周巡河一次"'}).get_json()["hits"]
    assert client.get(f"/api/doc/{hit['doc']}").get_json()["path"] == path
    assert path in page(client, f"/doc/{hit['doc']}").text_content()
    assert any(path in text for text in texts_of(page(client, url(q='"清障后每周巡河一次"')), ".hits .foot"))
    assert path in page(client, f"/cite/{hit['id']}").text_content()


def test_a_citation_names_the_pages(client: FlaskClient) -> None:
    [hit] = client.get("/api/search", query_string={"q": '"沙袋点每月清点一次"'}).get_json()["hits"]
    assert "彭城早报, 2022-03-18(1)[" in client.get(f"/cite/{hit['id']}.txt").get_data(as_text=True)
    [hit] = client.get("/api/search", query_string={"q": '"两件因施工单位未到"'}).get_json()["hits"]
    assert hit["pages"] == [2] or hit["pages"] == [2, 2]
    assert "pages = {2}" in client.get(f"/cite/{hit['id']}.bib").get_data(as_text=True)
    rows = client.get("/export.csv", query_string={"q": '"两件因施工单位未到"'}).get_data(as_text=True).splitlines()
    assert len(rows) == 2 and rows[0].endswith("页码") and rows[1].endswith(",2")


def test_nothing_of_a_scan_is_left_unread(index: Path) -> None:
    engine: Any = open_engine(index)
    hits = [hit for hit in engine.scan(SearchRequest(q="*")) if "recognised" in hit["flags"]]
    assert len(hits) >= 10 and all(hit["pages"] for hit in hits)
    assert BESIDE not in str(hits)
    engine.close()

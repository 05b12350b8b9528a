"""Page images in results and beside documents, where the operator lets readers have the files."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from accuracy.forms import archive, one_column
from juanzong.index.build.editions import rebuild
from juanzong.index.reading.identity import document_id
from juanzong.web.app import create_app
from juanzong.web.settings import Service
from tests.scans import EM, LEFT, PITCH, SIZE, TOP, scan
from tests.trees import page, select

LINES = (
    "关于冬春火灾防控的通告",
    "各单位应于十一月底前完成自查。",
    "逾期未报的由消防大队登记。",
    "电话值守安排另行公布。",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus = tmp_path_factory.mktemp("sheets") / "corpus"
    scan(corpus / "扫描.png", LINES)
    body = [f"第{n}条 本市防汛值守安排由水务部门另行公布，各区照此办理，逐日登记。" * 3 for n in range(1, 40)]
    (corpus / "办法.pdf").write_bytes(one_column(body))
    (corpus / "汇编.zip").write_bytes(archive({"通知/防汛.pdf": one_column(["防汛沙袋由街道领取。"])}, encoding="gbk"))
    (corpus / "文字.txt").write_text("这里只有文字，没有版面，也写着值守。\n", "utf-8")
    rebuild(corpus.parent / "index", [corpus], jobs=1)
    return corpus.parent


@pytest.fixture(scope="module")
def client(folder: Path) -> FlaskClient:
    return create_app(folder / "index", Service(sources=True)).test_client()


def document(client: FlaskClient, path: str) -> str:
    hits = client.get("/api/search", query_string={"q": "*", "size": 100}).get_json()["hits"]
    for hit in hits:
        if client.get(f"/api/doc/{hit['doc']}").get_json()["path"] == path:
            return str(hit["doc"])
    raise LookupError(path)


def test_pages_are_closed_by_default(folder: Path) -> None:
    closed = create_app(folder / "index").test_client()
    identifier = document(closed, "办法.pdf")
    assert closed.get(f"/page/{identifier}?n=1").status_code == 404
    for path in (f"/doc/{identifier}?q=值守", "/?q=消防大队"):
        assert "/page/" not in closed.get(path).get_data(as_text=True)


def test_a_page_is_a_picture_that_browsers_keep(client: FlaskClient) -> None:
    from PIL import Image

    identifier = document(client, "办法.pdf")
    answer = client.get(f"/page/{identifier}?n=2&width=700")
    assert answer.mimetype == "image/jpeg" and Image.open(io.BytesIO(answer.data)).width == 700
    again = client.get(f"/page/{identifier}?n=2&width=700", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    other = client.get(f"/page/{identifier}?n=3&width=700")
    assert other.headers["ETag"] != answer.headers["ETag"]


def test_a_file_inside_an_archive_has_its_pages(client: FlaskClient) -> None:
    identifier = document(client, "汇编.zip!/通知/防汛.pdf")
    assert client.get(f"/page/{identifier}?n=1").mimetype == "image/jpeg"
    found = page(client, f"/doc/{identifier}?q=沙袋")
    assert select(found, "#sheet img")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("n=99", 404),
        ("n=0", 400),
        ("n=x", 400),
        ("n=²", 400),
        ("width=701", 400),
        ("width=99999999", 400),
        ("box=1,2,3", 400),
        ("box=1,2,3,10001", 400),
        ("box=-1,2,3,4", 400),
        ("box=1,2,3,4&shape=round", 400),
    ],
)
def test_a_bad_parameter_says_which(client: FlaskClient, query: str, status: int) -> None:
    identifier = document(client, "办法.pdf")
    for language in ("zh", "en"):
        answer = client.get(f"/page/{identifier}?{query}&lang={language}")
        assert answer.status_code == status
        assert status == 404 or query.split("=")[0].split("&")[0] in answer.get_data(as_text=True)


def test_what_has_no_pages_has_no_image(client: FlaskClient) -> None:
    identifier = document(client, "文字.txt")
    assert client.get(f"/page/{identifier}?n=1").status_code == 404
    assert not select(page(client, f"/doc/{identifier}?q=值守"), "#sheet")
    assert client.get("/page/nowhere?n=1").status_code == 404


def test_a_result_of_a_scan_has_a_cutting_that_leads_to_its_page(client: FlaskClient) -> None:
    [cutting] = select(page(client, "/?q=消防大队"), ".hits .cutting")
    picture = cutting.find("img")
    asked = parse_qs(urlsplit(picture.get("src")).query)
    start = LINES[2].index("消防大队")
    left, top, right, bottom = (int(side) for side in asked["box"][0].split(","))
    expected = (
        10_000 * (LEFT + EM * start) / SIZE[0],
        10_000 * (TOP + 2 * PITCH) / SIZE[1],
        10_000 * (LEFT + EM * (start + 4)) / SIZE[0],
        10_000 * (TOP + 2 * PITCH + EM) / SIZE[1],
    )
    assert all(abs(a - b) < 60 for a, b in zip((left, top, right, bottom), expected, strict=True))
    assert picture.get("alt") and picture.get("loading") == "lazy"
    assert client.get(picture.get("src")).mimetype == "image/jpeg"
    found = page(client, cutting.get("href").split("#")[0])
    assert [rect.get("data-hit") for rect in select(found, "#sheet svg .now")] == ["1"]
    [print_result] = client.get("/api/search?q=沙袋").get_json()["hits"]
    assert len(print_result["boxes"]) == 1 and not select(page(client, "/?q=沙袋"), ".cutting")


def test_the_next_hit_moves_text_and_page(client: FlaskClient) -> None:
    identifier = document(client, "办法.pdf")
    hits = client.get(f"/api/doc/{identifier}?q=值守").get_json()["hits"]
    url, seen = f"/doc/{identifier}?q=值守", []
    for number in range(1, 3 * hits + 1):
        found = page(client, url)
        [sheet] = select(found, "#sheet")
        now = select(found, "#sheet svg .now")
        assert now and {rect.get("data-hit") for rect in now} == {str(number)}
        assert f"n={sheet.get('data-page')}&" in select(found, "#sheet img")[0].get("src")
        assert select(found, f"#hit-{number}")
        # the paragraph that holds the mark is the one whose region is drawn
        [mark] = select(found, f"#hit-{number}")
        paragraph = next(parent for parent in mark.iterancestors() if "para" in (parent.get("class") or "").split())
        shown = {
            rect.get("data-paragraph") for rect in select(found, "#sheet svg .here") if "off" not in rect.get("class")
        }
        assert shown == {paragraph.get("id")}
        seen.append(int(sheet.get("data-page")))
        following = select(found, '.walkbar [data-walk="1"]')[0].get("href")
        url, _, anchor = following.partition("#")
        assert anchor == f"hit-{number % (3 * hits) + 1}"
    assert seen == sorted(seen) and seen[-1] > 1


def test_pages_are_turned_by_links(client: FlaskClient) -> None:
    identifier = document(client, "办法.pdf")
    first = page(client, f"/doc/{identifier}?sheet=1")
    [following] = [link for link in select(first, "#sheet .turn a") if "sheet=2" in link.get("href")]
    second = page(client, following.get("href").split("#")[0])
    assert select(second, "#sheet")[0].get("data-page") == "2"
    total = client.get(f"/api/doc/{identifier}").get_json()["pages"]
    last = page(client, f"/doc/{identifier}?sheet=999999")
    assert select(last, "#sheet")[0].get("data-page") == str(total)
    assert not any(
        "sheet=" in link.get("href") and f"sheet={total + 1}" in link.get("href") for link in select(last, "a")
    )


@pytest.mark.parametrize(
    "query", ["hit=0", "hit=99999", "hit=x", "paragraph=nowhere", "paragraph=<b>", "sheet=x", "sheet=0"]
)
def test_a_place_that_makes_no_sense_is_the_first(client: FlaskClient, query: str) -> None:
    identifier = document(client, "办法.pdf")
    found = page(client, f"/doc/{identifier}?q=值守&{query}")
    assert select(found, "#sheet")[0].get("data-page") == "1"


def test_a_scan_that_nothing_recognised_is_a_document_without_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUANZONG_OCR", "never")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    from PIL import Image

    Image.new("L", (620, 877), 230).save(corpus / "甲.png")
    (corpus / "乙.zip").write_bytes(archive({"里/丙.png": (corpus / "甲.png").read_bytes()}))
    (corpus / "丁.txt").write_text("流调一次。\n", "utf-8")
    summary = rebuild(tmp_path / "index", [corpus], jobs=1)
    assert [(path, problem.code) for path, problem in summary.warnings] == [
        ("乙.zip!/里/丙.png", "unread_pages"),
        ("甲.png", "unread_pages"),
    ]
    assert all("install juanzong[ocr]" in problem.message.lower() for _, problem in summary.warnings)
    client = create_app(tmp_path / "index", Service(sources=True)).test_client()
    index = client.get("/api/search", query_string={"q": "流调"}).get_json()["index"]
    assert (index["documents"], index["unread_pages"]) == (3, 2)
    for path in ("甲.png", "乙.zip!/里/丙.png"):
        assert client.get(f"/page/{document_id(path)}").mimetype == "image/jpeg"
        assert client.get(f"/doc/{document_id(path)}").status_code == 200

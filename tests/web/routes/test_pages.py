from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from lxml import html as lxml_html

from juanzong.index.build.editions import rebuild
from juanzong.search import SearchRequest, open_engine
from juanzong.web.app import create_app
from juanzong.web.markup import visible
from tests.trees import document_path, page, select, texts, url

# --- start ---


def test_the_start_page_shows_what_is_in_the_archive(client: FlaskClient, index_dir: Path) -> None:
    tree = page(client, "/")
    stats = open_engine(index_dir).stats()
    assert f"{stats['documents']} 份文档" in texts(tree, ".lead")[0]
    cities = {a.text_content(): a.get("href") for a in select(tree, "section a") if "city=" in (a.get("href") or "")}
    assert {"徐州市", "哈尔滨市"} <= cities.keys()
    assert select(page(client, cities["徐州市"]), ".hits article")
    assert select(tree, "svg.bars a") and select(tree, ".examples a")


def test_every_example_finds_something(client: FlaskClient) -> None:
    found = {
        "/": ".hits article, .concordance tr",
        "/trends": "svg.plot a",
        "/compare": ".words-of th a",
        "/places": "svg.tiles a",
    }
    links = select(page(client, "/"), ".examples li a")
    assert {link.get("href").split("?")[0] for link in links} == found.keys()
    for link in links:
        path = link.get("href").split("?")[0]
        assert select(page(client, link.get("href")), found[path]), link.text_content()


@pytest.mark.parametrize("path", ["/", "/?q=", "/?q=%20", "/?lang=zh", "/?sort=date", "/?utm_source=x"])
def test_nothing_asked_is_the_start_page(client: FlaskClient, path: str) -> None:
    assert select(page(client, path), "body.start")


# --- results ---


def test_results_agree_with_the_engine(client: FlaskClient, index_dir: Path) -> None:
    result = open_engine(index_dir).search(SearchRequest(q="流调", city=["徐州市"]))
    tree = page(client, url(q="流调", city="徐州市"))
    assert texts(tree, "main h1") == [f"共 {result.total} 段，见于 {result.articles} 篇"]
    assert texts(tree, "p.text") == [" ".join(visible(hit.snippet.text).split()) for hit in result.hits]
    assert [mark.text for mark in select(tree, "p.text mark")] == ["流调"] * len(select(tree, "p.text mark")) != []
    for facet in ("city", "agency", "source"):
        shown = {
            box.get("value"): int(select(box.getparent(), "small")[0].text)
            for box in select(tree, f"input[name={facet}][type=checkbox]")
        }
        counts = {value.value: value.count for value in result.facets[facet].values}
        missing = result.facets[facet].missing
        assert shown == counts | ({"": missing} if missing else {})


def test_chosen_values_stay_with_their_alternatives_and_come_first(client: FlaskClient) -> None:
    tree = page(client, url(q="流调", city=["黑河市", "徐州市"]))
    boxes = select(tree, "input[name=city]")
    assert {box.get("value") for box in boxes[:2]} == {"黑河市", "徐州市"}
    assert all(box.get("checked") is not None for box in boxes[:2])
    assert "哈尔滨市" in {box.get("value") for box in boxes[2:]}


def test_the_bucket_without_a_value_can_be_chosen(client: FlaskClient) -> None:
    tree = page(client, url(q="流调", city=""))
    assert texts(tree, ".chosen a")[0] == "城市未注明"
    assert set(texts(tree, ".hits h2")) == {"流调笔记"}


def test_one_form_holds_box_filters_and_dates(client: FlaskClient) -> None:
    tree = page(client, url(q="流调", city="徐州市", sort="-date", mode="any", **{"from": "2021"}))
    form = tree.get_element_by_id("ask")
    assert form.get("method") == "get" and form.get("action") == "/"
    own = {(field.get("name"), field.get("value")) for field in select(form, "input")}
    assert own == {("q", "流调"), ("mode", "any"), ("sort", "-date")}
    assert all(field.get("form") == "ask" for field in select(tree, "aside input[name], aside button"))
    assert tree.get_element_by_id("from").get("value") == "2021"


def test_a_chip_takes_one_thing_away(client: FlaskClient) -> None:
    tree = page(client, url(q="流调", city=["徐州市", "哈尔滨市"], **{"from": "2021-11", "to": "2021-11"}))
    chips = {chip.text_content(): chip.get("href") for chip in select(tree, ".chosen a")}
    assert list(chips)[:3] == ["徐州市", "哈尔滨市", "2021年11月"]
    assert chips["徐州市"] == "/?" + urlencode({"q": "流调", "city": "哈尔滨市", "from": "2021-11", "to": "2021-11"})
    assert "from=" not in chips["2021年11月"] and chips["2021年11月"].count("city=") == 2


def test_bars_open_into_finer_ones(client: FlaskClient) -> None:
    tree = page(client, url(q="流调"))
    months = {bar.get("aria-label"): bar.get("href") for bar in select(tree, "svg.bars a")}
    november = next(href for label, href in months.items() if label.startswith("2021年11月："))
    tree = page(client, november)
    days = [bar.get("href") for bar in select(tree, "svg.bars a")]
    assert any("from=2021-11-25&to=2021-11-25" in day for day in days)
    assert texts(tree, "figcaption") == ["全部时间 › 2021年 › 2021年11月"]


def test_pages_link_to_their_neighbours(client: FlaskClient) -> None:
    tree = page(client, url(q="消防演练", page=2))
    assert select(tree, 'a[rel=prev][href*="%E6%BC%94"]')[0].get("href") == url(q="消防演练")
    assert select(tree, "nav a[rel=next]")[0].get("href") == url(q="消防演练", page=3)
    assert texts(tree, ".pages [aria-current=page]") == ["2"]
    assert select(tree, "ol.hits")[0].get("start") == "11"


@pytest.mark.parametrize("number", [99, 10**9, 10**30])
def test_a_page_past_the_end_leads_back(client: FlaskClient, number: int) -> None:
    tree = page(client, url(q="消防演练", page=number))
    assert not select(tree, ".hits") and select(tree, ".nothing a")[0].get("href") == url(q="消防演练", page=4)


def test_filters_that_leave_nothing_say_which_to_take_away(client: FlaskClient) -> None:
    tree = page(client, url(q="7×24小时", city="徐州市"))
    ways = {a.text_content(): a.get("href") for a in select(tree, ".nothing a")}
    assert ways["去掉城市条件（徐州市）"] == "/?" + urlencode({"q": "7×24小时"})
    assert select(page(client, ways["去掉城市条件（徐州市）"]), ".hits article")


def test_a_relaxed_query_says_so(client: FlaskClient) -> None:
    tree = page(client, url(q="流调 火星人"))
    assert "改为任一词" in texts(tree, ".read")[0]
    assert any("火星人" in note for note in texts(tree, ".note"))


def test_one_long_word_is_relaxed_to_its_parts(client: FlaskClient) -> None:
    assert texts(page(client, url(q="火星人的流调专班")), ".read")[0].startswith("没有一段含有火星人的流调专班，")


def test_how_a_query_with_mistakes_was_read(client: FlaskClient) -> None:
    assert texts(page(client, url(q='"流调')), ".note")
    assert select(page(client, url(q="。。。！")), "h1")


def test_inferred_dates_are_marked_and_say_how(client: FlaskClient, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text(
        "夜班纪事\n\n2021年11月3日，徐州市公安局开始流调。\n\n当天夜里，流调专班全部到岗，逐户登记。\n", "utf-8"
    )
    rebuild(tmp_path / "index", [corpus], jobs=1)
    tree = page(create_app(tmp_path / "index").test_client(), url(q="流调"))
    times = select(tree, ".facts time")
    assert times and times[0].get("datetime") == "2021-11-03"
    assert select(times[0], "abbr[title]"), "an event told of is no date of publication"


def test_traditional_script_is_tagged(client: FlaskClient) -> None:
    assert select(page(client, url(q="专班 卫生局")), "p.text")[0].get("lang") == "zh-Hant"


def test_a_citation_is_there_without_script(client: FlaskClient) -> None:
    results = url(q="流调专班", city="徐州市", sort="date")
    tree = page(client, select(page(client, results), ".foot a.cite")[0].get("href"))
    assert texts(tree, ".reference")[0].startswith("流调专班的夜班[N/OL]. 彭城日报, 2021-11-25[")
    assert texts(tree, "pre")[0].startswith("@article{jz") and select(tree, ".back a")[0].get("href") == results
    forms = [a.get("href") for a in select(tree, "main a") if a.get("href").startswith("/cite/")]
    assert [form.rsplit(".")[-1] for form in forms] == ["bib", "json"] and all(
        client.get(form).status_code == 200 for form in forms
    )


def test_hits_are_collapsed_by_article(client: FlaskClient) -> None:
    tree = page(client, url(q="流调"))
    ways = {a.text_content(): a.get("href") for a in select(tree, ".order a")}
    assert ways["按篇归并"] == url(q="流调", collapse="article") and ways["合并同文"] == url(q="流调", collapse="text")
    collapsed = page(client, ways["按篇归并"])
    assert texts(collapsed, "main h1") == texts(tree, "main h1"), "the totals stay those of all matches"
    titles = texts(collapsed, ".hits h2")
    assert len(titles) == len(set(titles)) < len(texts(tree, ".hits h2"))
    assert f"每篇只列一段，共 {len(titles)} 条" in texts(collapsed, ".read")[0]
    assert texts(collapsed, ".order b")[-1] == "按篇归并"
    assert ("collapse", "article") in {
        (field.get("name"), field.get("value")) for field in select(collapsed, "#ask input")
    }, "the form keeps it"


def test_texts_that_say_the_same_are_collapsed(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    same = "各单位要压实消防安全责任，逐层检查疏散通道，发现隐患立即整改，并在三日内报送书面材料。"
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"第{number}号通知\n\n{same}\n", "utf-8")
    rebuild(tmp_path / "index", [folder], jobs=1)
    client = create_app(tmp_path / "index").test_client()
    assert len(select(page(client, url(q="疏散通道")), ".hits article")) == 3
    tree = page(client, url(q="疏散通道", collapse="text"))
    assert (
        len(select(tree, ".hits article")) == 1
        and "同文 2 条" in texts(tree, ".facts")[0]
        and "共 1 条" in texts(tree, ".read")[0]
    )
    copies = page(client, select(tree, ".facts a")[0].get("href"))
    assert len(select(copies, ".hits article")) == 3 and texts(copies, "h1") == ["同文共 3 段"]
    assert len(select(copies, ".hits mark")) == 3, "the words of the search are marked"
    assert select(copies, ".back a")[0].get("href") == url(q="疏散通道", collapse="text")
    assert client.get("/copies/0000000000000000?q=a").status_code == 404


def test_another_query_is_offered(client: FlaskClient) -> None:
    links = {
        a.text_content(): a.get("href") for a in select(page(client, url(q="哈尔宾市公安局", sort="-date")), ".meant a")
    }
    assert links["哈尔滨市公安局"] == url(q="哈尔滨市公安局", sort="-date")
    assert not select(page(client, url(q="哈尔滨市公安局")), ".meant")


def test_words_that_mean_the_same_are_told(client: FlaskClient) -> None:
    note = texts(page(client, url(q="流调")), ".note")
    assert note == ["流调 也按 流行病学调查 检索。"]
    assert texts(page(client, url(q="流调"), language="en"), ".note") == ["流调 was also sought as 流行病学调查."]


# --- document ---


def test_a_document_keeps_the_way_back(client: FlaskClient) -> None:
    state = {"q": "专班", "city": ["徐州市", "哈尔滨市"], "from": "2021-11", "to": "2021-11", "sort": "-date"}
    tree = page(client, document_path(client, **state))
    assert select(tree, ".back a")[0].get("href") == url(**state)


def test_hits_are_numbered_through_and_linked_without_script(client: FlaskClient) -> None:
    tree = page(client, document_path(client, q="流调 轨迹"))
    marks = select(tree, "main mark")
    assert [mark.get("id") for mark in marks] == [f"hit-{n}" for n in range(1, len(marks) + 1)] and len(marks) > 1
    anchors = {a.get("href")[1:] for a in select(tree, ".walk a")}
    assert anchors and anchors <= {mark.get("id") for mark in marks}
    assert f"{len(marks)} 处命中" in texts(tree, "#walkbar")[0]


def test_a_result_leads_to_its_paragraph(client: FlaskClient) -> None:
    path = document_path(client, q="7×24小时")
    tree = page(client, path)
    assert "7×24小时" in tree.get_element_by_id(path.split("#")[1]).text_content()


def test_facts_on_demand_say_where_they_were_read(client: FlaskClient) -> None:
    tree = page(client, document_path(client, q="逐户登记"))
    said = texts(tree, ".para .why dl")
    assert any("道里区" in text and "哈尔滨市" in text for text in said)


def test_an_id_with_a_slash(client: FlaskClient) -> None:
    path = document_path(client, q="第7期简报")
    assert path.startswith("/doc/" + quote("长/7", safe=""))
    assert texts(page(client, path), "h1") == ["第7期简报"]


def test_the_only_heading_of_first_rank(client: FlaskClient) -> None:
    for path in (
        "/",
        "/help",
        url(q="流调"),
        url(q="没有的词"),
        document_path(client, q="流调"),
        document_path(client, q="笔记"),
    ):
        assert len(select(page(client, path), "h1")) == 1, path


# --- hostile text ---


def test_hostile_text_is_text(client: FlaskClient) -> None:
    paths = [
        url(q="徐州市公安局提示"),
        url(q="<script>alert(1)</script>"),
        url(q='"><img src=x onerror=alert(1)>', city="<b>x</b>", source='"x'),
        document_path(client, q="从右到左"),
        document_path(client, q="徐州市公安局提示"),
        "/doc/<script>",
        "/",
    ]
    for path in paths:
        answer = client.get(path)
        body = answer.get_data(as_text=True)
        tree = lxml_html.fromstring(body)
        assert [script.get("src") is None for script in select(tree, "script")] == [False, False], path
        assert not select(tree, "img, [onerror], [style], b b"), path
        assert "\x00" not in body and "\x1b" not in body and "\u202e" not in body, path
    body = client.get(paths[0]).get_data(as_text=True)
    assert "&lt;/mark&gt;&lt;img" in body and "提示" in html.unescape(body)


def test_no_page_has_anything_inline_or_from_elsewhere(client: FlaskClient) -> None:
    for path in ("/", "/help", url(q="流调"), document_path(client, q="流调"), "/nowhere", "/?page=x"):
        tree = lxml_html.fromstring(client.get(path).get_data())
        assert not select(tree, "style, iframe, base, [style]"), path
        for element in tree.iter("*"):
            assert not any(name.startswith("on") for name in element.attrib), path
            for name in ("src", "href", "action"):
                assert re.match(r"[/#](?!/)|$", element.get(name, "")), (path, element.get(name))


# --- languages ---


def test_the_language_is_chosen_by_address_then_cookie_then_browser(client: FlaskClient) -> None:
    assert page(client, "/").get("lang") == "zh-Hans"
    assert page(client, "/", language="en-GB,en;q=0.9").get("lang") == "en"
    assert page(client, "/", language="fr").get("lang") == "zh-Hans"
    assert page(client, "/?lang=en", language="zh-CN").get("lang") == "en"
    assert page(client, "/", language="zh-CN").get("lang") == "en", "the cookie remembers"
    assert page(client, "/?lang=zh").get("lang") == "zh-Hans"
    assert page(client, "/?lang=klingon").get("lang") == "zh-Hans"


def test_the_switch_keeps_the_state(client: FlaskClient) -> None:
    tree = page(client, url(q="流调", city=["徐州市", ""]))
    assert select(tree, "nav.top a[hreflang=en]")[0].get("href") == "/?" + urlencode(
        [("q", "流调"), ("city", "徐州市"), ("city", ""), ("lang", "en")]
    )


def test_the_english_page_is_english(client: FlaskClient) -> None:
    tree = page(client, url(q="流调", lang="en"))
    assert re.fullmatch(r"\d+ paragraphs in \d+ articles", texts(tree, "main h1")[0])
    assert "not stated" in texts(tree, "aside")[0]


# --- errors ---


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/?q=a&from=2021-13", "from"),
        ("/?q=a&mode=maybe", "mode"),
        ("/?q=a&page=0", "page"),
        ("/?q=a&page=x", "page"),
        ("/?q=a&size=101", "100"),
        ("/?q=a&sort=up", "sort"),
        ("/?q=a&from=2022&to=2021", "2022"),
        ("/?q=" + "a" * 10_000, "10,000"),
        ("/doc/x?page=x", "page"),
    ],
)
def test_a_bad_parameter_is_named(client: FlaskClient, path: str, says: str) -> None:
    for wish in ("zh", "en"):
        sentence = select(page(client, path, 400, language=wish), ".sentence")[0]
        assert says in sentence.text_content()
        assert sentence.get("lang") == {"zh": "zh-Hans", "en": "en"}[wish] and ("。" in sentence.text_content()) == (
            wish == "zh"
        )


def test_no_such_page_or_document(client: FlaskClient) -> None:
    for path in ("/nowhere", "/doc/nowhere", "/static/nowhere.css"):
        assert texts(page(client, path, 404), ".status") == ["404"]


def test_without_an_index_the_page_says_what_to_do_and_recovers(tmp_path: Path, corpus: Path) -> None:
    app = create_app(tmp_path / "none")
    answer = app.test_client().get("/?q=流调")
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert "juanzong rebuild" in answer.get_data(as_text=True)
    assert app.test_client().get("/help").status_code == 200
    rebuild(tmp_path / "none", [corpus], jobs=1)
    assert app.test_client().get("/?q=流调").status_code == 200


def test_a_running_application_moves_to_a_new_generation(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("第一次写下流调。\n", "utf-8")
    rebuild(tmp_path / "index", [folder], jobs=1)
    client = create_app(tmp_path / "index").test_client()
    before = client.get("/?q=流调")
    (folder / "b.txt").write_text("第二次写下流调。\n", "utf-8")
    rebuild(tmp_path / "index", [folder], jobs=1)
    after = client.get("/?q=流调", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200 and "第二次" in after.get_data(as_text=True)
    assert "<b>2</b> 份文档" in client.get("/").get_data(as_text=True)


def test_a_stale_index_is_told_on_every_page(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("juanzong.index.store.fingerprint.READING", 0)
    client = create_app(index_dir).test_client()
    for path in ("/", url(q="流调"), document_path(client, q="流调")):
        assert "juanzong rebuild" in texts(page(client, path), ".banner")[0]
    assert (
        client.get("/healthz").get_json()["stale"] is True
        and client.get("/api/search?q=a").get_json()["index"]["stale"] is True
    )


def test_an_error_keeps_what_was_typed(client: FlaskClient) -> None:
    assert select(page(client, url(q="流调", page=0), 400), "input[name=q]")[0].get("value") == "流调"


def test_an_unexpected_error_is_a_page_and_not_a_traceback(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(index_dir)
    monkeypatch.setattr("juanzong.web.routes.pages.ResultsView", None)
    answer = app.test_client().get("/?q=流调")
    assert answer.status_code == 500 and "Traceback" not in answer.get_data(as_text=True)

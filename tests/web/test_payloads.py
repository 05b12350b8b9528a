"""What a document can do to a page, a file or a terminal: every payload of a list, through every field of every form, into every output."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

import lxml.html
import markdown
import pytest
import yaml
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from juanzong.index.build.editions import rebuild
from juanzong.search import SearchRequest
from juanzong.web.app import create_app
from juanzong.web.cli import commands

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</mark></p></title></textarea><svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>点</a>",
    "javascript:alert(1)//",
    "data:text/html,<script>alert(1)</script>",
    "[点](javascript:alert(1)) ![图](http://evil.example/x.png)",
    "<http://evil.example/>",
    "```\n# 题\n- 单\n> 引",
    '=HYPERLINK("http://evil.example","点")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "\t=1+1",
    "＝１＋１",
    "\x1b]0;题\x07\x1b[31m红\x1b[2J",
    "\u202e倒过来\u202c\u2066内\u2069",
    "一\r\nSet-Cookie: a=b\r\n\r\n<script>",
    "}} \\input{/etc/passwd} @article{x, title={",
    "{{7*7}} {% raw %} ${7*7} #{7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62;",
    "]]><!--<script>alert(1)//--><![CDATA[",
    "&xxe; <!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "../../../../etc/passwd",
    "x' OR '1'='1'; DROP TABLE t;--",
    "\ufeff\u200b\u00ad零宽\u2028换行\u2029段",
)
WORD = "载荷"
HREF = re.compile(r"(?:/|#|\?|https?://|$)")


def named(payload: str) -> str:
    """As much of a payload as the name of a file can hold."""
    return re.sub(r"[/\x00\r\n]", "_", payload)[:60]


def write(folder: Path) -> None:
    """Each payload in each field of each form that a document has."""
    folder.mkdir()
    records = []
    for n, payload in enumerate(PAYLOADS):
        front = yaml.safe_dump(
            {"title": payload, "source": payload, "city": payload, "author": payload, "url": payload, "agency": [payload],
             "date": "2022-01-02"}, allow_unicode=True,
        )  # fmt: skip
        (folder / f"front{n}.md").write_text(f"---\n{front}---\n{WORD}甲{n}，{payload}\n", "utf-8")
        (folder / f"名{n}{named(payload)}.txt").write_text(f"{payload}\n\n{WORD}乙{n}。来源：{payload}\n", "utf-8")
        inner = folder / f"夹{n}{named(payload)}"
        inner.mkdir()
        (inner / "a.txt").write_text(f"{WORD}丙{n}，徐州市公安局。\n", "utf-8")
        (folder / f"side{n}.txt").write_text(f"{WORD}丁{n}。\n", "utf-8")
        side = {"title": payload, "source": payload, "city": payload, "agency": [payload], "url": payload}
        (folder / f"side{n}.txt.meta.yaml").write_text(yaml.safe_dump(side, allow_unicode=True), "utf-8")
        record = {"id": f"{payload}{n}", "title": payload, "text": f"{WORD}戊{n}{payload}", "source": payload,
                  "city": payload, "agency": payload, "url": payload, "date": payload}  # fmt: skip
        records.append(json.dumps(record, ensure_ascii=False))
        (folder / f"page{n}.html").write_text(
            f"<html><head><title>{escape(payload)}</title><meta name=author content={json.dumps(escape(payload))}>"
            f"<link rel=canonical href={json.dumps(escape(payload))}></head><body><h1>{escape(payload)}</h1>"
            f"<p>{WORD}己{n}{escape(payload)}</p></body></html>",
            "utf-8",
        )
        mail = EmailMessage()
        mail["Subject"], mail["From"] = clean(payload), "a@example.org"
        mail.set_content(f"{WORD}庚{n}\n\n{payload}\n")
        mail.add_attachment(f"{WORD}辛{n}".encode(), maintype="text", subtype="plain", filename=clean(payload))
        (folder / f"mail{n}.eml").write_bytes(mail.as_bytes())
        with zipfile.ZipFile(folder / f"pack{n}.zip", "w") as archive:
            archive.writestr(f"{clean(payload)[:80] or 'x'}/壬.txt", f"{WORD}壬{n}")
        docx(folder / f"word{n}.docx", payload, n)
    (folder / "records.jsonl").write_text("\n".join(records) + "\n", "utf-8")


def clean(payload: str) -> str:
    """What formats that have no control characters can hold."""
    return "".join(c for c in payload if c.isprintable() or c == "\u202e")


def docx(path: Path, payload: str, n: int) -> None:
    held = escape(clean(payload))
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Target="word/document.xml" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
        )
        archive.writestr(
            "docProps/core.xml",
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{held}</dc:title><dc:creator>{held}</dc:creator></cp:coreProperties>",
        )
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>{held}</w:t></w:r></w:p>'
            f"<w:p><w:r><w:t>{WORD}癸{n}{held}</w:t></w:r></w:p></w:body></w:document>",
        )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("payloads")
    write(folder / "corpus")
    rebuild(folder / "index", [folder / "corpus"], jobs=1)
    return folder / "index"


@pytest.fixture(scope="module")
def app(index: Path) -> Flask:
    return create_app(index)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def require_harmless(text: str, where: str, control: bool = True) -> None:
    """A page of ours has scripts of ours alone, no handlers, no addresses but the web's, and nothing that turns a line around."""
    tree = lxml.html.document_fromstring(text.encode("utf-8"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    for element in tree.iter(etree.Element):
        tag = str(element.tag)
        assert tag not in ("iframe", "object", "embed", "base", "math", "frame", "applet"), where
        if tag == "script":
            assert (element.get("src") or "").startswith("/static/") and not (element.text or "").strip(), where
        if tag == "img":
            assert (element.get("src") or "").startswith(("/page/", "/static/")), where
        for name, value in element.attrib.items():
            assert not str(name).startswith("on"), (where, name)
            if name in ("href", "src", "action", "formaction", "xlink:href", "data-values"):
                assert HREF.match(str(value)), (where, name, value)
                assert (
                    urlsplit(str(value)).hostname in (None, "localhost")
                    or "evil" not in str(value)
                    or value in PAYLOADS
                )
    if control:
        require_printable(text, where)


def require_printable(text: str, where: str) -> None:
    bad = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
    assert bad is None, (where, text[max(0, bad.start() - 60) : bad.end() + 20])


def pages(app: Flask) -> Iterator[str]:
    engine = app.extensions["juanzong"].whole()
    hits = list(engine.scan(SearchRequest(q="*", boilerplate=True)))
    for view in ("", "&view=kwic", "&collapse=article", "&collapse=text", "&sort=-date"):
        for page in range(1, 6):
            yield f"/?q={WORD}&size=100&page={page}{view}"
    yield from ("/", "/trends", "/compare", "/places", "/explain")
    for by in ("city", "agency", "source", "path", "format"):
        yield f"/facet/{by}?q=*"
        yield f"/trends?q=*&by={by}"
        values = [value.value for value in engine.values(SearchRequest(q="*"), by).values][:12]
        for a, b in itertools.pairwise(values):
            yield f"/compare?by={by}&a={quote(a)}&b={quote(b)}"
    for document in sorted({hit["doc"] for hit in hits})[::3]:
        yield f"/doc/{quote(document, safe='')}?q={WORD}"
    for hit in hits[::12]:
        yield f"/cite/{hit['id']}"
        yield f"/copies/{hit['id']}"
        yield f"/explain?q={WORD}&id={hit['id']}"
    for payload in PAYLOADS:
        yield f"/?q={quote(payload)}"
        yield f"/?q={WORD}&city={quote(payload)}&source={quote(payload)}&path={quote(payload)}"
        yield f"/doc/{quote(payload, safe='')}"
        yield f"/{quote(payload)}"
        yield f"/trends?q={quote(payload)}"
        yield f"/compare?by=query&a={quote(payload)}&b={quote(payload[::-1])}"


def test_the_payloads_are_there(app: Flask) -> None:
    hits = list(app.extensions["juanzong"].whole().scan(SearchRequest(q=WORD, size=100)))
    for kind in "甲乙丙丁戊己庚壬癸":
        found = [hit for hit in hits if re.search(f"{WORD}{kind}\\d", hit["text"])]
        assert len(found) >= len(PAYLOADS) * 2 // 3, kind
    shown = json.dumps(
        [[hit["title"], hit["source"], hit["city"], hit["agency"], hit["doc"]] for hit in hits], ensure_ascii=False
    )
    assert sum(json.dumps(payload, ensure_ascii=False)[1:-1] in shown for payload in PAYLOADS) > len(PAYLOADS) // 2


def test_no_page_runs_anything(app: Flask, client: FlaskClient) -> None:
    for address in pages(app):
        answer = client.get(address)
        assert answer.status_code < 500, address
        if answer.mimetype == "text/html":
            require_harmless(answer.text, address)


def test_tables_compute_nothing(client: FlaskClient) -> None:
    for address in (f"/export.csv?q={WORD}", f"/export.csv?q={WORD}&view=kwic", "/trends.csv?q=*&by=source",
                    "/compare.csv?by=query&a=载荷&b=公安局", "/places.csv?q=*"):  # fmt: skip
        rows = list(csv.reader(io.StringIO(client.get(address).text.removeprefix("\ufeff"))))
        assert len({len(row) for row in rows}) == 1, address
        for cell in itertools.chain.from_iterable(rows[1:]):
            assert not re.match(r"[\s\x00-\x1f]*[=+@＝＋＠]", cell) and not re.match(r"\s*[-－](?![\d.]+$)", cell), cell
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", cell), cell


def test_markdown_says_nothing_but_text(client: FlaskClient) -> None:
    made = markdown.markdown(client.get(f"/export.md?q={WORD}").text, extensions=["tables", "fenced_code", "footnotes"])
    tree = lxml.html.fragment_fromstring(made, create_parent="div")
    assert {str(element.tag) for element in tree.iter(etree.Element)} <= {"div", "p", "blockquote", "a", "strong", "em", "br", "hr", "h1", "h2", "h3", "li", "ul"}  # fmt: skip
    for link in tree.iter("a"):
        assert (link.get("href") or "").startswith(("http://localhost/", "https://", "http://")), link.get("href")
    assert not tree.xpath("//h1|//pre|//img|//script")


def test_feeds_are_whole(client: FlaskClient) -> None:
    for payload in ("*", *PAYLOADS):
        data = client.get(f"/feed.atom?q={quote(payload)}").data
        tree = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
        assert b"<!ENTITY" not in data
        for link in tree.iter("{http://www.w3.org/2005/Atom}link"):
            assert HREF.match(link.get("href") or "")
        for content in tree.iter("{http://www.w3.org/2005/Atom}content", "{http://www.w3.org/2005/Atom}summary"):
            if content.get("type") == "html":
                require_harmless(f"<div>{content.text or ''}</div>", payload, control=False)
        require_printable(data.decode("utf-8"), payload)


def test_references_stay_one(app: Flask, client: FlaskClient) -> None:
    for hit in list(app.extensions["juanzong"].whole().scan(SearchRequest(q=WORD)))[::2]:
        line = client.get(f"/cite/{hit['id']}.txt")
        assert len(line.text.strip().splitlines()) == 1, line.text
        require_printable(line.text, hit["id"])
        entry = client.get(f"/cite/{hit['id']}.bib").text
        bare = re.sub(r"\\[{}\\]", "", entry)
        depth = 0
        for character in bare:
            depth += (character == "{") - (character == "}")
            assert depth >= 0, entry
        assert depth == 0 and len(re.findall(r"^@", entry, re.M)) == 1 and "\\input{" not in entry, entry
        [item] = json.loads(client.get(f"/cite/{hit['id']}.json").text)
        assert item["id"]
        for answer in (line,):
            assert len(answer.headers.getlist("Set-Cookie")) == 0
            assert re.fullmatch(r'attachment; filename="[\w.-]+"', answer.headers["Content-Disposition"], re.ASCII)


def test_a_terminal_is_told_nothing(index: Path) -> None:
    corpus = index.parent / "corpus"
    told = [
        ["search", WORD, "--size", "100"],
        ["search", "*", "--size", "100", "--page", "2"],
        ["concordance", WORD],
        ["stats"],
        ["check"],
        ["trends", WORD],
        *(["inspect", str(path)] for path in sorted(corpus.glob("front*.md"))[::4]),
        *(["inspect", str(path)] for path in sorted(corpus.glob("*.eml"))[::6]),
    ]
    for arguments in told:
        found = CliRunner().invoke(commands, ["--index", str(index), *arguments])
        require_printable(re.sub("\x1b\\[[\\d;]*m", "", found.output), " ".join(arguments))

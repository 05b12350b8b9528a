from __future__ import annotations

import contextlib
import csv
import http.client
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from juanzong.index.errors import UsageError
from juanzong.index.records import Problem
from juanzong.search import SearchRequest, open_engine
from juanzong.web.cli import commands, main
from juanzong.web.commands.terminal import Printer

ROOT = Path(__file__).parents[2]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments], catch_exceptions=False)


def code(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments])


def process(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "juanzong", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        check=False,
    )


# --- the whole ---


def test_a_folder_becomes_an_index_that_answers(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(
        "---\ntitle: 夜班\ndate: 2021-11-25\n---\n徐州市公安局的流调专班。\n", "utf-8"
    )
    index = {"JUANZONG_INDEX": str(tmp_path / "index")}
    built = process("rebuild", tmp_path / "docs", **index)
    assert built.returncode == 0 and re.search(r"paragraphs\s+2\n", built.stdout), built.stderr
    assert "100%" in built.stderr and "\r" not in built.stderr
    found = process("search", "流调", **index)
    assert found.returncode == 0 and "徐州市公安局的流调专班。" in found.stdout and "\x1b" not in found.stdout
    assert process("search", "没有的", **index).returncode == 1
    again = process("rebuild", **index)
    assert again.returncode == 0 and "generation  2" in again.stdout, "without a corpus the last one is read again"


def test_help_and_version_load_no_engine() -> None:
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "juanzong", "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=True,
    )
    assert "rebuild" in loaded.stdout
    names = {line.rsplit("|", 1)[-1].strip() for line in loaded.stderr.splitlines()}
    assert not names & {"numpy", "flask", "whoosh", "jieba", "lxml", "yaml"}
    assert run("--version").output.startswith("juanzong ")


@pytest.mark.parametrize("command", ["rebuild", "search", "inspect", "analyze", "export", "check", "stats", "serve"])
def test_every_command_explains_itself(command: str) -> None:
    shown = run(command, "--help")
    assert shown.exit_code == 0 and "Usage: " in shown.output


# --- rebuild ---


def test_the_summary_as_json(corpus: Path, tmp_path: Path) -> None:
    shown = json.loads(run("--index", tmp_path / "index", "rebuild", corpus, "--jobs", "1", "--json").stdout)
    assert shown["documents"] == 46 and shown["paragraphs"] > 50 and shown["values"]["city"] >= 4
    assert {"articles", "warnings", "seconds", "generation"} <= shown.keys()


def test_problems_are_told_with_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    from juanzong.index.build.publishing import BuildSummary
    from juanzong.web.commands.building import show

    warnings = [(f"a/{n}\x1b.txt", Problem("empty", "The file is empty. Remove it.", n)) for n in range(30)]
    warnings.append(("b.txt", Problem("guessed_encoding", "The encoding was taken to be gb18030.")))
    show(BuildSummary(1, 2, 3, 4, {"city": 5}, warnings, [], 0.5), Path("x"))
    told = capsys.readouterr()
    assert "a/7␛.txt:7: The file is empty. Remove it." in told.err and "10 more" in told.err
    assert "warnings    30 (empty 30)\n" in told.out
    # what may be as it is stands in the report alone
    assert "b.txt" not in told.err and "remarks     1 (guessed_encoding 1)" in told.out


# --- search ---


def test_search_shows_the_hits_of_the_engine(index_dir: Path) -> None:
    shown = run(
        "--index",
        index_dir,
        "search",
        "流调",
        "--city",
        "徐州市",
        "--city",
        "哈尔滨市",
        "--from",
        "2021-11",
        "--to",
        "2021",
        "--json",
    )
    result = json.loads(shown.stdout)
    expected = (
        open_engine(index_dir)
        .search(SearchRequest(q="流调", city=["徐州市", "哈尔滨市"], date_from="2021-11", date_to="2021"))
        .to_dict()
    )
    assert {**result, "took_ms": 0} == json.loads(json.dumps({**expected, "took_ms": 0})) and result["total"] > 1
    assert {city for hit in result["hits"] for city in hit["city"]} <= {"徐州市", "哈尔滨市"}


def test_search_in_words(index_dir: Path) -> None:
    shown = run("--index", index_dir, "search", "专班 火星人").output
    assert "searched for any of: 专班 or 火星人" in shown and "Nowhere in the archive: 火星人" in shown
    assert "1. " in shown and "2021-11" in shown
    assert "--page 2" in run("--index", index_dir, "search", "消防演练").output


def test_search_collapses_and_offers_other_queries(index_dir: Path) -> None:
    shown = json.loads(run("--index", index_dir, "search", "流调", "--collapse", "article", "--json").stdout)
    assert shown["entries"] == shown["articles"] < shown["total"] and len(
        {hit["article"] for hit in shown["hits"]}
    ) == len(shown["hits"])
    assert (
        "one paragraph of each article" in run("--index", index_dir, "search", "流调", "--collapse", "article").output
    )
    with pytest.raises(UsageError, match="collapse"):
        run("--index", index_dir, "search", "流调", "--collapse", "words")
    assert "Did you mean: 哈尔滨市公安局" in run("--index", index_dir, "search", "哈尔宾市公安局").output


def test_marks_on_a_terminal_and_nothing_that_steers_it() -> None:
    shown = Printer(True).marked("红\x1b[31m流调\u202e", [(6, 8)])
    assert shown == "红␛[31m\x1b[1;33m流调\x1b[0m\ufffd"
    assert Printer(False).marked("流调专班", [(0, 2)]) == "流调专班"


def test_hostile_documents_do_not_reach_the_terminal(index_dir: Path) -> None:
    shown = run("--index", index_dir, "search", "从右到左 转义").output
    assert "[31m红色" in shown and "\x1b" not in shown and "\u202e" not in shown


# --- export ---


def test_export_writes_every_hit(index_dir: Path) -> None:
    shown = run("--index", index_dir, "export", "消防演练", "--format", "jsonl", "--from", "2022-03")
    lines = [json.loads(line) for line in shown.stdout.splitlines()]
    expected = [hit["id"] for hit in open_engine(index_dir).scan(SearchRequest(q="消防演练", date_from="2022-03"))]
    assert [line["id"] for line in lines] == expected and len(expected) > 20
    rows = list(
        csv.reader(
            io.StringIO(process("--index", index_dir, "export", "消防演练", "--format", "csv").stdout.lstrip("\ufeff"))
        )
    )
    assert len(rows) > len(expected)


def test_output_that_nobody_reads_any_more(index_dir: Path) -> None:
    shown = subprocess.run(
        f"{sys.executable} -m juanzong --index '{index_dir}' export '*' --format jsonl | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=True,
    )
    assert json.loads(shown.stdout)["id"] and "Traceback" not in shown.stderr


# --- inspect and analyze ---


def test_inspect_prints_one_object_or_one_a_line(corpus: Path) -> None:
    shown = json.loads(run("inspect", corpus / "徐州.md", "--json").stdout)
    assert shown["document"]["path"].endswith("徐州.md") and shown["articles"][0]["published"]["date"] == "2021-11-25"
    lines = [json.loads(line) for line in run("inspect", corpus / "简报.jsonl", "--json").stdout.splitlines()]
    assert [line["document"]["id"] for line in lines] == [f"长/{n}" for n in range(40)]
    words = run("inspect", corpus / "哈尔滨.md").output
    assert "哈尔滨市 ← 道里区" in words and "district" in words


def test_write_meta_makes_a_sidecar_once(corpus: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_bytes((corpus / "徐州.md").read_bytes())
    assert code("inspect", file, "--write-meta") == 0
    assert (tmp_path / "a.md.meta.yaml").read_text("utf-8")
    assert code("inspect", file, "--write-meta") == 2


def test_analyze_shows_the_tokens() -> None:
    assert json.loads(run("analyze", "第６７号公告", "--json").stdout)["folded"] == "第67号公告"
    assert "公告" in run("analyze", "第67号公告").output


# --- stats and check ---


def test_stats(index_dir: Path) -> None:
    assert json.loads(run("--index", index_dir, "stats", "--json").stdout)["documents"] == 46
    assert "徐州市" in run("--index", index_dir, "stats").output


def test_check_ends_with_what_it_found(index_dir: Path, corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    run("--index", folder, "rebuild", corpus / "徐州.md", "--jobs", "1")
    assert run("--index", folder, "check").exit_code == 0
    assert json.loads(run("--index", folder, "check", "--json").stdout)["ok"] is True
    (tmp_path / "bad.jsonl").write_text('{"id": "1", "text": "流调"}\n{"id":\n', "utf-8")
    run("--index", folder, "rebuild", tmp_path / "bad.jsonl", "--jobs", "1")
    shown = run("--index", folder, "check")
    assert shown.exit_code == 1 and "bad.jsonl:2" in shown.output


def test_a_stale_index_ends_with_three(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("juanzong.index.store.fingerprint.READING", 0)
    shown = run("--index", index_dir, "check")
    assert shown.exit_code == 3 and "juanzong update" in shown.output
    assert run("--index", index_dir, "search", "流调").exit_code == 0


# --- errors ---


@pytest.mark.parametrize(
    ("arguments", "expected", "says"),
    [
        (["search", "a", "--from", "2021-13"], 2, "from"),
        (["search", "a", "--mode", "x"], 2, "mode"),
        (["search", "a", "--page", "0"], 2, "page"),
        (["search", "a", "--page", "x"], 2, "page"),
        (["search"], 2, "QUERY"),
        (["dance"], 2, "dance"),
        (["search", "a", "--colour"], 2, "colour"),
        (["search", "流" * 2001], 2, "shorten"),
        (["export", "a", "--format", "xls"], 2, "xls"),
        (["rebuild", "/nowhere/at/all"], 4, "/nowhere/at/all"),
        (["inspect", "/nowhere/at/all"], 4, "/nowhere/at/all"),
    ],
)
def test_errors_are_a_sentence_and_a_code(
    arguments: list[str],
    expected: int,
    says: str,
    index_dir: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUANZONG_INDEX", str(index_dir))
    assert main(arguments) == expected
    told = capfd.readouterr()
    assert says in told.err and "Traceback" not in told.err and not told.out


@pytest.mark.parametrize("arguments", [["search", "a"], ["stats"], ["check"], ["export", "a", "--format", "csv"]])
def test_without_an_index_the_code_is_three(
    arguments: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["--index", str(tmp_path / "none"), *arguments]) == 3
    assert "juanzong: " in (told := capfd.readouterr().err) and "juanzong rebuild" in told


def test_a_failed_rebuild_keeps_the_old_index(corpus: Path, tmp_path: Path) -> None:
    run("--index", tmp_path / "index", "rebuild", corpus / "徐州.md", "--jobs", "1")
    (tmp_path / "empty").mkdir()
    assert code("--index", tmp_path / "index", "rebuild", tmp_path / "empty") == 4
    assert run("--index", tmp_path / "index", "search", "流调").exit_code == 0


def test_interrupted(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("juanzong.index.build.rebuild", interrupt)
    assert main(["rebuild", "x"]) == 130


# --- serve ---


@contextlib.contextmanager
def serving(*arguments: str | Path | int) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with subprocess.Popen(
        [sys.executable, "-m", "juanzong", *map(str, arguments), "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as server:
        try:
            assert server.stderr is not None
            line = server.stderr.readline()
            match = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
            assert match, line
            yield server, int(match[1])
        finally:
            server.kill()


@pytest.mark.skipif(os.name == "nt", reason="signals are sent as on POSIX")
@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(("sent", "expected"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_serve_answers_and_stops_when_told(
    index_dir: Path, sent: signal.Signals, expected: int, processes: int
) -> None:
    with serving("--index", index_dir, "serve", "--processes", processes) as (server, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/api/search?q=%E6%B5%81%E8%B0%83")
        answer = connection.getresponse()
        assert answer.status == 200 and json.loads(answer.read())["total"] > 1
        server.send_signal(sent)
        assert server.wait(30) == expected
        connection.close()


def test_serve_without_an_index_says_so_and_waits(tmp_path: Path) -> None:
    with serving("--index", tmp_path / "none", "serve") as (server, port):
        assert server.stderr is not None and "juanzong rebuild" in server.stderr.readline()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 503
        connection.close()


def test_serve_behind_a_proxy_with_a_log(index_dir: Path) -> None:
    with serving("--index", index_dir, "serve", "--proxy", "--log") as (server, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request(
            "GET",
            "/opensearch.xml?q=%E7%A7%98%E5%AF%86",
            headers={
                "X-Forwarded-For": "203.0.113.7",
                "X-Forwarded-Proto": "https",
                "X-Forwarded-Host": "archive.example",
            },
        )
        assert b"https://archive.example/?q=" in connection.getresponse().read()
        assert server.stderr is not None
        line = server.stderr.readline()
        connection.close()
    entry = json.loads(line)
    assert entry["client"] == "203.0.113.7" and entry["path"] == "/opensearch.xml" and entry["status"] == 200
    assert "query" not in entry and "u79d8" not in line


def test_a_port_that_is_taken(index_dir: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with serving("--index", index_dir, "serve") as (_, port):
        taken = process("--index", index_dir, "serve", "--port", str(port))
        assert taken.returncode == 1 and "--port" in taken.stderr and "Traceback" not in taken.stderr

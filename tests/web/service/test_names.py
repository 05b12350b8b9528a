"""Under which names a server answers, and how much one address may ask for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from juanzong.index.errors import UsageError
from juanzong.web.app import create_app
from juanzong.web.service.names import LOOPBACK, is_loopback, require_host
from juanzong.web.settings import Service


@pytest.mark.parametrize("host", ["localhost", "archive.example:8000", "127.0.0.1", "[::1]:80", "a-b.c_d.example."])
def test_names_that_are_names(host: str) -> None:
    require_host(host, ())


@pytest.mark.parametrize(
    "host", [None, "", "a b", "a,b", "a, b", "a/b", "a\r\nb", "-a", "[::1", "a:b", "a:123456", "一"]
)
def test_what_is_no_name(host: str | None) -> None:
    with pytest.raises(UsageError, match="Host"):
        require_host(host, ())


def test_only_names_that_are_allowed(index_dir: Path) -> None:
    client = create_app(index_dir, Service(names=frozenset({"archive.example", *LOOPBACK}))).test_client()
    for host, status in (
        ("archive.example", 200),
        ("ARCHIVE.example.:80", 200),
        ("localhost:8000", 200),
        ("evil.example", 400),
        ("", 400),
    ):
        assert client.get("/help", headers={"Host": host}).status_code == status, host


def test_loopback_is_told_from_the_rest() -> None:
    assert is_loopback("127.0.0.1") and is_loopback("localhost") and is_loopback("::1")
    assert not is_loopback("0.0.0.0") and not is_loopback("") and not is_loopback("::")


def test_an_address_that_others_reach_asks_for_a_decision(index_dir: Path) -> None:
    command = [sys.executable, "-m", "juanzong", "--index", str(index_dir), "serve", "--host", "0.0.0.0", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "--public" in done.stderr


def test_one_address_asks_for_a_bounded_answer(client: FlaskClient) -> None:
    many = "&".join(f"city={number}" for number in range(101))
    for path in ("/", "/api/search", "/export.csv", "/feed.atom", "/api/facet/city", "/explain", "/api/explain"):
        answer = client.get(f"{path}?{many}&id=0000000000000000")
        assert answer.status_code == 400, path
        assert len(answer.get_data()) < 300_000
    most = "&".join(f"city=%E5%9F%8E{number}" for number in range(100))
    answer = client.get(f"/?q=流调&{most}")
    assert answer.status_code == 200 and len(answer.get_data()) < 3 << 20
    assert client.get("/?q=a&lang=" + "z" * 25_000).status_code == 400

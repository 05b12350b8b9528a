"""Addresses of archives on a cluster: what they may say, and the sentence for what they may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from juanzong.index.cluster.address import API_KEY, PASSWORD, is_cluster, parse_address, secret
from juanzong.index.errors import UsageError


def test_an_address_says_where_who_and_how(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text("certificate")
    found = parse_address(
        f"opensearch+https://%E5%8D%B7%E5%AE%97@one:9201,two,[::1]:9203/archive-1?ca={authority}&timeout=5&shards=3&replicas=2&partial=1"
    )
    assert (found.hosts, found.user, found.name, found.secure) == (
        (("one", 9201), ("two", 9200), ("[::1]", 9203)),
        "卷宗",
        "archive-1",
        True,
    )
    assert (found.ca, found.timeout, found.shards, found.replicas, found.partial) == (str(authority), 5, 3, 2, True)
    plain = parse_address("opensearch+http://127.0.0.1:9201/archive")
    assert (plain.secure, plain.user, plain.shards, plain.replicas, plain.partial) == (False, "", 1, None, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("opensearch+https://user:word@host/archive", f"password.*{PASSWORD}"),
        ("opensearch+https://host", "name of the archive"),
        ("opensearch+https://host/", "name of the archive"),
        ("opensearch+https://host/Archive", "small letters"),
        ("opensearch+https:///archive", "no host"),
        ("opensearch+https://host:99999/archive", "no host"),
        ("opensearch+https://ho st/archive", "no host"),
        ("elasticsearch+https://host/archive", "no known kind"),
        ("opensearch+https://host/archive?colour=red", "no option colour"),
        ("opensearch+https://host/archive?timeout=0", "timeout=0"),
        ("opensearch+https://host/archive?shards=many", "shards=many"),
        ("opensearch+https://host/archive?ca=/nowhere.pem", "/nowhere.pem"),
        ("opensearch+https://host/..%2f", "small letters"),
        ("opensearch+https://host/a*", "small letters"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        parse_address(text)


def test_a_password_is_never_repeated() -> None:
    for text in (
        "opensearch+https://user:s3cret@host/archive",
        "opensearch+https://user:s3cret@host",
        "opensearch://user:s3cret@host/archive",
    ):
        with pytest.raises(UsageError) as raised:
            parse_address(text)
        assert "s3cret" not in str(raised.value)
    assert "s3cret" not in str(parse_address("opensearch+https://user@host/archive"))


@pytest.mark.parametrize(
    ("text", "cluster"),
    [
        ("opensearch+https://host/a", True),
        ("opensearch+http://host/a", True),
        ("http://host/a", True),
        (".juanzong", False),
        ("/srv/opensearch", False),
        ("C:\\archive", False),
        ("opensearch", False),
    ],
)
def test_addresses_are_told_from_folders(text: str, cluster: bool) -> None:
    assert is_cluster(text) is cluster


def test_secrets_come_from_the_environment_or_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (PASSWORD, f"{PASSWORD}_FILE", API_KEY, f"{API_KEY}_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert secret(PASSWORD) is None
    (tmp_path / "word").write_text("过街老鼠\n", encoding="utf-8")
    monkeypatch.setenv(f"{PASSWORD}_FILE", str(tmp_path / "word"))
    assert secret(PASSWORD) == "过街老鼠"
    monkeypatch.setenv(PASSWORD, "nearer")
    assert secret(PASSWORD) == "nearer"
    monkeypatch.setenv(f"{API_KEY}_FILE", str(tmp_path / "missing"))
    with pytest.raises(UsageError, match=f"{API_KEY}_FILE"):
        secret(API_KEY)

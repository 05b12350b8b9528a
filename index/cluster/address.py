"""Where an archive lies on a cluster: `opensearch+https://user@host:9200/archive`.

Several hosts stand side by side (`host1:9200,host2:9200`); a search goes to any that answers. What follows a `?` sets how they are spoken to:
`ca`, `cert` and `key` (files, PEM), `synonyms` (a curator's list, a file), `searches` (a folder for saved searches), `timeout` (seconds) and `retries`; `shards` and `replicas` of an index that is built; `partial=1` answers
from what is left where a part of the index is out of reach, and says so. Secrets never stand in an address, which ends up in logs and lists
of processes: they come from JUANZONG_OPENSEARCH_PASSWORD or JUANZONG_OPENSEARCH_API_KEY, or from the file that the variable of the same
name with _FILE behind it names.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from juanzong.index.errors import UsageError

SCHEMES = ("opensearch+https://", "opensearch+http://")
PASSWORD = "JUANZONG_OPENSEARCH_PASSWORD"
API_KEY = "JUANZONG_OPENSEARCH_API_KEY"
EXAMPLE = "opensearch+https://user@host:9200/archive"
PORT = 9200
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
_FILES, _FOLDERS, _NUMBERS = (
    ("ca", "cert", "key", "synonyms"),
    ("searches",),
    ("timeout", "retries", "shards", "replicas", "partial"),
)
_MOST = {"timeout": 3600, "retries": 20, "shards": 1024, "replicas": 10, "partial": 1}


@dataclass(frozen=True)
class ClusterAddress:
    """An archive on a cluster. `name` is the alias that is searched; the indices behind it begin with it."""

    hosts: tuple[tuple[str, int], ...]
    name: str
    secure: bool = True
    user: str = ""
    ca: str = ""
    cert: str = ""
    key: str = ""
    synonyms: str = ""
    searches: str = ""
    timeout: int = 30
    retries: int = 3
    shards: int = 1
    replicas: int | None = None
    partial: bool = False

    def __str__(self) -> str:
        """The address as it may be shown and stored."""
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return f"{SCHEMES[not self.secure]}{self.user + '@' if self.user else ''}{hosts}/{self.name}"


def is_cluster(text: str | os.PathLike[str]) -> bool:
    """Whether an index is named by the address of a cluster rather than by a folder."""
    return str(text).startswith(SCHEMES) or bool(
        re.match(r"(?:opensearch|elasticsearch|https?)(?:\+\w+)?:/", str(text))
    )


def parse_address(text: str) -> ClusterAddress:
    """Raises UsageError with what is wrong with an address."""
    scheme = next((scheme for scheme in SCHEMES if text.startswith(scheme)), None)
    if scheme is None:
        raise UsageError(
            f"The address {_without_secret(text)} is of no known kind; write {EXAMPLE} (or opensearch+http:// where there is no TLS)."
        )
    place, _, options = text[len(scheme) :].partition("?")
    authority, slash, name = place.partition("/")
    credentials, at, hosts = authority.rpartition("@")
    if ":" in credentials:
        raise UsageError(
            f"Leave the password out of the address; put it into the variable {PASSWORD}, or into a file that {PASSWORD}_FILE names."
        )
    if not slash or not _NAME.fullmatch(name):
        raise UsageError(
            f"The address {_without_secret(text)} needs the name of the archive after the host, of small letters, digits, “-”, “_” and “.”: {EXAMPLE}."
        )
    found = []
    for part in hosts.split(","):
        if not (match := _HOST.fullmatch(part)) or int(match["port"] or PORT) > 65535:
            raise UsageError(
                f"“{part}” in the address is no host; write {EXAMPLE}, several hosts with commas between them."
            )
        found.append((match["host"], int(match["port"] or PORT)))
    return ClusterAddress(tuple(found), name, scheme == SCHEMES[0], unquote(credentials), **_options(options))  # type: ignore[arg-type]


def _options(text: str) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name in _FILES:
            if not Path(value).is_file():
                raise UsageError(f"The file {value}, which the address gives as {name}=, does not exist.")
            found[name] = value
        elif name in _FOLDERS:
            if not Path(value).is_dir():
                raise UsageError(f"The folder {value}, which the address gives as {name}=, does not exist.")
            found[name] = value
        elif name in _NUMBERS:
            least = 0 if name in ("retries", "replicas", "partial") else 1
            if not re.fullmatch("[0-9]{1,5}", value) or not least <= int(value) <= _MOST[name]:
                raise UsageError(f"{name}={value} in the address is not a whole number from {least} to {_MOST[name]}.")
            found[name] = bool(int(value)) if name == "partial" else int(value)
        else:
            raise UsageError(f"The address has no option {name}; use {', '.join((*_FILES, *_FOLDERS, *_NUMBERS))}.")
    return found


def secret(variable: str) -> str | None:
    """What a variable holds, or the first line of the file that `<variable>_FILE` names. Raises UsageError where that cannot be read."""
    if value := os.environ.get(variable):
        return value
    if not (path := os.environ.get(f"{variable}_FILE")):
        return None
    try:
        return Path(path).read_text(encoding="utf-8").split("\n", 1)[0].strip()
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"The file {path}, which {variable}_FILE names, cannot be read.") from None


def _without_secret(text: str) -> str:
    return re.sub(r"//[^/@]*@", "//…@", text)[:200]

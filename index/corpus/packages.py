"""Zip packages and their XML, opened so that nothing in them is resolved, fetched or unpacked beyond a limit."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from lxml import etree

from juanzong.index.corpus.contents import MAX_ENTRY, Budget, Refused

_DAMAGED = "The file is damaged or cut short. Save it again in the program that made it."


def open_package(data: bytes, path: Path | None = None) -> zipfile.ZipFile:
    """A zip file, from its bytes or its path. Raises Refused where it is none, or damaged."""
    try:
        return zipfile.ZipFile(io.BytesIO(data) if path is None else path)
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError) as error:
        raise Refused("unreadable", _DAMAGED) from error


def part(package: zipfile.ZipFile, name: str, budget: Budget, most: int = MAX_ENTRY) -> bytes | None:
    """The bytes of a part; None where there is none. Raises Refused beyond the limits, for encrypted and for damaged parts."""
    try:
        info = package.getinfo(name)
    except KeyError:
        return None
    return unpacked(package, info, budget, most)


def unpacked(package: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget, most: int = MAX_ENTRY) -> bytes:
    """The bytes of an entry. The size in the directory is looked at first, and not trusted. Raises Refused."""
    if info.flag_bits & 1:
        raise Refused(
            "encrypted", "The file is protected by a password. Unpack it with the password and save it without."
        )
    if info.file_size > most:
        raise Refused(
            "too_large", f"The file unpacks to {info.file_size >> 20:,} MB; at most {most >> 20} MB are read. Split it."
        )
    budget.take(info.file_size)
    try:
        with package.open(info) as stream:
            data = stream.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise Refused("unreadable", _DAMAGED) from error
    if len(data) > info.file_size:
        raise Refused("unreadable", _DAMAGED)
    return data


def parse(data: bytes) -> Any:
    """The root of an XML part. Entities are neither defined nor resolved, nothing is fetched. Raises Refused where it is no XML."""
    if b"<!ENTITY" in data[:100_000] or "<!ENTITY".encode("utf-16-le") in data[:100_000]:
        raise Refused("unreadable", "The file defines XML entities, which no office program does; it was not read.")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("unreadable", _DAMAGED) from error
    if root is None:
        raise Refused("unreadable", _DAMAGED)
    return root


def local(element: Any) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """An attribute of this name in whatever namespace."""
    if element is None:
        return None
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None

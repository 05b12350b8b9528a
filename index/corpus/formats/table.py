"""Which module reads which files. To add a format, write its module with a function of the shape of `contents.Read` and name it here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from juanzong.index.corpus.contents import Read


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the endings of its files, the module and the function that read it.

    `large` says that files beyond the size of a text are usual and are read from the disk, not held in memory; `holds` that there may be files inside.
    """

    name: str
    suffixes: tuple[str, ...]
    module: str
    function: str = "read"
    large: bool = False
    holds: bool = False

    def reader(self) -> Read:
        """The function, whose module is loaded now."""
        return cast("Read", getattr(import_module(f"juanzong.index.corpus.formats.{self.module}"), self.function))


FORMATS = (
    Format("pdf", (".pdf",), "pdf", large=True),
    Format("docx", (".docx", ".docm", ".dotx"), "docx"),
    Format("doc", (".doc", ".wps", ".wpt", ".dot"), "legacy", holds=True),
    Format("rtf", (".rtf",), "richtext"),
    Format("odt", (".odt", ".ott", ".fodt"), "opendocument"),
    Format("ods", (".ods", ".ots", ".fods"), "opensheets"),
    Format("xlsx", (".xlsx", ".xlsm"), "spreadsheets", "read_xlsx"),
    Format("xls", (".xls", ".et"), "spreadsheets", "read_xls"),
    Format("csv", (".csv", ".tsv"), "spreadsheets", "read_csv"),
    Format("epub", (".epub",), "epub"),
    Format("eml", (".eml",), "mail", "read_eml", holds=True),
    Format("mht", (".mht", ".mhtml"), "mail", "read_mht"),
    Format("zip", (".zip",), "archives", large=True, holds=True),
    Format("image", (".jpg", ".jpeg", ".png", ".tif", ".tiff"), "pictures", large=True),
)
_BY_SUFFIX = {suffix: format_ for format_ in FORMATS for suffix in format_.suffixes}
SUFFIXES = tuple(_BY_SUFFIX)


def format_of(name: str) -> Format | None:
    """The format that the ending of a name tells; None for text and for what is not read."""
    return _BY_SUFFIX.get(os.path.splitext(name.lower())[1])

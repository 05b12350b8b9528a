"""Old formats that an installed program turns into text: .doc and .wps through antiword or LibreOffice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from juanzong.index.corpus.contents import Contents, Entry, Opening, Refused
from juanzong.index.corpus.lines import Line
from juanzong.index.corpus.plaintext import text_lines

_SECONDS = 60
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MISSING = "This format is read through another program, and none is installed. Install antiword or LibreOffice (`apt install antiword`), or save the file as .docx."


def read(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """The text of an old word processor's file. What is named .doc but is RTF, HTML or .docx is read as what it is."""
    head = data[:512].lstrip()
    if head.startswith(b"{\\rtf"):
        from juanzong.index.corpus.formats import richtext

        yield from richtext.read(data, opening)
        return
    if data.startswith(b"PK\x03\x04"):
        from juanzong.index.corpus.formats import docx

        yield from docx.read(data, opening)
        return
    if head[:200].lower().startswith((b"<html", b"<!doctype html", b"<?xml", b"mime-version", b"from:")):
        yield Entry(Path(opening.name).stem + (".mht" if head[:1] not in b"<" else ".html"), lambda: data)
        return
    if not data.startswith(_OLE):
        raise Refused(
            "unreadable",
            "The file is no document of a word processor, whatever its name says. Open it there and save it as .docx.",
        )
    antiword, office = shutil.which("antiword"), shutil.which("soffice") or shutil.which("libreoffice")
    if antiword is None and office is None:
        raise Refused("program_missing", _MISSING)
    with tempfile.TemporaryDirectory(prefix="juanzong-") as folder:
        source = Path(folder, "document.doc")
        source.write_bytes(data)
        text = _antiword(antiword, source) if antiword is not None else None
        if text is not None:
            yield Contents("doc", lines_of(text), trusted=True, encoding="utf-8")
            return
        if office is None:
            raise Refused(
                "unreadable",
                "antiword cannot read the file. Install LibreOffice, or open it in a word processor and save it as .docx.",
            )
        turned = _converted(office, source, Path(folder))
    if turned is None:
        raise Refused(
            "unreadable", "The file is damaged or protected. Open it in a word processor and save it as .docx."
        )
    from juanzong.index.corpus.formats import docx

    yield from docx.read(turned, opening)


def lines_of(text: str) -> list[Line]:
    """The lines of antiword's text, where rows of tables stand between bars."""
    lines = text_lines(text)
    kept = []
    for line in lines:
        if line.text.startswith("|") and line.text.endswith("|") and len(line.text) > 2:
            cells = [cell.strip() for cell in line.text[1:-1].split("|")]
            line.text, line.role = "\t".join(cells).rstrip("\t"), "table" if len(cells) > 1 else ""
            # each row is a paragraph, as in every other format
            line.gap = max(1, line.gap)
        if line.text.strip("\t "):
            kept.append(line)
    return kept


def _run(command: list[str], folder: Path) -> bytes | None:
    """What a program prints, or None where it fails. It gets no network through a proxy, a home of its own, and its time."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=_SECONDS,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            preexec_fn=_more_memory,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _more_memory() -> None:
    """LibreOffice maps more memory than a reader may."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _antiword(program: str, source: Path) -> str | None:
    output = _run([program, "-m", "UTF-8.txt", "-w", "0", str(source)], source.parent)
    return output.decode("utf-8", "replace") if output and output.strip() else None


def _converted(program: str, source: Path, folder: Path) -> bytes | None:
    _run(
        [
            program,
            "--headless",
            "--norestore",
            "--nolockcheck",
            f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to",
            "docx",
            "--outdir",
            str(folder / "out"),
            str(source),
        ],
        folder,
    )
    result = folder / "out" / "document.docx"
    return result.read_bytes() if result.is_file() else None

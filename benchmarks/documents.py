"""How fast documents are read, and how much of them, beside other programs: `python -m benchmarks.documents FILE …`.

Processor seconds of everything that a program starts, for each page; `found` is that of `accuracy.documents` where the true text (X.truth.txt) lies beside X.
juanzong's time is the whole way from the file to articles with cities, days and agencies; the others give text and nothing else. pdftotext (Poppler) and
tesseract are measured where they are installed; scans where `juanzong[ocr]` is. Kept pages are not used.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from accuracy.documents import SAMPLES, TRUTH, compared, flat, pieces_of
from juanzong.index.corpus.confinement import reader as confinement
from juanzong.index.corpus.pages import recogniser
from juanzong.index.corpus.pages.recognitions import FOLDER
from juanzong.index.reading.pipeline import read_file

PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff")


def spent() -> float:
    """Processor seconds of this process and of those that it started and that ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def truth_of(path: Path) -> list[str]:
    file = path.with_name(path.name.split(".")[0] + TRUTH)
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()] if file.is_file() else []


def rows(path: Path, rounds: int) -> Iterator[tuple[str, int, float, float | None]]:
    """For each program its name, the pages, the least processor seconds of the rounds, and what was found."""
    picture = path.suffix.lower() in PICTURES
    truth = truth_of(path)
    if not picture or recogniser.wanted() == "now":
        seconds = []
        for _ in range(rounds):
            before = spent()
            documents = list(read_file(path))
            confinement.stop()
            seconds.append(spent() - before)
        pages = max(1, documents[0].pages)
        yield (
            "juanzong",
            pages,
            min(seconds),
            compared(path.name, truth, documents, scan=picture).found if truth else None,
        )
    program = "tesseract" if picture else "pdftotext"
    if shutil.which(program) is None:
        return
    command = ["tesseract", str(path), "-", "-l", "chi_sim", "--psm", "3"] if picture else ["pdftotext", str(path), "-"]
    seconds = []
    for _ in range(rounds):
        before = spent()
        done = subprocess.run(command, capture_output=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"})
        seconds.append(spent() - before)
    if done.returncode == 0:
        text = done.stdout.decode("utf-8", "replace")
        yield (
            program,
            max(1, text.count("\f")),
            min(seconds),
            _found(path.name, truth, text, picture) if truth else None,
        )


def _found(name: str, truth: Sequence[str], text: str, scan: bool) -> float:
    """The share of pieces of the truth that stand in a text, white space removed."""
    whole = flat(text)
    if scan:
        whole = re.sub(r"\W", "", whole)
    return sum(piece in whole for piece in pieces_of(name, truth, scan)) / SAMPLES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    os.environ.pop(FOLDER, None)
    print("| file | pages | program | pages a processor second | found |\n|---|---|---|---|---|")
    for path in arguments.files:
        for program, pages, seconds, found in rows(path, arguments.rounds):
            share = "–" if found is None else f"{found:.3f}"
            print(f"| {path.name} | {pages} | {program} | {pages / max(0.01, seconds):.3g} | {share} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

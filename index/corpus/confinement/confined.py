"""The process that opens files for another: limited in memory and processor time, it can end without ending a build."""

from __future__ import annotations

import base64
import contextlib
import ctypes
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from juanzong.index.corpus.confinement import parcels
from juanzong.index.corpus.confinement.drawing import PageView, draw
from juanzong.index.corpus.confinement.processes import LIMIT
from juanzong.index.corpus.containers import Opened, Part, parts
from juanzong.index.corpus.contents import DAMAGED, Contents, Opening, Refused
from juanzong.index.corpus.formats.table import format_of
from juanzong.index.corpus.pages.recognitions import BESIDE, Recognitions
from juanzong.index.records import Problem

PROCESSOR_SECONDS = 900
"""Processor time between two signs of life, should the process that asked have gone."""
_PARENT_DIED = 1


def main() -> None:
    """Read one request after another from the standard input; answer each with frames, the last of them `done`."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # what a library prints must not get between the frames
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _confine(int(os.environ[LIMIT]))
    recogniser: Any = None
    asked = False
    while line := requests.readline():
        request = orjson.loads(line)
        _limit_processor()
        if "draw" in request:
            _draw(request, answers)
            parcels.write(answers, {"done": _memory()})
            continue
        if request["recognise"] == "now" and not asked:
            asked = True
            recogniser = _recogniser()
        _answer(request, answers, _recognitions(request, recogniser) if request["recognise"] != "no" else None)
        parcels.write(answers, {"done": _memory()})


def _answer(request: dict[str, Any], answers: BinaryIO, recogniser: Any) -> None:
    path, name = Path(request["path"]), request["name"]
    last = time.monotonic()

    def progress() -> None:
        nonlocal last
        if time.monotonic() - last > 0.5:
            last = time.monotonic()
            _limit_processor()
            parcels.write(answers, {"alive": 1})

    format_ = format_of(name)
    opening = Opening(
        name, recogniser=recogniser, progress=progress, path=path if format_ is not None and format_.large else None
    )
    try:
        data = b"" if opening.path is not None else path.read_bytes()
        for found in parts(data, opening, request["first"]):
            if isinstance(found, Opened):
                parcels.write(answers, {"opens": found.number, "inside": found.inside})
                continue
            for frame in parcels.packed(found):
                parcels.write(answers, frame)
    except OSError as error:
        problem = Problem(
            "unreadable",
            f"The file cannot be opened ({error.strerror or type(error).__name__}). Check that it exists and may be read.",
        )
        for frame in parcels.packed(Part(0, "", Contents("", problems=[problem]))):
            parcels.write(answers, frame)


def _draw(request: dict[str, Any], answers: BinaryIO) -> None:
    """A page as a picture, or why there is none."""
    view = PageView(**{**request["draw"], "marks": tuple(map(tuple, request["draw"]["marks"]))})
    try:
        picture = draw(Path(request["path"]), request["name"], request["inside"], view)
        parcels.write(answers, {"picture": base64.b64encode(picture).decode("ascii")})
    except Refused as refused:
        parcels.write(answers, {"refused": refused.problem.message})
    except (MemoryError, *DAMAGED) as error:
        parcels.write(answers, {"refused": f"The page cannot be drawn ({type(error).__name__})."})


def _recognitions(request: dict[str, Any], recogniser: Any) -> Recognitions | None:
    folder = Path(request["kept"]) if request["kept"] else None
    beside = Path(request["path"]).with_name(BESIDE)
    if request["recognise"] != "now" and not beside.is_dir() and (folder is None or not folder.is_dir()):
        # no page need be drawn to learn that none is kept
        return None
    return Recognitions(folder, [beside], recogniser if request["recognise"] == "now" else None)


def _recogniser() -> Any:
    try:
        from juanzong.index.corpus.pages.recogniser import load
    except ImportError:
        return None
    return load()


def _confine(memory: int) -> None:
    """Limit memory, leave no core behind, end when the process that asked ends."""
    sys.setrecursionlimit(3000)
    if sys.platform == "win32":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)


def _limit_processor() -> None:
    """So much processor time from now on."""
    if sys.platform != "win32":
        import resource

        spent = int(time.process_time())
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        soft = spent + PROCESSOR_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _memory() -> int:
    """The most bytes that this process has held."""
    if sys.platform == "win32":
        return 0
    with contextlib.suppress(OSError):
        # what getrusage tells is at least what the parent held when this process was started
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << (0 if sys.platform == "darwin" else 10)


if __name__ == "__main__":
    main()

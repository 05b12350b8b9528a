"""`juanzong` and `python -m juanzong`: the command, which an interrupt ends quietly at any instant."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130


def _end(number: int, frame: FrameType | None) -> None:
    os.write(2, b"juanzong: Interrupted.\n")
    os._exit(INTERRUPTED)


def run() -> int:
    """Runs the command and gives its exit code."""
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heard:
        # While modules are loaded nothing needs an end of its own.
        signal.signal(signal.SIGINT, _end)
    from juanzong.web.cli import main

    try:
        if heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return main()
    except KeyboardInterrupt:
        os.write(2, b"juanzong: Interrupted.\n")
        return INTERRUPTED
    finally:
        if heard:
            # What the command made is made; the interpreter takes a moment to end.
            signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(run())

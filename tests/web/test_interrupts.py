"""An interrupt at any instant ends a command with 130, one line and no traceback."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent otherwise there")
def test_an_interrupt_at_any_instant_is_quiet(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(60):
        (corpus / f"{number}.txt").write_text("哈尔滨市流调溯源工作正在进行，请市民配合。\n\n" * 40, encoding="utf-8")
    chance = random.Random(5)
    program = "import sys; from juanzong.__main__ import run; print('up', flush=True); sys.exit(run())"
    command = [sys.executable, "-c", program, "--index", str(tmp_path / "index"), "rebuild", str(corpus)]
    for _ in range(6):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # before Python itself is up an interrupt is not ours
        assert process.stdout is not None and process.stdout.readline() == "up\n"
        time.sleep(0.05 + chance.uniform(0, 1.5))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert "Traceback" not in said, said
        assert process.returncode in (0, 130)

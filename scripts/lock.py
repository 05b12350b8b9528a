"""Writes `requirements.lock`: every distribution of the tested set with the SHA-256 of each of its files, for all systems and versions of Python.

    .venv/bin/python -m scripts.lock
    pip install --require-hashes -r requirements.lock

uv resolves for all of them at once and writes markers where they differ (Python from the oldest that setup.cfg names on)."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
HEAD = "# All systems, Python {oldest} and newer, with what tests need; made by scripts/lock.py\n"


def oldest() -> str:
    """The oldest Python that the project runs on."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", "utf-8")
    return settings["options"]["python_requires"].removeprefix(">=")


def main() -> None:
    command = [sys.executable, "-m", "uv", "pip", "compile", "setup.cfg", "--extra", "test", "--universal"]
    command += [
        "--python-version",
        oldest(),
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--quiet",
        "--upgrade",
    ]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    LOCK.write_text(HEAD.format(oldest=oldest()) + told.stdout, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Writes `requirements.lock`: every distribution of the tested set with the SHA-256 of the file that pip takes here.

    .venv/bin/python -m scripts.lock
    pip install --require-hashes -r requirements.lock

pip itself resolves and tells the hashes; they are of the wheels for this system and this version of Python, which the first line names."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"


def lines(report: dict[str, Any]) -> list[str]:
    """A line a distribution, in the order of names; the project itself is left out."""
    found = []
    for entry in report["install"]:
        hashes = entry["download_info"].get("archive_info", {}).get("hashes", {})
        if "sha256" in hashes:
            found.append(
                f"{entry['metadata']['name']}=={entry['metadata']['version']} --hash=sha256:{hashes['sha256']}"
            )
    return sorted(found, key=str.lower)


def main() -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--dry-run",
        "--ignore-installed",
        "--report",
        "-",
        ".[test]",
    ]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    head = f"# Python {platform.python_version()} on {platform.system()} {platform.machine()}; made by scripts/lock.py"
    LOCK.write_text("\n".join([head, *lines(json.loads(told.stdout))]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Whether something of what the project is installed with has a known fault: the floors of `setup.cfg`, `requirements.lock`, and what is installed here.

    .venv/bin/python -m scripts.audit

The faults are those of `known_faults.csv`."""

from __future__ import annotations

import configparser
import csv
import re
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
FAULTS = Path(__file__).with_name("known_faults.csv")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


class Fault(NamedTuple):
    """A fault of the versions from `first` on, before `fixed`."""

    name: str
    first: Version
    fixed: Version
    advisory: str
    what: str

    def holds(self, version: Version) -> bool:
        return self.first <= version < self.fixed


def faults() -> list[Fault]:
    """All faults that are known."""
    lines = [line for line in FAULTS.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [
        Fault(
            canonicalize_name(row["distribution"]),
            Version(row["from"] or "0"),
            Version(row["fixed"]),
            row["advisory"],
            row["what"],
        )
        for row in csv.DictReader(lines)
    ]


def admitted(known: list[Fault]) -> Iterator[str]:
    """The faults that a requirement of the project would let in: those of its floor, and of every version with which a fault begins or is about to end."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", "utf-8")
    lists = [settings["options"]["install_requires"], *settings["options.extras_require"].values()]
    for line in "\n".join(lists).splitlines():
        if not line.strip() or line.strip().startswith("#"):
            continue
        requirement = Requirement(line.strip())
        floors = [
            Version(one.version.rstrip(".*")) for one in requirement.specifier if one.operator in (">=", "==", "~=")
        ]
        floor = max(floors, default=Version("0"))
        for fault in known:
            if fault.name != canonicalize_name(requirement.name):
                continue
            tried = [version for version in (floor, fault.first) if version >= floor]
            if any(fault.holds(version) and requirement.specifier.contains(version) for version in tried):
                yield f"setup.cfg: {requirement} admits {fault.advisory} ({fault.what}), which {fault.fixed} mends"


def held(pins: dict[str, list[str]], known: list[Fault], where: str) -> Iterator[str]:
    """The faults of exact versions."""
    for fault in known:
        for version in pins.get(fault.name, ()):
            if fault.holds(Version(version)):
                yield f"{where}: {fault.name} {version} has {fault.advisory} ({fault.what}), which {fault.fixed} mends"


def locked() -> dict[str, list[str]]:
    """The versions of the lock, by name."""
    found: dict[str, list[str]] = {}
    for name, version in _PIN.findall((ROOT / "requirements.lock").read_text("utf-8")):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def installed() -> dict[str, list[str]]:
    """The versions of what is installed here, by name."""
    return {canonicalize_name(one.metadata["Name"]): [one.version] for one in distributions() if one.metadata["Name"]}


def main() -> int:
    known = faults()
    found = [*admitted(known), *held(locked(), known, "requirements.lock"), *held(installed(), known, "installed")]
    print(
        "\n".join(found) or f"None of {len(known)} known faults is in the floors, the lock or what is installed here."
    )
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())

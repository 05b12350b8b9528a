"""Nothing that the project asks for, or was tested with, has a known fault; and what it was tested with is locked for every Python that it names."""

from __future__ import annotations

import configparser
import re

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from scripts.audit import Fault, admitted, faults, held, locked
from scripts.lock import LOCK, ROOT, oldest

SETTINGS = configparser.ConfigParser()
SETTINGS.read(ROOT / "setup.cfg", "utf-8")


def test_no_floor_admits_a_known_fault_and_no_lock_has_one() -> None:
    known = faults()
    assert len(known) > 30
    assert list(admitted(known)) == []
    assert list(held(locked(), known, "requirements.lock")) == []


@pytest.mark.parametrize(("first", "fixed", "seen"), [("0", "99", True), ("98", "99", False), ("0", "1.0", False)])
def test_a_fault_would_be_found(first: str, fixed: str, seen: bool) -> None:
    fault = Fault("orjson", Version(first), Version(fixed), "X-1", "something")
    assert bool(list(admitted([fault]))) == seen
    assert bool(list(held({"orjson": ["3.9.15"]}, [fault], "here"))) == seen


def test_the_lock_is_for_every_system_and_has_hashes() -> None:
    text = LOCK.read_text("utf-8")
    assert f"Python {oldest()} and newer" in text.splitlines()[0]
    pins = re.split(r"\n(?=[a-z0-9])", text.partition("\n")[2].replace(" \\\n", " "))
    assert all("--hash=sha256:" in pin for pin in pins), "each can be verified"
    names = {Requirement(line.strip()).name.lower().replace("_", "-") for line in _required()}
    assert names <= set(locked()), "nothing that is needed is left out"
    assert any("sys_platform == 'win32'" in pin for pin in pins) and any("python_full_version" in pin for pin in pins)


def _required() -> list[str]:
    lines = (SETTINGS["options"]["install_requires"] + SETTINGS["options.extras_require"]["test"]).splitlines()
    return [line for line in lines if line.strip() and not line.strip().startswith("#")]

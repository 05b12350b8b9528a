"""Writes `sbom.json`: what an installation consists of, after CycloneDX 1.5, with the licences that the distributions name.

    .venv/bin/python -m scripts.sbom

Only what `juanzong` needs to run is listed, not what tests need."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

SBOM = Path(__file__).parents[1] / "sbom.json"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def needed(name: str, found: dict[str, Any]) -> None:
    """Adds a distribution and all that it needs, without extras, to `found`."""
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in found:
        return
    try:
        own = distribution(name)
    except PackageNotFoundError:
        # for another system, or another version of Python
        return
    found[key] = own
    for requirement in own.requires or ():
        wanted = _NAME.match(requirement)
        if wanted and "extra ==" not in requirement:
            needed(wanted.group(), found)


def component(own: Any) -> dict[str, Any]:
    """A distribution as CycloneDX has it."""
    told = own.metadata
    licence = told.get("License-Expression") or next(
        (name.rsplit(" :: ", 1)[1] for name in told.get_all("Classifier") or () if name.startswith("License :: ")), None
    )
    licence = licence or (told.get("License") or "not named").splitlines()[0][:80]
    return {
        "type": "library",
        "name": told["Name"],
        "version": own.version,
        "purl": f"pkg:pypi/{told['Name'].lower()}@{own.version}",
        "licenses": [{"license": {"name": licence}}],
    }


def bill() -> dict[str, Any]:
    """The whole bill."""
    found: dict[str, Any] = {}
    needed("juanzong", found)
    own = found.pop("juanzong")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {**component(own), "type": "application"}},
        "components": [component(found[key]) for key in sorted(found)],
    }


if __name__ == "__main__":
    SBOM.write_text(json.dumps(bill(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

"""The OpenAPI description against the running server: schemathesis asks what it allows, and what it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("schemathesis", reason="needs schemathesis: pip install -e .[test]")
_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,unsupported_method"


def test_no_server_error_and_no_undocumented_answer(server: str, tmp_path: Path) -> None:
    asked = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        f"{server}/api/openapi.json",
        "--checks",
        _CHECKS,
        "--seed",
        "20211125",
        "--max-examples",
        "25",
        "--generation-database",
        "none",
        "--no-color",
        "--suppress-health-check",
        "all",
    ]
    ran = subprocess.run(asked, capture_output=True, text=True, timeout=240, cwd=tmp_path, check=False)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert "generated" in ran.stdout, "it did ask something"

"""An index that was built by other rules must be known to be stale."""

from __future__ import annotations

from accuracy.version import digest, recorded
from juanzong.index.store.fingerprint import READING


def test_the_version_of_the_reading_goes_up_with_it() -> None:
    assert recorded() == {"reading": str(READING), "digest": digest()}, (
        "the truth set reads differently: raise READING in index/store/fingerprint.py, then run python -m accuracy.version"
    )

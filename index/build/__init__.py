"""The commands: files are read in worker processes, merged, checked and published as a generation."""

from __future__ import annotations

from juanzong.index.build.editions import rebuild, update
from juanzong.index.build.publishing import BuildSummary

__all__ = ["BuildSummary", "rebuild", "update"]

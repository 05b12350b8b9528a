"""Agencies in a text: canonical names of public bodies, from a lexicon and tables of rules."""

from __future__ import annotations

from juanzong.index.facts.agencies.candidates import Candidates, candidates
from juanzong.index.facts.agencies.resolution import find_bodies, resolve_name
from juanzong.index.facts.agencies.setting import AgencyHit, Setting

__all__ = ["AgencyHit", "Candidates", "Setting", "candidates", "find_bodies", "resolve_name"]

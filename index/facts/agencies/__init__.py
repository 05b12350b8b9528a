"""Agencies in a text: canonical names of public bodies, from a lexicon and a small grammar of prefixes and cores."""

from __future__ import annotations

from juanzong.index.facts.agencies.grammar import find_agencies, resolve_name
from juanzong.index.facts.agencies.setting import AgencyHit, Setting

__all__ = ["AgencyHit", "Setting", "find_agencies", "resolve_name"]

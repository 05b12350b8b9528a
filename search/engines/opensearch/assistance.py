"""Suggestions and other spellings: built with the archive, kept on the cluster, fetched by a reader when they are first asked for."""

from __future__ import annotations

import io
import shutil
import tempfile
import weakref
import zipfile
from functools import cached_property
from pathlib import Path

from juanzong.index.cluster.tallies import SUGGESTIONS, read_blob
from juanzong.index.store.suggestions import Suggestions, open_suggestions
from juanzong.search.engines.opensearch.conditions import standing
from juanzong.search.engines.opensearch.snapshot import Snapshot
from juanzong.search.language.needles import Needle
from juanzong.search.suggestion.completion import Suggester
from juanzong.search.suggestion.spelling import Pairs, Speller


class Assistance:
    """What helps a reader to a query, for one generation."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @cached_property
    def suggestions(self) -> Suggestions | None:
        """The suggestions of the generation; None where it has none that are whole."""
        data = read_blob(self._snapshot.connection, self._snapshot.generation, SUGGESTIONS)
        if data is None:
            return None
        folder = Path(tempfile.mkdtemp(prefix="juanzong-"))
        # what is mapped stays readable after its files have gone
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        (folder / SUGGESTIONS).mkdir()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                (folder / SUGGESTIONS / Path(name).name).write_bytes(archive.read(name))
        return open_suggestions(folder)

    @cached_property
    def suggester(self) -> Suggester:
        return Suggester(self.suggestions)

    @cached_property
    def speller(self) -> Speller:
        return Speller([Pairs(self._snapshot.tally.pairs)], self._stands, self.suggestions)

    def _stands(self, folded: str) -> bool:
        return bool(self._snapshot.connection.counts(self._snapshot.index, [standing(Needle(folded))])[0])

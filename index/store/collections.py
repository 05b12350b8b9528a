"""Collections: the top folders of a corpus. A generation can be seen as if it held some of them alone.

What a generation derives from all documents, suggestions and groups of near-duplicates, is then derived from those that are seen. It is kept in
`INDEX/views/<generation>-<digest>`, made when it is first needed, by one process for all.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from juanzong.index.errors import DamagedIndex
from juanzong.index.store import suggestions
from juanzong.index.store.arrays import ArrayReader
from juanzong.index.store.duplicates import FOLDER as GROUPS
from juanzong.index.store.duplicates import write_groups
from juanzong.index.store.generations import SEAL, VIEWS, Generation
from juanzong.index.store.segment import Segment
from juanzong.index.text.analysis import Segmenter
from juanzong.index.vectors import unique

# what lies in no folder of the corpus
ROOT = "."
_FOLDERS = (suggestions.FOLDER, GROUPS)


def collection_of(path: str) -> str:
    """The collection of a file by its path below the corpus."""
    first, below, _ = path.partition("/")
    return first if below else ROOT


def collections(segments: Sequence[Segment]) -> list[str]:
    """The collections that have live documents, in order."""
    found: set[str] = set()
    for segment in segments:
        of_file = _of_files(segment)
        files = segment.arrays["document.file"]
        if segment.live_documents is not None:
            files = files[segment.live_documents]
        found.update(of_file[number] for number in unique(files).tolist())
    return sorted(found)


def restricted(segment: Segment, seen: Collection[str], beside: Path) -> Segment:
    """A segment without the documents of other collections. `beside` has what is derived of those that are seen."""
    of_file = np.array([name in seen for name in _of_files(segment)], bool)
    hidden = np.flatnonzero(~of_file[segment.arrays["document.file"]]).astype(np.uint32)
    return segment.without(unique(np.concatenate((segment.deleted_documents, hidden))), beside)


def _of_files(segment: Segment) -> list[str]:
    return [collection_of(path.decode("utf-8", "replace")) for path in segment.arrays.strings("file.names")]


def digest(names: Iterable[str]) -> str:
    """A name for names, in their order where that is one."""
    ordered = sorted(names) if isinstance(names, (set, frozenset)) else names
    return hashlib.blake2b(
        b"\x00".join(name.encode("utf-8", "replace") for name in ordered), digest_size=12
    ).hexdigest()


class CollectionView:
    """Where what is derived of some collections of a generation lies. It is removed with the view where the index folder cannot be written to."""

    def __init__(self, generation: Generation, seen: Collection[str], index_dir: Path | None) -> None:
        name = f"{generation.number}-{digest((str(generation.manifest.get(SEAL)), *sorted(seen)))}"
        self.folder = index_dir / VIEWS / name if index_dir else Path(tempfile.mkdtemp(prefix="juanzong-"))
        self._shared = index_dir is not None
        if not self._shared:
            weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    def prepare(self, segments: Sequence[Segment], segmenter: Segmenter) -> None:
        """Derives what is not there. `segments` are restricted ones. Raises OSError where it cannot be written."""
        if self._whole():
            return
        self.folder.parent.mkdir(exist_ok=True)
        with _locked(self.folder.parent) if self._shared else _alone():
            if self._whole():
                return
            draft = Path(tempfile.mkdtemp(prefix=f"{self.folder.name}-", suffix=".new", dir=self.folder.parent))
            try:
                write_groups(draft, segments)
                suggestions.write(draft / suggestions.FOLDER, segments, segmenter)
                shutil.rmtree(self.folder, ignore_errors=True)
                draft.rename(self.folder)
            finally:
                shutil.rmtree(draft, ignore_errors=True)

    def _whole(self) -> bool:
        try:
            for name in _FOLDERS:
                ArrayReader(self.folder / name).verify()
        except (DamagedIndex, OSError):
            return False
        return True


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    from filelock import FileLock

    with FileLock(folder / "write.lock"):
        yield


@contextmanager
def _alone() -> Iterator[None]:
    yield


def prepared(
    generation: Generation,
    seen: Collection[str],
    index_dir: Path | None,
    make: Callable[[Path], list[Segment]],
    segmenter: Segmenter,
) -> tuple[CollectionView, list[Segment]]:
    """A view of some collections, and the segments that `make` restricts to them, what is derived of them beside."""
    view = CollectionView(generation, seen, index_dir)
    segments = make(view.folder)
    try:
        view.prepare(segments, segmenter)
    except OSError:
        # an index that may only be read
        if index_dir is None:
            raise
        return prepared(generation, seen, None, make, segmenter)
    return view, segments

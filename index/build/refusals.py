"""What the system refuses while an index is written, said so that a reader knows what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

from juanzong.index.corpus.pages import recognitions
from juanzong.index.errors import JuanzongError
from juanzong.index.store.generations import IndexDirectory

_ADVICE = {
    errno.ENOSPC: "Free some space, or put the index on another disk with --index.",
    errno.EDQUOT: "Your quota is used up: free some space, or put the index elsewhere with --index.",
    errno.EROFS: "The disk is mounted read-only: put the index elsewhere with --index.",
    errno.EACCES: "The folder belongs to somebody else: run this as its owner, or put the index elsewhere with --index.",
    errno.EPERM: "The folder belongs to somebody else: run this as its owner, or put the index elsewhere with --index.",
    errno.EMFILE: "This process may not open more files: raise the limit (ulimit -n 4096).",
    errno.ENFILE: "The system may not open more files: end other programs, or raise its limit.",
    errno.ENOMEM: "Memory ran out: free some, or use --jobs 1.",
    errno.EIO: "The disk failed: check it before you go on.",
    errno.EFBIG: "A file became larger than is allowed (ulimit -f, or the file system).",
}


@contextmanager
def writing(directory: IndexDirectory) -> Iterator[Path]:
    """A folder to build in. Raises JuanzongError with advice where the system refuses a file, memory or a process; the old index is what it was."""
    try:
        with recognitions.kept_in(directory.folder / recognitions.NAME), directory.writing() as folder:
            yield folder
    except OSError as error:
        raise JuanzongError(
            f"The index could not be written: {_said(error, directory.folder)} The old index is unchanged."
        ) from error
    except MemoryError as error:
        raise JuanzongError(
            "There is not enough memory to build the index. Run it with --jobs 1, or free some. The old index is unchanged."
        ) from error
    except BrokenProcessPool as error:
        raise JuanzongError(
            "A worker process was ended from outside, perhaps because memory ran out. Run it again, with --jobs 1 if that recurs. "
            "The old index is unchanged."
        ) from error


def _said(error: OSError, folder: Path) -> str:
    where = f", {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{where}. {_ADVICE.get(error.errno or 0, f'Check the folder {folder}, and try again.')}"

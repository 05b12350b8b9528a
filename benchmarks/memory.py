"""Memory of a process, from Linux's own accounts; None where the system keeps none."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

MB = 1e6
_MAPPING = re.compile(r"[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+\s*(.*)")


def peak() -> float:
    """The most memory that this process, or one of its children, held at one time, in MB.

    The high-water mark of the process itself begins at its start; the one of `getrusage` would begin with its parent's."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    try:
        own = int(re.findall(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[0])
    except (OSError, IndexError):
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    return max(own, children) * unit / MB


def private(folder: Path) -> tuple[float, float] | None:
    """Memory of this process alone and mapped pages of the index in `folder`, in MB. Pages of the index count as mapped even where
    no other process maps them now."""
    try:
        lines = Path("/proc/self/smaps").read_text().split("\n")
    except OSError:
        return None
    own = mapped = 0
    inside = False
    prefix = str(folder.resolve())
    for line in lines:
        if match := _MAPPING.match(line):
            inside = match.group(1).startswith(prefix)
        elif line.startswith("Rss:") and inside:
            mapped += int(line.split()[1])
        elif line.startswith("Private_") and not line.startswith("Private_Hugetlb") and not inside:
            own += int(line.split()[1])
    return own * 1024 / MB, mapped * 1024 / MB


def folder_bytes(folder: Path) -> int:
    """The bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

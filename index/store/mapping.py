"""Files mapped into memory: without a descriptor each, and without a signal where a file is cut short under the map.

Python's `mmap` keeps a descriptor for every map before version 3.13, and an index has some hundred files a generation. Where the system's
own call can be had the descriptor is closed at once.

A page that lies beyond the end of its file raises SIGBUS, which ends a process. Where an index folder is truncated, or a medium is torn out,
while a server reads, the page is replaced by zeros and counted instead: `faults` tells who reads that what was read since is not to be trusted.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import signal
import sys
import weakref
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from juanzong.index.vectors import Array

_READ, _WRITE = 1, 2
_SHARED, _PRIVATE, _FIXED, _ANONYMOUS = 0x01, 0x02, 0x10, 0x20
_WITH_INFO = 4
_PAGE = mmap.PAGESIZE
_NOT_NEEDED = 4

_faults = 0


def faults() -> int:
    """How often a page of a map was not there to be read, since the process began. Where it grows during an answer, the answer is void."""
    return _faults


def mapped(path: Path) -> Array:
    """The bytes of a file (uint8, read-only), mapped. The map is given back with the last array on it. Raises OSError."""
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        size = os.fstat(descriptor).st_size
        if not size:
            return np.empty(0, np.uint8)
        system = _system()
        if system is None:
            return np.frombuffer(mmap.mmap(descriptor, size, access=mmap.ACCESS_READ), np.uint8)
        address = system.mmap(None, size, _READ, _SHARED, descriptor, 0)
        if address == ctypes.c_void_p(-1).value:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))
    finally:
        os.close(descriptor)
    memory: Any = (ctypes.c_ubyte * size).from_address(address)
    # At the end of the process the system gives back what is mapped; threads that still read must not lose it before.
    weakref.finalize(memory, system.munmap, address, size).atexit = False
    found: Array = np.frombuffer(memory, np.uint8)
    found.flags.writeable = False
    return found


def let_go(data: Array) -> None:
    """Takes the pages of mapped bytes out of this process's memory. They stay in their file, where who reads on finds them. For what is read through once."""
    system = _system()
    if system is not None and len(data):
        first = -(-data.ctypes.data // _PAGE) * _PAGE
        last = (data.ctypes.data + data.nbytes) // _PAGE * _PAGE
        if last > first:
            system.madvise(first, last - first, _NOT_NEEDED)


@cache
def _system() -> Any:
    """The C library's calls; None where they are not those of 64-bit Linux, which alone was tried."""
    if not sys.platform.startswith("linux") or sys.maxsize < 1 << 32:
        return None
    try:
        library = ctypes.CDLL(None, use_errno=True)
        library.mmap.restype = ctypes.c_void_p
        library.mmap.argtypes = [
            ctypes.c_void_p,
            ctypes.c_size_t,
            ctypes.c_int,
            ctypes.c_int,
            ctypes.c_int,
            ctypes.c_int64,
        ]
        library.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        library.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        library.sigaction.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
    except (OSError, AttributeError):
        return None
    return library


class _Info(ctypes.Structure):
    """The beginning of siginfo_t."""

    _fields_ = (
        ("signo", ctypes.c_int),
        ("errno", ctypes.c_int),
        ("code", ctypes.c_int),
        ("padding", ctypes.c_int),
        ("address", ctypes.c_void_p),
    )


_Handler = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.POINTER(_Info), ctypes.c_void_p)


class _Action(ctypes.Structure):
    """struct sigaction of glibc and musl on 64 bits."""

    _fields_ = (
        ("handler", _Handler),
        ("mask", ctypes.c_uint64 * 16),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    )


def _fill(number: int, info: Any, context: int) -> None:
    # The fault comes of a load from a map, in the thread that reads, hence at a place where Python may be called.
    global _faults
    system = _system()
    page = (info.contents.address or 0) & ~(_PAGE - 1)
    if not page or system.mmap(page, _PAGE, _READ | _WRITE, _PRIVATE | _FIXED | _ANONYMOUS, -1, 0) != page:
        signal.signal(signal.SIGBUS, signal.SIG_DFL)
    _faults += 1


# The system calls it as long as the process lives.
_FILL = _Handler(_fill)


@cache
def guard() -> bool:
    """From now on a page that is gone reads as zeros and is counted. Says whether this system can do so. For processes that serve."""
    system = _system()
    if system is None:
        return False
    action = _Action(_FILL, (ctypes.c_uint64 * 16)(), _WITH_INFO, None)
    return bool(system.sigaction(signal.SIGBUS, ctypes.byref(action), None) == 0)

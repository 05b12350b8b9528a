"""Recognition of page images by rapidocr (PP-OCR models inside its wheel), where the extra `ocr` is installed."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal

from juanzong.index.corpus.contents import RecognisedLine, Recogniser
from juanzong.index.errors import UsageError

SETTING = "JUANZONG_OCR"
"""The environment variable that says whether pages are recognised: auto (where the extra is installed), always or never."""
_SIDE = 2000
"""The longest side, in pixels, that is recognised at once: more costs memory without reading better."""


@cache
def is_installed() -> bool:
    """Whether the extra is there. Its two packages do not pull each other."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def wanted() -> Literal["kept", "now"]:
    """Whether pages are to be recognised by this process and those that it starts, or only taken where they are kept."""
    return "now" if os.environ.get(SETTING, "auto") != "never" and is_installed() else "kept"


def set_wanted(setting: str) -> None:
    """Says it for this process and those that it starts: auto, never or always. Raises UsageError for `always` without the extra."""
    if setting == "always" and not is_installed():
        raise UsageError("Nothing can recognise pages here: install juanzong[ocr], or leave out --ocr always.")
    os.environ[SETTING] = setting


def load() -> Recogniser:
    """A recogniser of one thread. Its models are loaded with the first page."""
    engine: list[Callable[..., Any]] = []

    def recognise(image: Any) -> list[RecognisedLine]:
        import numpy as np

        if not engine:
            engine.append(_engine())
        found = engine[0](np.asarray(image.convert("RGB"))[:, :, ::-1])
        if found.boxes is None or found.txts is None:
            return []
        lines = []
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
            corners = tuple((float(x), float(y)) for x, y in box)
            lines.append(RecognisedLine(str(text), corners, float(score)))
        return lines

    return recognise


def _engine() -> Callable[..., Any]:
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    engine: Callable[..., Any] = RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.max_side_len": _SIDE,
            "Global.log_level": "error",
            # pages are upright: turning lines by half does more harm than good
            "Global.use_cls": False,
        }
    )
    return engine

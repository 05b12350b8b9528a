"""Recognition of page images by rapidocr (PP-OCR models inside its wheel), where the extra `ocr` is installed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from juanzong.index.corpus.contents import RecognisedLine, Recogniser
from juanzong.index.corpus.pages import gutters, rings, strips
from juanzong.index.errors import UsageError

SETTING = "JUANZONG_OCR"
"""The environment variable that says whether pages are recognised: auto (where the extra is installed), always or never."""
_SIDE = 2000
"""The longest side, in pixels, of a page that is looked at whole."""
_SMALL, _HEIGHT = 22.0, 30.0
"""The usual height of lines, in pixels, below which a page is looked at in parts; that in which lines are wanted then. A line is about 1.3 characters high."""
_LARGEST = 2.0
"""How much a page of few pixels is enlarged at most."""
_LEAST = 0.5
"""The confidence below which what was read is no text."""
_DOUBTFUL, _SURER, _SAMPLE = 0.85, 0.1, 12
"""The confidence below which a page may be upside down; how much more lines turned round must have then, and how many are tried."""


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
    loaded: list[Any] = []

    def recognise(image: Any) -> list[RecognisedLine]:
        if not loaded:
            loaded.append(engine())
        return list(_lines(loaded[0], image.convert("RGB")))

    return recognise


def _lines(engine: Any, image: Any) -> Iterator[RecognisedLine]:
    """Find the lines of a page in a size in which their characters are neither too small to be told nor larger than they need be; then read each."""
    whole = min(1.0, _SIDE / max(image.size))
    page = _scaled(image, whole)
    boxes = _found(engine, page)
    if boxes is None:
        return
    height = strips.usual_height(boxes)
    scale = min(whole * _HEIGHT / height, 1.0 if whole < 1 else _LARGEST)
    if height < _SMALL and scale > whole:
        page = _scaled(image, scale)
        boxes = strips.found_in_strips(page, boxes * (scale / whole), lambda part: _found(engine, part))
    else:
        scale = whole
    crops = engine.crop_text_regions(page, boxes)
    parted = gutters.divided(boxes, crops)
    if len(parted) > len(boxes):
        boxes, crops = parted, engine.crop_text_regions(page, parted)
    texts, turned = _upright(engine, crops)
    for box, (text, score) in zip(gutters.trimmed(boxes, crops), texts, strict=True):
        if text.strip() and score >= _LEAST:
            corners = [(float(x) / scale, float(y) / scale) for x, y in box]
            yield RecognisedLine(text, tuple(corners[2:] + corners[:2] if turned else corners), score)


def _upright(engine: Any, crops: list[NDArray[np.uint8]]) -> tuple[list[tuple[str, float]], bool]:
    """The texts of lines and their confidence, and whether they stand upside down: then they are hardly believed as they are, and well when turned."""
    texts = _read(engine, crops)
    if _belief(texts) > _DOUBTFUL:
        return texts, False
    longest = sorted(range(len(crops)), key=lambda at: -max(crops[at].shape[:2]))[:_SAMPLE]
    sample = _read(engine, [_turned(crops[at]) for at in longest])
    if _belief(sample) < _belief([texts[at] for at in longest]) + _SURER:
        return texts, False
    return _read(engine, [_turned(crop) for crop in crops]), True


def _read(engine: Any, crops: list[NDArray[np.uint8]]) -> list[tuple[str, float]]:
    read = engine.recognize_txt(crops) if crops else None
    if read is None or read.txts is None:
        return [("", 0.0)] * len(crops)
    # the sign of a naught is the one that the page has elsewhere
    sign = "〇" if any("〇" in text for text in read.txts) else "○"
    return [
        (rings.restored(str(text), _middles(str(text), words), crop, sign), float(score))
        for text, score, words, crop in zip(read.txts, read.scores, read.word_results, crops, strict=True)
    ]


def _middles(text: str, words: Any) -> list[float]:
    """The middle of each character of a line, as a share of its length; none where the recogniser does not tell."""
    columns = [column for word in words.word_cols or () for column in word] if words is not None else []
    if len(columns) != sum(not character.isspace() for character in text):
        return []
    known, middles = iter(columns), [0.0]
    for character in text:
        middles.append(middles[-1] if character.isspace() else (next(known) + 0.5) / words.line_txt_len)
    return middles[1:]


def _belief(texts: list[tuple[str, float]]) -> float:
    """The confidence of a character in the mean."""
    return sum(len(text) * score for text, score in texts) / max(1, sum(len(text) for text, _ in texts))


def _turned(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(crop[::-1, ::-1])


def _scaled(image: Any, scale: float) -> NDArray[np.uint8]:
    """An image as the recogniser wants it: (height, width, blue green red)."""
    if scale != 1.0:
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        image = image.resize(size, reducing_gap=3.0 if scale < 1 else None)
    return np.ascontiguousarray(np.asarray(image)[:, :, ::-1])


def _found(engine: Any, part: NDArray[np.uint8]) -> strips.Boxes | None:
    """The lines that are found on an image, None for none."""
    found = engine(part, use_det=True, use_cls=False, use_rec=False)
    return None if found.boxes is None else np.asarray(found.boxes, dtype=np.float32)


def engine() -> Any:
    """The library's reader of lines, with one thread and its models loaded."""
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            # nothing is shrunk behind our back: see strips
            "Global.max_side_len": 100_000,
            "Global.log_level": "error",
            # where each character stands: see rings
            "Global.return_word_box": True,
            # whether a page is upside down is told by all its lines: turning each by itself does more harm than good
            "Global.use_cls": False,
        }
    )

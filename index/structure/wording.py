"""What the wording of one line says about it. Every expression is anchored or bounded, so that each is linear on any input."""

from __future__ import annotations

from juanzong.index.datafiles import Words

WORDS = Words("line_words.yaml")
"""What a line tells by itself."""
SEAMS = Words("seam_words.yaml")
"""What tells whether a paragraph goes on below it."""
HAN = "\u4e00-\u9fff"
_MAY_CLOSE = frozenset("”’\"'』」)）]】》〉＞>*!?….;")


def is_closed(text: str) -> bool:
    """Whether a line ends as a sentence does."""
    last = text[-1]
    return last in "。！？；" or last in _MAY_CLOSE and WORDS.closed.search(text, max(0, len(text) - 25)) is not None


def is_colon(text: str) -> bool:
    """Whether a line ends by announcing what follows."""
    return text[-1] in ":："


def is_signature(text: str) -> bool:
    """Whether a line is a full date, a body with its date, or the number of an official document."""
    return (
        len(text) <= 70
        and (text[-1] in "日号时分)）:：" or text[-1].isdecimal())
        and (WORDS.date_line.match(text) or WORDS.body_and_date.match(text) or WORDS.document_number.match(text))
        is not None
    )


def is_document_number(text: str) -> bool:
    """Whether a line is the number of an official document: 国办发〔2021〕5号."""
    return len(text) <= 40 and WORDS.document_number.match(text) is not None


def is_agency_line(text: str) -> bool:
    """Whether a line is nothing but the names of bodies, as below a notice."""
    return len(text) <= 60 and all(WORDS.body_line.match(name) for name in text.replace("、", " ").split())


def is_caption(text: str) -> bool:
    """Whether a line says that it describes a picture."""
    if len(text) > 160 or text.count("。") > 2:
        return False
    return (
        WORDS.caption_start.match(text)
        or WORDS.caption_hint.search(text)
        and WORDS.caption_end.search(text, max(0, len(text) - 40))
    ) is not None


def begins_caption(text: str) -> bool:
    """Whether a line begins as a caption does."""
    return WORDS.caption_start.match(text) is not None

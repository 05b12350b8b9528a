"""Text to tokens: jieba words and character bigrams, with positions in the folded text.

Both fields count positions in characters of the folded text, so that a word and a bigram can be asked to stand side by side.
Phrases are a matter of the bigrams: they leave no gaps where jieba cuts otherwise than the reader would.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from juanzong.index.errors import UnreadableInput
from juanzong.index.text.folding import FOLDING_VERSION, SPACE, fold, fold_all, fold_spaced
from juanzong.index.vectors import Array, starts

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# What makes one word with its like beside it, in folded text: Latin letters and the digits of any script.
LATIN = "\\da-z\u00df-\u00f6\u00f8-\u024f\u1e00-\u1eff"
HAN_RUN = re.compile(f"[{HAN}]+")
LATIN_RUN = re.compile(f"[{LATIN}]+")
RUN = re.compile(f"[{HAN}]+|[{LATIN}]+|[^\\W_{HAN}{LATIN}]+")
_NONE, _HAN, _LATIN, _OTHER = 1, 2, 3, 4
SENTINEL = "\x00"
MAX_CHARACTERS = 60_000
# Places in a folded text are numbers of 16 bits.
MAX_FOLDED = 0xFFFF
# NFKC makes at most so many characters of one (U+FDFA).
_WIDEST = 18


@dataclass(frozen=True)
class Tokens:
    """The tokens of a batch of texts in both fields.

    `words` are distinct, sorted by code point; `word` (uint32) numbers them per token; `bigram` (uint64) is the first character's
    code point × 2^21 + the second's, 0 for the sentinel. `*_text` (uint32) is the text's number, `*_position` (uint32) the
    token's place in the folded batch. `text_starts` (int64) says where each text begins there.
    """

    words: list[str]
    word: Array
    word_position: Array
    bigram: Array
    text_starts: Array


class Segmenter:
    """Cuts Han text into words: the same dictionary in Rust where it is installed, in Python otherwise."""

    def __init__(self, userdict: Path | None = None) -> None:
        self.userdict = userdict
        self._cut: Callable[[str], list[str]] | None = None

    def cut(self, text: str) -> list[str]:
        """The words of a text; together they are the text again."""
        if self._cut is None:
            self._cut = _user_cutter(self.userdict) if self.userdict else _default_cutter()
        return self._cut(text)

    def fingerprint(self) -> dict[str, str]:
        """What an index built with this segmenter depends on."""
        dictionary = hashlib.sha256(self.userdict.read_bytes()).hexdigest() if self.userdict else ""
        return {
            "folding": str(FOLDING_VERSION),
            "jieba": _jieba_version(),
            "userdict": dictionary,
            "opencc": _version("OpenCC"),
        }


@cache
def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def _jieba_version() -> str:
    return _version("jieba")


def _default_cutter() -> Callable[[str], list[str]]:
    try:
        import rjieba
    except ImportError:
        import jieba

        jieba.setLogLevel(60)
        return jieba.Tokenizer().lcut  # type: ignore[no-any-return]
    return rjieba.cut


def _user_cutter(userdict: Path) -> Callable[[str], list[str]]:
    import jieba

    jieba.setLogLevel(60)
    tokenizer = jieba.Tokenizer()
    try:
        with userdict.open("rb") as file:
            tokenizer.load_userdict(file)
    except (OSError, ValueError) as error:
        raise UnreadableInput(
            f"The user dictionary {userdict} cannot be read ({error}). Give a UTF-8 file of lines “word [frequency] [tag]”."
        ) from None
    return tokenizer.lcut  # type: ignore[no-any-return]


@cache
def _class_table() -> Array:
    # 0 is not known yet; the system gives memory only to the parts that are written
    return np.zeros(0x110000, np.int8)


def _classes(codes: Array) -> Array:
    """What each character of a folded text is to a word (int8): none of it, Han, Latin, or of another script. Words are runs of one class."""
    table = _class_table()
    classes = table[codes]
    if not classes.all():
        for code in set(codes[classes == 0].tolist()):
            character = chr(code)
            table[code] = (
                _HAN
                if HAN_RUN.match(character)
                else _LATIN
                if LATIN_RUN.match(character)
                else _OTHER
                if RUN.match(character)
                else _NONE
            )
        classes = table[codes]
    found: Array = classes
    return found


def _text(codes: Array) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def fits(text: str) -> bool:
    """Whether a text can be indexed whole: folding may make it several times longer."""
    return len(text) <= MAX_CHARACTERS and (len(text) * _WIDEST <= MAX_FOLDED or len(fold(text)) <= MAX_FOLDED)


def fitting(text: str) -> str:
    """The beginning of a text that can be indexed: nearly always all of it."""
    text = text[:MAX_CHARACTERS]
    while not fits(text):
        text = text[: len(text) * MAX_FOLDED // (len(fold(text)) + 1)]
    return text


def tokenize(texts: Sequence[str], segmenter: Segmenter) -> Tokens:
    """The tokens of a batch. Each text fits (see `fits`); to be inverted a batch may have at most 2^22 characters in folded form."""
    codes, begins = fold_all(texts)
    # a line feed between texts, where neither a word nor a run goes on
    codes = np.insert(codes, begins[1:-1], 0x0A)
    joined = _text(codes)
    kept = (codes != SPACE) & (codes != 0x0A)
    folded_place = np.cumsum(kept, dtype=np.int64) - kept
    text_starts = (
        np.concatenate(([0], folded_place[codes == 0x0A], [int(kept.sum())])) if texts else np.zeros(1, np.int64)
    )

    classes = _classes(codes)
    han = classes == _HAN
    broken = np.where(han, codes, 0x0A)[han | np.append(True, han[:-1])]
    han_words = [word for word in segmenter.cut(_text(broken)) if word != "\n"]
    lengths = np.fromiter(map(len, han_words), np.int64, len(han_words))
    changes = (np.diff(classes, prepend=_NONE, append=_NONE) != 0).nonzero()[0]
    first, last = changes[:-1], changes[1:]
    others = classes[first] >= _LATIN
    tokens = han_words + [joined[a:b] for a, b in zip(first[others].tolist(), last[others].tolist())]
    place = np.concatenate((han.nonzero()[0][starts(lengths)[:-1]], first[others]))

    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    word = np.fromiter(map(numbers.__getitem__, tokens), np.int64, len(tokens))
    words = sorted(numbers)
    rank = np.empty(len(words), np.uint32)
    rank[np.fromiter((numbers[token] for token in words), np.int64, len(words))] = np.arange(len(words))

    folded = codes[kept].astype(np.uint64)
    second = np.zeros_like(folded)
    second[:-1] = folded[1:]
    ends = text_starts[1:] - 1
    second[ends[ends >= text_starts[:-1]]] = 0
    return Tokens(
        words, rank[word], folded_place[place].astype(np.uint32), (folded << np.uint64(21)) | second, text_starts
    )


def words_of(text: str, segmenter: Segmenter) -> list[str]:
    """The words of a folded query text, in order."""
    return [word for run in RUN.findall(text) for word in (segmenter.cut(run) if HAN_RUN.match(run) else [run])]


def bigrams_of(folded: str) -> list[str]:
    """The overlapping character pairs of a folded text; the last one is closed by the sentinel."""
    return [folded[i : i + 2] for i in range(len(folded) - 1)] + [folded[-1] + SENTINEL] if folded else []


def analyze(text: str, segmenter: Segmenter | None = None) -> dict[str, Any]:
    """What `juanzong analyze` shows: the folded text and the tokens of both fields."""
    folded = fold(text)
    return {
        "text": text,
        "folded": folded,
        "words": words_of(fold_spaced(text), segmenter or Segmenter()),
        "characters": [pair.rstrip(SENTINEL) for pair in bigrams_of(folded)],
    }

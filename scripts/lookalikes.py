"""What the recogniser takes for what: `python -m scripts.lookalikes` prints pairs of characters with how often one was read for the other.

Passages of the truth set that hold a character of `search/data/lookalikes.csv`, and words of jieba's dictionary with it where no passage does, then passages
anywhere, are drawn as lines in the fonts of this machine, small, blurred and with noise, and recognised (`juanzong[ocr]`). Only readings as long as the line
count. `*` marks pairs of the table.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from accuracy.documents import own_texts
from juanzong.index.corpus.pages.recogniser import engine
from juanzong.index.text.folding import fold
from juanzong.search.language.lookalikes import lookalikes

SEED = 7
AROUND = 8
"""Characters before and after one that are drawn with it."""
SIZES = (12, 14, 18)
"""Pixels of a character; a page is read at about thirteen or more."""
FOLDERS = (Path("/usr/share/fonts"),)
FACES = ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc", "uming.ttc", "ukai.ttc", "wqy-zenhei.ttc")


def passages(each: int, anywhere: int, chosen: random.Random) -> Iterator[str]:
    """Short passages of our own texts: so many for each character of the table, words of the dictionary where there are too few; so many `anywhere`."""
    import jieba

    texts = ["".join(text.split()) for _, paragraphs in own_texts() for text in paragraphs]
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    wanted = {character for character in lookalikes() if character >= "\u2e80"}
    for number, text in enumerate(texts):
        for at, character in enumerate(text):
            if character in wanted:
                places[character].append((number, at))
    jieba.setLogLevel("ERROR")
    jieba.initialize()
    words: dict[str, list[str]] = defaultdict(list)
    for word, weight in sorted(jieba.dt.FREQ.items(), key=lambda item: -item[1]):
        if weight and 2 <= len(word) <= 4:
            for character in set(word) & wanted:
                if len(words[character]) < 3 * each:
                    words[character].append(word)
    for character in sorted(wanted):
        found = chosen.sample(places[character], min(each, len(places[character])))
        for number, at in found:
            yield texts[number][max(0, at - AROUND) : at + AROUND]
        rest = words[character][: 3 * (each - len(found))]
        for start in range(0, len(rest), 3):
            yield "、".join(rest[start : start + 3])
    for _ in range(anywhere):
        text = chosen.choice(texts)
        at = chosen.randrange(max(1, len(text) - 2 * AROUND))
        yield text[at : at + 2 * AROUND]


def drawn(text: str, face: Path, size: int, noise: np.random.Generator) -> Any:
    """A line as a scan of it: (height, width, 3), grey, blurred and with noise."""
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    font = ImageFont.truetype(str(face), 4 * size)
    image: Any = Image.new("L", (4 * size * (len(text) + 1), 6 * size), 245)
    ImageDraw.Draw(image).text((2 * size, size // 2), text, fill=30, font=font)
    image = image.filter(ImageFilter.GaussianBlur(1.6)).resize((image.width // 4, image.height // 4))
    grey = np.asarray(image).astype(np.float32) + noise.normal(0, 14, image.size[::-1])
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=6, help="passages for each character of the table")
    parser.add_argument("--anywhere", type=int, default=1500, help="passages from anywhere")
    parser.add_argument("--seed", type=int, default=SEED, help="which passages, fonts and noise are drawn")
    arguments = parser.parse_args()
    faces = [path for name in FACES for folder in FOLDERS for path in folder.rglob(name)]
    if not faces:
        print("No font of this machine has Chinese characters: apt install fonts-noto-cjk", file=sys.stderr)
        return 4
    chosen, noise = random.Random(arguments.seed), np.random.default_rng(arguments.seed)
    lines = list(passages(arguments.each, arguments.anywhere, chosen))
    images = [drawn(text, chosen.choice(faces), chosen.choice(SIZES), noise) for text in lines]
    print(f"{len(lines)} lines", file=sys.stderr, flush=True)
    reader = engine()
    counts: Counter[tuple[str, str]] = Counter()
    seen: Counter[str] = Counter()
    for start in range(0, len(lines), 60):
        read = reader.recognize_txt(images[start : start + 60])
        for text, got in zip(lines[start : start + 60], read.txts or (), strict=False):
            true, other = fold(text), fold(str(got))
            if len(true) == len(other):
                seen.update(true)
                counts.update((a, b) for a, b in zip(true, other, strict=True) if a != b)
    for (true, other), count in counts.most_common():
        known = "*" if other in lookalikes().get(true, "") else " "
        print(f"{known} {true} {other} {count} of {seen[true]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

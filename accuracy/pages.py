"""Precision and recall of titles, sources and days of publication on sample pages: `python -m accuracy.pages [--show] [--split blind]`.

The pages (`pages/*.yaml`) have the shapes that saved news has: sites of newspapers, portals, government sites, saved posts, electronic papers, dumps. Each was
written for this project, with what a careful reader finds, before the rules read it; `blind.yaml`, `unseen.yaml`, `unopened.yaml`, `sealed.yaml` and `untouched.yaml` are held by their
hashes.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from accuracy.score import Tally, report
from juanzong.index.records import Article, Document

FOLDER = Path(__file__).parent / "pages"
STORIES = "stories.yml"
SPLITS = ("open", "blind", "unseen", "unopened", "sealed", "untouched")
MEASURES = ("title", "source", "published")
_KEYS = {"id", "kind", "name", "text", "encoding", *MEASURES}
_STORY = re.compile(r"<<(?:(?P<way>p|br|nl) )?(?P<name>[a-z]+)(?: (?P<number>\d))?>>")


@dataclass(frozen=True, slots=True)
class Page:
    """One sample page as bytes; for each measure the spellings that are right, none where the page does not tell it."""

    id: str
    kind: str
    split: str
    name: str
    data: bytes
    wanted: dict[str, tuple[str, ...]]


def load(folder: Path = FOLDER) -> list[Page]:
    """Every page, in the order of the files. Raises ValueError with the page that is malformed."""
    stories = yaml.safe_load((folder / STORIES).read_text(encoding="utf-8"))
    return list(_pages(folder, stories))


def _pages(folder: Path, stories: dict[str, list[str]]) -> Iterator[Page]:
    for path in sorted(folder.glob("*.yaml")):
        for raw in yaml.safe_load(path.read_text(encoding="utf-8")):
            if set(raw) - _KEYS or not {"id", "kind", "name", "text", *MEASURES} <= set(raw):
                raise ValueError(
                    f"page {raw.get('id')}: give id, kind, name, text, title, source and published (null where the page tells none)"
                )
            text = _STORY.sub(lambda found: _told(found, stories), raw["text"])
            wanted = {
                measure: tuple(map(str, raw[measure] if isinstance(raw[measure], list) else [raw[measure]]))
                if raw[measure] is not None
                else ()
                for measure in MEASURES
            }
            yield Page(
                raw["id"],
                raw["kind"],
                path.stem if path.stem in SPLITS else "open",
                raw["name"],
                text.encode(raw.get("encoding", "utf-8")),
                wanted,
            )


def _told(found: re.Match[str], stories: dict[str, list[str]]) -> str:
    paragraphs = stories[found["name"]]
    if found["number"]:
        return paragraphs[int(found["number"]) - 1]
    if found["way"] == "p":
        return "".join(f"<p>{text}</p>\n" for text in paragraphs)
    return {"br": "<br>", "nl": "\\n", None: "\n\n"}[found["way"]].join(paragraphs)


def score(pages: Sequence[Page], read: Callable[[Path], list[Document]]) -> Tally:
    """What was told of each page, against what should have been."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for page in pages:
            path = Path(folder, page.name)
            path.write_bytes(page.data)
            article = _main(read(path))
            path.unlink()
            told: dict[str, Any] = {
                "title": article and article.title,
                "source": article and article.source,
                "published": article and article.published.date,
            }
            for measure in MEASURES:
                value, wanted = told[measure], page.wanted[measure]
                if value and value.startswith("--"):
                    # a day without its year is no day of publication
                    value = None
                right = value in wanted
                tally.add(
                    measure,
                    int(right),
                    [] if right or value is None else [f"{value}"],
                    [] if right or not wanted else ["|".join(wanted)],
                    page.id,
                )
    return tally


def _main(documents: Sequence[Document]) -> Article | None:
    articles = [article for document in documents for article in document.articles]
    return max(articles, key=lambda article: sum(len(paragraph.text) for paragraph in article.paragraphs), default=None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of each split, with every miss under `--show`."""
    from juanzong.index.reading.pipeline import read_file

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="list what was missed and what was too much")
    parser.add_argument("--split", choices=SPLITS, help="one split only")
    chosen = parser.parse_args(arguments)
    for split in [chosen.split] if chosen.split else SPLITS:
        pages = [page for page in load() if page.split == split]
        tally = score(pages, read_file)
        print(report(tally, f"pages, {split} ({len(pages)})"))
        if chosen.show:
            print("\n".join(f"    {miss}" for miss in tally.misses))
    return 0


if __name__ == "__main__":
    sys.exit(main())

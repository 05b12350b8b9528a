"""Where the paragraphs of each article lie in a segment, and how long the article is in each field: an article as one text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from juanzong.index.vectors import Array, runs, starts, unsigned


class ArticleRows:
    """Worked out from columns that a segment has anyway, so that nothing is kept twice. All methods are safe between threads."""

    def __init__(self, article: Array, articles: int, lengths: Sequence[Array]) -> None:
        """`article` is the article of each paragraph, `lengths` the tokens of each paragraph, field by field."""
        changed = np.ones(len(article), bool)
        np.not_equal(article[1:], article[:-1], out=changed[1:])
        begins = changed.nonzero()[0]
        ends = np.append(begins[1:], len(article)) if len(begins) else begins
        owner = article[begins]
        self._whole = len(begins) == articles and bool((owner[1:] > owner[:-1]).all())
        if not self._whole:
            # an article's paragraphs need not stand in a row: then it has several runs
            order = owner.argsort(kind="stable")
            begins, ends = begins[order], ends[order]
            self._first_run = starts(np.bincount(owner, minlength=articles))
        self._begins, self._ends = unsigned(begins), unsigned(ends)
        self.lengths = [np.bincount(article, of_field, articles).astype(np.uint32) for of_field in lengths]
        """The tokens of each article (uint32), field by field."""

    def of(self, articles: Array) -> tuple[Array, Array, Array | None]:
        """The runs of rows of these articles, run after run: the first row and the one behind the last of each (int64), and the place of each
        article's first run (int64), None where every article is one run."""
        if self._whole:
            return self._begins.take(articles).astype(np.int64), self._ends.take(articles).astype(np.int64), None
        counts = self._first_run[articles + 1] - self._first_run[articles]
        chosen = runs(self._first_run[articles], counts)
        return self._begins.take(chosen).astype(np.int64), self._ends.take(chosen).astype(np.int64), starts(counts)[:-1]

"""How strongly a word belongs to one set of paragraphs rather than to another, or to another word: measures made of counts alone.

G² is the log-likelihood ratio of a 2×2 table (T. Dunning, Accurate methods for the statistics of surprise and coincidence, Computational
Linguistics 19, 1993): how surely two sets differ. It grows with the sets, so what differs *much* is told by the log ratio (A. Hardie, Log
Ratio, 2014): the binary logarithm of the ratio of the two shares; 1 is twice as often, 3 eight times. logDice (P. Rychlý, A lexicographer-
friendly association score, 2008) says how far two words go together; it has no unit, at most 14, and does not depend on the size of the archive.
"""

from __future__ import annotations

import numpy as np

from juanzong.index.vectors import Array

# χ² with one degree of freedom: a difference by chance is as great as this once in a hundred
ONE_IN_HUNDRED = 6.635
# what stands for a count of none in a ratio (Hardie's choice)
HALF = 0.5


def likelihood(first: Array, second: Array, first_size: int, second_size: int) -> Array:
    """G² (float64) of words that stand in so many paragraphs of two sets of these sizes."""
    size = float(first_size + second_size)
    if not size:
        return np.zeros(len(first))
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    together = one + other
    total = np.zeros(len(one))
    for observed, of_set, of_word in (
        (one, first_size, together),
        (other, second_size, together),
        (first_size - one, first_size, size - together),
        (second_size - other, second_size, size - together),
    ):
        # what was not observed adds nothing, and has no logarithm
        expected = np.where(observed > 0, of_set * of_word / size, 1.0)
        total += observed * np.log(np.maximum(observed, 1.0) / expected)
    found: Array = np.maximum(2 * total, 0.0)
    return found


def log_ratio(first: Array, second: Array, first_size: int, second_size: int) -> Array:
    """log₂ of the share in the first set to that in the second (float64); never negative where the first has more, never positive where it has
    less. A count of 0 counts as ½."""
    a, b = np.maximum(np.asarray(first, np.float64), HALF), np.maximum(np.asarray(second, np.float64), HALF)
    ratio = np.log2((a / max(first_size, 1)) / (b / max(second_size, 1)))
    more = np.asarray(first) * second_size > np.asarray(second) * first_size
    # the half may weigh more than a small share of the other set
    found: Array = np.where(more, np.maximum(ratio, 0.0), np.minimum(ratio, 0.0))
    return found


def log_dice(together: Array, first: int, second: Array) -> Array:
    """14 + log₂(2·f(xy) / (f(x) + f(y))) (float64), for words that stand together so often, one of them `first` times in all."""
    found: Array = 14 + np.log2(
        2 * np.maximum(np.asarray(together, np.float64), 1e-9) / (first + np.asarray(second, np.float64))
    )
    return found

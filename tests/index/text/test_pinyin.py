from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.text.pinyin import collated, ranks

texts = st.text(st.sampled_from("一丁啊安阿鑫龘㐀a Z9，\u0416\U00020000\U0001f600\ue000\ud800"), min_size=1, max_size=4)


@given(texts, texts)
def test_ranks_order_as_names_are_sorted(one: str, other: str) -> None:
    rows = [ranks(np.array([ord(c) for c in text.ljust(4, "\0")], np.uint32)).tolist() for text in (one, other)]
    assert (rows[0] < rows[1]) == (collated(one) < collated(other))

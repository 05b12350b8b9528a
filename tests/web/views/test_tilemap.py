"""Maps of tiles: every unit once, where no other stands; shades and numbers tell the same."""

from __future__ import annotations

import re
from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.divisions import cities_of, provinces
from juanzong.web.language import language
from juanzong.web.views.tilemap import COUNTRY, SHADES, Cell, brief, drawn, has_map, legend, steps, tiles

counts = st.lists(st.integers(1, 10**7), max_size=40)


def test_every_province_and_every_city_of_one_has_a_tile() -> None:
    assert {tile.name for tile in tiles()[COUNTRY]} == set(provinces())
    for province in provinces():
        own = cities_of(province)
        assert has_map(province) == (len(own) > 1)
        if has_map(province):
            assert sorted(tile.name for tile in tiles()[province]) == sorted(own)
    assert all(len(tile.letter) == (on == COUNTRY) for on, own in tiles().items() for tile in own)


def test_no_tile_stands_alone_and_labels_of_a_map_differ() -> None:
    for own in tiles().values():
        stand = {(tile.column, tile.row) for tile in own}
        assert min(column for column, _ in stand) == min(row for _, row in stand) == 0
        for column, row in stand:
            around = {(column + x, row + y) for x in (-1, 0, 1) for y in (-1, 0, 1)} - {(column, row)}
            # an island far out stands alone
            assert around & stand or (column, row) == max(stand, key=lambda place: place[1])
        assert len({tile.label for tile in own}) == len(own)
        assert all(tile.name.startswith(tile.label) and len(tile.label) <= 6 for tile in own)


@given(counts)
def test_shades_rise_and_the_legend_holds_every_count(found: list[int]) -> None:
    least = steps(found)
    assert (
        len(least) <= SHADES and list(least) == sorted(set(least)) and len(legend(found, language("zh"))) == len(least)
    )
    if found:
        assert bisect_right(least, min(found)) == 1 and 1 <= bisect_right(least, max(found)) <= SHADES
        assert least[0] == min(found)


@given(st.integers(0, 10**7), st.sampled_from(("zh", "en")))
def test_a_number_fits_its_tile(number: int, code: str) -> None:
    assert len(brief(number, language(code), 6)) <= 6 and len(brief(number, language(code), 4)) <= 4 + (number > 4999)


def test_what_has_matches_is_a_link_and_says_its_count() -> None:
    t = language("zh")
    own = cities_of("浙江省")
    cells = {own[0]: Cell(1234, True, "/?q=a&city=b"), own[3]: Cell(2, False, "/?city=c")}
    written = str(drawn("浙江省", cells.get, t, "图"))
    assert re.findall(r'<a class="(t\d(?: on)?)" href="([^"]+)" aria-label="([^"]+)"', written) == [
        ("t4", "/?city=c", f"{own[3]}，2 段"),
        ("t5 on", "/?q=a&amp;city=b", f"{own[0]}，1234 段"),
    ]
    assert (
        written.count('aria-current="true"') == 1
        and written.count('<g class="none" aria-hidden="true">') == len(own) - 2
    )
    assert "style=" not in written

"""A reader with a real browser: a hit on a scanned page is found, seen boxed on the image, and the next one too; with and without scripting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("selenium.webdriver", reason="needs selenium: pip install -e .[test]")

from accuracy.forms import one_column
from juanzong.index.build.editions import rebuild
from juanzong.web.app import create_app
from juanzong.web.settings import Service
from tests.chromium import MARKS, WAIT, Browser, logged
from tests.scans import scan
from tests.servers import served

pytestmark = MARKS
LINES = ("关于冬春火灾防控的通告", "各单位应于十一月底前完成自查。", "逾期未报的由消防大队登记，值守安排另行公布。")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    corpus = tmp_path_factory.mktemp("sheets") / "corpus"
    scan(corpus / "扫描.png", LINES)
    body = [f"第{n}条 本市防汛值守安排由水务部门另行公布，各区照此办理，逐日登记。" * 3 for n in range(1, 30)]
    (corpus / "办法.pdf").write_bytes(one_column(body))
    rebuild(corpus.parent / "index", [corpus], jobs=1)
    app = create_app(corpus.parent / "index", Service(sources=True))
    with served(app) as address:
        yield address


def wait(driver: Any, condition: str) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(driver, WAIT).until(lambda _: driver.execute_script(f"return {condition}"))


def loaded(driver: Any, selector: str) -> None:
    """The picture is there, with pixels of its own."""
    wait(driver, f"(i => i && i.complete && i.naturalWidth > 100)(document.querySelector({selector!r}))")


def overlap(driver: Any) -> bool:
    """Whether the box of the current hit lies within the visible part of the image's frame."""
    return bool(
        driver.execute_script(
            """const box = document.querySelector('#sheet svg .now').getBoundingClientRect();
            const plate = document.querySelector('.plate').getBoundingClientRect();
            return box.width > 2 && box.left >= plate.left - 1 && box.right <= plate.right + 1 && box.top >= plate.top - 1 && box.bottom <= plate.bottom + 1;"""
        )
    )


def current(driver: Any) -> tuple[str, str]:
    """The number of the hit that is boxed, and the page that is shown."""
    return tuple(
        driver.execute_script(
            "return [document.querySelector('#sheet svg .now')?.dataset.hit || '', document.querySelector('#sheet').dataset.page]"
        )
    )


def click(driver: Any, selector: str) -> None:
    from selenium.webdriver.common.by import By

    next(found for found in driver.find_elements(By.CSS_SELECTOR, selector) if found.is_displayed()).click()


@pytest.mark.parametrize("scripting", [True, False], ids=["scripts", "no-scripts"])
def test_a_hit_on_a_scan_is_seen_on_its_page(browser: Browser, address: str, scripting: bool) -> None:
    driver = browser(scripting=scripting)
    driver.get(f"{address}/?q=消防大队")
    if scripting:
        loaded(driver, ".cutting img")
    click(driver, ".cutting")
    assert "/doc/" in driver.current_url
    if scripting:
        loaded(driver, "#sheet img")
        assert overlap(driver)
    assert "第 1 页" in driver.page_source and 'class="mark now"' in driver.page_source
    assert not [entry for entry in logged(driver, "browser") if entry["level"] == "SEVERE"]


def test_the_next_hit_moves_both_and_turns_the_page(browser: Browser, address: str) -> None:
    driver = browser()
    driver.get(f"{address}/?q=值守 水务部门")
    click(driver, ".hits h2 a")
    loaded(driver, "#sheet img")
    assert current(driver)[1] == "1"
    seen = []
    hits = int(driver.execute_script("return Number(document.getElementById('walkbar').dataset.hits)"))
    for _ in range(0, hits, 1):
        number = int(driver.execute_script("return document.querySelector('.walk output').textContent.split(' / ')[0]"))
        click(driver, '[data-walk="1"]')
        wait(driver, f"document.querySelector('#sheet svg .now')?.dataset.hit === '{number % hits + 1}'")
        loaded(driver, "#sheet img")
        seen.append(current(driver)[1])
        visible = driver.execute_script(
            "const b = document.querySelector('mark.now').getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight"
        )
        assert visible and overlap(driver)
        if seen[-1] == "2" and seen.count("2") > 2:
            break
    assert seen[0] == "1" and seen[-1] == "2"
    # the address is that of what is seen: opened anew it shows the same
    before = current(driver)
    driver.get(driver.current_url)
    driver.refresh()
    assert current(driver) == before


def test_plain_links_do_the_same_without_scripting(browser: Browser, address: str) -> None:
    driver = browser(scripting=False)
    driver.get(f"{address}/?q=值守 水务部门")
    click(driver, ".hits h2 a")
    first = int(driver.page_source.split("<output>")[1].split(" / ")[0])
    for number in range(first + 1, first + 4):
        click(driver, '.walkbar [data-walk="1"]')
        assert driver.current_url.endswith(f"hit={number}#hit-{number}")
        assert f'class="mark now" data-hit="{number}"' in driver.page_source


def test_a_phone_shows_a_cutting_that_goes_along(browser: Browser, address: str) -> None:
    driver = browser(width=390)
    driver.get(f"{address}/?q=值守 水务部门")
    click(driver, ".hits h2 a")
    loaded(driver, "#sheet img")
    source = "document.querySelector('#sheet img').currentSrc"
    first = driver.execute_script(f"return {source}")
    assert "box=" in first
    click(driver, '#sheet [data-walk="1"]')
    wait(driver, f"{source} !== {first!r}")
    loaded(driver, "#sheet img")
    assert "box=" in driver.execute_script(f"return {source}")
    assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth"), (
        "nothing is wider than the phone"
    )
    covered = driver.execute_script(
        "return document.querySelector('mark.now').getBoundingClientRect().top > document.querySelector('#sheet').getBoundingClientRect().bottom"
    )
    assert covered, "the image does not hide the mark"


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (390, False)], ids=["desktop", "dark", "phone"]
)
def test_axe_finds_nothing(browser: Browser, address: str, width: int, dark: bool) -> None:
    from tests.web.test_accessibility import RUN, axe_text

    driver = browser(width=width, dark=dark)
    driver.get(f"{address}/?q=消防大队&lang={'en' if dark else 'zh'}")
    driver.execute_script(axe_text())
    assert not driver.execute_async_script(RUN)
    click(driver, ".hits h2 a")
    loaded(driver, "#sheet img")
    driver.execute_script(axe_text())
    assert not driver.execute_async_script(RUN)

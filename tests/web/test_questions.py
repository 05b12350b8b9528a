"""What a new user comes with, answered from the start page of the sample corpus within three clicks, without scripting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("selenium.webdriver", reason="needs selenium: pip install -e .[test]")
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import Select, WebDriverWait

from juanzong.index.build import rebuild
from juanzong.web.app import create_app
from tests.chromium import MARKS, WAIT, Browser
from tests.servers import served

pytestmark = MARKS
SEEDS = Path(__file__).parents[2] / "seeds"
CLICKS = 3


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on the sample corpus."""
    index = tmp_path_factory.mktemp("samples") / "index"
    rebuild(index, [SEEDS], jobs=1)
    with served(create_app(index)) as address:
        yield address


class Newcomer:
    """Counts what is clicked; a form that is sent is a click."""

    def __init__(self, driver: WebDriver, server: str) -> None:
        self.driver, self.clicks = driver, 0
        driver.get(server)

    def _moved(self, before: str) -> None:
        self.clicks += 1
        WebDriverWait(self.driver, WAIT).until(lambda driver: driver.current_url != before)

    def asks(self, words: str) -> None:
        box, before = self.driver.find_element(By.ID, "q"), self.driver.current_url
        box.send_keys(words)
        self.driver.find_element(By.CSS_SELECTOR, ".ask button").click()
        self._moved(before)

    def clicks_on(self, text: str, within: str = "main") -> None:
        before = self.driver.current_url
        links = [a for a in self.driver.find_elements(By.CSS_SELECTOR, f"{within} a") if text in a.text]
        links[0].click()
        self._moved(before)

    def sees(self, selector: str) -> list[str]:
        return [element.text for element in self.driver.find_elements(By.CSS_SELECTOR, selector)]


@pytest.fixture
def newcomer(browser: Browser, samples: str) -> Iterator[Newcomer]:
    one = Newcomer(browser(scripting=False), samples)
    yield one
    assert one.clicks <= CLICKS


def test_when_did_a_word_begin_to_be_said_in_two_cities(newcomer: Newcomer) -> None:
    newcomer.asks("流调")
    newcomer.clicks_on("走势")
    Select(newcomer.driver.find_element(By.ID, "by")).select_by_value("city")
    before = newcomer.driver.current_url
    newcomer.driver.find_element(By.CSS_SELECTOR, ".choices button").click()
    newcomer._moved(before)
    begun = {text.split()[0]: text for text in newcomer.sees(".series li")}
    assert "2021年6月18日 至" in begun["徐州市"] and "2021年9月22日 至" in begun["哈尔滨市"]


def test_which_words_tell_two_cities_apart(newcomer: Newcomer) -> None:
    newcomer.clicks_on("比较", "header")
    newcomer.clicks_on("徐州市 与 哈尔滨市")
    words = newcomer.sees(".words-of th a")
    assert "专班" in words and "供热" in words


def test_what_came_in_this_week_about_something(newcomer: Newcomer) -> None:
    newcomer.clicks_on("最近一周")
    newcomer.driver.find_element(By.ID, "q").clear()
    newcomer.asks("加装电梯")
    assert "added=" in newcomer.driver.current_url and len(newcomer.sees(".hits article")) == 10
    assert any("加装电梯" in text for text in newcomer.sees(".hits mark"))


def test_every_line_with_a_word_by_what_stands_before_it(newcomer: Newcomer) -> None:
    newcomer.asks("清零")
    newcomer.clicks_on("逐行对齐")
    newcomer.clicks_on("左侧文字")
    assert len(newcomer.sees(".concordance tbody tr")) > 30 and set(newcomer.sees(".concordance .key mark")) == {"清零"}


def test_where_a_word_is_said(newcomer: Newcomer) -> None:
    newcomer.asks("流调")
    newcomer.driver.find_element(By.CSS_SELECTOR, '.rail a[aria-label^="江苏省"]').click()
    newcomer._moved("")
    assert newcomer.sees(".chosen a")[0].startswith("江苏省") and newcomer.sees(".rail-head")[0].startswith(
        "江苏省各市"
    )
    newcomer.clicks_on("全国", ".rail")
    assert not newcomer.sees(".chosen a")

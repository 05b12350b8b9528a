"""The walk of a reader in a real Chromium: search, narrow, widen, open, go from hit to hit, and back; with scripting and without."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import pytest

pytest.importorskip("selenium.webdriver", reason="needs selenium: pip install -e .[test]")
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.chromium import MARKS, WAIT, Browser, logged

pytestmark = MARKS


class Reader:
    """Someone at a browser. Each step waits until the page has moved."""

    def __init__(self, driver: WebDriver, server: str, scripting: bool, narrow: bool = False) -> None:
        self.driver, self.server, self.scripting, self.narrow = driver, server, scripting, narrow

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    @property
    def state(self) -> list[tuple[str, str]]:
        """What the address says, but for parameters that say nothing."""
        pairs = parse_qsl(urlsplit(self.driver.current_url).query, keep_blank_values=True)
        return [(name, value) for name, value in pairs if value or name == "city"]

    def moves(self, act: Callable[[], object]) -> None:
        before = self.driver.current_url
        act()
        WebDriverWait(self.driver, WAIT).until(lambda driver: driver.current_url != before)
        WebDriverWait(self.driver, WAIT).until(lambda _: self.all("main h1"))

    def ask(self, query: str) -> None:
        box = self.one("#q")
        box.clear()
        box.send_keys(query)
        self.moves(lambda: box.send_keys(Keys.ENTER))

    def choose(self, facet: str, value: str) -> None:
        """Ticks a value: with room and scripting that is enough, else a button applies it, on a phone in a drawer."""
        if self.narrow:
            self.one("aside .drawer > summary").click()
        box = self.one(f'input[name="{facet}"][value="{value}"]')
        if self.scripting and not self.narrow:
            self.moves(box.click)
        else:
            box.click()
            self.moves(self.one(".apply button").click)

    def count(self, selector: str = "main h1") -> int:
        """The first number in a text."""
        found = re.search(r"\d+", self.one(selector).text)
        assert found
        return int(found[0])

    def counts_agree(self) -> int:
        """Total and facet counts of the page are those of the API at the same address; what is not shown is counted as the rest."""
        query = "&".join(
            part
            for part in urlsplit(self.driver.current_url).query.split("&")
            if part not in ("from=", "to=") and not part.startswith("lang=")
        )
        with urllib.request.urlopen(f"{self.server}/api/search?{query}", timeout=WAIT) as answer:
            result = json.load(answer)
        assert self.count() == result["total"]
        for name in ("city", "agency", "source"):
            facet = result["facets"][name]
            expected = {value["value"]: (value["count"], value["selected"]) for value in facet["values"]}
            if facet["missing"]:
                expected[""] = facet["missing"], facet["missing_selected"]
            shown = {
                box.get_attribute("value"): (
                    int(box.find_element(By.XPATH, "../small").get_attribute("textContent") or -1),
                    box.is_selected(),
                )
                for box in self.all(f'aside input[type=checkbox][name="{name}"]')
            }
            rest = "".join(
                link.get_attribute("textContent") or "" for link in self.all(f'[data-facet="{name}"] .more a')
            )
            assert shown.items() <= expected.items()
            assert (
                sum(count > 0 for value, (count, _) in shown.items() if value)
                + int("".join(filter(str.isdigit, rest)) or 0)
                == facet["distinct"]
            )
        return int(result["total"])


SAID = {
    "zh": {"found": "处命中", "any": "改为任一词", "chip": "2021年11月", "other": "en"},
    "en": {"found": "hits", "any": "any of", "chip": "November 2021", "other": "zh-Hans"},
}


# every two of the three in all their ways
@pytest.mark.parametrize(
    ("code", "scripting", "width"),
    [("zh", True, 1280), ("zh", False, 390), ("en", True, 390), ("en", False, 1280)],
    ids=["zh-scripting-desktop", "zh-no-scripting-phone", "en-scripting-phone", "en-no-scripting-desktop"],
)
def test_the_walk_of_a_reader(browser: Browser, server: str, code: str, scripting: bool, width: int) -> None:
    reader, said = Reader(browser(scripting=scripting, width=width), server, scripting, width < 500), SAID[code]
    reader.driver.get(f"{server}/?lang={code}")

    # type, and narrow by two cities, a bar and a body
    reader.ask("流调 OR 专班")
    everything = reader.counts_agree()
    reader.choose("city", "徐州市")
    one_city = reader.counts_agree()
    reader.choose("city", "哈尔滨市")
    two_cities = reader.counts_agree()
    assert one_city < two_cities < everything
    assert set(reader.state) == {("q", "流调 OR 专班"), ("city", "徐州市"), ("city", "哈尔滨市")}
    bar = next(
        link for link in reader.all("svg.bars a") if (link.get_attribute("aria-label") or "").startswith(said["chip"])
    )
    reader.moves(bar.find_element(By.CSS_SELECTOR, ".bar").click)
    assert {("from", "2021-11"), ("to", "2021-11")} <= set(reader.state)
    in_month = reader.counts_agree()
    reader.choose("agency", "徐州市公安局")
    narrow = reader.counts_agree()
    assert 0 < narrow < in_month <= two_cities
    assert {chip.text for chip in reader.all(".chosen li:not(.all) bdi")} == {
        "徐州市",
        "哈尔滨市",
        "徐州市公安局",
        said["chip"],
    }
    reader.moves(next(link for link in reader.all(".chosen a") if link.text.startswith("哈尔滨市")).click)
    assert (
        ("city", "哈尔滨市") not in reader.state
        and ("city", "徐州市") in reader.state
        and reader.counts_agree() == narrow
    )
    results = reader.driver.current_url

    # open, go from mark to mark, and back to where it was
    reader.moves(reader.one(".hits h2 a").click)
    marks = reader.all("main mark")
    assert "/doc/" in reader.driver.current_url and len(marks) > 2
    assert str(len(marks)) in reader.one("#walkbar").text and said["found"] in reader.one("#walkbar").text
    reader.driver.get(reader.driver.current_url.split("#")[0])
    reader.one("#walkbar [data-walk='1']").click()
    assert urlsplit(reader.driver.current_url).fragment == "hit-1"
    following = reader.one(".para.hit .walk a[href^='#hit-']")
    target = following.get_attribute("href")
    following.click()
    assert reader.driver.current_url == target
    reader.moves(reader.one(".back a").click)
    assert set(reader.state) == set(parse_qsl(urlsplit(results).query)) and reader.counts_agree() == narrow

    # take away what is shown, in the order that is shown
    shown = [(link.get_attribute("href") or "").rsplit("#p-", 1)[1] for link in reader.all(".hits h2 a")]
    export = next(
        link.get_attribute("href")
        for link in reader.all(".take-here a")
        if "/export.jsonl" in (link.get_attribute("href") or "")
    )
    with urllib.request.urlopen(str(export), timeout=WAIT) as answer:
        assert [json.loads(line)["id"] for line in answer] == shown

    # the other language shows the same, and is left again
    reader.moves(reader.one(".top a[hreflang]").click)
    assert reader.one("html").get_attribute("lang") == said["other"] and reader.counts_agree() == narrow
    assert [(link.get_attribute("href") or "").rsplit("#p-", 1)[1] for link in reader.all(".hits h2 a")] == shown
    reader.moves(reader.one(".top a[hreflang]").click)
    assert reader.one("html").get_attribute("lang") != said["other"]

    # a filter that leaves nothing is undone by a click
    reader.ask("7×24小时")
    assert not reader.all(".hits article")
    reader.moves(reader.one(".nothing a").click)
    assert reader.all(".hits article") and reader.counts_agree() > 0

    # words that stand nowhere: any of them is enough, and a slip is put right
    reader.driver.get(server)
    reader.ask("流调 火星人")
    assert (
        said["any"] in reader.one(".read").text
        and any("火星人" in note.text for note in reader.all(".note"))
        and reader.all(".hits article")
    )
    reader.ask("哈尔宾市公安局")
    reader.moves(next(link for link in reader.all(".meant a") if link.text == "哈尔滨市公安局").click)
    assert reader.all(".hits article") and not reader.all(".meant")
    assert reader.one("html").size["width"] <= width, "nothing sticks out to the side"


def test_keys_walk_and_never_disturb_typing(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    reader.driver.get(f"{server}/?q=%E6%B5%81%E8%B0%83")
    body = reader.one("body")
    body.send_keys("j")
    body.send_keys("j")
    assert reader.driver.switch_to.active_element.get_attribute("href") == reader.all(".hits h2 a")[1].get_attribute(
        "href"
    )
    body.send_keys("k")
    first = reader.all(".hits h2 a")[0].get_attribute("href")
    assert reader.driver.switch_to.active_element.get_attribute("href") == first
    body.send_keys("/")
    box = reader.driver.switch_to.active_element
    assert box.get_attribute("id") == "q"
    box.send_keys(Keys.END, "j/k?")
    assert box.get_attribute("value") == "流调j/k?"
    assert not reader.one("#keys").is_displayed()
    reader.one("main").click()
    body.send_keys("?")
    assert reader.one("#keys").is_displayed()
    reader.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not reader.one("#keys").is_displayed()

    reader.driver.get(f"{server}/?q=%E6%B5%81%E8%B0%83")
    reader.one("body").send_keys("j")
    reader.moves(lambda: reader.driver.switch_to.active_element.send_keys(Keys.ENTER))
    assert reader.driver.current_url == first


def test_keys_go_from_hit_to_hit_and_round(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    reader.driver.get(f"{server}/?q=%E6%B5%81%E8%B0%83+%E8%BD%A8%E8%BF%B9")
    reader.driver.get((reader.one(".hits h2 a").get_attribute("href") or "").split("#")[0])
    marks = reader.all("main mark")
    seen = []
    for _ in range(len(marks) + 1):
        reader.one("body").send_keys("j")
        seen.append(urlsplit(reader.driver.current_url).fragment)
    assert seen == [*(f"hit-{n}" for n in range(1, len(marks) + 1)), "hit-1"]
    reader.one("body").send_keys("k")
    assert urlsplit(reader.driver.current_url).fragment == f"hit-{len(marks)}"
    assert reader.one("#walkbar output").text == f"{len(marks)} / {len(marks)}"
    assert len(reader.all("mark.now")) == 1


def test_composing_is_left_alone(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    reader.driver.get(f"{server}/?q=%E6%B5%81%E8%B0%83")
    reader.driver.execute_script("""
        for (const key of ["j", "/", "?"]) document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, isComposing: true}));""")
    assert not reader.all(".hits .at") and not reader.one("#keys").is_displayed()
    assert reader.driver.switch_to.active_element.get_attribute("id") != "q"


def test_a_long_list_is_searched_beyond_what_is_shown(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    reader.driver.get(f"{server}/?q=*")
    facet = reader.one("[data-facet=source]")
    field = facet.find_element(By.CSS_SELECTOR, "input.within")

    def shown() -> list[str]:
        return [name.text for name in facet.find_elements(By.CSS_SELECTOR, "label bdi") if name.is_displayed()]

    before = shown()
    assert "第37工作组" not in before
    field.send_keys("第37")
    WebDriverWait(reader.driver, WAIT).until(lambda _: shown() == ["第37工作组"])
    field.send_keys(Keys.CONTROL, "a", Keys.NULL, Keys.DELETE)
    WebDriverWait(reader.driver, WAIT).until(lambda _: shown() == before)
    field.send_keys("第37")
    WebDriverWait(reader.driver, WAIT).until(lambda _: shown() == ["第37工作组"])
    reader.moves(facet.find_element(By.CSS_SELECTOR, 'input[value="第37工作组"]').click)
    assert ("source", "第37工作组") in reader.state and reader.counts_agree() == 2


def test_all_values_of_a_facet_without_scripting(browser: Browser, server: str) -> None:
    for scripting in (True, False):
        reader = Reader(browser(scripting=scripting), server, scripting)
        reader.driver.get(f"{server}/?q=*&city=%E5%BE%90%E5%B7%9E%E5%B8%82")
        results = reader.driver.current_url
        reader.moves(reader.one("[data-facet=source] .more a").click)
        assert len(reader.all("main input[type=checkbox]")) > 40
        box = reader.one("#contains")
        box.send_keys("第37")
        reader.moves(partial(box.send_keys, Keys.ENTER))
        assert [name.text for name in reader.all("main label bdi")] == ["第37工作组"]
        reader.one("main input[type=checkbox]").click()
        reader.moves(reader.one(".choose button").click)
        assert (
            set(reader.state) == {*parse_qsl(urlsplit(results).query), ("source", "第37工作组")}
            and reader.counts_agree() == 2
        )


def test_a_reference_in_place(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    reader.driver.get(f"{server}/?q=%E6%B5%81%E8%B0%83%20%E8%BD%A8%E8%BF%B9")
    here = reader.driver.current_url
    reader.one(".foot .cite").click()
    WebDriverWait(reader.driver, WAIT).until(lambda _: reader.all(".cited .reference"))
    assert "流调专班的夜班[N/OL]" in reader.one(".cited .reference").text and reader.driver.current_url == here
    assert [link.text for link in reader.all(".cited a")] == ["BibTeX", "CSL JSON"]
    reader.one(".foot .cite").click()
    assert not reader.all(".cited")


def test_on_a_phone_the_filters_are_a_drawer(browser: Browser, server: str) -> None:
    for scripting in (True, False):
        reader = Reader(browser(scripting=scripting, width=390), server, scripting)
        reader.driver.get(f"{server}/?q=%E6%B5%81%E8%B0%83&city=%E5%BE%90%E5%B7%9E%E5%B8%82")
        box = reader.one('input[name="city"][value="哈尔滨市"]')
        assert not box.is_displayed() and "1" in reader.one(".drawer > summary").text
        reader.one(".drawer > summary").click()
        box.click()
        assert ("city", "哈尔滨市") not in reader.state, "several can be chosen before the page moves"
        reader.moves(reader.one(".apply button").click)
        assert {("city", "哈尔滨市"), ("city", "徐州市")} <= set(reader.state)
        wide = reader.one("html").size["width"]
        assert wide <= 390, "nothing sticks out to the side"


def test_nothing_is_loaded_from_elsewhere_and_nothing_breaks_the_policy(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    pages = ["/", "/help", "/?q=%E6%B5%81%E8%B0%83", "/?q=%3Cscript%3Ealert(1)%3C/script%3E", "/?q=*&lang=en"]
    for path in pages:
        reader.driver.get(server + path)
    reader.driver.get(server + "/?q=%E4%BB%8E%E5%8F%B3%E5%88%B0%E5%B7%A6")
    reader.moves(reader.one(".hits h2 a").click)
    complaints = [
        entry["message"] for entry in logged(reader.driver, "browser") if entry["level"] in ("SEVERE", "WARNING")
    ]
    assert not complaints
    requested = [json.loads(entry["message"])["message"] for entry in logged(reader.driver, "performance")]
    urls = [entry["params"]["request"]["url"] for entry in requested if entry["method"] == "Network.requestWillBeSent"]
    ours = [url for url in urls if not url.startswith(("data:", "chrome:"))]
    assert ours and all(url.startswith(server) for url in ours)


def test_choosing_keeps_the_focus(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    reader.driver.get(f"{server}/?q=%E6%B5%81%E8%B0%83")
    reader.choose("city", "徐州市")
    WebDriverWait(reader.driver, WAIT).until(
        lambda driver: driver.switch_to.active_element.get_attribute("value") == "徐州市"
    )
    assert reader.one(".apply").is_displayed() is False


# --- suggestions ---


def suggested(reader: Reader) -> list[str]:
    return [item.text for item in reader.all("#suggestions [role=option] bdi")]


def until_suggested(reader: Reader, text: str) -> None:
    WebDriverWait(reader.driver, WAIT).until(lambda _: any(text in found for found in suggested(reader)))


def test_suggestions_are_chosen_by_keys(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    reader.driver.get(server)
    box = reader.one("#q")
    assert box.get_attribute("aria-expanded") == "false" and not reader.one("#suggestions").is_displayed()
    box.send_keys("xuzhoushigong")
    until_suggested(reader, "徐州市公安局")
    assert box.get_attribute("aria-expanded") == "true"
    assert box.get_attribute("aria-controls") == reader.one("[role=listbox]").get_attribute("id")
    assert reader.one("#suggested").get_attribute("textContent") != ""
    assert box.get_attribute("aria-activedescendant") is None and box.get_attribute("value") == "xuzhoushigong", (
        "nothing is chosen for the reader"
    )

    box.send_keys(Keys.ARROW_DOWN)
    active = reader.one(f"#{box.get_attribute('aria-activedescendant')}")
    assert active.get_attribute("aria-selected") == "true" and box.get_attribute("value") == suggested(reader)[0]
    box.send_keys(Keys.ARROW_UP)
    assert box.get_attribute("value") == "xuzhoushigong" and box.get_attribute("aria-activedescendant") is None
    box.send_keys(Keys.ARROW_DOWN, Keys.ESCAPE)
    assert box.get_attribute("value") == "xuzhoushigong" and box.get_attribute("aria-expanded") == "false"

    box.send_keys(Keys.ARROW_DOWN)
    until_suggested(reader, "徐州市公安局")
    box.send_keys(Keys.ARROW_DOWN)
    chosen = box.get_attribute("value")
    reader.moves(lambda: box.send_keys(Keys.ENTER))
    assert reader.state == [("q", chosen)] and reader.all(".hits article")


def test_a_suggestion_is_chosen_by_a_click(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    reader.driver.get(f"{server}/?q=*&city=%E5%BE%90%E5%B7%9E%E5%B8%82")
    box = reader.one("#q")
    box.clear()
    box.send_keys("徐州市公")
    until_suggested(reader, "徐州市公安局")
    reader.moves(next(item for item in reader.all("#suggestions li") if "徐州市公安局" in item.text).click)
    assert set(reader.state) == {("q", "徐州市公安局"), ("city", "徐州市")}


def test_nothing_is_suggested_while_an_input_method_composes(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    reader.driver.get(server)
    asked = reader.driver.execute_async_script("""
        const done = arguments[0], box = document.getElementById("q"), fetched = [], plain = window.fetch;
        window.fetch = (...given) => { fetched.push(given[0]); return plain(...given); };
        box.focus();
        box.dispatchEvent(new CompositionEvent("compositionstart"));
        box.value = "liudiao";
        box.dispatchEvent(new InputEvent("input", {isComposing: true}));
        const enter = new KeyboardEvent("keydown", {key: "Enter", isComposing: true, cancelable: true, bubbles: true});
        const arrow = new KeyboardEvent("keydown", {key: "ArrowDown", isComposing: true, cancelable: true, bubbles: true});
        box.dispatchEvent(enter); box.dispatchEvent(arrow);
        setTimeout(() => {
            const during = fetched.length;
            box.value = "流调";
            box.dispatchEvent(new CompositionEvent("compositionend"));
            setTimeout(() => done([during, fetched.length, enter.defaultPrevented || arrow.defaultPrevented]), 400);
        }, 400);""")
    assert asked == [0, 1, False]


# --- why ---


def test_why_a_hit_is_there_and_why_another_is_not(browser: Browser, server: str) -> None:
    for scripting in (True, False):
        reader = Reader(browser(scripting=scripting), server, scripting)
        reader.driver.get(f"{server}/?q=%E6%B5%81%E8%B0%83&city=%E5%BE%90%E5%B7%9E%E5%B8%82")
        results = reader.driver.current_url
        reader.moves(reader.one('.foot a[href^="/explain"]').click)
        assert "能找到" in reader.one("main h1").text and reader.all("blockquote mark") and reader.all("table tbody tr")
        reader.moves(reader.one(".back a").click)
        assert reader.driver.current_url == results

        reader.driver.get(f"{server}/?q=%E6%B5%81%E8%B0%83&city=%E5%93%88%E5%B0%94%E6%BB%A8%E5%B8%82")
        elsewhere = reader.one(".hits h2 a").get_attribute("href") or ""
        reader.driver.get(results)
        reader.moves(reader.one('.read a[href^="/explain"]').click)
        reader.one("input[name=id]").send_keys(elsewhere)
        reader.moves(reader.one(".which button").click)
        assert "被筛选条件排除" in reader.one("main h1").text
        assert any("徐州市" in line.text and "哈尔滨市" in line.text for line in reader.all(".grounds .bad"))

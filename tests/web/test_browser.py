"""The walk of a reader in a real Chromium: search, narrow, widen, open, go from hit to hit, and back; with scripting and without."""
from __future__ import annotations

import json
import re
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium: pip install -e .[test]")
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.remote.webdriver import WebDriver  # noqa: E402
from selenium.webdriver.remote.webelement import WebElement  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

CHROMIUM, DRIVER = shutil.which("chromium") or "/usr/bin/chromium", shutil.which("chromedriver") or "/usr/bin/chromedriver"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists() or not Path(DRIVER).exists(), reason="needs chromium and chromedriver: apt-get install chromium-driver"),
]
ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--accept-lang=zh-CN", "--window-size=1280,1000")
WAIT = 20
Browser = Callable[..., WebDriver]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    opened: list[WebDriver] = []

    def start(scripting: bool = True, width: int = 1280) -> WebDriver:
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path / f'profile-{len(opened)}'}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        if not scripting:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        opened.append(driver)
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width < 500})
        return driver

    yield start
    for driver in opened:
        driver.quit()


class Reader:
    """Someone at a browser. Each step waits until the page has moved."""

    def __init__(self, driver: WebDriver, server: str, scripting: bool) -> None:
        self.driver, self.server, self.scripting = driver, server, scripting

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

    def choose(self, facet: str, value: str) -> None:
        box = self.one(f'input[name="{facet}"][value="{value}"]')
        if self.scripting:
            self.moves(box.click)
        else:
            box.click()
            self.moves(self.one(".apply button").click)

    def counts_agree(self) -> int:
        """Total and facet counts of the page are those of the API at the same address."""
        query = "&".join(part for part in urlsplit(self.driver.current_url).query.split("&") if part not in ("from=", "to="))
        with urllib.request.urlopen(f"{self.server}/api/search?{query}", timeout=WAIT) as answer:
            result = json.load(answer)
        found = re.match(r"共 (\d+) 段", self.one("main h1").text)
        assert found and int(found[1]) == result["total"]
        for name in ("city", "agency", "source"):
            facet = result["facets"][name]
            expected = {value["value"]: (value["count"], value["selected"]) for value in facet["values"]}
            if facet["missing"]:
                expected[""] = facet["missing"], facet["missing_selected"]
            shown = {box.get_attribute("value"): (int(box.find_element(By.XPATH, "../small").get_attribute("textContent") or -1), box.is_selected())
                     for box in self.all(f'aside input[type=checkbox][name="{name}"]')}
            assert shown == expected
        return int(result["total"])


@pytest.mark.parametrize("scripting", [True, False], ids=["scripting", "no-scripting"])
def test_the_walk_of_a_reader(browser: Browser, server: str, scripting: bool) -> None:
    reader = Reader(browser(scripting), server, scripting)
    reader.driver.get(server)
    reader.one("#q").send_keys("流调 OR 专班")
    reader.moves(lambda: reader.one("#q").send_keys(Keys.ENTER))
    everything = reader.counts_agree()

    reader.choose("city", "徐州市")
    one_city = reader.counts_agree()
    reader.choose("city", "哈尔滨市")
    two_cities = reader.counts_agree()
    assert one_city < two_cities < everything
    assert set(reader.state) == {("q", "流调 OR 专班"), ("city", "徐州市"), ("city", "哈尔滨市")}

    bar = next(link for link in reader.all("svg.bars a") if (link.get_attribute("aria-label") or "").startswith("2021年11月"))
    reader.moves(bar.find_element(By.CSS_SELECTOR, ".bar").click)
    assert {("from", "2021-11"), ("to", "2021-11")} <= set(reader.state)
    in_month = reader.counts_agree()
    assert in_month <= two_cities

    reader.choose("agency", "徐州市公安局")
    narrow = reader.counts_agree()
    assert 0 < narrow < in_month
    assert {chip.text for chip in reader.all(".chosen li:not(.all) bdi")} == {"徐州市", "哈尔滨市", "徐州市公安局", "2021年11月"}

    chip = next(link for link in reader.all(".chosen a") if link.text.startswith("哈尔滨市"))
    reader.moves(chip.click)
    assert ("city", "哈尔滨市") not in reader.state and ("city", "徐州市") in reader.state
    assert reader.counts_agree() == narrow
    before_opening = reader.driver.current_url

    reader.moves(reader.one(".hits h2 a").click)
    marks = reader.all("main mark")
    assert "/doc/" in reader.driver.current_url and len(marks) > 2
    assert f"{len(marks)} 处命中" in reader.one("#walkbar").text
    reader.driver.get(reader.driver.current_url.split("#")[0])
    reader.one("#walkbar [data-walk='1']").click()
    assert urlsplit(reader.driver.current_url).fragment == "hit-1"
    paragraph = reader.one(".para.hit .walk a[href^='#hit-']")
    target = paragraph.get_attribute("href")
    paragraph.click()
    assert reader.driver.current_url == target

    reader.moves(reader.one(".back a").click)
    assert set(reader.state) == set(parse_qsl(urlsplit(before_opening).query))
    reader.counts_agree()


def test_keys_walk_and_never_disturb_typing(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    reader.driver.get(f"{server}/?q=%E6%B5%81%E8%B0%83")
    body = reader.one("body")
    body.send_keys("j")
    body.send_keys("j")
    assert reader.driver.switch_to.active_element.get_attribute("href") == reader.all(".hits h2 a")[1].get_attribute("href")
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


def test_a_long_list_can_be_searched(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    reader.driver.get(f"{server}/?q=*")
    fields = [field for field in reader.all("input.within") if field.is_displayed()]
    facet = fields[0].find_element(By.XPATH, "..")
    value = facet.find_elements(By.CSS_SELECTOR, "label span")[-2].get_attribute("textContent") or ""
    fields[0].send_keys(value)
    shown = [label.text for label in facet.find_elements(By.CSS_SELECTOR, "label") if label.is_displayed()]
    assert shown and all(value in label for label in shown)


def test_on_a_phone_the_filters_are_a_drawer(browser: Browser, server: str) -> None:
    for scripting in (True, False):
        reader = Reader(browser(scripting, width=390), server, scripting)
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
    complaints = [entry["message"] for entry in reader.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    assert not complaints
    requested = [json.loads(entry["message"])["message"] for entry in reader.driver.get_log("performance")]
    urls = [entry["params"]["request"]["url"] for entry in requested if entry["method"] == "Network.requestWillBeSent"]
    ours = [url for url in urls if not url.startswith(("data:", "chrome:"))]
    assert ours and all(url.startswith(server) for url in ours)


def test_choosing_keeps_the_focus(browser: Browser, server: str) -> None:
    reader = Reader(browser(), server, True)
    reader.driver.get(f"{server}/?q=%E6%B5%81%E8%B0%83")
    reader.choose("city", "徐州市")
    WebDriverWait(reader.driver, WAIT).until(lambda driver: driver.switch_to.active_element.get_attribute("value") == "徐州市")
    assert reader.one(".apply").is_displayed() is False

"""Every kind of page, looked through by axe-core: in both languages, light and dark, on a desktop and on a phone."""

from __future__ import annotations

import os
import threading
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

import pytest

pytest.importorskip("selenium.webdriver", reason="needs selenium: pip install -e .[test]")
from flask.testing import FlaskClient
from waitress.server import create_server

from juanzong.web.app import create_app
from juanzong.web.service import accounts
from juanzong.web.settings import Service
from tests.chromium import MARKS, Browser
from tests.trees import page, select

pytestmark = MARKS
RUN = """const done = arguments[arguments.length - 1];
    axe.run(document, {resultTypes: ["violations"]}).then((found) => done(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(" ")}`)));"""


@pytest.fixture(scope="module")
def axe() -> str:
    return axe_text()


def axe_text() -> str:
    """The text of axe-core: the file in $AXE, else the one in the package axe-core-python."""
    if given := os.environ.get("AXE"):
        return Path(given).read_text("utf-8")
    package = find_spec("axe_core_python")
    if package is None or package.origin is None:
        pytest.skip("needs axe-core: pip install -e .[test]")
    return Path(package.origin).with_name("axe.min.js").read_text("utf-8")


def paths(client: FlaskClient) -> dict[str, str]:
    hit = select(page(client, "/?" + urlencode({"q": "流调 轨迹"})), ".hits h2 a")[0].get("href").split("#")
    identifier = hit[1].removeprefix("p-")
    return {
        "start": "/?",
        "results": "/?" + urlencode({"q": "流调 OR 专班", "city": ["徐州市", "哈尔滨市"], "from": "2021"}, doseq=True),
        "many": "/?" + urlencode({"q": "消防演练", "page": 2}),
        "relaxed": "/?" + urlencode({"q": "流调 火星人"}),
        "empty": "/?" + urlencode({"q": "7×24小时", "city": "徐州市"}),
        "document": hit[0] + "&",
        "error": "/?page=x&",
        "missing": "/nowhere?",
        "help": "/help?",
        "why": "/explain?" + urlencode({"q": "流调 轨迹", "id": identifier}),
        "why not": "/explain?" + urlencode({"q": "消防", "city": "黑河市", "id": identifier}),
        "which": "/explain?" + urlencode({"q": "流调"}),
        "values": "/facet/source?" + urlencode({"q": "*", "source": "第7工作组"}),
        "no value": "/facet/city?" + urlencode({"contains": "火星"}),
        "citation": f"/cite/{identifier}?q=",
        "copies": f"/copies/{identifier}?q=",
        "trends": "/trends?" + urlencode({"q": ["流调", "消防演练", "专班"]}, doseq=True),
        "shares": "/trends?" + urlencode({"q": "流调", "by": "city", "scale": "rate"}),
        "compare": "/compare?" + urlencode({"by": "city", "a": "徐州市", "b": "哈尔滨市"}),
        "compare form": "/compare?",
        "places": "/places?" + urlencode({"q": "流调", "province": "江苏省"}),
        "concordance": "/?" + urlencode({"q": "流调", "view": "kwic"}),
    }


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (390, False)], ids=["desktop", "dark", "phone"]
)
def test_axe_finds_nothing(
    browser: Browser, server: str, client: FlaskClient, axe: str, width: int, dark: bool
) -> None:
    driver = browser(width=width, dark=dark)
    found = {}
    for name, path in paths(client).items():
        for code in ("zh", "en"):
            driver.get(f"{server}{path}&lang={code}")
            driver.execute_script(axe)
            if violations := driver.execute_async_script(RUN):
                found[name, code] = violations
    assert not found


def test_axe_finds_nothing_at_the_door(browser: Browser, index_dir: Path, axe: str, tmp_path: Path) -> None:
    """Logging in as a reader does, wrongly first; without an index on a cluster, which has no folder for accounts."""
    from selenium.webdriver.common.by import By

    path = tmp_path / accounts.FILE
    accounts.add(path, "reader", "correct horse battery", "read", ["."])
    running = create_server(create_app(index_dir, Service(accounts=path)), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    driver = browser()
    found = {}
    try:
        for code in ("zh", "en"):
            for password in ("wrong wrong wrong", "correct horse battery"):
                driver.get(f"http://127.0.0.1:{running.effective_port}/account?lang={code}")
                driver.find_element(By.ID, "name").send_keys("reader")
                driver.find_element(By.ID, "password").send_keys(password)
                driver.find_element(By.CSS_SELECTOR, "main button").click()
                driver.execute_script(axe)
                if violations := driver.execute_async_script(RUN):
                    found[code, password] = violations
            assert "reader" in driver.find_element(By.TAG_NAME, "main").text
            driver.find_element(By.CSS_SELECTOR, "main button").click()
            assert driver.find_element(By.ID, "password")
    finally:
        running.trigger.pull_trigger(lambda: running.asyncore.close_all(running._map, ignore_all=True))
        thread.join(10)
        running.task_dispatcher.shutdown()
    assert not found


def test_axe_finds_nothing_in_open_suggestions(browser: Browser, server: str, axe: str) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait

    driver = browser()
    driver.get(server)
    box = driver.find_element(By.ID, "q")
    box.send_keys("徐州")
    WebDriverWait(driver, 20).until(lambda _: driver.find_elements(By.CSS_SELECTOR, "#suggestions li"))
    box.send_keys(Keys.ARROW_DOWN)
    driver.execute_script(axe)
    assert not driver.execute_async_script(RUN)

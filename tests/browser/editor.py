"""The query editor of `/sparql` as its user sees it, for the tests."""

from __future__ import annotations

import json

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from .conftest import Browser


class Editor:
    """The editor as its user sees it."""

    def __init__(self, browser: Browser) -> None:
        """Stand on a browser."""
        self.browser, self.driver = browser, browser.driver

    def open(self, rest: str = "", path: str = "sparql") -> None:
        """Open the page with a query string or a fragment, and wait for the editor."""
        self.driver.get("about:blank")
        self.browser.open(f"{path}{rest}")
        self.wait(".workbench.live")

    def wait(self, selector: str) -> WebElement:
        """Return the first element that fits, once it is there and can be seen."""
        changing = [StaleElementReferenceException]  # what is there may be drawn anew meanwhile
        found = WebDriverWait(self.driver, 60, 0.1, ignored_exceptions=changing).until(
            lambda driver: [
                e for e in driver.find_elements(By.CSS_SELECTOR, selector) if e.is_displayed()
            ]
        )
        return found[0]

    def write(self, query: str) -> None:
        """Replace the query, key by key as a person does."""
        self.driver.find_element(By.CSS_SELECTOR, ".CodeMirror-lines").click()
        keys = ActionChains(self.driver)
        keys.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(Keys.DELETE)
        keys.send_keys(query).perform()

    def run(self) -> None:
        """Run the query by its key."""
        keys = ActionChains(self.driver)
        keys.key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
        self.settled()

    def settled(self) -> None:
        """Wait until the answer to the last query is there."""
        self.wait("form.query[aria-busy=false]")
        self.wait("section.answer > :nth-child(2)")

    def pick(self, start: str) -> None:
        """Click the example whose title begins so, and wait for its answer."""
        links = self.driver.find_elements(By.CSS_SELECTOR, ".example > a")
        link = next(a for a in links if (a.get_attribute("textContent") or "").startswith(start))
        self.driver.execute_script("arguments[0].click()", link)
        self.settled()

    def text(self) -> str:
        """Return the query in the editor."""
        found = self.browser.ask("document.querySelector('.CodeMirror').CodeMirror.getValue()")
        return str(found)

    def until(self, expression: str) -> None:
        """Wait until an expression of JavaScript is true."""
        WebDriverWait(self.driver, 60, 0.1).until(lambda _: self.browser.ask(expression))

    def count(self, selector: str) -> int:
        """Return how many elements fit."""
        return len(self.driver.find_elements(By.CSS_SELECTOR, selector))

    def views(self) -> list[str]:
        """Return the names of the views that the answer has."""
        tabs = self.driver.find_elements(By.CSS_SELECTOR, "[role=tab]")
        return [str(tab.get_attribute("id")).removeprefix("view-") for tab in tabs]

    def asked(self) -> list[str]:
        """Return the addresses that were asked for since this was asked last."""
        log = self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        events = [json.loads(entry["message"])["message"] for entry in log]
        return [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """Return what the browser complained about since this was asked last."""
        return self.browser.complaints()

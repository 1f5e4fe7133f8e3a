"""One headless Chromium for all browser tests; without one they are skipped, and say why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

from .chromium import start


class Browser:
    """A window whose width and colour scheme can be chosen."""

    def __init__(self, driver: Chrome, site: str) -> None:
        """Stand on a driver and the address of the site, which ends in a slash."""
        self.driver, self.site = driver, site

    def look(self, width: int, scheme: str = "light") -> None:
        """Choose the width in pixels and the colour scheme that the reader prefers."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    def open(self, path: str) -> None:
        """Open a page of the site."""
        self.driver.get(self.site + path)

    def ask(self, script: str, *values: object) -> object:
        """Return what an expression of JavaScript is worth on the page."""
        return self.driver.execute_script(f"return {script}", *values)

    def complaints(self) -> list[str]:
        """Return what the browser complained about since this was asked last."""
        return [e["message"] for e in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Wait, after something that leads to another page, until that page is there.

        The driver waits by itself only where it notices in time that the page will change.
        """
        self.driver.execute_script("window.left = false")
        yield
        WebDriverWait(self.driver, 60, 0.02, ignored_exceptions=[WebDriverException]).until(
            lambda _: self.ask("window.left === undefined && document.readyState === 'complete'")
        )


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Start Chromium, or skip."""
    chrome = start(tmp_path_factory.mktemp("profile"))
    if chrome is None:
        pytest.skip("no browser: install the packages chromium and chromium-driver")
    chrome.set_script_timeout(300)
    yield chrome
    chrome.quit()


@pytest.fixture
def browser(driver: Chrome, live: str) -> Browser:
    """Return the browser before the served release, as wide as a desk screen."""
    page = Browser(driver, live)
    page.look(1440)
    return page

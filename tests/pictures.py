"""Makes the pictures of the pages that the documents show: `make pictures`.

It builds a release of the tables into a temporary folder, serves it, and shoots the pages with
Chromium.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

from iccgraph.publish.pipeline import build_release
from iccgraph.settings import Settings
from tests.browser.chromium import start
from tests.conftest import ROOT, LiveServer

FOLDER = ROOT / "docs" / "images"
PICTURES = {
    "home": ("en/", 1440, 1200),
    "explore-matrix": ("en/explore/matrix?country=es&country=pt&country=it", 1280, 1200),
    "explore-timeline": ("en/explore/timeline", 1280, 1100),
    "explore-network": ("en/explore/network", 1280, 1100),
    "search": ("en/practices?q=school&topic=education&country=es&country=pt", 1280, 1250),
}
"""For each picture: the address of the page, and the size of the window. Units: pixels."""


def shoot(chrome: Chrome, address: str, width: int, height: int) -> bytes:
    """Return the upper part of a page as PNG, once all of it is loaded."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    light = {"features": [{"name": "prefers-color-scheme", "value": "light"}]}
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", light)
    chrome.get(address)
    loaded = "return document.readyState === 'complete' && document.fonts.status === 'loaded'"
    WebDriverWait(chrome, 60).until(lambda _: chrome.execute_script(loaded))
    shot = chrome.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    return base64.b64decode(shot["data"])


def main() -> None:
    """Make all pictures anew."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        chrome = start(folder / "profile")
        if chrome is None:
            sys.exit("no browser: install the packages chromium and chromium-driver")
        releases, vendor = folder / "releases", ROOT / "var" / "vendor"
        settings = Settings(
            data_dir=ROOT / "data",
            ontology_dir=ROOT / "ontology",
            shapes_dir=ROOT / "shapes",
            releases_dir=releases,
            vendor_dir=vendor,
        )
        build_release(settings)
        server = LiveServer(releases, folder / "serve.log", vendor_dir=vendor)
        try:
            for picture, (path, width, height) in PICTURES.items():
                file = FOLDER / f"{picture}.png"
                file.write_bytes(shoot(chrome, server.url + path, width, height))
                print(file.relative_to(ROOT))
        finally:
            server.stop()
            chrome.quit()


if __name__ == "__main__":
    main()

"""Barriers on the page that is open, as axe-core finds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Browser

_FILE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """const [part, rules, done] = arguments;
if (document.getAnimations) document.getAnimations().forEach(one => one.finish());
axe.run(part, {resultTypes: ['violations'], runOnly: rules}).then(found => done(
  found.violations.map(one => [one.impact, one.id,
    one.nodes[0].html.slice(0, 200) + ' ' + one.nodes[0].failureSummary])));"""


def violations(browser: Browser, part: str = "html") -> list[list[str]]:
    """Return what axe finds in a part of the page: impact, rule and the first place of each."""
    if not _FILE.is_file():
        pytest.skip("axe-core is not installed: npm ci")
    if not browser.ask("Boolean(window.axe)"):
        browser.driver.execute_script(_FILE.read_text("utf-8"))
    found: list[list[str]] = browser.driver.execute_async_script(_RUN, part, _RULES)
    return found

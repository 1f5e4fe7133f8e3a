"""What the home page shows of `/explore`: one small picture, and the way to all views."""

from __future__ import annotations

from typing import Final

from flask.templating import Environment

from iccgraph.serve.context import link
from iccgraph.serve.dataset.explore import VIEWS
from iccgraph.serve.dataset.selection import Selected
from iccgraph.serve.pages.explore.shown import Phrases
from iccgraph.serve.pages.explore.timeline import Timeline
from iccgraph.serve.pages.facts import View

_TOPICS: Final = 8


def explore_lead(selected: Selected, environment: Environment, language: str) -> View:
    """Return the timeline of the topics with most practices, made once a release."""
    release = selected.release
    asked = ("explore lead", language, link(""))
    found: View | None = release.worked_out.get(asked)
    if found is None:
        words = Phrases(environment, language)
        shown = Timeline(selected, {"when": "ran"}, words)
        found = release.worked_out[asked] = {
            "strips": "" if shown.empty else shown.strips(_TOPICS),
            "title": shown.title,
            "first": 0 if shown.empty else shown.years[0],
            "last": 0 if shown.empty else shown.years[1],
            "told": [] if shown.empty else shown.told()[:2],
            "views": [(words.say("title", view), link(f"explore/{view}")) for view in VIEWS],
        }
    return found

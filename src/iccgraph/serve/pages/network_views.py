"""Views of the networks of cities and topics, and of how a topic stands out in a city."""

from __future__ import annotations

from typing import Final

from iccgraph.formats import of_file
from iccgraph.release.networks import ENDINGS, file_name
from iccgraph.serve.context import data_link
from iccgraph.serve.dataset import listing, networks
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.pages.facts import ThingView, View
from iccgraph.vocab import ICC

NARROW: Final = 2.0
"""An interval whose ends differ by no more than this factor tells that there is no difference."""


def network_views(release: OpenRelease, language: str) -> View:
    """Return the networks with their files, and how many of their links differ from chance."""
    found = networks.figures(release)
    rows = [
        {
            "network": row.network,
            "scheme": row.scheme,
            "scheme_label": listing.label(release, "scheme", row.scheme, language),
            "nodes": row.nodes,
            "links": row.links,
            "tests": row.tests,
            "differ": row.differ,
            "files": [
                {"label": format_.label, "path": data_link(f"data/{name}")}
                for name in (file_name(row.scheme, row.network, ending) for ending in ENDINGS)
                if (format_ := of_file(name)) is not None
            ],
        }
        for row in found
    ]
    return {"rows": rows, "differ": sum(row.differ for row in found)}


def standing(thing: ThingView) -> View:
    """Return how a topic stands in a city against others: `said` is what can be said of it.

    It is `more` or `less`, `same` where there is no difference, `few` where the practices are too
    few to say, and `alone` where no other city has any on the topic.
    """
    root = thing.root
    counts: View = {
        "city_practices": thing.text(root, ICC.cityPracticeCount),
        "there": thing.text(root, ICC.practiceCountElsewhere),
        "others": thing.text(root, ICC.allPracticeCountElsewhere),
    }
    terms = (ICC.locationQuotient, ICC.quotientLow, ICC.quotientHigh)
    quotient, low, high = (thing.number(root, term) for term in terms)
    if quotient is None or low is None or high is None:
        return counts | {"said": "alone"}
    if low > 1 or high < 1:
        said = "more" if low > 1 else "less"
    else:
        said = "same" if high <= NARROW * low else "few"
    return counts | {"said": said, "quotient": quotient, "low": low, "high": high}


def outstanding(thing: ThingView) -> list[View]:
    """Return the topics that a city works on more, or less, than other cities."""
    return [
        {
            **thing.named("topic", row.topic),
            "link_path": f"{thing.start}city-topic/{thing.key}/{row.topic}",
            "quotient": row.quotient,
            "low": row.low,
            "high": row.high,
        }
        for row in networks.outstanding(thing.release, thing.key, thing.scheme)
    ]

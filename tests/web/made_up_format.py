"""Serves a release with a graph format more, and prints what does not offer it, as JSON.

Run: `python -m tests.web.made_up_format RELEASES PATH…`. The formats, one of graphs and one of
datasets, are entries more in the text of the table of formats, which is changed before anything
else imports it.
"""

from __future__ import annotations

import json
import re
import sys
from itertools import product
from pathlib import Path
from typing import Any, Final

from tests.web.changed_module import import_changed

ENTRY: Final = """
MADE_UP: Final = Format(
    "made-up", "application/x-made-up", "Made up", w3c="Made_Up",
    graph=lambda triples, _, __: b"%d triples" % len(list(triples)),
)
MADE_UP_QUADS: Final = Format(
    "made-up-quads", "application/x-made-up-quads", "Made up, with graphs",
    dataset=lambda quads: b"%d quads;" % len(list(quads)),
)
FORMATS: Final = (MADE_UP, MADE_UP_QUADS, """
TYPES: Final = {
    "made-up": ("application/x-made-up", r"[1-9]\d* triples"),
    "made-up-quads": ("application/x-made-up-quads", r"([1-9]\d* quads;)+"),
}
"""The media type of each format, and what a document in it looks like."""


def missing(releases: Path, paths: list[str]) -> list[str]:
    """Return what does not offer the format: documents, their pages, the query service."""
    from iccgraph.serve.catalogue.service import service_description
    from iccgraph.serve.context import APP_REQUEST
    from iccgraph.settings import Settings
    from tests.web.app import application

    wrong = []
    with application(Settings(releases_dir=releases)) as client:

        def text(path: str, accepted: str) -> str:
            return client.get(f"/{path}", headers={"Accept": accepted}).text

        for path, (name, (type_, looks)) in product(paths, TYPES.items()):
            by_accept = client.get(f"/{path}", headers={"Accept": type_})
            for found in (client.get(f"/{path}.{name}"), by_accept):
                written = re.fullmatch(looks, found.text)
                link = f'/{path}.{name}>; rel="alternate"'
                linked = link in found.headers.get("Link", "")
                if not (written and linked and found.mimetype == type_):
                    wrong.append(f"{path}: {found.status} {found.headers} {found.text[:80]}")
            if f'href="/{path}.{name}"' not in text(path, "text/html"):
                wrong.append(f"{path}: its page has no link to {name}")
        given: Any = client.environ_base[APP_REQUEST]
        described = service_description(given.serving.release, "http://localhost/")
        if not any("Made_Up" in str(triple.object) for triple in described):
            wrong.append("sparql: the formats of results")
        if '<option value="made-up">' not in text("sparql", "text/html"):
            wrong.append("sparql: the form")
    return wrong


if __name__ == "__main__":
    formats = import_changed("iccgraph.formats", "\nFORMATS: Final = (", ENTRY)
    assert formats.MADE_UP
    print(json.dumps(missing(Path(sys.argv[1]), sys.argv[2:])))

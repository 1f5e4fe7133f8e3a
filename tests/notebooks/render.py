"""Runs the notebooks and writes what they print and draw as documents: `make notebooks`.

Reads `docs/notebooks/*.py`, writes `docs/notebooks/*.md` and their pictures in `images/` beside
them. They run against a server of the tables’ release; a stand-in with made numbers answers in
place of Wikidata, and the document says so.
Source: the percent format of jupytext, https://jupytext.readthedocs.io/en/latest/formats-scripts.html
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import jupytext
from nbclient import NotebookClient
from traitlets.config import Config

import iccgraph
from iccgraph.publish.pipeline import build_release
from iccgraph.settings import Settings
from tests.conftest import ROOT, LiveServer

FOLDER: Final = ROOT / "docs" / "notebooks"
HERE: Final = "http://localhost:8000/"
WIKIDATA: Final = "https://query.wikidata.org/sparql"
PEOPLE: Final = {
    "below-20000": 12_000,
    "from-20000": 60_000,
    "from-100000": 240_000,
    "from-500000": 900_000,
}
"""How many people the stand-in says live in a place of each size class."""
MADE: Final = (
    "A stand-in answered in place of Wikidata when this page was made, with made numbers: one for "
    "each size class of places.\nRun the notebook for the real ones."
)
NOTE: Final = (
    "This page is the notebook [{name}.py]({name}.py), as it ran; `make notebooks` makes it anew."
)

_SOCKETS: Final = Config({"KernelManager": {"transport": "ipc"}})
"""The kernel is asked by a file of this machine, which nobody else can open."""


class _Wikidata(BaseHTTPRequestHandler):
    """Answers a query that names items with a population for each, as Wikidata writes it."""

    people: Mapping[str, int]

    def do_POST(self) -> None:
        """Answer."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        items = re.findall(r"\bwd:(Q\d+)", parse_qs(body)["query"][0])
        rows = [
            {
                "item": {"type": "uri", "value": f"http://www.wikidata.org/entity/{item}"},
                "population": {"type": "literal", "value": str(self.people[item])},
            }
            for item in items
            if item in self.people
        ]
        document = {"head": {"vars": ["item", "population"]}, "results": {"bindings": rows}}
        answer = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def wikidata(site: str) -> Iterator[str]:
    """Stand in for Wikidata’s query service, and give its address."""
    cities = iccgraph.open(site).cities.dropna(subset=["wikidata", "size_class"])
    items = cities["wikidata"].str.rpartition("/")[2]
    people = {item: PEOPLE[size] for item, size in zip(items, cities["size_class"], strict=True)}
    handler = type("Handler", (_Wikidata,), {"people": people})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/sparql"
    server.shutdown()
    server.server_close()


def run(name: str, real: Mapping[str, str]) -> Any:
    """Return a notebook with what its cells print; names of sites are replaced while it runs.

    Raises: nbclient.exceptions.CellExecutionError if a cell fails.
    """
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    sources = [cell.source for cell in notebook.cells]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for said, meant in real.items():
                cell.source = cell.source.replace(said, meant)
    NotebookClient(notebook, timeout=300, kernel_name="python3", config=_SOCKETS).execute()
    for cell, source in zip(notebook.cells, sources, strict=True):
        cell.source = source
    return notebook


def render(name: str, notebook: Any) -> tuple[str, dict[str, bytes]]:
    """Return a notebook as Markdown, and its pictures by name."""
    parts: list[str] = []
    pictures: dict[str, bytes] = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            if len(parts) == 1:
                notes = [NOTE.format(name=name)]
                notes += [MADE] if WIKIDATA in json.dumps(notebook) else []
                title, _, rest = cell.source.partition("\n")
                parts[0] = "\n\n".join([title, "\n".join(notes), rest.strip()])
            continue
        parts.append(f"```python\n{cell.source}\n```")
        for output in cell.outputs:
            assert output.get("name") != "stderr", f"{name} warns: {output['text']}"
            data = output.get("data", {})
            if "image/png" in data:
                picture = f"{name}-{len(pictures) + 1}.png"
                pictures[picture] = base64.b64decode(data["image/png"])
                parts.append(f"![{cell.metadata['alt']}](images/{picture})")
            elif text := output.get("text", data.get("text/plain", "")).rstrip():
                parts.append(f"```text\n{text}\n```")
    return "\n\n".join(parts) + "\n", pictures


def main() -> None:
    """Write the documents and pictures of all notebooks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--site", help="a server that runs, in place of one of the tables")
    parser.add_argument("--to", type=Path, default=FOLDER, help="where to write")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_CACHE_HOME"] = name
        import matplotlib.font_manager  # noqa: F401  # lists the fonts now, and not in a cell

        os.environ["IPYTHONDIR"] = os.environ["JUPYTER_RUNTIME_DIR"] = name
        if options.site:
            return write(options.site, options.to)
        releases = Path(name) / "releases"
        folders = {f"{part}_dir": ROOT / part for part in ("data", "ontology", "shapes")}
        build_release(Settings(releases_dir=releases, **folders))  # type: ignore[arg-type]
        server = LiveServer(releases, Path(name) / "serve.log")
        try:
            return write(server.url, options.to)
        finally:
            server.stop()


def write(site: str, folder: Path) -> None:
    """Run all notebooks against a site, and write their documents."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    with wikidata(site) as endpoint:
        for path in sorted(FOLDER.glob("*.py")):
            real = {HERE: site, WIKIDATA: endpoint, "; Wikidata": "; a stand-in for Wikidata"}
            text, pictures = render(path.stem, run(path.stem, real))
            for picture, content in pictures.items():
                (folder / "images" / picture).write_bytes(content)
            (folder / f"{path.stem}.md").write_text(text, encoding="utf-8")
            print(path.stem, *pictures)


if __name__ == "__main__":
    main()

"""Writes the networks of cities and topics for programs that draw and measure networks.

Four formats say the same: GraphML, GEXF, JSON of nodes and links (as d3 and networkx take it), and
a table of links. Each but the table says in itself what it is, by which null model its numbers were
made, of which data, under which licence and where it is from; the description of the table does.
Source: GraphML Primer, section 3 (attributes as `data`); GEXF 1.3 with its module viz.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import orjson

from iccgraph.languages import DEFAULT, best
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.statistics.networks import EdgeRow, SchemeNetworks
from iccgraph.publish.writers.files import Compressed, CsvFile, DumpFile
from iccgraph.release.description import DUMPS, TableColumn
from iccgraph.release.manifest import FileEntry
from iccgraph.release.networks import ENDS, NETWORKS, NULL_MODELS, NUMBERS, file_name

Value = str | int | float
Attributes = dict[str, Value]
"""What a node or a link is said to have; what is not known is left out."""
PAIR_COLUMNS: Final = ("source", "target", "source_label", "target_label")
_GRAPHML: Final = {str: "string", int: "int", float: "double"}
_GEXF: Final = {str: "string", int: "integer", float: "double"}
AT_ONCE: Final = 1000
"""So many lines are written at a time."""
_VIZ: Final = 1000
"""Positions are from -1 to 1; Gephi draws a node about 10 wide."""


@dataclass(frozen=True)
class Network:
    """One network of one scheme, as all formats are written from it.

    Arguments: `day` is that of the release; `about` is what the file says of itself; `nodes` are by
    their identifiers, and `links` begin with those of their ends, in the order of the files.
    """

    day: str
    about: Mapping[str, str]
    nodes: Mapping[str, Attributes]
    links: Sequence[tuple[str, str, Attributes]]

    def types(self, of: Iterable[Attributes]) -> dict[str, type[Value]]:
        """Return the type of each attribute."""
        return {name: type(value) for attributes in of for name, value in attributes.items()}


def in_words(about: Mapping[str, str]) -> str:
    """Return what a file says of itself as one text."""
    return "; ".join(f"{name}: {text}" for name, text in about.items())


class NetworkFiles:
    """The networks of all schemes as files of a release.

    Arguments: `day` is that of the release, and `state` the digest of all its statements.
    """

    def __init__(self, folder: Path, sources: Sources, twins: Compressed, day: str, state: str):
        self.folder, self.sources, self.twins = folder, sources, twins
        self.day, self.state = day, state
        self.rows: dict[str, int] = {}
        self.about: dict[str, str] = {}

    def write(self, networks: Iterable[SchemeNetworks]) -> dict[str, FileEntry]:
        """Write every network in every format and return what the manifest says of each file."""
        entries: dict[str, FileEntry] = {}
        for found in networks:
            nodes, edges = dict(self._nodes(found)), found.edges()
            for name in NETWORKS:
                network = Network(self.day, self._about(found, name), *_part(edges, name, nodes))
                for ending, pieces in _WRITERS.items():
                    path = f"{DUMPS}{file_name(found.counts.scheme, name, ending)}"
                    file = DumpFile(self.folder, path, self.twins)
                    for piece in _larger(pieces(network)):
                        file.write(piece.encode())
                    entries[path] = file.finish()
                path = f"{DUMPS}{file_name(found.counts.scheme, name, 'csv')}"
                table = CsvFile(
                    DumpFile(self.folder, path, self.twins), (*PAIR_COLUMNS, *NUMBERS[name])
                )
                table.write_rows(_rows(network, NUMBERS[name]))
                self.rows[path] = table.rows
                self.about[path.removeprefix(DUMPS)] = in_words(network.about)
                entries[path] = table.finish()
        return entries

    def described(self) -> dict[str, tuple[tuple[TableColumn, ...], int]]:
        """Return the columns of each table and the number of its rows, by its path."""
        columns = {
            file_name(scheme, name, "csv"): tuple(
                TableColumn(column, *_COLUMNS[column]) for column in (*PAIR_COLUMNS, *NUMBERS[name])
            )
            for scheme in set(self.sources.topics.schemes.values())
            for name in NETWORKS
        }
        return {path: (columns[path.removeprefix(DUMPS)], n) for path, n in self.rows.items()}

    def _about(self, found: SchemeNetworks, name: str) -> dict[str, str]:
        iris, licence = self.sources.iris, self.sources.licence
        scheme = found.counts.scheme
        return {
            "title": f"iccgraph: {name}, topics of the scheme {scheme}",
            "network": name,
            "scheme": iris.thing("scheme", scheme),
            "null_model": NULL_MODELS[name],
            "tests": str(found.tests()[NETWORKS.index(name)][2]),
            "release": f"data of {self.day}, state {self.state}",
            "licence": licence.creative_commons if licence else "",
            "source": iris.dataset,
        }

    def _nodes(self, found: SchemeNetworks) -> Iterator[tuple[str, Attributes]]:
        cities, topics = self.sources.gazetteer.cities, self.sources.topics
        for _, kind, key, x, y, practices, links in found.nodes():
            said: Attributes = {"label": "", "kind": kind, "key": key}
            for tag in self.sources.languages:
                text = (
                    topics.label(key, tag) if kind == "topic" else best(cities[key].labels, tag)[0]
                )
                said["label" if tag == DEFAULT else f"label_{tag}"] = text
            said["iri"] = self.sources.iris.thing(kind, key)
            if kind == "city":
                said["country"] = cities[key].country
                if cities[key].lat:
                    said |= {"lat": float(cities[key].lat), "lon": float(cities[key].lon)}
            said |= {"practices": practices, "links": links, "x": x, "y": y}
            yield f"{kind}/{key}", said


def _part(
    edges: Iterable[EdgeRow], name: str, nodes: Mapping[str, Attributes]
) -> tuple[dict[str, Attributes], list[tuple[str, str, Attributes]]]:
    """Return the nodes and links of one network."""
    first, second = ENDS[name]
    links = []
    for _, network, source, target, *numbers in edges:
        if network == name:
            named = zip(NUMBERS["city-topic"], numbers, strict=True)
            known = {column: value for column, value in named if value is not None}
            links.append((f"{first}/{source}", f"{second}/{target}", known))
    return {key: said for key, said in nodes.items() if said["kind"] in (first, second)}, links


def _larger(pieces: Iterable[str]) -> Iterator[str]:
    """Yield pieces joined, for each that is written is handed to another thread to compress."""
    waiting = iter(pieces)
    while some := "".join(islice(waiting, AT_ONCE)):
        yield some


def _rows(network: Network, numbers: Sequence[str]) -> Iterator[list[Value | None]]:
    for source, target, said in network.links:
        labels = (network.nodes[source]["label"], network.nodes[target]["label"])
        yield [source, target, *labels, *(_decimal(said.get(name)) for name in numbers)]


def _decimal(number: Value | None) -> Value | None:
    """Return a number without an exponent, which a decimal number of CSVW has none of."""
    return f"{Decimal(repr(number)):f}" if isinstance(number, float) else number


def _json(network: Network) -> Iterator[str]:
    """Yield the network as d3 and networkx take it, a node or a link a line."""
    graph = _text(network.about)
    yield f'{{"directed": false, "multigraph": false, "graph": {graph},\n"nodes": [\n'
    yield ",\n".join(_text({"id": key, **said}) for key, said in network.nodes.items())
    yield '\n],\n"links": [\n'
    for number, (source, target, said) in enumerate(network.links):
        line = _text({"source": source, "target": target, **said})
        yield f",\n{line}" if number else line
    yield "\n]}\n"


def _text(document: Mapping[str, Value]) -> str:
    return orjson.dumps(document).decode()


def _graphml(network: Network) -> Iterator[str]:
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
        ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
    )
    of_nodes = network.types(network.nodes.values())
    of_links = network.types(said for _, _, said in network.links)
    groups = (("graph", dict.fromkeys(network.about, str)), ("node", of_nodes), ("edge", of_links))
    for kind, types in groups:
        for name, type_ in types.items():
            yield (
                f'<key id="{kind}_{name}" for="{kind}" attr.name="{name}"'
                f' attr.type="{_GRAPHML[type_]}"/>\n'
            )
    yield f'<graph edgedefault="undirected">\n{_data("graph", network.about)}\n'
    for key, said in network.nodes.items():
        yield f"<node id={quoteattr(key)}>{_data('node', said)}</node>\n"
    for source, target, said in network.links:
        ends = f"source={quoteattr(source)} target={quoteattr(target)}"
        yield f"<edge {ends}>{_data('edge', said)}</edge>\n"
    yield "</graph>\n</graphml>\n"


def _data(kind: str, said: Mapping[str, Value]) -> str:
    return "".join(
        f'<data key="{kind}_{name}">{escape(str(value))}</data>' for name, value in said.items()
    )


def _gexf(network: Network) -> Iterator[str]:
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">\n'
        f'<meta lastmodifieddate="{network.day}"><creator>iccgraph</creator>'
        f"<description>{escape(in_words(network.about))}</description></meta>\n"
        '<graph defaultedgetype="undirected" mode="static">\n'
    )
    of_nodes = network.types(network.nodes.values())
    of_links = network.types(said for _, _, said in network.links)
    for kind, types in (("node", of_nodes), ("edge", of_links)):
        yield f'<attributes class="{kind}" mode="static">\n'
        for name, type_ in types.items():
            if name not in _OWN:
                yield f'<attribute id="{name}" title="{name}" type="{_GEXF[type_]}"/>\n'
        yield "</attributes>\n"
    yield "<nodes>\n"
    for key, said in network.nodes.items():
        place = f'<viz:position x="{_VIZ * said["x"]:.1f}" y="{-_VIZ * said["y"]:.1f}" z="0"/>'
        label = quoteattr(str(said["label"]))
        yield f"<node id={quoteattr(key)} label={label}>{_values(said)}{place}</node>\n"
    yield "</nodes>\n<edges>\n"
    for number, (source, target, said) in enumerate(network.links):
        ends = f"source={quoteattr(source)} target={quoteattr(target)}"
        yield f'<edge id="{number}" {ends} weight="{said["weight"]}">{_values(said)}</edge>\n'
    yield "</edges>\n</graph>\n</gexf>\n"


_OWN: Final = ("label", "weight", "x", "y")
"""What GEXF has a place of its own for."""


def _values(said: Mapping[str, Value]) -> str:
    values = "".join(
        f'<attvalue for="{name}" value={quoteattr(str(value))}/>'
        for name, value in said.items()
        if name not in _OWN
    )
    return f"<attvalues>{values}</attvalues>"


_WRITERS: Final = {"graphml": _graphml, "gexf": _gexf, "json": _json}
_COLUMNS: Final[Mapping[str, tuple[dict[str, str], str]]] = {
    "source": ({"en": "One end", "fr": "Une extrémité"}, "string"),
    "target": ({"en": "The other end", "fr": "L’autre extrémité"}, "string"),
    "source_label": ({"en": "Name of the one", "fr": "Nom de l’une"}, "string"),
    "target_label": ({"en": "Name of the other", "fr": "Nom de l’autre"}, "string"),
    "weight": (
        {
            "en": "Practices of the city on the topic, or what both share",
            "fr": "Pratiques de la ville sur le thème, ou ce qu’ont en commun les deux",
        },
        "integer",
    ),
    "jaccard": (
        {"en": "Shared, out of what either has", "fr": "Part commune de l’ensemble des deux"},
        "decimal",
    ),
    "expected": (
        {"en": "Weight to be expected by chance", "fr": "Poids attendu du seul hasard"},
        "decimal",
    ),
    "p": (
        {"en": "Probability of as much by chance", "fr": "Probabilité d’autant par hasard"},
        "decimal",
    ),
    "q": (
        {
            "en": "The same, corrected for all pairs (Benjamini-Hochberg)",
            "fr": "La même, corrigée pour toutes les paires (Benjamini-Hochberg)",
        },
        "decimal",
    ),
    "quotient": ({"en": "Location quotient", "fr": "Quotient de localisation"}, "decimal"),
    "low": ({"en": "Quotient, low end", "fr": "Quotient, borne inférieure"}, "decimal"),
    "high": ({"en": "Quotient, high end", "fr": "Quotient, borne supérieure"}, "decimal"),
}
"""Titles and datatype of each column."""

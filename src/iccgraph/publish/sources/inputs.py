"""Reads every source but the practices themselves, which are streamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from iccgraph.errors import SettingsError, SourceError
from iccgraph.iris import Iris
from iccgraph.jsonld import Context
from iccgraph.languages import ordered
from iccgraph.publish.records import Double, Link, Retired, WikidataItem
from iccgraph.publish.sources.assignments import Assignments, read_assignments
from iccgraph.publish.sources.decisions import read_doubles, read_links, read_retired
from iccgraph.publish.sources.places import Gazetteer, read_gazetteer
from iccgraph.publish.sources.queries import query_files, read_queries
from iccgraph.publish.sources.resources import Resources, read_resources
from iccgraph.publish.sources.topics import TOPIC_FILES, TopicNames, both_ways, read_turtle
from iccgraph.publish.sources.wikidata import read_wikidata
from iccgraph.release.description import LICENCES, PARTS, Contact, Licence, Publisher, find_licence
from iccgraph.release.manifest import file_entry
from iccgraph.release.queries import ExampleQuery
from iccgraph.settings import Settings
from iccgraph.tables.problems import Problems
from iccgraph.tables.rows import TableFolder
from iccgraph.vocab import DCTERMS

DATASET_FILE = "dataset.ttl"
GRAPHS_FILE = "graphs.ttl"
ONTOLOGY_FILE = "icc.ttl"
CONTEXT_FILE = "context.jsonld"


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that the practices are read against."""

    iris: Iris
    gazetteer: Gazetteer
    topics: TopicNames
    resources: Resources
    assignments: Assignments
    topic_triples: tuple[Triple, ...]
    dataset_triples: tuple[Triple, ...]
    graph_triples: tuple[Triple, ...]
    ontology_triples: tuple[Triple, ...]
    shapes_triples: tuple[Triple, ...]
    context: Context
    links: tuple[Link, ...]
    wikidata: dict[str, WikidataItem]
    retired: dict[tuple[str, str], Retired]
    doubles: tuple[Double, ...]
    queries: tuple[ExampleQuery, ...]
    tables: TableFolder
    inputs: dict[str, str]
    publisher: Publisher
    contact: Contact

    @property
    def licence(self) -> Licence | None:
        """The licence of the dataset, None if it has none."""
        whole = NamedNode(self.iris.dataset)
        for triple in self.dataset_triples:
            if (triple.subject, triple.predicate) == (whole, DCTERMS.license):
                return find_licence(getattr(triple.object, "value", ""))
        return None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which any place or topic has a label, the default first."""
        return _languages(self.gazetteer, self.topics)

    def identities(self, kind: str) -> dict[str, str]:
        """Return the accepted Wikidata item of each place of a kind."""
        return {
            link.key: link.item
            for link in self.links
            if link.kind == kind and link.status == "accepted"
        }


def _languages(gazetteer: Gazetteer, topics: TopicNames) -> tuple[str, ...]:
    labels = [country.labels for country in gazetteer.countries.values()]
    labels += [city.labels for city in gazetteer.cities.values()]
    return ordered(tag for found in (*labels, *topics.labels.values()) for tag in found)


def read_sources(
    settings: Settings, problems: Problems, replaced: Mapping[str, Path] | None = None
) -> Sources:
    """Read all small sources; what is wrong with them becomes problems.

    Tables named in `replaced` are read in that file instead of the folder's own.

    Raises: SettingsError if a folder is missing, SourceError if a file cannot be opened.
    """
    _check_folders(settings)
    data, ontology = settings.data_dir, settings.ontology_dir
    iris = Iris(settings.base_iri)
    tables = TableFolder(data, replaced or {})
    gazetteer = read_gazetteer(tables, problems)
    before = len(problems.found)
    topic_triples = [t for f in TOPIC_FILES for t in read_turtle(data / f, iris, problems)]
    topics = TopicNames()
    topics.take(topic_triples, iris)
    topics.incomplete = len(problems.found) > before
    links = read_links(tables, gazetteer, topics, problems)
    ontology_triples = tuple(read_turtle(ontology / ONTOLOGY_FILE, iris, problems))
    languages = _languages(gazetteer, topics)
    dataset = read_turtle(data / DATASET_FILE, iris, problems)
    _check_dataset(dataset, iris, problems)
    shapes = sorted(settings.shapes_dir.glob("*.ttl"))
    return Sources(
        iris=iris,
        gazetteer=gazetteer,
        topics=topics,
        resources=read_resources(tables, gazetteer, topics, ontology_triples, languages, problems),
        assignments=read_assignments(tables, topics, problems),
        topic_triples=tuple(both_ways(topic_triples)),
        dataset_triples=tuple(dataset),
        graph_triples=tuple(read_turtle(data / GRAPHS_FILE, iris, problems)),
        ontology_triples=ontology_triples,
        shapes_triples=tuple(t for f in shapes for t in read_turtle(f, iris, problems)),
        context=_read_context(ontology / CONTEXT_FILE),
        links=tuple(links),
        wikidata=read_wikidata(tables, links, problems),
        retired=read_retired(tables, problems),
        doubles=tuple(read_doubles(tables, problems)),
        queries=tuple(read_queries(data, iris, problems)),
        tables=tables,
        inputs=_checksums(settings),
        publisher=Publisher(
            settings.publisher_name,
            settings.publisher_url or settings.base_iri,
            settings.publisher_type,
        ),
        contact=Contact(settings.contact_name, settings.contact_email, settings.contact_url),
    )


def _check_dataset(triples: Sequence[Triple], iris: Iris, problems: Problems) -> None:
    """Find out whether each part is described, and every vocabulary has a name for the licence."""
    described = {triple.subject for triple in triples}
    for part in PARTS if triples else ():  # what cannot be read is told already
        node = NamedNode(iris.dataset_part(part))
        if node not in described:
            remedy = "take it from our dataset.ttl, and change its texts as you like"
            problems.add(DATASET_FILE, 0, 0, "", f"the part {node} is not described", remedy)
    for triple in triples:
        value = triple.object
        if triple.predicate != DCTERMS.license or not isinstance(value, NamedNode):
            continue
        if find_licence(value.value) is None:
            known = ", ".join(f"<{licence.eu}>" for licence in LICENCES.values())
            wrong = f"the licence {value} is not known"
            problems.add(DATASET_FILE, 0, 0, "dcterms:license", wrong, f"write one of {known}")


def _check_folders(settings: Settings) -> None:
    for name in ("data_dir", "ontology_dir", "shapes_dir"):
        folder: Path = getattr(settings, name)
        if not folder.is_dir():
            raise SettingsError(
                f"{name} is {folder}; there is no such folder: run this in the project's folder, "
                f"name it with --{name.replace('_', '-')}, or begin in an empty folder with "
                "`iccgraph init`"
            )


def _read_context(path: Path) -> Context:
    try:
        return Context(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{path}: is not a JSON-LD context ({error}); restore the file"
        ) from error


def _checksums(settings: Settings) -> dict[str, str]:
    checksums = {}
    for name in ("data", "ontology", "shapes"):
        folder: Path = getattr(settings, f"{name}_dir")
        paths = query_files(folder) if name == "data" else []
        for pattern in ("*.csv", "*.csv-metadata.json", "*.ttl", "*.jsonld"):
            paths += sorted(folder.glob(pattern))
        for path in paths:
            checksums[f"{name}/{path.relative_to(folder).as_posix()}"] = file_entry(path).sha256
    return checksums

"""Describes a release for catalogues: the texts that people wrote, and what the build has found.

Reads the triples of `data/dataset.ttl`; what is missing there is for the shapes to tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from iccgraph.formats import CSV, FILE_FORMATS, GZIP, TSV, of_file
from iccgraph.iris import COLLECTION_OF, Iris
from iccgraph.publish.records import Practice
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.sources.topics import literals_in
from iccgraph.release.description import (
    DUMPS,
    KINDS,
    PARTS,
    WHOLE,
    DatasetDescription,
    File,
    Publisher,
    ReleaseDescription,
    Spatial,
    TableColumn,
    Temporal,
    Texts,
)
from iccgraph.release.manifest import WHOLE_STEM, FileEntry
from iccgraph.release.networks import FILES
from iccgraph.vocab import DCAT, DCTERMS, FOAF, PROV, RDF


def publisher_triples(publisher: Publisher, iris: Iris) -> list[Triple]:
    """Return who publishes the dataset, as the catalogue states it."""
    node = NamedNode(iris.publisher)
    return [
        Triple(node, RDF.type, FOAF.Organization),
        Triple(node, FOAF.name, Literal(publisher.name)),
        Triple(node, FOAF.homepage, NamedNode(publisher.homepage)),
    ]


class Coverage:
    """Collects from the practices which countries and years the dataset is about."""

    def __init__(self) -> None:
        self.countries: set[str] = set()
        self.years: set[int] = set()
        self.newest = 0
        self.ongoing = False

    def add(self, practice: Practice) -> None:
        """Note where and when a practice was done; what goes on went on when it was recorded."""
        self.countries.add(practice.country)
        period = practice.period
        self.years.update(period.years)
        self.years.update(y for y in (period.first_year, period.last_year) if y is not None)
        self.ongoing = self.ongoing or bool(period.ongoing)
        if practice.recorded_on:
            self.newest = max(self.newest, practice.recorded_on.year)

    def temporal(self) -> Temporal | None:
        """Return the first and the last year, None if no practice has a year."""
        years = self.years | ({self.newest} if self.ongoing and self.newest else set())
        return Temporal(min(years), max(years)) if years else None

    def spatial(self, sources: Sources) -> Spatial | None:
        """Return the box around all places, and all countries; None if no place has a position."""
        cities = sources.gazetteer.cities.values()
        points = [(float(c.lon), float(c.lat)) for c in cities if c.lat and c.lon]
        if not points:
            return None
        longitudes, latitudes = zip(*points, strict=True)
        keys = self.countries | {city.country for city in cities}
        countries = sources.gazetteer.countries
        codes = sorted({countries[key].iso3.upper() for key in keys if key in countries})
        box = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
        return Spatial(*box, tuple(codes))


def describe_dataset(
    sources: Sources, coverage: Coverage, day: str, files: Sequence[File]
) -> ReleaseDescription:
    """Return the description of a release of this day with these files."""
    iris, triples = sources.iris, sources.dataset_triples
    whole = [t for t in triples if t.subject == NamedNode(iris.dataset)]
    rights = set(_iris(whole, "rights"))
    return ReleaseDescription(
        datasets=tuple(_datasets(triples, iris)),
        files=tuple(sorted(files, key=_order)),
        issued=max(literals_in(whole, DCTERMS.issued), default=day),
        modified=day,
        licence=sources.licence.key if sources.licence else "",
        languages=sources.languages,
        publisher=sources.publisher,
        contact=sources.contact,
        rights=_texts(t for t in triples if _iri(t.subject) in rights),
        spatial=coverage.spatial(sources),
        temporal=coverage.temporal(),
        source=tuple(_iri(t.object) for t in whole if t.predicate == PROV.wasDerivedFrom),
        themes=tuple(sorted(_iri(t.object) for t in whole if t.predicate == DCAT.theme)),
        access_rights=next(iter(_iris(whole, "accessRights")), ""),
        frequency=next(iter(_iris(whole, "accrualPeriodicity")), ""),
    )


def _datasets(triples: Sequence[Triple], iris: Iris) -> Iterator[DatasetDescription]:
    for key in (WHOLE, *PARTS):
        said = [t for t in triples if t.subject == NamedNode(iris.dataset_part(key))]
        keywords: dict[str, list[str]] = {}
        for triple in said:
            if triple.predicate == DCAT.keyword and isinstance(triple.object, Literal):
                keywords.setdefault(triple.object.language or "", []).append(triple.object.value)
        yield DatasetDescription(
            key,
            _texts(t for t in said if t.predicate == DCTERMS.title),
            _texts(t for t in said if t.predicate == DCTERMS.description),
            {tag: tuple(words) for tag, words in sorted(keywords.items())},
            KINDS.get(key, ()),
        )


def _texts(triples: Iterable[Triple]) -> Texts:
    """Return the text in each language that triples state."""
    literals = [t.object for t in triples if isinstance(t.object, Literal)]
    return {text.language: text.value for text in literals if text.language}


def _iris(triples: Iterable[Triple], name: str) -> list[str]:
    predicate = NamedNode(f"http://purl.org/dc/terms/{name}")
    return [_iri(t.object) for t in triples if t.predicate == predicate]


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def describe_files(
    entries: Mapping[str, FileEntry], tables: Mapping[str, tuple[tuple[TableColumn, ...], int]]
) -> list[File]:
    """Return the descriptions of what can be downloaded, of each file and of its gzip twin.

    Arguments: `entries` are the files of the release by path; `tables` are the columns and the
    number of rows of those that are tables, by path too.
    """
    found = []
    for path, entry in entries.items():
        inner = path.removesuffix(GZIP)
        name = inner.removeprefix(DUMPS)
        if not path.startswith(DUMPS) or (format_ := of_file(name)) is None:
            continue
        columns, rows = tables.get(inner, ((), None))
        stem = name.partition(".")[0]
        found.append(
            File(
                name=path.removeprefix(DUMPS),
                dataset=_dataset(stem),
                format=format_.name,
                size=entry.size,
                sha256=entry.sha256,
                inner=name if path != inner else "",
                complete=stem == WHOLE_STEM,
                columns=columns,
                rows=rows,
            )
        )
    return found


def _dataset(stem: str) -> str:
    """Return the key of the dataset that a file of this name is about."""
    if stem in PARTS:
        return stem
    if stem.startswith(FILES):
        return "topics"
    kinds = {collection: kind for kind, collection in COLLECTION_OF.items()}
    kind = kinds.get(stem, "")
    return next((key for key, of in KINDS.items() if kind in of), WHOLE)


def _order(file: File) -> tuple[int, int, str, str]:
    """Sort by dataset, tables first, then by format and name; a twin follows its file."""
    parts = (WHOLE, *PARTS)
    formats = [CSV.name, TSV.name, *(format_.name for format_ in FILE_FORMATS)]
    return parts.index(file.dataset), formats.index(file.format), file.inner or file.name, file.name

"""Describes the columns of the tables of a release: titles, datatype, separator and property.

Plain properties have the titles of their columns in our own tables, which the metadata of those
give; what is computed or looked up has them here.
Source: CSV on the Web, Metadata Vocabulary for Tabular Data, section 5.6.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from iccgraph.languages import DEFAULT
from iccgraph.properties import PlainProperty, Value, properties_of
from iccgraph.publish.sources.inputs import Sources
from iccgraph.release.description import TableColumn, Texts
from iccgraph.resources import RESOURCES
from iccgraph.vocab import term

SEPARATOR: Final = "|"
SOURCE_TABLES: Final = {
    "practice": "practices",
    "city": "cities",
    "country": "countries",
    **{kind: described.table for kind, described in RESOURCES.items()},
}
"""The table of ours that a kind of thing is read from."""
_Described = tuple[str, str, str, str, str]
_COLUMNS: Final[Mapping[str, _Described]] = {
    "iri": ("IRI", "IRI", "anyURI", "", ""),
    "key": ("Key", "Clé", "string", "", "dcterms:identifier"),
    "title": ("Title", "Titre", "string", "", "dcterms:title"),
    "title_language": ("Language of the title", "Langue du titre", "string", "", ""),
    "country": ("Country", "Pays", "string", "", ""),
    "cities": ("Cities", "Villes", "string", SEPARATOR, ""),
    "city": ("City", "Ville", "string", "", ""),
    "city_names": ("Names of the cities", "Noms des villes", "string", SEPARATOR, ""),
    "topics": ("Topics", "Thèmes", "string", SEPARATOR, ""),
    "other_topics": (
        *("Topics of other schemes", "Thèmes d’autres listes", "string", SEPARATOR, ""),
    ),
    "topic": ("Topic", "Thème", "string", "", ""),
    "period_edtf": ("Period (EDTF)", "Période (EDTF)", "string", "", "icc:period"),
    "first_year": ("First year", "Première année", "integer", "", "icc:firstYear"),
    "last_year": ("Last year", "Dernière année", "integer", "", "icc:lastYear"),
    "years": ("Single years", "Années isolées", "integer", SEPARATOR, "icc:year"),
    "ongoing": ("Ongoing", "En cours", "boolean", "", "icc:ongoing"),
    "detail_page": ("Page of the practice", "Page de la pratique", "anyURI", "", "foaf:page"),
    "listing_page": ("Listing page", "Page de liste", "anyURI", "", ""),
    "recorded_on": ("Recorded on", "Relevé le", "date", "", ""),
    "kind": ("Kind", "Type", "string", "", ""),
    "latitude": ("Latitude", "Latitude", "decimal", "", "geo:lat"),
    "longitude": ("Longitude", "Longitude", "decimal", "", "geo:long"),
    "population": ("Population", "Population", "integer", "", "icc:population"),
    "population_year": (
        *("Year of the population", "Année de la population", "integer", ""),
        "icc:populationYear",
    ),
    "wikidata": ("Wikidata item", "Élément Wikidata", "anyURI", "", "owl:sameAs"),
    "geonames": ("GeoNames number", "Numéro GeoNames", "string", "", ""),
    "size_class": ("Size class", "Classe de taille", "string", "", ""),
    "within": ("Within", "Dans", "string", "", ""),
    "in_programme": ("In the programme", "Dans le programme", "boolean", "", "icc:inProgramme"),
    "iso2": ("Two-letter code", "Code à deux lettres", "string", "", "icc:iso2"),
    "iso3": ("Three-letter code", "Code à trois lettres", "string", "", "icc:iso3"),
    "iso_numeric": ("Numeric code", "Code numérique", "string", "", "icc:isoNumeric"),
    "council_of_europe_member": (
        *("Member of the Council of Europe", "Membre du Conseil de l’Europe", "boolean", ""),
        "icc:councilOfEuropeMember",
    ),
    "eu_country": ("Country of the EU’s list", "Pays de la liste de l’UE", "anyURI", "", ""),
    "scheme": ("Topic scheme", "Liste de thèmes", "string", "", ""),
    "practices": ("Practices", "Pratiques", "integer", "", "icc:practiceCount"),
    "city_practices": (
        *("Practices of the city", "Pratiques de la ville", "integer", "", "icc:cityPracticeCount"),
    ),
    "practices_elsewhere": (
        *("Practices of other places on the topic", "Pratiques d’autres lieux sur le thème"),
        *("integer", "", "icc:practiceCountElsewhere"),
    ),
    "all_practices_elsewhere": (
        *("Practices of other places", "Pratiques d’autres lieux"),
        *("integer", "", "icc:allPracticeCountElsewhere"),
    ),
}
"""What is no plain property: titles in English and French, datatype, separator and property.

The key of another thing is no value of the property that leads to it, which is an IRI.
"""
_LABELS: Final[Mapping[str, tuple[str, str, str]]] = {
    "title": ("Title", "Titre", "dcterms:title"),
    "name": ("Name", "Nom", "rdfs:label"),
    "label": ("Label", "Libellé", ""),
}
"""What there is one column a language of: titles and property."""


class ColumnDescriptions:
    """Describes the columns of each table of a release."""

    def __init__(self, sources: Sources) -> None:
        self.languages = sources.languages
        self._titles = {
            kind: _titles(sources.tables.path / f"{table}.csv-metadata.json")
            for kind, table in SOURCE_TABLES.items()
        }

    def describe(self, kind: str, columns: Mapping[str, str]) -> tuple[TableColumn, ...]:
        """Return the descriptions of the columns of a table.

        Arguments: `columns` are the names of columns in the file by what `COLUMNS` calls them.
        """
        plain = {item.name: item for item in properties_of(kind) if item.dump}
        return tuple(
            self._plain(kind, plain[base], name, tag, inner)
            if (base := inner.removesuffix(f"_{tag}") if tag else inner) in plain
            else self._computed(kind, name, inner, tag)
            for inner, name in {"iri": "iri", **columns}.items()
            for tag in [self._tag(inner)]
        )

    def _tag(self, name: str) -> str:
        return next((tag for tag in self.languages if name.endswith(f"_{tag}")), "")

    def _plain(
        self, kind: str, item: PlainProperty, name: str, tag: str, inner: str
    ) -> TableColumn:
        titles = self._titles[kind]
        found = titles.get(inner) or _in_language(titles.get(item.name, _named(item.name)), tag)
        many = SEPARATOR if item.many else ""
        of = "" if item.value is Value.CONCEPT else item.predicate.value
        return TableColumn(name, found, item.value.datatype, many, of)

    def _computed(self, kind: str, name: str, inner: str, tag: str) -> TableColumn:
        base = inner.removesuffix(f"_{tag}") if tag else inner
        if base in _LABELS and (tag or base == "label"):
            english, french, of = _LABELS[base]
            titles = {"en": english, "fr": french}
            datatype, separator = "string", ""
            titles = _in_language(titles, "" if name == base else tag)
        elif inner in _COLUMNS:
            english, french, datatype, separator, of = _COLUMNS[inner]
            titles = {"en": english, "fr": french}
        else:  # a reference of a kind that its table describes
            reference = next(r for r in RESOURCES[kind].references if r.name == inner)
            titles, datatype = self._titles[kind].get(inner, _named(inner)), "string"
            separator = SEPARATOR if reference.many else ""
            return TableColumn(name, titles, datatype, separator)
        return TableColumn(name, titles, datatype, separator, term(of).value if of else "")


def _named(name: str) -> Texts:
    """Return titles for a column that no table of ours has: its own name."""
    return {DEFAULT: name}


def _in_language(titles: Texts, tag: str) -> Texts:
    return {language: f"{text} ({tag})" for language, text in titles.items()} if tag else titles


def _titles(path: Path) -> dict[str, Texts]:
    """Return the titles of the columns of a table of ours, by column and language.

    Titles in the default language begin with the name of the column itself.
    """
    try:
        metadata = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # the table is not there, or whoever reads it has told so
        return {}
    return {column["name"]: dict(_texts(column)) for column in metadata["tableSchema"]["columns"]}


def _texts(column: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    titles = column.get("titles", column["name"])
    if not isinstance(titles, dict):
        titles = {DEFAULT: titles}
    for language, found in titles.items():
        yield language, found[-1] if isinstance(found, list) else found

"""`iccgraph.open`: a release of a site or of a folder, as pandas frames and networkx graphs.

Only what is asked for is fetched and read, once; SPARQL is never asked.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import networkx as nx
import pandas as pd

from iccgraph.errors import ArgumentError, ReleaseError
from iccgraph.iris import DEFAULT_SCHEME
from iccgraph.languages import DEFAULT
from iccgraph.release.description import LICENCES, File
from iccgraph.release.networks import CITY_TOPIC, NETWORKS, file_name, files_by_scheme
from iccgraph.research import frames
from iccgraph.research.download import Downloader
from iccgraph.research.kept import KeptReleases
from iccgraph.research.networks import read_graph
from iccgraph.research.origins import SCHEMES, FolderOrigin, KeptOrigin, Origin, SiteOrigin

LINKS: Final = "links"
LINKS_FILE: Final = "links.sssom.tsv"
TIMEOUT: Final = 30.0


def open(
    source: str | os.PathLike[str],
    *,
    release: str | None = None,
    cache: str | os.PathLike[str] | None = None,
    offline: bool = False,
    timeout: float = TIMEOUT,
) -> Dataset:
    """Open a release of a site, or of a folder on this machine.

    >>> dataset = iccgraph.open("http://localhost:8000/")
    >>> dataset.practices.shape[0]
    223

    What a site has is fetched when it is asked for first, checked against the manifest of the
    release, and kept in the user's folder for caches, by the name of the release. The release is
    chosen once, here: all frames are of one state, whatever is published meanwhile.

    Arguments: `source` is the address of a site, such as `http://localhost:8000/`, that of a
    release of it (`…/release/<name>/`), a folder of releases, or that of one release. There is no
    default: no public site is known to this version. `release` is the name of a release other than
    the current one; `cache` is a folder in place of the user's own; `offline` reads what was
    fetched before, and asks nobody; `timeout` is how long a site may be silent.
    Units: seconds.
    Raises: DownloadError (DownloadTimeout, ChecksumError), ReleaseError, ReleaseFormatError,
    CacheError; ArgumentError if an argument makes no sense.
    """
    if not timeout > 0:
        raise ArgumentError(f"timeout is {timeout!r}; expected a number of seconds above 0")
    if not isinstance(source, str) or not source.lower().startswith(SCHEMES):
        return Dataset(FolderOrigin(Path(source), release))
    kept = KeptReleases(None if cache is None else Path(cache))
    if offline:
        return Dataset(KeptOrigin(source, release, kept))
    return Dataset(SiteOrigin(source, release, kept, Downloader(timeout)))


class Dataset:
    """One release: its tables as frames, its networks as graphs, and its files.

    A frame is read when it is asked for first, and is yours: what you change in it, other than the
    lists inside its cells, changes no other. Rows are in the order of the English labels. What is
    not known is missing (`isna`), never an empty text or a zero.

    Units: years are those of the Gregorian calendar, positions degrees in WGS84.
    """

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._contents = origin.contents
        self._paths: dict[str, Path] = {}
        self._frames: dict[str, pd.DataFrame] = {}

    def __repr__(self) -> str:
        """Return the name of the release and where it is from."""
        return f"<iccgraph.Dataset {self.name} of {self._origin.where}>"

    @property
    def name(self) -> str:
        """The name of the release, such as `2026-11-28-6eb0a3eca632`: cite it with results.

        It is made from the content, so it stands for these bytes and no others.
        """
        return self._contents.name

    @property
    def files(self) -> list[str]:
        """The names of all files of the release that `path` gives; gzip twins are left out.

        >>> "iccgraph.ttl" in dataset.files
        True
        """
        described = self._contents.description.files
        return [file.name for file in described if not file.inner]

    @property
    def tables(self) -> list[str]:
        """The names of all tables that `table` gives.

        >>> dataset.tables[:4]
        ['practices', 'cities', 'countries', 'city_topics']
        """
        return [*self._described, LINKS]

    @property
    def licence(self) -> str:
        """The licence of the data, as a key of the SPDX list.

        >>> dataset.licence
        'CC-BY-4.0'
        """
        return self._contents.description.licence

    @property
    def citation(self) -> str:
        """A sentence that names title, release, publisher, year, address and licence."""
        said = self._contents.description
        title = said.whole.titles.get(DEFAULT, "")
        licence = LICENCES[said.licence].name if said.licence in LICENCES else said.licence
        rights = said.rights.get(DEFAULT, "")
        return (
            f"{said.publisher.name}: {title}, release {self.name} ({said.modified[:4]}), "
            f"{self._contents.base_iri}release/{self.name}/. {licence}. {rights}"
        ).strip()

    @property
    def practices(self) -> pd.DataFrame:
        """The practices, one a row.

        >>> dataset.practices.explode("topics")["topics"].value_counts().head(2).to_dict()
        {'anti-discrimination': 45, 'participation': 43}

        Columns:
            iri: str; name of the thing on the web.
            key: str; end of that name, which other tables name the practice by.
            title: str; as the source prints it.
            title_language: category; tag of the language of the title, such as `en`.
            title_en: str; title in English.
            title_fr: str; title in French.
            summary: str; what it does, in a sentence.
            summary_fr: str; the same in French.
            country: str; key of the country.
            cities: list of str; keys of the cities; empty if the source names none.
            city_names: list of str; English names of the cities, in the same order.
            topics: list of str; keys of the themes of the ICC Index.
            time_as_printed: str; time, as the source prints it.
            period_edtf: str; time as an interval of EDTF, such as `2016/..`.
            first_year: Int64; first year of the interval that the source tells.
            last_year: Int64; last year of it; missing if it is open.
            ongoing: boolean; true if the source calls it ongoing; missing if it does not say.
            years: list of int; single years, where the source names no interval.
            place_as_printed: str; place, as the source prints it.
            detail_page: str; address of the page about it on the programme's site.
            listing_page: str; address of the list in which it was found.
            recorded_on: datetime64; day on which it was read there.
            other_topics: list of str; keys of topics of other schemes.
            purpose: str; what it is meant to achieve.
            purpose_fr: str; the same in French.
            stimulus: str; what it responds to.
            stimulus_fr: str; the same in French.
            process: str; how it is done.
            process_fr: str; the same in French.
            impact: str; what has come of it.
            impact_fr: str; the same in French.
            figures: str; numbers that the source tells.
            figures_fr: str; the same in French.
            prizes: list of str; prizes that it has won.
            prizes_fr: list of str; the same in French.
            partners: list of str; who takes part in it.
            key_references: list of str; documents about it.
            key_references_fr: list of str; the same in French.
            start_year: Int64; year in which it began, where the source tells one.
        """
        return self.table("practices")

    @property
    def cities(self) -> pd.DataFrame:
        """The places: municipalities, districts, regions and others, one a row.

        >>> dataset.cities.set_index("key").loc["barcelona", ["name", "country"]].to_list()
        ['Barcelona', 'es']

        Columns:
            iri: str; name of the thing on the web.
            key: str; end of that name.
            name: str; English name.
            name_fr: str; French name.
            kind: category; kind of place, such as `municipality`.
            country: str; key of the country.
            latitude: float64; degrees north.
            longitude: float64; degrees east.
            population: Int64; people who live there, where a source is named.
            population_year: Int64; year of that number.
            wikidata: str; IRI of the item in Wikidata, if the link is accepted.
            geonames: str; number in GeoNames.
            size_class: category; size by GeoNames, such as `from-100000` (people).
            within: str; key of the place that it is in.
            in_programme: boolean; true if it is or was in the programme.
            population_source: str; address of the source of the population.
            nuts: list of str; codes of the European statistical regions that it is in.
        """
        return self.table("cities")

    @property
    def countries(self) -> pd.DataFrame:
        """The countries of places and practices, one a row.

        >>> dataset.countries.set_index("key").loc["al", "iso_numeric"]
        '008'

        Columns:
            iri: str; name of the thing on the web.
            key: str; end of that name, the two-letter code in small letters.
            name: str; English name.
            name_fr: str; French name.
            iso2: str; two-letter code of ISO 3166-1.
            iso3: str; three-letter code.
            iso_numeric: str; three digits, zeros in front kept.
            council_of_europe_member: boolean; true for members of the Council of Europe.
            wikidata: str; IRI of the item in Wikidata.
            geonames: str; number in GeoNames.
            eu_country: str; IRI in the list of countries of the European Union.
        """
        return self.table("countries")

    @property
    def topics(self) -> pd.DataFrame:
        """The topics of all schemes, one a row.

        >>> dataset.topics["scheme"].value_counts().to_dict()
        {'website': 20, 'index': 17}

        Columns:
            iri: str; name of the thing on the web.
            key: str; end of that name.
            label_en: str; English label.
            label_fr: str; French label.
            scheme: category; key of the scheme, `index` or `website`.
        """
        return self.table("topics")

    @property
    def city_topics(self) -> pd.DataFrame:
        """What each city works on: a row for each city and topic with at least one practice.

        Choose one scheme before you add anything up: each practice has topics of both.

        >>> links = dataset.city_topics.query("scheme == 'index'")
        >>> int(links.set_index(["city", "topic"]).loc[("barcelona", "education"), "practices"])
        3

        Columns:
            iri: str; name of the link on the web.
            city: str; key of the city.
            topic: str; key of the topic.
            practices: Int64; practices of the city on the topic.
            first_year: Int64; first year of their intervals.
            last_year: Int64; last year of them; missing if one is open.
            years: list of int; single years of theirs.
            ongoing: boolean; true if one is called ongoing.
            scheme: category; key of the scheme of the topic.
            city_practices: Int64; all practices of the city that have a topic of the scheme.
            practices_elsewhere: Int64; practices of other places on the topic.
            all_practices_elsewhere: Int64; all practices of other places with topics of the scheme.
            expected_practices: float64; practices that the share elsewhere would give the city.
            location_quotient: float64; how many times as common as elsewhere; shrunken if few.
            quotient_low: float64; low end of its interval of 95 %.
            quotient_high: float64; high end of it; all four are missing if no other has the topic.
        """
        return self.table("city_topics")

    @property
    def links(self) -> pd.DataFrame:
        """The decisions about identities in Wikidata: what a thing is, and what it is not.

        >>> accepted = dataset.links.query("not rejected").set_index("key")
        >>> accepted.loc["barcelona", "wikidata"]
        'Q1492'

        Columns:
            kind: category; kind of thing, `city`, `country` or `topic`.
            key: str; key of the thing.
            label: str; its English label.
            predicate: category; what the item is to it, such as `owl:sameAs`.
            rejected: boolean; true if the item is not the thing: leave these out for links.
            wikidata: str; item, such as `Q1492`.
            iri: str; IRI of the item.
            justification: category; term of SEMAPV for why it was decided so.
            confidence: float64; between 0 and 1; missing if rejected.
            decided_on: datetime64; day of the decision.
            comment: str; what the deciders noted.
            sources: list of str; published data that state the link.
        """
        return self.table(LINKS)

    @property
    def memberships(self) -> pd.DataFrame:
        """Who is or was in which network, one a row.

        >>> dataset.memberships.groupby("network")["city"].nunique()["reci"].item() > 10
        True

        Columns:
            iri: str; name of the thing on the web.
            key: str; end of that name.
            label_en: str; English label.
            label_fr: str; French label.
            country: str; key of the country.
            city: str; key of the city.
            network: str; key of the network.
            status: category; status at the time of the source.
            joined_year: Int64; year in which it joined.
            left_year: Int64; year in which it left.
            printed_name: str; name of the city, as the source prints it.
            note: str; what the source adds.
            note_fr: str; the same in French.
            sources: list of str; addresses of the sources.
            read_on: datetime64; day on which they were read.
        """
        return self.table("memberships")

    @property
    def assessments(self) -> pd.DataFrame:
        """The results of cities in the ICC Index and similar events, one a row.

        >>> scores = dataset.assessments.dropna(subset=["score"])
        >>> bool(scores["score"].between(0, 100).all())
        True

        Columns:
            iri: str; name of the thing on the web.
            key: str; end of that name.
            label_en: str; English label.
            label_fr: str; French label.
            country: str; key of the country.
            city: str; key of the city.
            kind: category; what the source says, such as `report`.
            date: str; year, month or day, as precise as the source (`2017-02`).
            year: Int64; year of that date.
            score: float64; overall score in the Index, per cent.
            rank: Int64; rank among the cities compared.
            sample: Int64; how many cities were compared.
            group_ranks: list of str; ranks among groups of cities, in words.
            group_ranks_fr: list of str; the same in French.
            second_hand: boolean; true if another city's document says so.
            note: str; what the source adds.
            note_fr: str; the same in French.
            sources: list of str; addresses of the sources.
            read_on: datetime64; day on which they were read.
        """
        return self.table("assessments")

    def table(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return any table of the release as a frame; with `columns` those alone.

        With `columns`, which saves memory where texts are long, the frame is read anew each time.

        >>> dataset.table("networks", columns=["key", "kind"]).shape
        (12, 2)

        Raises: ArgumentError if there is no such table or column; what `open` raises.
        """
        self._check(name)
        if columns is not None:
            return self._read(name, columns)
        if name not in self._frames:
            self._frames[name] = self._read(name, None)
        return self._frames[name].copy(deep=False)  # pandas copies what is written to

    def columns(self, name: str) -> pd.DataFrame:
        """Return what the release says of the columns of a table: titles, datatype, property.

        >>> dataset.columns("countries").loc["iso_numeric", "title_en"]
        'Numeric code'

        Raises: ArgumentError if there is no such table.
        """
        described = self._described.get(name)
        if described is None:
            known = ", ".join(self._described)
            raise ArgumentError(f"{name!r} is no table with described columns; there are: {known}")
        rows = [
            {
                "column": column.name,
                "title_en": column.titles.get("en", ""),
                "title_fr": column.titles.get("fr", ""),
                "datatype": column.datatype,
                "several": bool(column.separator),
                "property": column.property,
            }
            for column in described.columns
        ]
        return pd.DataFrame(rows).set_index("column")

    def graph(self, kind: str = CITY_TOPIC, scheme: str = DEFAULT_SCHEME) -> nx.Graph[str]:
        """Return a network of cities and topics as an undirected graph of networkx.

        `city-topic` joins each city to the topics that it works on; `weight` is the number of its
        practices on it. `city-city` joins cities that work on the same topics, `topic-topic` topics
        that the same cities work on; `weight` is how many they share, `jaccard` how many of those
        that either has (0 to 1). Nodes are named as pages are and have `kind`, `key`, `label`,
        `practices` (with a topic of the scheme) and `bipartite` (0 for cities, 1 for topics);
        cities also `country`, `lat` and `lon` where they are known. Cities without a
        practice, and topics without a city, are left out.

        Besides, what chance would give (`expected`, `p`, `q`), the location quotient of a city and
        a topic (`quotient`, `low`, `high`), positions (`x`, `y`), and in the graph itself
        `null_model`, which names the chance that is meant.

        >>> graph = dataset.graph("city-topic")
        >>> graph.edges["city/barcelona", "topic/education"]["weight"]
        3

        Arguments: `scheme` is the key of a topic scheme, `index` or `website`.
        Raises: ArgumentError if there is no such network or scheme; what `open` raises.
        """
        if kind not in NETWORKS:
            raise ArgumentError(f"{kind!r} is no network; there are: {', '.join(NETWORKS)}")
        schemes = files_by_scheme(self._contents.files)
        if scheme not in schemes:
            raise ArgumentError(f"{scheme!r} is no topic scheme; there are: {', '.join(schemes)}")
        graph = read_graph(self.path(file_name(scheme, kind, "json")))
        graph.graph.update(name=kind, scheme=scheme, release=self.name, licence=self.licence)
        return graph

    def path(self, file: str) -> Path:
        """Return where a file of the release is on this machine; it was checked.

        >>> dataset.path("cities.geojson").name
        'cities.geojson'

        Raises: ArgumentError if there is no such file; what `open` raises.
        """
        if file not in self._contents.files:
            raise ArgumentError(f"{file!r} is no file of this release; see the list `files`")
        if file not in self._paths:
            self._paths[file] = self._origin.path(file)
        return self._paths[file]

    def fetch(self, *tables: str) -> Dataset:
        """Fetch tables, all of them unless some are named, and return the dataset.

        So `offline=True` has them later.
        Raises: what `table` raises.
        """
        for name in tables or self.tables:
            self._check(name)
            self.path(self._file(name))
        return self

    @cached_property
    def _described(self) -> dict[str, File]:
        """The tables that the release describes, by name."""
        described = self._contents.description.files
        return {
            file.name.removesuffix(".csv").replace("-", "_"): file
            for file in described
            if file.columns and file.format == "csv" and not file.inner
        }

    def _check(self, name: str) -> None:
        if name not in self.tables:
            raise ArgumentError(f"{name!r} is no table; there are: {', '.join(self.tables)}")

    def _file(self, name: str) -> str:
        return LINKS_FILE if name == LINKS else self._described[name].name

    def _read(self, name: str, columns: Sequence[str] | None) -> pd.DataFrame:
        path = self.path(self._file(name))
        try:
            if name == LINKS:
                return frames.read_links(path, columns)
            found = frames.read_table(path, self._described[name].columns, columns)
        except OSError as error:
            raise ReleaseError(path, f"cannot be read ({error.strerror}); open it again") from error
        if name == "assessments" and columns is None and "year" not in found:
            years = pd.to_numeric(found["date"].str[:4], errors="coerce").astype("Int64")
            found.insert(list(found).index("date") + 1, "year", years)
        return found

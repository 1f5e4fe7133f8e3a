"""Reads countries.csv and cities.csv, and finds the place that a printed name means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from iccgraph.iris import EU_CODES, fold, is_key
from iccgraph.languages import DEFAULT, Labels, Text
from iccgraph.publish.records import City, Country, Origin, Place, size_class_of
from iccgraph.tables.cells import wordless
from iccgraph.tables.languages import check_text, check_untagged, split_tag
from iccgraph.tables.problems import CellProblem, Problems
from iccgraph.tables.rows import Row, TableFolder
from iccgraph.tables.schema import PlainColumns

_ONE_ROW = "remove one of the two rows"
_OWN_NAMES = "give each place names of its own"


@dataclass(slots=True)
class Gazetteer:
    """Every place by key, and by each of its names within its country."""

    countries: dict[str, Country] = field(default_factory=dict)
    cities: dict[str, City] = field(default_factory=dict)
    _country_names: dict[str, str] = field(default_factory=dict)
    _city_names: dict[tuple[str, str], str] = field(default_factory=dict)
    _rows: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _doubted: set[str] = field(default_factory=set)
    incomplete: bool = False

    def add_country(self, country: Country) -> CellProblem | None:
        """Add a country; return what stands in the way, None if nothing does."""
        if country.key in self.countries:
            other = self.countries[country.key].origin.row
            return f"the country {country.iso2} stands in row {other} too", _ONE_ROW
        codes = {"ISO code": country.iso3, "ISO number": country.iso_numeric}
        if (fault := self._taken(country, codes)) is not None:
            return fault
        self.countries[country.key] = country
        for name in (country.iso2, country.iso3, *country.names):
            self._country_names.setdefault(fold(name), country.key)
        return None

    def add_city(self, city: City) -> CellProblem | None:
        """Add a place; return what stands in the way, None if nothing does."""
        if city.key in self.cities:
            row = self.cities[city.key].origin.row
            return f"the key {city.key!r} stands in row {row} too", _OWN_NAMES
        if (fault := self._taken(city, {})) is not None:
            return fault
        self.cities[city.key] = city
        for name in (city.key, *city.names):
            holder = self._city_names.setdefault((city.country, fold(name)), city.key)
            if holder != city.key:
                return f"the name {name!r} already means {holder!r} in this country", _OWN_NAMES
        return None

    def _taken(self, place: Place, codes: Mapping[str, str]) -> CellProblem | None:
        """Return which identifier of a place another one of its table has, None if none."""
        if place.geonames_id is not None:
            codes = {**codes, "GeoNames number": str(place.geonames_id)}
        for name, code in codes.items():
            row = self._rows.setdefault((place.origin.source, name, code), place.origin.row)
            if row != place.origin.row:
                return f"the {name} {code} stands in row {row} too", "correct the one that is wrong"
        return None

    def doubt(self, row: Row, labels: Mapping[str, str]) -> None:
        """Remember the names in a row that could not be read, so that nobody is told twice."""
        for column in ("key", "iso2", "iso3", *labels.values()):
            self._doubted.add(fold(row.cells.get(column, "")))
        self._doubted.update(fold(split_tag(name)[0]) for name in row.values("other_names"))

    def doubtful(self, name: str) -> bool:
        """Return whether the name may be known, but stands where the tables cannot be read."""
        return self.incomplete or fold(name) in self._doubted

    def check(
        self, table: str, found: Mapping[str, object], folder: TableFolder, problems: Problems
    ) -> None:
        """Note whether a table could be read as a whole; one without rows is a problem."""
        if not found and not problems.found:
            remedy = "add at least one"
            problems.add(folder.source(table), 1, 0, "", "the table has no row", remedy)
        self.incomplete |= not found or any(not problem.field for problem in problems.found)

    def country(self, name: str) -> str | None:
        """Return the key of the country with this code or name."""
        folded = fold(name)
        key = self._country_names.get(folded) or EU_CODES.get(folded)
        return key if key in self.countries else None

    def city(self, name: str, country: str) -> str | None:
        """Return the key of the place with this key or name; only a key may leave the country."""
        found = self._city_names.get((country, fold(name)))
        return found or (name if name in self.cities else None)

    def larger(self, key: str) -> tuple[str, ...]:
        """Return the places that a place lies in, the smallest first."""
        found: list[str] = []
        while key := self.cities[key].within:
            found.append(key)
        return tuple(found)

    def check_within(self, rows: Mapping[str, Row]) -> None:
        """Complain of each place whose larger place cannot be one, and leave that out.

        Arguments: `rows` are those that the places were read from, by key.
        """
        for key, row in rows.items():
            if (fault := self._misplaced(self.cities[key])) is not None:
                if not self.doubtful(self.cities[key].within):
                    row.complain("within", *fault)
                self.cities[key] = replace(self.cities[key], within="")

    def _misplaced(self, city: City) -> CellProblem | None:
        """Return what is wrong with the larger place of a place, None if nothing is."""
        if not city.within:
            return None
        larger = self.cities.get(city.within)
        if larger is None:
            return (
                f"{city.within!r} is an unknown place",
                "write the key of a larger place in cities.csv, or add that place first",
            )
        if larger.key == city.key:
            remedy = "name a larger place, or leave the cell empty"
            return "a place cannot lie within itself", remedy
        if larger.country != city.country:
            wrong = f"{larger.key!r} is in {larger.country.upper()}, not {city.country.upper()}"
            return wrong, "name a larger place of the same country, or correct the country"
        way = [city.key]
        while way[-1] not in way[:-1]:
            following = self.cities.get(self.cities[way[-1]].within)
            if following is None:
                return None
            way.append(following.key)
        if way[-1] != city.key:  # the round is told of those that are part of it
            return None
        wrong = f"the places lie within each other: {' → '.join(way)}"
        return wrong, "leave the cell of the largest of them empty"

    def similar(self, name: str, country: str) -> str:
        """Return advice for a name that means no place."""
        folded = fold(name)
        near = [n for c, n in self._city_names if c == country]
        if close := get_close_matches(folded, near, n=1, cutoff=0.75):
            key = self._city_names[country, close[0]]
            return f"is {self.cities[key].name} meant? Else add the place to cities.csv"
        abroad = [k for (c, n), k in self._city_names.items() if n == folded and c != country]
        if abroad:
            place = self.cities[abroad[0]]
            return f"{place.name} is known in {place.country.upper()}; correct the country or city"
        return "correct the name, or add the place to cities.csv"


def read_gazetteer(folder: TableFolder, problems: Problems) -> Gazetteer:
    """Read both tables of places; rows that are wrong become problems.

    Raises: SourceError if a table or its metadata cannot be opened.
    """
    gazetteer = Gazetteer()
    schema = folder.schema("countries")
    labels, columns = schema.by_language("name"), schema.plain("country")
    for row in folder.rows("countries", problems):
        if not row.sound:
            gazetteer.doubt(row, labels)
            continue
        country = _country(row, labels, columns)
        if (fault := gazetteer.add_country(country)) is not None:
            row.complain("iso2", *fault)
    gazetteer.check("countries", gazetteer.countries, folder, problems)
    schema = folder.schema("cities")
    labels, columns = schema.by_language("name"), schema.plain("city")
    rows = {}
    for row in folder.rows("cities", problems):
        city = _city(row, labels, columns, gazetteer) if row.sound else None
        if city is None:
            gazetteer.doubt(row, labels)
        elif (fault := gazetteer.add_city(city)) is not None:
            row.complain("key", *fault)
        else:
            rows[city.key] = row
    gazetteer.check("cities", gazetteer.cities, folder, problems)
    gazetteer.check_within(rows)
    return gazetteer


def _integer(text: str) -> int | None:
    return int(text) if text else None


def _other_names(row: Row) -> tuple[Text, ...]:
    """Return the names and spellings of a place; a wrong language of one is a problem."""
    good = []
    for value in row.values("other_names"):
        name = split_tag(value)
        fault = check_text(value) if "@" in value else None
        if fault or (fault := wordless(name[0])):
            row.complain("other_names", *fault)
        else:
            good.append(name)
    return tuple(good)


def _labels(row: Row, columns: Mapping[str, str]) -> Labels:
    """Return the names of a place by language; one that ends in a tag is a problem."""
    for name in columns.values():
        cell = row.cells[name]
        if (fault := wordless(cell) or check_untagged(cell)) is not None:
            row.complain(name, *fault)
    return row.labels(columns)


def _country(row: Row, labels: Mapping[str, str], columns: PlainColumns) -> Country:
    cells = row.cells
    return Country(
        key=cells["iso2"].lower(),
        origin=Origin(row.source, row.number),
        labels=_labels(row, labels),
        other_names=_other_names(row),
        iso2=cells["iso2"].upper(),
        iso3=cells["iso3"].upper(),
        iso_numeric=cells["iso_numeric"].zfill(3),
        coe_member=cells["coe_member"] == "true",
        west=cells["west"],
        south=cells["south"],
        east=cells["east"],
        north=cells["north"],
        eu_country=cells["eu_country"],
        geonames_id=_integer(cells["geonames_id"]),
        plain=row.plain(columns, DEFAULT),
        languages=row.values("languages"),
    )


def _city(
    row: Row, labels: Mapping[str, str], columns: PlainColumns, gazetteer: Gazetteer
) -> City | None:
    cells = row.cells
    country = gazetteer.country(cells["country"])
    if country is None:
        if not gazetteer.doubtful(cells["country"]):
            row.complain("country", *no_country(cells["country"]))
        return None
    if not is_key(cells["key"]):
        row.complain("key", *no_key(cells["key"]))
        return None
    if bool(cells["lat"]) != bool(cells["lon"]):
        missing = "lon" if cells["lat"] else "lat"
        remedy = "give both latitude and longitude, or neither"
        row.complain(missing, "one coordinate is missing", remedy)
        return None
    if not _sound_population(row):
        return None
    return City(
        key=cells["key"],
        origin=Origin(row.source, row.number),
        labels=_labels(row, labels),
        other_names=_other_names(row),
        kind=cells["kind"],
        country=country,
        lat=cells["lat"],
        lon=cells["lon"],
        population=_integer(cells["population"]),
        population_year=_integer(cells["population_year"]),
        size_class=cells["size_class"],
        within=cells["within"],
        in_programme=cells["in_programme"] != "false",
        geonames_id=_integer(cells["geonames_id"]),
        plain=row.plain(columns, DEFAULT),
    )


def _sound_population(row: Row) -> bool:
    """True if a number of inhabitants has its year and source, and agrees with the size class."""
    cells = row.cells
    year, people = _integer(cells["population_year"]), _integer(cells["population"])
    if year is not None and year > date.today().year:
        row.complain("population_year", f"{year} has not come yet", "correct the year")
        return False
    if people is None:
        return True
    for name, missing in (("population_year", "year"), ("population_source", "source")):
        if not cells[name]:
            remedy = f"write the {missing}, or leave population empty and keep the size class"
            row.complain(name, f"the population has no {missing}", remedy)
            return False
    if cells["size_class"] != (right := size_class_of(people)):
        written = cells["size_class"] or "no class"
        wrong = f"{people} people are in the class {right}, but the cell says {written}"
        row.complain("size_class", wrong, f"write {right}, or correct the population")
        return False
    return True


def no_country(name: str) -> CellProblem:
    """Return what is wrong with a text that means no country, and what to do."""
    remedy = "write its two-letter code, or add it to countries.csv"
    return f"{name!r} is an unknown country", remedy


def no_key(text: str) -> CellProblem:
    """Return what is wrong with a text that cannot be a key, and what to do."""
    remedy = "use lower-case letters and digits, words joined by “-”, at most 80 characters"
    return f"{text!r} is not a key", remedy

"""How the tables of places are read, and which place a printed name means."""

from __future__ import annotations

from typing import Final

import pytest

from iccgraph.settings import Settings
from tests.unit.support import Read, add, change, remove, table

GIRONA: Final = {
    "key": "girona",
    "name": "Girona",
    "name_fr": "Gérone",
    "other_names": "",
    "geonames_id": "",
}


@pytest.mark.parametrize(
    ("name", "country", "key"),
    [
        ("Barcelona", "es", "barcelona"),
        ("BARCELONA", "es", "barcelona"),
        ("barcelona", "es", "barcelona"),
        ("Barcelone", "es", "barcelona"),
        ("Bárcelóna", "es", "barcelona"),
        ("Cordoba", "es", "cordoba"),
        ("CÓRDOBA", "es", "cordoba"),
        ("Co\u0301rdoba", "es", "cordoba"),
        ("Cordoue", "es", "cordoba"),
        ("Kordoba", "es", "cordoba"),
        ("Córdoba", "ar", "cordoba-ar"),
        ("docta", "ar", "cordoba-ar"),
        ("Lissabon", "pt", "lisbon"),
        ("  Lisboa  ", "pt", "lisbon"),
        ("cordoba-ar", "es", "cordoba-ar"),
        ("lisbon", "", "lisbon"),
        ("Lisboa", "es", None),
        ("Lisboa", "", None),
        ("Atlantis", "es", None),
        ("", "es", None),
    ],
)
def test_names_of_cities(small: Settings, name: str, country: str, key: str | None) -> None:
    """A name means a place of its country, however it is spelled; a key means it anywhere."""
    assert Read(small).gazetteer.city(name, country) == key


@pytest.mark.parametrize(
    ("people", "size"),
    [
        ("1", "below-20000"),
        ("19999", "below-20000"),
        ("20000", "from-20000"),
        ("99999", "from-20000"),
        ("100000", "from-100000"),
        ("499999", "from-100000"),
        ("500000", "from-500000"),
        ("12294193", "from-500000"),
    ],
)
def test_size_classes(small: Settings, people: str, size: str) -> None:
    """A number on a border belongs to the upper class."""
    change(small, "cities", "barcelona", population=people, size_class=size)
    assert Read(small).gazetteer.cities["barcelona"].size_class == size


def test_size_class_without_a_number(small: Settings) -> None:
    """A place may have a size class and no population, or neither."""
    empty = {"population": "", "population_year": "", "population_source": ""}
    change(small, "cities", "barcelona", **empty)
    cities = Read(small).gazetteer.cities
    assert (cities["barcelona"].population, cities["barcelona"].size_class) == (None, "from-500000")
    assert cities["lisbon"].size_class == ""


def test_places_within_places(small: Settings) -> None:
    """A place lies in the larger one that its row names, and in whatever that lies in."""
    add(small, "cities", like="barcelona", **GIRONA, within="lleida")
    add(
        small,
        "cities",
        like="barcelona",
        **{**GIRONA, "key": "lleida", "name": "Lleida", "name_fr": ""},
        within="cordoba",
        in_programme="false",
    )
    read = Read(small)
    assert read.told == []
    assert read.gazetteer.larger("girona") == ("lleida", "cordoba")
    assert read.gazetteer.larger("cordoba") == ()
    programme = {key: city.in_programme for key, city in read.gazetteer.cities.items()}
    assert [key for key, in_it in programme.items() if not in_it] == ["lleida"]


def test_places_around_each_other(small: Settings) -> None:
    """Places that lie within each other are told once, and who lies in one of them is not told."""
    change(small, "cities", "barcelona", within="cordoba")
    change(small, "cities", "cordoba", within="barcelona")
    add(small, "cities", like="barcelona", **GIRONA, within="barcelona")
    told = Read(small).told
    assert told == [
        "cities.csv:2:15 (within): the places lie within each other:"
        " barcelona → cordoba → barcelona; leave the cell of the largest of them empty",
    ]


def test_within_a_doubted_place(small: Settings) -> None:
    """Who lies within a place whose row is wrong is not told that it is unknown."""
    change(small, "cities", "barcelona", within="cordoba")
    change(small, "cities", "cordoba", lat="north")
    told = Read(small).told
    assert [line.partition(";")[0] for line in told] == [
        "cities.csv:3:7 (lat): 'north' is not a number"
    ]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ES", "es"),
        ("es", "es"),
        ("ESP", "es"),
        ("Spain", "es"),
        ("ESPAÑA", "es"),
        ("espana", "es"),
        ("Espagne", "es"),
        ("Republica Argentina", "ar"),
        ("France", None),
        ("", None),
    ],
)
def test_names_of_countries(small: Settings, name: str, key: str | None) -> None:
    """A country is known by its codes and by each of its names."""
    assert Read(small).gazetteer.country(name) == key


@pytest.mark.parametrize(
    ("name", "country", "advice"),
    [
        ("Barcelna", "es", "is Barcelona meant? Else add the place to cities.csv"),
        ("Lisboa", "es", "Lisbon is known in PT; correct the country or city"),
        ("Atlantis", "es", "correct the name, or add the place to cities.csv"),
        ("Barcelona", "", "Barcelona is known in ES; correct the country or city"),
    ],
)
def test_advice(small: Settings, name: str, country: str, advice: str) -> None:
    """Who writes a name that means no place is told what may have been meant."""
    assert Read(small).gazetteer.similar(name, country) == advice


@pytest.mark.parametrize("name", ["EL", "el", "GR", "Greece"])
def test_codes_of_the_union(small: Settings, name: str) -> None:
    """The Union's codes mean a country of ours, if there is that country."""
    assert Read(small).gazetteer.country(name) is None
    cells = {
        "iso2": "GR",
        "iso3": "GRC",
        "iso_numeric": "300",
        "name": "Greece",
        "name_fr": "Grèce",
    }
    add(small, "countries", like="ES", **cells, other_names="", geonames_id="390903")
    assert Read(small).gazetteer.country(name) == "gr"


def test_country_by_name(small: Settings) -> None:
    """A row of cities.csv may name its country in words."""
    change(small, "cities", "lisbon", country="portugal")
    assert Read(small).gazetteer.cities["lisbon"].country == "pt"


def test_names_and_spellings(small: Settings) -> None:
    """A name has its language, a spelling none; the place is found by both."""
    change(small, "cities", "lisbon", other_names="Lisboa@pt|Lisabon@sr-latn|Lisbona")
    gazetteer = Read(small).gazetteer
    expected = (("Lisboa", "pt"), ("Lisabon", "sr-Latn"), ("Lisbona", ""))
    assert gazetteer.cities["lisbon"].other_names == expected
    for name in ("LISBOA", "lisabon", "Lisbona"):
        assert gazetteer.city(name, "pt") == "lisbon"


def test_row_is_remembered(small: Settings) -> None:
    """A place knows the file and row that it was read from."""
    origin = Read(small).gazetteer.cities["cordoba"].origin
    assert (origin.source, origin.row) == ("cities.csv", 3)


BAD_CITIES = {
    "unknown country": (
        {"country": "XX"},
        "cities.csv:6:6 (country): 'XX' is an unknown country;"
        " write its two-letter code, or add it to countries.csv",
    ),
    "doubled key": (
        {"key": "barcelona", "name": "Barcino"},
        "cities.csv:6:1 (key): the key 'barcelona' stands in row 2 too;"
        " give each place names of its own",
    ),
    "doubled name": (
        {"other_names": "barcelone"},
        "cities.csv:6:1 (key): the name 'barcelone' already means 'barcelona' in this country;"
        " give each place names of its own",
    ),
    "error for a name": (
        {"other_names": "#N/A@ca"},
        "cities.csv:6:4 (other_names): '#N/A' stands for a value that is not there;"
        " write the value, or empty the cell",
    ),
    "number for a name": (
        {"other_names": "Gerona@es|1E5@ca"},
        "cities.csv:6:4 (other_names): '1E5' is how a spreadsheet shortens a number;"
        " write all its letters and digits anew, and open the table with all columns as “Text”",
    ),
    "no word for a name": (
        {"other_names": "-@ca"},
        "cities.csv:6:4 (other_names): '-' has no word; a spreadsheet may have made it of a text;"
        " write the text, and open the table with all columns as “Text”",
    ),
    "number of another place": (
        {"geonames_id": "2267057"},
        "cities.csv:6:1 (key): the GeoNames number 2267057 stands in row 5 too;"
        " correct the one that is wrong",
    ),
    "address for a name": (
        {"other_names": "info@girona.cat"},
        "cities.csv:6:4 (other_names): 'girona.cat' is not a language tag;"
        " write one such as en, fr or sr-Latn",
    ),
    "script cut short": (
        {"other_names": "Girona@sr-Lat"},
        "cities.csv:6:4 (other_names): 'sr-lat' is not a language tag: 'lat' is no region;"
        " write sr-Latn, the code of the Latin script",
    ),
    "name with a tag": (
        {"name_fr": "Gérone@fr"},
        "cities.csv:6:3 (name_fr): 'Gérone@fr' has a language, which its column has already;"
        " write Gérone",
    ),
    "name in a country's code": (
        {"other_names": "Gerona@es|Жирона@ua"},
        "cities.csv:6:4 (other_names): 'ua' is not a language tag: 'ua' is no language;"
        " write uk, the code of the language",
    ),
    "several names in one": (
        {"other_names": "Girona@ca; Gerona@es"},
        "cities.csv:6:4 (other_names): 'Girona@ca; Gerona@es' has more than one “@”;"
        " separate the texts with “|”",
    ),
    "half a position": (
        {"lon": ""},
        "cities.csv:6:8 (lon): one coordinate is missing;"
        " give both latitude and longitude, or neither",
    ),
    "the other half": (
        {"lat": ""},
        "cities.csv:6:7 (lat): one coordinate is missing;"
        " give both latitude and longitude, or neither",
    ),
    "long key": (
        {"key": "a" * 81},
        f"cities.csv:6:1 (key): '{'a' * 81}' is not a key;"
        " use lower-case letters and digits, words joined by “-”, at most 80 characters",
    ),
    "unknown kind": (
        {"kind": "town"},
        "cities.csv:6:5 (kind): 'town' is none of: municipality, borough, canton, island, region;"
        " write one of these",
    ),
    "a kind of before": (
        {"kind": "City"},
        "cities.csv:6:5 (kind): 'City' is none of: municipality, borough, canton, island, region;"
        " write municipality, for a kind says what a place is by law, and a city is a municipality"
        " there, whatever its size or title; a part of a city is a borough",
    ),
    "no name": ({"name": ""}, "cities.csv:6:2 (name): the cell is empty; fill it in"),
    "unknown larger place": (
        {"within": "catalonia"},
        "cities.csv:6:15 (within): 'catalonia' is an unknown place;"
        " write the key of a larger place in cities.csv, or add that place first",
    ),
    "within itself": (
        {"within": "girona"},
        "cities.csv:6:15 (within): a place cannot lie within itself;"
        " name a larger place, or leave the cell empty",
    ),
    "within another country": (
        {"within": "lisbon"},
        "cities.csv:6:15 (within): 'lisbon' is in PT, not ES;"
        " name a larger place of the same country, or correct the country",
    ),
    "population without a year": (
        {"population_year": ""},
        "cities.csv:6:10 (population_year): the population has no year;"
        " write the year, or leave population empty and keep the size class",
    ),
    "population without a source": (
        {"population_source": ""},
        "cities.csv:6:11 (population_source): the population has no source;"
        " write the source, or leave population empty and keep the size class",
    ),
    "another size class": (
        {"size_class": "from-100000"},
        "cities.csv:6:12 (size_class): 1620343 people are in the class from-500000,"
        " but the cell says from-100000; write from-500000, or correct the population",
    ),
    "no size class": (
        {"size_class": ""},
        "cities.csv:6:12 (size_class): 1620343 people are in the class from-500000,"
        " but the cell says no class; write from-500000, or correct the population",
    ),
    "unknown size class": (
        {"size_class": "large"},
        "cities.csv:6:12 (size_class): 'large' is none of: below-20000, from-20000, from-100000,"
        " from-500000; write one of these",
    ),
}


@pytest.mark.parametrize(("cells", "expected"), BAD_CITIES.values(), ids=BAD_CITIES)
def test_bad_cities(small: Settings, cells: dict[str, str], expected: str) -> None:
    """What is wrong with a city is told once, with its cell and what to do."""
    add(small, "cities", like="barcelona", **{**GIRONA, **cells})
    assert Read(small).told == [expected]


def test_doubled_country(small: Settings) -> None:
    """A country that stands twice is told with both rows."""
    add(small, "countries", like="ES")
    assert Read(small).told == [
        "countries.csv:5:1 (iso2): the country ES stands in row 2 too; remove one of the two rows"
    ]


def test_doubted_city_is_told_once(small: Settings) -> None:
    """Who uses the name of a city whose row is wrong is not told that it is unknown."""
    change(small, "cities", "barcelona", lat="north")
    assert Read(small).told == [
        "cities.csv:2:7 (lat): 'north' is not a number;"
        " write digits and a decimal point, such as 51.05"
    ]


def test_doubted_country_is_told_once(small: Settings) -> None:
    """Who uses the code of a country whose row is wrong is not told that it is unknown."""
    change(small, "countries", "ES", west="-200")
    assert Read(small).told == ["countries.csv:2:9 (west): -200 is below -180; correct it"]


@pytest.mark.parametrize("name", ["countries", "cities"])
def test_table_without_rows(small: Settings, name: str) -> None:
    """A table of places that has lost its rows is told once, not by each row that needs it."""
    path = table(small, name)
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n")
    assert Read(small).told == [f"{name}.csv:1: the table has no row; add at least one"]


@pytest.mark.parametrize("name", ["countries", "cities"])
def test_table_with_another_header(small: Settings, name: str) -> None:
    """A table of places with an unknown column is told once, not by each row that needs it."""
    path = table(small, name)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("name_fr", "nombre", 1), encoding="utf-8")
    told = {line.partition(";")[0] for line in Read(small).told}
    place = 5 if name == "countries" else 3
    assert told == {
        f"{name}.csv:1: 1 column is missing: name_fr",
        f"{name}.csv:1:{place} (nombre): 'nombre' is not a column of this table",
    }


def test_unknown_place_in_a_removed_row(small: Settings) -> None:
    """A place that was removed is missed by each row that names it."""
    remove(small, "cities", "lisbon")
    assert [line.partition(";")[0] for line in Read(small).told] == [
        "assessments.csv:4:2 (city): 'lisbon' is no key in cities.csv",
        "links.csv:5:1 (subject_id): 'city:lisbon' is an unknown place",
        "memberships.csv:3:2 (city): 'lisbon' is no key in cities.csv",
        "practices.csv:2:6 (cities): 'Lisboa' is an unknown place",
    ]

"""How practices.csv is read: names resolved, texts kept, and what is told of bad rows."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from iccgraph.settings import Settings
from tests.unit.support import Read, add, change, remove


def test_whole_row(small: Settings) -> None:
    """A row becomes a record with its names resolved and its texts kept."""
    practice = Read(small).practices["casa-aberta"]
    assert practice.title == ("Casa aberta", "pt")
    assert practice.other_titles == (("Open house", "en"),)
    assert practice.summaries == {"en": "Opens a town house to newcomers."}
    assert (practice.country, practice.cities) == ("pt", ("lisbon",))
    assert practice.topics == ("public-services",)
    assert practice.recorded_on == date(2026, 11, 20)
    assert (practice.period.edtf, practice.period.ongoing) == ("2014/..", True)
    assert (practice.origin.source, practice.origin.row) == ("practices.csv", 2)


def test_homonyms(small: Settings) -> None:
    """One name means the place of the practice's own country."""
    practices = Read(small).practices
    assert practices["neighbours"].cities == ("barcelona", "cordoba")
    assert practices["school-radio"].cities == ("cordoba-ar",)


def test_doubled_names(small: Settings) -> None:
    """A place or topic that a row names twice is taken once."""
    change(
        small,
        "practices",
        "neighbours",
        cities="Barcelona|barcelona|Barcelone",
        topics="education|education",
    )
    practice = Read(small).practices["neighbours"]
    assert (practice.cities, practice.topics) == (("barcelona",), ("education",))


def test_country_of_the_city(small: Settings) -> None:
    """A practice without a country has that of its first place, named by its key."""
    change(small, "practices", "neighbours", country="", cities="lisbon")
    assert Read(small).practices["neighbours"].country == "pt"


def test_languages_default_to_english(small: Settings) -> None:
    """A summary without a language is in English."""
    change(small, "practices", "casa-aberta", summary_lang="")
    assert list(Read(small).practices["casa-aberta"].summaries) == ["en"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", None), ("soon", "Not understood: 'soon'."), ("é020", "Not understood: 'é020'.")],
)
def test_year_text_is_kept(small: Settings, text: str, problem: str | None) -> None:
    """A year that cannot be read is kept as printed, is reported, and is no problem."""
    change(small, "practices", "neighbours", year_text=text)
    read = Read(small)
    practice = read.practices["neighbours"]
    assert (practice.text("year_text"), practice.period.edtf, practice.period.problem) == (
        text,
        None,
        problem,
    )
    assert read.told == []


READ = {"sections_pages": "https://example.org/read", "sections_read_on": "2026-11-22"}
BAD = {
    "unknown city": (
        {"cities": "Barcelna"},
        ":6 (cities): 'Barcelna' is an unknown place;"
        " is Barcelona meant? Else add the place to cities.csv",
    ),
    "city of another country": (
        {"cities": "Lisboa"},
        ":6 (cities): 'Lisboa' is an unknown place;"
        " Lisbon is known in PT; correct the country or city",
    ),
    "unknown country": (
        {"country": "Freedonia"},
        ":5 (country): 'Freedonia' is an unknown country;"
        " write its two-letter code, or add it to countries.csv",
    ),
    "unknown topic": (
        {"topics": "neighborhood"},
        ":16 (topics): 'neighborhood' is not the key of a topic; did you mean neighbourhood?",
    ),
    "a topic that two schemes have": (
        {"topics": "Education"},
        ":16 (topics): 'Education' is not the key of a topic; did you mean education?",
    ),
    "a topic of the other scheme": (
        {"topics": "website-roma"},
        ":16 (topics): 'website-roma' is a topic of the scheme 'website';"
        " write topics of the scheme 'index' here, and others into topic-assignments.csv",
    ),
    "a topic by its label": (
        {"topics": "Interaction"},
        ":16 (topics): 'Interaction' is not the key of a topic; did you mean interaction?",
    ),
    "several topics in one": (
        {"topics": "Interaction, neighbourhood"},
        ":16 (topics): 'Interaction, neighbourhood' is not the key of a topic;"
        " separate with “|”: interaction|neighbourhood",
    ),
    "several places in one": (
        {"cities": "Barcelona; Cordoba"},
        ":6 (cities): 'Barcelona; Cordoba' is an unknown place;"
        " separate with “|”: Barcelona|Cordoba",
    ),
    "a language in words": (
        {"title_lang": "English"},
        ":3 (title_lang): 'English' is not a language tag; write en",
    ),
    "a country for its language": (
        {"title_lang": "ua"},
        ":3 (title_lang): 'ua' is not a language tag: 'ua' is no language;"
        " write uk, the code of the language",
    ),
    "no topic": ({"topics": ""}, ":16 (topics): the cell is empty; fill it in"),
    "no place": (
        {"country": "", "cities": ""},
        ":5 (country): the practice has no place; name its country, and its cities if any",
    ),
    "no source": (
        {"listing_page": ""},
        ":17 (listing_page): the practice has no source;"
        " give the address of the page that it was read from",
    ),
    "bad address": (
        {"detail_page": "coe.int/x"},
        ":18 (detail_page): 'coe.int/x' is not a web address; write it whole: https://coe.int/x",
    ),
    "date for a title": (
        {"title": "12/03/2016"},
        ":2 (title): '12/03/2016' has no word; a spreadsheet may have made it of a text;"
        " write the text, and open the table with all columns as “Text”",
    ),
    "truth for a title": (
        {"title": "TRUE"},
        ":2 (title): 'TRUE' has no word; a spreadsheet may have made it of a text;",
    ),
    "sections from nowhere": (
        {"impact": "Neighbours talk.", "sections_read_on": "2026-11-22"},
        ":12 (sections_pages): the practice has impact, but not the pages that it was read on;"
        " give the pages, or leave impact, sections_read_on empty",
    ),
    "a beginning ahead": (
        {"start_year": "2999", **READ},
        ":34 (start_year): 2999 has not come yet; write one year from 1900 to 20",
    ),
    "a beginning long ago": (
        {"start_year": "1899", **READ},
        ":34 (start_year): 1899 is before 1900; write one year from 1900 to 20",
    ),
    "no year": (
        {"start_year": "since 2014", **READ},
        ":34 (start_year): 'since 2014' is not a year; write one year from 1900 to 20",
    ),
    "a beginning from nowhere": (
        {"start_year": "2014", "sections_read_on": "2026-11-22"},
        ":12 (sections_pages): the practice has start_year, but not the pages that it was read on;",
    ),
    **{
        f"{name}_fr without {name}": (
            {f"{name}_fr": "Rien.", **READ},
            f":{column} ({name}_fr): {name}_fr translates {name}, which is empty;"
            f" fill in {name} too, or empty {name}_fr",
        )
        for name, column in (
            *(("purpose", 23), ("stimulus", 25), ("process", 27), ("impact", 28)),
            *(("figures", 30), ("prizes", 32)),
        )
    },
    "a summary in French alone": (
        {"summary": "", "summary_fr": "Des voisins à table."},
        ":22 (summary_fr): summary_fr translates summary, which is empty;",
    ),
    "two summaries in French": (
        {"summary_lang": "fr", "summary_fr": "Des voisins à table."},
        ":22 (summary_fr): summary_fr translates summary, which is in 'fr' already;"
        " empty summary_fr, or correct summary_lang",
    ),
    "a language in a French column": (
        {"figures": "Nine.", "figures_fr": "Nueve.@es", **READ},
        ":30 (figures_fr): 'Nueve.@es' has a language, which its column has already; write Nueve.",
    ),
    "a language in the French summary": (
        {"summary_fr": "Vecinos.@es"},
        ":22 (summary_fr): 'Vecinos.@es' has a language, which its column has already;",
    ),
    "a prize without letters": (
        {"prizes": "Gold Prize|2016", **READ},
        ":31 (prizes): '2016' has no word; a spreadsheet may have made it of a text;",
    ),
    "a partner without letters": (
        {"partners": "12/2016|Red Cross", **READ},
        ":33 (partners): '12/2016' has no word; a spreadsheet may have made it of a text;",
    ),
    "a translated title without language": (
        {"translated_titles": "Voisins"},
        ":21 (translated_titles): 'Voisins' has no language;",
    ),
    "bad day": (
        {"recorded_on": "yesterday"},
        ":19 (recorded_on): 'yesterday' is not a date;"
        " write it as year-month-day, such as 2026-11-23",
    ),
    "title without language": (
        {"other_titles": "Voisins"},
        ":4 (other_titles): 'Voisins' has no language;"
        " write “@” and its language after it: Voisins@fr",
    ),
    "two regions": (
        {"title_lang": "en-GB-US"},
        ":3 (title_lang): 'en-GB-US' is not a language tag; write one such as en, fr or sr-Latn",
    ),
    "two regions in another title": (
        {"other_titles": "Voisins@fr-FR-BE"},
        ":4 (other_titles): 'fr-FR-BE' is not a language tag; write one such as en, fr or sr-Latn",
    ),
    "a key in words": (
        {"key": "Good neighbours"},
        ":1 (key): 'Good neighbours' is not a key;"
        " write lower-case words joined by “-”: good-neighbours",
    ),
    "no key": (
        {"key": ""},
        ":1 (key): the cell is empty; write a key that no other row has, such as neighbours",
    ),
    "a long key": (
        {"key": "k" * 81},
        f":1 (key): '{'k' * 81}' is not a key;"
        " use lower-case letters and digits, words joined by “-”, at most 80 characters",
    ),
    "a formula": (
        {"title": "=HYPERLINK(A1)"},
        ":2 (title): '=HYPERLINK(A1)' is a formula; write the text itself, without “=”",
    ),
}


def test_translations(small: Settings) -> None:
    """A text has its original first, then what translates it; so have titles and prizes."""
    french = {"summary_fr": "Des voisins à table.", "translated_titles": "Voisins@fr"}
    prizes = {"prizes": "First|Second", "prizes_fr": "Premier|Deuxième", "start_year": "2014"}
    change(small, "practices", "neighbours", **french, **prizes, **READ)
    practice = Read(small).practices["neighbours"]
    assert practice.summaries == {
        "en": "Brings neighbours to one table.",
        "fr": "Des voisins à table.",
    }
    assert practice.titles == {"en": "Neighbours", "fr": "Voisins"}
    assert practice.other_titles == ()
    assert practice.plain["prizes"] == (
        *(("First", "en"), ("Second", "en")),
        *(("Premier", "fr"), ("Deuxième", "fr")),
    )
    assert practice.plain["start_year"] == (("2014", ""),)


@pytest.mark.parametrize(("cells", "expected"), BAD.values(), ids=BAD)
def test_bad_rows(small: Settings, cells: dict[str, str], expected: str) -> None:
    """What is wrong with a practice is told once, with its cell and what to do."""
    change(small, "practices", "neighbours", **cells)
    told = Read(small).told
    assert len(told) == 1
    assert told[0].startswith(f"practices.csv:3{expected}")


def test_all_faults_of_a_row(small: Settings) -> None:
    """A row with a bad cell and two unknown names is told of all three."""
    change(
        small,
        "practices",
        "neighbours",
        recorded_on="yesterday",
        cities="Nowhere|Nirgends",
        topics="cooking",
    )
    assert [line.partition(": ")[2].partition(";")[0] for line in Read(small).told] == [
        "'Nirgends' is an unknown place",
        "'Nowhere' is an unknown place",
        "'cooking' is not the key of a topic",
        "'yesterday' is not a date",
    ]


TYPED = {
    "key": "",
    "title": "Café du monde",
    "title_lang": "French",
    "other_titles": "",
    "country": "Spain",
    "cities": "Barcelona, Cordoba",
    "year_text": "depuis 2019",
    "summary": "Rencontres",
    "summary_lang": "fr",
    "topics": "Interaction, Education",
    "listing_page": "www.coe.int/x",
    "recorded_on": "27/11/2026",
}
REMEDY = re.compile(r"\((\w+)\): .*(?:such as|write it whole:|separate with “\|”:|write) (\S+)$")


def test_what_coordinators_really_type(small: Settings) -> None:
    """Whoever does what each message says, once, has a row without a problem."""
    change(small, "practices", "street-books", **TYPED)
    told = Read(small).told
    assert len(told) == 6
    done = {found[1]: found[2] for line in told if (found := REMEDY.search(line))}
    change(small, "practices", "", **done)
    read = Read(small)
    practice = read.practices["cafe-du-monde"]
    assert read.told == []
    assert (practice.title, practice.country) == (("Café du monde", "fr"), "es")
    assert (practice.cities, practice.period.edtf) == (("barcelona", "cordoba"), "2019/..")
    assert practice.topics == ("interaction", "education")


@pytest.mark.parametrize("action", ["withdrawn", "renamed", "merged"])
def test_key_of_a_retired_practice(small: Settings, action: str) -> None:
    """A key that was retired may not be used again."""
    add(
        small,
        "retired",
        kind="practice",
        key="neighbours",
        action=action,
        replaced_by="" if action == "withdrawn" else "school-radio",
        date="2026-11-23",
        reason="It was told twice.",
    )
    assert Read(small).told == [
        f"practices.csv:3:1 (key): the key 'neighbours' was {action} and may not be used again;"
        " choose another key, or remove the row from retired.csv"
    ]


def test_key_of_a_retired_city(small: Settings) -> None:
    """A retired key of another kind does not bar a practice."""
    remove(small, "links", "city:lisbon")
    add(
        small,
        "retired",
        kind="city",
        key="neighbours",
        action="withdrawn",
        date="2026-11-23",
        reason="It never was a city.",
    )
    assert Read(small).told == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("-2016", "2016-"),
        ("−2016", "2016-"),
        ("2,016", "2016"),
        ("2\u202f016", "2016"),
        ("2016.0", "2016"),
        ("2016,00", "2016"),
        ("Dec-11", "2011-12, or the month with its whole year"),
        ("déc.-11", "2011-12, or the month with its whole year"),
        ("Sep-98", "1998-09, or the month with its whole year"),
        ("42370", "the time as it is printed, not day 2016-01-01"),
    ],
)
def test_time_that_a_spreadsheet_calculated(small: Settings, text: str, meant: str) -> None:
    """What a spreadsheet makes of a printed time is refused, with the right spelling."""
    change(small, "practices", "neighbours", year_text=text)
    assert Read(small).told == [
        f"practices.csv:3:8 (year_text): {text!r} is what a spreadsheet makes of a time;"
        f" write {meant}, and open the table with all columns as “Text”"
    ]


@pytest.mark.parametrize("text", ["2016-", "-2016-", "2015-2016", "- 2016", "2011-14", "Dec-2011"])
def test_years_with_a_dash(small: Settings, text: str) -> None:
    """Other texts with a dash are as pages print them."""
    change(small, "practices", "neighbours", year_text=text)
    assert Read(small).told == []


@pytest.mark.parametrize(
    ("column", "ahead", "said"),
    [
        ("recorded_on", "{tomorrow}", "has not come yet"),
        ("year_text", "since {2}", "more than a year ahead"),
        ("year_text", "{2}", "more than a year ahead"),
        ("year_text", "2016, {2}", "more than a year ahead"),
        ("year_text", "2020-{26}", "more than 25 years ahead"),
        ("year_text", "until {26}", "more than 25 years ahead"),
    ],
)
def test_what_lies_ahead(small: Settings, column: str, ahead: str, said: str) -> None:
    """A slip in a year or day is told; what is planned for the near future is not."""
    today = date.today()
    years = [str(today.year + n) for n in range(27)]
    tomorrow = (today + timedelta(days=1)).isoformat()
    text = re.sub(r"{(\d+)}", lambda match: years[int(match[1])], ahead)
    change(small, "practices", "neighbours", **{column: text.format(tomorrow=tomorrow)})
    (told,) = Read(small).told
    assert f"({column})" in told
    assert said in told
    planned = re.sub(r"{(\d+)}", lambda match: years[int(match[1]) - 1], ahead)
    change(small, "practices", "neighbours", **{column: planned.format(tomorrow=today.isoformat())})
    assert Read(small).told == []

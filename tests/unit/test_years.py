"""What printed year texts say: every text seen, what else is promised, and what no text may do."""

import pytest
from edtf import parse_edtf
from hypothesis import example, given
from hypothesis import strategies as st

from iccgraph.tables.years import MAX_LENGTH, Period, read_period

NOTHING = (None, None, None, None)

# text, EDTF, first year, last year, ongoing, the whole problem
SEEN = [
    ("", *NOTHING, None),
    ("N/A", *NOTHING, None),
    ("é020", *NOTHING, "Not understood: 'é020'."),
    ("JAN - DEC", *NOTHING, "No year is printed with 'JAN - DEC'."),
    ("Each year in March", *NOTHING, "No year is printed with 'March'."),
    ("ongoing", None, None, None, True, None),
    ("Ongoing", None, None, None, True, None),
    ("Ongoing activities", None, None, None, True, None),
    ("permanent", None, None, None, True, None),
    ("current", None, None, None, True, None),
    ("Running for several decades", None, None, None, True, None),
    ("2010", "2010", None, None, None, None),
    ("2014", "2014", None, None, None, None),
    ("2016", "2016", None, None, None, None),
    ("2017", "2017", None, None, None, None),
    ("2018", "2018", None, None, None, None),
    ("2019", "2019", None, None, None, None),
    ("2020", "2020", None, None, None, None),
    ("2021", "2021", None, None, None, None),
    ("2022", "2022", None, None, None, None),
    ("1982-", "1982/..", 1982, None, True, None),
    ("2011-", "2011/..", 2011, None, True, None),
    ("2013-", "2013/..", 2013, None, True, None),
    ("2016-", "2016/..", 2016, None, True, None),
    ("2004 - ongoing", "2004/..", 2004, None, True, None),
    ("2008 - ongoing", "2008/..", 2008, None, True, None),
    ("2009 - ongoing", "2009/..", 2009, None, True, None),
    ("2011 - ongoing", "2011/..", 2011, None, True, None),
    ("2019 - ongoing", "2019/..", 2019, None, True, None),
    ("2009-ongoing", "2009/..", 2009, None, True, None),
    ("2010-ongoing", "2010/..", 2010, None, True, None),
    (
        "2009-ongoing Casalecchio di Reno, Italy",
        *("2009/..", 2009, None, True),
        "Not understood: 'Casalecchio di Reno, Italy'.",
    ),
    ("2006 onwards", "2006/..", 2006, None, True, None),
    ("2010 onwards", "2010/..", 2010, None, True, None),
    ("2012 onwards", "2012/..", 2012, None, True, None),
    ("2013 onwards", "2013/..", 2013, None, True, None),
    ("2014 onwards", "2014/..", 2014, None, True, None),
    ("2016 onwards", "2016/..", 2016, None, True, None),
    ("2017 onwards", "2017/..", 2017, None, True, None),
    ("2018 onwards", "2018/..", 2018, None, True, None),
    ("2018 on", "2018/..", 2018, None, True, None),
    ("2018 and on", "2018/..", 2018, None, True, None),
    ("From September 2017 onwards", "2017-09/..", 2017, None, True, None),
    ("Since 1954", "1954/..", 1954, None, True, None),
    ("Since 2014", "2014/..", 2014, None, True, None),
    ("Since 2016", "2016/..", 2016, None, True, None),
    ("Since 2017", "2017/..", 2017, None, True, None),
    ("Since 2018", "2018/..", 2018, None, True, None),
    ("Since 2019", "2019/..", 2019, None, True, None),
    ("Since 2022", "2022/..", 2022, None, True, None),
    ("Since 2017 - Ongoing", "2017/..", 2017, None, True, None),
    ("since April 2017", "2017-04/..", 2017, None, True, None),
    ("Permanent since 2012", "2012/..", 2012, None, True, None),
    ("Ongoing activities (Since 2012)", "2012/..", 2012, None, True, None),
    ("On-going since 2014", "2014/..", 2014, None, True, None),
    ("as from 2015", "2015/..", 2015, None, True, None),
    ("à partir 2016", "2016/..", 2016, None, True, None),
    ("A compter de 2018", "2018/..", 2018, None, True, None),
    ("Depuis 2014", "2014/..", 2014, None, True, None),
    ("OD 2020", "2020/..", 2020, None, True, None),
    ("2021 (ongoing since 2017)", "2017/..", 2017, None, True, None),
    ("until 2023", "/2023", None, 2023, None, None),
    ("2016-2019", "2016/2019", 2016, 2019, None, None),
    ("2017-2021", "2017/2021", 2017, 2021, None, None),
    ("2019-2021", "2019/2021", 2019, 2021, None, None),
    ("2019-2022", "2019/2022", 2019, 2022, None, None),
    ("2020-2021", "2020/2021", 2020, 2021, None, None),
    ("2021 - 2024", "2021/2024", 2021, 2024, None, None),
    ("From 2017 to 2019", "2017/2019", 2017, 2019, None, None),
    ("2011-14", "2011/2014", 2011, 2014, None, None),
    ("2015-2020 / 2021-25", "2015/2025", 2015, 2025, None, None),
    ("Three years - 2017, 2018 and 2019", "{2017,2018,2019}", None, None, None, None),
    ("2018-2022 (still in use)", "2018/2022", 2018, None, True, None),
    (
        "From September 2014 to May 2015 "
        "(still ongoing as part of the municipal strategy for promoting interculturality)",
        *("2014-09/2015-05", 2014, None, True),
        None,
    ),
    (
        "Two years from February 2016 to January 2018 "
        "(with the possibility of renewal for an additional year).",
        *("2016-02/2018-01", 2016, 2018, None),
        None,
    ),
    (
        "Four months from March to June 2017 (pilot in one neighbourhood)",
        *("2017-03/2017-06", 2017, 2017, None),
        None,
    ),
    (
        "Implemented for three years, starting on 1st March 2018",
        *("2018-03-01/", 2018, None, None),
        "A duration is printed, but not the end.",
    ),
    (
        "Social network - ongoing / Assessment - 2017",
        *("2017", None, None, True),
        "It tells of several things: 'Social network', 'Assessment', not understood. "
        "It is called ongoing, but not since when.",
    ),
    ("January - February 2018", "2018-01/2018-02", 2018, 2018, None, None),
    ("April to November 2021", "2021-04/2021-11", 2021, 2021, None, None),
    ("March 2018 until 31 August 2019", "2018-03/2019-08-31", 2018, 2019, None, None),
    ("25-28 August 2016", "2016-08-25/2016-08-28", 2016, 2016, None, None),
    ("8-11 September 2016", "2016-09-08/2016-09-11", 2016, 2016, None, None),
    ("9 May 2017", "2017-05-09", None, None, None, None),
    ("21 June 2018", "2018-06-21", None, None, None, None),
    ("mai 2016", "2016-05", None, None, None, None),
    ("2nd half 2021", "2021-41", None, None, None, None),
]

# text, EDTF, ongoing, a part of the problem
PROMISED = [
    # two digits after a year: a later year, else a month, else a problem
    ("2009-10", "2009/2010", None, None),
    ("2018/19", "2018/2019", None, None),
    ("2011-11", "2011-11", None, None),
    ("2018-01", "2018-01", None, None),
    ("2018-01/2018-02", "2018-01/2018-02", None, None),
    ("2018-15", None, None, "2018-15"),
    # days and months in figures
    ("2017-05-09", "2017-05-09", None, None),
    ("09.05.2017", "2017-05-09", None, None),
    ("05/2017", "2017-05", None, None),
    ("01/03/2018", None, None, "Not understood: '01/03/2018'."),
    ("30 February 2018", None, None, "30 February 2018"),
    # pieces of a year, decades, marks
    ("Spring 2020", "2020-21", None, None),
    ("été 2018", "2018-22", None, None),
    ("first half of 2018", "2018-40", None, None),
    ("2e semestre 2021", "2021-41", None, None),
    ("Q1 2020", "2020-33", None, None),
    ("2021 Q3", "2021-35", None, None),
    ("fifth quarter 2020", "2020", None, "fifth quarter"),
    ("Spring/Summer 2020", "2020", None, "Only the year"),
    ("since spring 2019", "2019/..", True, "Only the year"),
    ("Spring 2020, Autumn 2021", None, None, "EDTF has no form"),
    ("the 1990s", "199X", None, None),
    ("1995s", None, None, "1995s"),
    ("1900s", None, None, "1900s"),
    ("since the 1990s", None, True, "A decade cannot"),
    ("c. 2014", "2014~", None, None),
    ("around 2014", "2014~", None, None),
    ("2014?", "2014?", None, None),
    ("c. 2014?", "2014%", None, None),
    # lists
    ("2016, 2018", "{2016,2018}", None, None),
    ("2015-2017, 2019-2021", "{2015..2017,2019..2021}", None, None),
    ("2015, 2018-", "{2015,2018..}", True, None),
    ("2016, 2017", "{2016,2017}", None, None),
    ("2015, 2016-2018", "{2015,2016..2018}", None, None),
    ("2016, 2016-2018", "2016/2018", None, None),
    ("January, February and March 2018", "{2018-01,2018-02,2018-03}", None, None),
    ("9 and 11 May 2017", "{2017-05-09,2017-05-11}", None, None),
    # what gives no period, or only a part of one
    ("2018-2016", None, None, "The end comes before the beginning"),
    ("November - January 2018", None, None, "The end comes before the beginning"),
    ("2016-2018-2020", "2016/2018", None, "2020"),
    ("2018-2020 -", "2018/2020", None, "'-'"),
    ("-2017", "2017", None, "'-'"),
    ("2016 2018", "2016", None, "2018"),
    ("early 2018", "2018", None, "early"),
    ("2013 (?)", "2013", None, "?"),
    ("2018 (pilot 2016)", "2018", None, "in brackets"),
    ("1799", None, None, "1800 to 2100"),
    ("2101", None, None, "1800 to 2100"),
    ("3 years", None, None, "No year"),
    ("２０１８", None, None, "２０１８"),
    ("٢٠٢٠", None, None, "٢٠٢٠"),
    ("2018²", None, None, "2018²"),
    # state
    ("2012 (ongoing)", "2012/..", True, None),
    ("Ongoing (2018)", "2018", True, "not since when"),
    ("Ongoing 2018", "2018", True, "not since when"),
    ("Started 2018, ongoing", "2018/..", True, None),
    ("launched in 2018", "2018/", None, None),
    ("from 2018 for three years", "2018/", None, "A duration"),
    ("Once a year since 2012", "2012/..", True, None),
    ("2018-2020 (completed)", "2018/2020", False, None),
    ("ended in 2018", "/2018", False, None),
    ("ended 2018, ongoing", "/2018", None, "both"),
    ("not ongoing", None, None, "denial"),
    ("2018 no longer running", None, None, "denial"),
    ("2018 (may be extended)", "2018", None, None),
    ("2018 on demand", "2018", None, "demand"),
    ("2014 to date", "2014/..", True, None),
    ("from 2014 until now", "2014/..", True, None),
    ("unknown", None, None, None),
    ("2016 - 2018, extended until 2020", "2016/2020", None, "extended"),
    ("since 2016, until 2020", "2016/2020", None, None),
    ("Planned for 2025", "2025", None, "Planned"),
    ("Annual event since 2008", "2008/..", True, "event"),
    ("since 2007 (renewed in 2018)", "2007/..", True, "in brackets"),
    ("Pilot 2019; scaled up 2021", "{2019,2021}", None, "scaled"),
    ("2014 (first edition) - 2022 (last edition)", "2014/2022", None, None),
    # other languages and typography
    ("з 2019 року", "2019/..", True, None),
    ("від 2019 до 2021 року", "2019/2021", None, None),
    ("Jusqu’en 2019", "/2019", None, None),
    ("jusqu'au 31 mai 2018", "/2018-05-31", None, None),
    ("De 2017 à 2019", "2017/2019", None, None),
    ("du 3 au 5 mai 2017", "2017-05-03/2017-05-05", None, None),
    ("1er août 2018", "2018-08-01", None, None),
    ("a été lancé en 2018", "2018/", None, None),
    ("En cours depuis 2015", "2015/..", True, None),
    ("desde enero de 2015", "2015-01/..", True, None),
    ("hasta 2019", "/2019", None, None),
    ("dal 2016", "2016/..", True, None),
    ("fino al 2020", "/2020", None, None),
    ("marzo 2018 - giugno 2019", "2018-03/2019-06", None, None),
    ("março de 2018", "2018-03", None, None),
    ("seit März 2014", "2014-03/..", True, None),
    ("2014 bis 2020", "2014/2020", None, None),
    ("Od januara 2015. do maja 2018. godine", "2015-01/2018-05", None, None),
    ("2018\u00a0–\u00a02020", "2018/2020", None, None),
    ("2018\u2011\u200b2020", "2018/2020", None, None),
    ("May 9, 2017", "2017-05-09", None, None),
    ("April-2017", "2017-04", None, None),
]

WORDS = (
    "2011 2014 14 04 8 1st 2nd 1990s 2018-05-09 2018-01 09.05.2017 Q1 May sept. mai spring half "
    "quarter since from starting until to à au onwards on ongoing (ongoing running ended not for "
    "three years year each around ~ ? - – / , and ; ( ) permanent Leeds é020 1799 2100 30 February"
)
phrases = st.lists(st.sampled_from(WORDS.split()), max_size=12).flatmap(
    lambda words: st.sampled_from([" ".join(words), "".join(words)])
)
texts = st.text(max_size=200) | phrases


@pytest.mark.parametrize(
    ("text", "edtf", "first_year", "last_year", "ongoing", "problem"),
    SEEN,
    ids=[row[0] or "empty" for row in SEEN],
)
def test_seen(
    text: str,
    edtf: str | None,
    first_year: int | None,
    last_year: int | None,
    ongoing: bool | None,
    problem: str | None,
) -> None:
    """Each text seen on the programme's pages says exactly this."""
    parts = (edtf or "").strip("{}").split(",")
    years = sorted({int(part[:4]) for part in parts if part and "/" not in part})
    assert read_period(text) == Period(edtf, first_year, last_year, tuple(years), ongoing, problem)
    assert edtf is None or parse_edtf(edtf)


@pytest.mark.parametrize(
    ("text", "edtf", "ongoing", "problem"), PROMISED, ids=[row[0] for row in PROMISED]
)
def test_promised(text: str, edtf: str | None, ongoing: bool | None, problem: str | None) -> None:
    """Each form that the module promises to read is read so, and a problem names its cause."""
    period = read_period(text)
    assert (period.edtf, period.ongoing) == (edtf, ongoing)
    assert (period.problem is None) == (problem is None)
    assert (problem or "") in (period.problem or "")
    assert edtf is None or parse_edtf(edtf)


@pytest.mark.parametrize(
    ("text", "first_year", "last_year", "years"),
    [
        ("the 1990s", None, None, ()),
        ("2016, 2018", None, None, (2016, 2018)),
        ("2016, 2018, 2020", None, None, (2016, 2018, 2020)),
        ("Spring 2020, Autumn 2021", None, None, (2020, 2021)),
        ("2015, 2018-", 2018, None, (2015,)),
        ("2016 to 2018; 2020", 2016, 2018, (2020,)),
        ("until 2015 / since 2017", None, None, ()),
        ("2018 for three years", None, None, (2018,)),
        ("1800-2100", 1800, 2100, ()),
        ("9 May 2017", None, None, (2017,)),
        ("25-28 August 2016", 2016, 2016, ()),
        ("2016 - 2018, extended until 2020", 2016, 2020, ()),
        ("2016 - 2018 (extended until 2020)", 2016, 2020, ()),
        ("2018 (until 2020)", 2018, 2020, ()),
        ("between 2016 and 2018", 2016, 2018, ()),
        ("entre mars 2016 et 2018", 2016, 2018, ()),
        ("2016 -> 2018", 2016, 2018, ()),
        ("except 2018", None, None, ()),
        ("before 2018", None, None, ()),
        ("stopped 2018", None, 2018, ()),
        ("01/2016-05/2018", 2016, 2018, ()),
        ("2016-2018 (from 2015)", 2015, 2018, ()),
        ("2021 (ongoing since 2017)", 2017, None, ()),
        ("2018-2022 (still in use)", 2018, None, ()),
        ("until 2023", None, 2023, ()),
    ],
)
def test_years(
    text: str, first_year: int | None, last_year: int | None, years: tuple[int, ...]
) -> None:
    """Only what is said to begin and end bounds the time; what stands alone is a year."""
    period = read_period(text)
    assert (period.first_year, period.last_year, period.years) == (first_year, last_year, years)


@given(texts)
@example("Q1 until 2000")
@example("spring to autumn 2018")
def test_total(text: str) -> None:
    """Any text gives a period whose parts agree, and a text with letters gives something."""
    period = read_period(text)
    assert period.edtf is None or parse_edtf(period.edtf)
    if period.first_year and period.last_year:
        assert period.first_year <= period.last_year
    if period.ongoing:
        assert period.last_year is None
    if period.edtf and "/" not in period.edtf and ".." not in period.edtf:
        assert period.first_year is None
        assert period.years or "X" in period.edtf
    if period.edtf and period.edtf.endswith(("/..", "..}")):
        assert period.last_year is None
        assert period.ongoing is True or "both ongoing and ended" in (period.problem or "")
    if period.edtf is None and (period.first_year or period.last_year or period.years):
        assert period.problem
    if period.edtf is None and period.ongoing is None and text.strip(" ").isalpha():
        assert period.problem or text.strip().casefold() in ("na", "unknown")


@given(texts, st.sampled_from([" ", "\n", "\t \u00a0", "\u2003", "\ufeff "]))
def test_blanks(text: str, blank: str) -> None:
    """Blanks around a text, and more of those within it, say nothing."""
    assert read_period(blank + text + blank) == read_period(text)
    assert read_period(text.replace(" ", " " + blank)) == read_period(text)


@given(texts)
def test_problem_is_text(text: str) -> None:
    """A problem is a sentence that can be written to a file, whatever the text holds."""
    problem = read_period(text).problem
    assert problem is None or (problem.endswith(".") and problem.encode())


@pytest.mark.parametrize(
    "junk",
    ["x", "2018-", "(", "- ", "~f ", "since ", "\u0301", "²", "\ud800", "9", "from on "],
    ids=ascii,
)
def test_junk(junk: str) -> None:
    """A text longer than the limit is not read, one as long as it is, and both return."""
    assert "longer" in (read_period(junk * (1_000_000 // len(junk))).problem or "")
    assert read_period((junk * MAX_LENGTH)[:MAX_LENGTH]).problem


def test_long_blanks() -> None:
    """Blanks do not count against the limit."""
    assert read_period(" " * 1_000_000 + "2018").edtf == "2018"

"""A small release whose every text is hostile: markup, scripts, addresses that run, odd signs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from iccgraph.publish.pipeline import build_release
from iccgraph.settings import Settings
from iccgraph.tables import text
from tests.unit.support import add, change, load, save, small_sources, table

PAYLOADS = {
    "markup": '"><script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;',
    "attribute": "' onmouseover='alert(1)' autofocus onfocus=alert(1) x=\"` `",
    "ends": "</script></title></textarea></style>--><svg onload=alert(1)><!--",
    "braces": "{{7*7}} {% for x in y %} ${7*7} {0.__class__} %(x)s {count}",
    "script address": "javascript:alert(1)//",
    "address": "https://example.org/\"onmouseover='alert(1)'><script>alert(1)</script>",
    "named address": 'page <https://example.org/"onfocus=alert(1)><script>alert(1)</script>>',
    "data address": "data:text/html,<script>alert(1)</script>",
    "directions": "\u202eabc\u2066def\u200b\u200f\ufeff\u2069ghi\u0338",
    "long": "W" * 700,
    "formula": '+HYPERLINK("javascript:alert(1)")',
    "escapes": "\\\"]}\\u003cscript\\u003e\\x3cscript\\x3e%3Cscript%3E\\'",
}
"""What each kind of text would do where it is not written as text."""
TEXTS = {
    "assessments": ("group_ranks", "group_ranks_fr", "note", "note_fr"),
    "cities": ("name", "name_fr", "other_names", "note"),
    "countries": ("name", "name_fr", "other_names", "note"),
    "doubles": ("reason",),
    "guidance": ("title",),
    "links": ("subject_label", "mapping_source", "comment", "mapping_tool", "reviewer_label"),
    "memberships": ("printed_name", "note", "note_fr"),
    "networks": ("name", "name_fr"),
    "practices": (
        "title", "other_titles", "translated_titles", "place_text", "year_text", "summary",
        "summary_fr", "purpose", "purpose_fr", "stimulus", "stimulus_fr", "process", "process_fr",
        "impact", "impact_fr", "figures", "figures_fr", "prizes", "prizes_fr", "partners",
        "key_references", "note",
    ),
    "profiles": ("note", "note_fr"),
    "retired": ("reason",),
    "wikidata": ("value",),
}  # fmt: skip
"""The columns of each table in which anybody may write what they like."""
CHECKED = ("practices.country", "practices.cities", "cities.country", "topic-assignments.because")
"""Columns of text that name a place, or quote a text; the last holds what it quotes."""
LISTS = ("other_names", "other_titles", "translated_titles", "mapping_source", "group_ranks",
         "group_ranks_fr", "prizes", "prizes_fr", "partners", "key_references")  # fmt: skip
KEYS = {"Lisboa": "lisbon", "Barcelona|Cordoba": "barcelona|cordoba", "Córdoba": "cordoba-ar"}
"""The keys of the places that practices name."""
TAGGED = {"other_titles": "@de", "translated_titles": "@fr"}
_LITERAL = re.compile(r'"([^"\\\n]+)"@(en|fr)')
_QUERY = """\
# title@en: {text}
# title@fr: {text}
# text@en: {text}
# text@fr: {text}
# general@en: {text}
# general@fr: {text}
# about@en: {text}
# about@fr: {text}
# param: words: Text = "none" @en "{label}" @fr "{label}"

SELECT ?thing ?text {{
  ?thing <http://purl.org/dc/terms/title> ?text FILTER(STR(?text) != "none")
}} LIMIT 5
"""


def hostile_sources(folder: Path) -> Settings:
    """Return settings over a new copy of the small sources in which every text is hostile."""
    settings = small_sources(folder)
    _add_rows(settings)
    _poison(settings)
    return settings


def hostile_release(folder: Path) -> Settings:
    """Build the release, with the check switched off that refuses damaged text.

    What a build refuses, such as tags of HTML, would otherwise never come to the pages; they are
    not to depend on that.
    """
    settings = hostile_sources(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_faults", lambda cell, is_address: iter(()))
        build_release(settings)
    return settings


def _add_rows(settings: Settings) -> None:
    """Have as many practices as there are payloads, and a row in every table."""
    for number in range(len(PAYLOADS)):
        add(settings, "practices", like="neighbours", key=f"more-{number}", title=f"More {number}")
    for key, other in (("neighbours", "more-0"), ("more-1", "more-2"), ("casa-aberta", "more-3")):
        cells = {"practice": key, "other": other, "decision": "related", "date": "2026-11-23"}
        add(settings, "doubles", **cells)
    for place, topic in enumerate(("website-education", "website-roma")):
        add(settings, "topic-assignments", practice=f"more-{place}", topic=topic)
    cells = {"action": "withdrawn", "date": "2026-11-23", "reason": ""}
    add(settings, "retired", kind="practice", key="gone", **cells)
    for item in ("Q1492", "Q597"):
        cells = {"item": item, "property": "label", "language": "en", "revision": "1"}
        add(settings, "wikidata", **cells, retrieved="2026-11-23")


def _poison(settings: Settings) -> None:
    """Fill every free column, and every text of the files in Turtle, with each kind in turn."""
    texts = list(PAYLOADS.values())
    for name, columns in TEXTS.items():
        found = load(table(settings, name))
        for number, row in enumerate(found):
            for place, column in enumerate(columns):
                row[column] = _cell(column, texts, number, number + place)
            _keep_references(name, row, number)
        save(table(settings, name), found, list(found[0]))
    summaries = {row["key"]: row["summary"] for row in load(table(settings, "practices"))}
    for row in load(table(settings, "topic-assignments")):  # these quote a text of the practice
        key = row["practice"]
        change(settings, "topic-assignments", key, because=summaries[key])
    for path in settings.data_dir.glob("*.ttl"):
        path.write_text(_LITERAL.sub(_hostile_literal, path.read_text("utf-8")), "utf-8")
    (settings.data_dir / "queries").mkdir(exist_ok=True)
    for number, payload in enumerate(texts):
        text_ = f"{payload} {number}"
        query = _QUERY.format(text=text_, label=text_.replace('"', "'"))
        path = settings.data_dir / "queries" / f"{number:02}-hostile-{number}.rq"
        path.write_text(query, "utf-8")


def _cell(column: str, texts: list[str], number: int, place: int) -> str:
    """Return one text with the number of its row, or all of them in a column of many."""
    tag = TAGGED.get(column, "")
    if column in LISTS:
        return "|".join(f"{one} {number}{tag}" for one in texts)
    return f"{texts[place % len(texts)]} {number}"


def _keep_references(name: str, row: dict[str, str], number: int) -> None:
    """Name places by their keys, since their names are hostile too, and say what texts need."""
    if name == "practices":
        row["country"] = {"Casa aberta": "PT"}.get(row["title"], row["country"])
        places = {
            "Lisboa": "lisbon",
            "Barcelona|Cordoba": "barcelona|cordoba",
            "Córdoba": "cordoba-ar",
        }
        row["cities"] = places.get(row["cities"], row["cities"])
        row["sections_pages"] = row["listing_page"]
        row["sections_read_on"] = "2026-11-22"
        row["title_lang"] = ("en", "pt", "ar")[number % 3]


def _hostile_literal(match: re.Match[str]) -> str:
    """Return a literal of Turtle whose text goes on with hostile ones."""
    longer = f"{match[1]} {PAYLOADS['ends']} {PAYLOADS['markup']} {PAYLOADS['braces']}"
    return f"{json.dumps(longer)}@{match[2]}"

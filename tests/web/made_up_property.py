"""Builds and serves a release with two properties more, and prints what it answers, as JSON.

Run: `python -m tests.web.made_up_property FOLDER`, with a small copy of all sources in the folder.
What is added to them is what a person writes to add a property; of the code, it is one line each in
the table of properties, whose text is changed before anything else imports it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from tests.web.changed_module import import_changed

OLD: Final = "    *(ICC.kind, ICC.city, ICC.country),\n"
ROWS: Final = """\
    Property("audience", ("practice",), term("icc:audience"), "practices", Value.TAGGED,
             many=True, dump="audience", section="text"),
    Property("member_since", ("city",), term("icc:memberSince"), "places", Value.YEAR,
             dump="member_since", section="facts"),
"""
COLUMNS: Final[dict[str, dict[str, Any]]] = {
    "practices": {"name": "audience", "datatype": "string", "separator": "|"},
    "cities": {"name": "member_since", "datatype": {"base": "integer", "minimum": "1990"}},
}
TERMS: Final = """
icc:audience
    a owl:DatatypeProperty ;
    rdfs:label "audience reached"@en , "public touché"@fr ;
    rdfs:isDefinedBy <https://w3id.org/iccgraph/def> .

icc:memberSince
    a owl:DatatypeProperty ;
    rdfs:label "member since"@en , "membre depuis"@fr ;
    rdfs:isDefinedBy <https://w3id.org/iccgraph/def> .
"""
CONTEXT: Final = {
    "audience": {"@id": "icc:audience", "@container": "@language"},
    "memberSince": {"@id": "icc:memberSince", "@type": "xsd:gYear"},
}
SHAPES: Final = {
    "practice": """
iccsh:PracticeShape sh:property iccsh:PracticeShape-audience .
iccsh:PracticeShape-audience
    a sh:PropertyShape ;
    sh:path icc:audience ;
    sh:datatype rdf:langString ;
    sh:maxLength 40 ;
    sh:severity sh:Violation ;
    sh:message "Name the audience in a few words."@en .
""",
    "city": """
iccsh:CityShape sh:property iccsh:CityShape-memberSince .
iccsh:CityShape-memberSince
    a sh:PropertyShape ;
    sh:path icc:memberSince ;
    sh:datatype xsd:gYear ;
    sh:maxCount 1 ;
    sh:severity sh:Violation ;
    sh:message "A city has joined in one year."@en .
""",
}
PATHS: Final = {
    "practice.ttl": "practice/neighbours.ttl",
    "practice.jsonld": "practice/neighbours.jsonld",
    "practice.html": "practice/neighbours",
    "practice.fr": "practice/neighbours.html?lang=fr",
    "other practice.html": "practice/school-radio",
    "city.ttl": "city/lisbon.ttl",
    "city.jsonld": "city/lisbon.jsonld",
    "city.html": "city/lisbon.html",
    "city.fr": "city/lisbon?lang=fr",
    "practices.csv": "data/practices.csv",
    "cities.csv": "data/cities.csv",
    "search": "practices.csv?q=pensioners",
    "ontology": "def.ttl",
}
QUERY: Final = """
SELECT ?audience ?year WHERE {
  ?practice icc:audience ?audience ; dcterms:identifier "neighbours" .
  ?city icc:memberSince ?year .
} ORDER BY ?audience
"""


def add_properties(folder: Path) -> None:
    """Write the columns, terms and shapes of the properties into a copy of the sources."""
    from tests.unit.support import load, replace_text, save

    for table, column in COLUMNS.items():
        path = folder / "data" / f"{table}.csv-metadata.json"
        metadata = json.loads(path.read_text(encoding="utf-8"))
        metadata["tableSchema"]["columns"].append(column)
        path.write_text(json.dumps(metadata), encoding="utf-8")
        rows = load(folder / "data" / f"{table}.csv")
        save(folder / "data" / f"{table}.csv", rows, (*rows[0], column["name"]))
    for name, text in (("ontology/icc", TERMS), *((f"shapes/{n}", t) for n, t in SHAPES.items())):
        path = folder / f"{name}.ttl"
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    terms = json.dumps(CONTEXT)[1:-1]
    replace_text(folder / "ontology" / "context.jsonld", '"id": "@id"', f'"id": "@id", {terms}')


def answers(folder: Path) -> dict[str, Any]:
    """Build and serve the release, and return what it says of the properties."""
    from click.testing import CliRunner

    from iccgraph.cli.main import main
    from iccgraph.errors import ConformanceError
    from iccgraph.publish.pipeline import build_release
    from iccgraph.settings import Settings
    from tests.unit.support import change
    from tests.web.app import application

    settings = Settings(
        data_dir=folder / "data",
        ontology_dir=folder / "ontology",
        shapes_dir=folder / "shapes",
        releases_dir=folder / "releases",
    )
    change(settings, "practices", "neighbours", audience="pensioners|young families")
    change(settings, "cities", "lisbon", member_since="2011")
    build_release(settings)
    found: dict[str, Any] = {}
    with application(settings) as client:
        for name, path in PATHS.items():
            accept = "text/html" if "." not in path else "*/*"
            response = client.get(f"/{path}", headers={"Accept": accept})
            found[name] = response.text
            response.close()
    options = ["query", f"--releases-dir={settings.releases_dir}", "--format=csv", QUERY]
    found["query"] = CliRunner().invoke(main, options).stdout
    change(settings, "practices", "neighbours", audience="a" * 41)
    try:
        build_release(settings)
    except ConformanceError as error:
        found["refused"] = str(error)
    return found


if __name__ == "__main__":
    properties = import_changed("iccgraph.properties", OLD, ROWS + OLD)
    assert properties.properties_of("city")
    add_properties(Path(sys.argv[1]))
    print(json.dumps(answers(Path(sys.argv[1]))))

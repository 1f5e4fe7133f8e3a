"""Builds and serves a release with two properties more, and prints what it answers, as JSON.

Run: `python -m tests.web.made_up_property FOLDER`, with a small copy of all sources in the folder.
What is added to them is what a person writes to add a property; of the code, it is one line each in
the table of properties, whose text is changed before anything else imports it. What follows from it
in other files is written as `make derived` does.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any, Final

from tests.web.changed_module import import_changed

OLD: Final = "    *(ICC.kind, ICC.inProgramme, ICC.city, SCHEMA.containedInPlace, ICC.country),\n"
ROWS: Final = """\
    PlainProperty("made_up_text", ("practice",), term("icc:madeUpText"), "practices", Value.TAGGED,
                  many=True, dump="made_up_text", section="text"),
    PlainProperty("made_up_year", ("city",), term("icc:madeUpYear"), "places", Value.YEAR,
                  dump="made_up_year", section="facts"),
"""
COLUMNS: Final[dict[str, dict[str, Any]]] = {
    "practices": {
        "name": "made_up_text",
        "dc:description": "whom it has reached",
        "skos:example": "pensioners",
        "datatype": "string",
        "separator": "|",
    },
    "cities": {"name": "made_up_year", "datatype": {"base": "integer", "minimum": "1990"}},
}
TERMS: Final = """
icc:madeUpText
    a owl:DatatypeProperty ;
    rdfs:label "audience reached"@en , "public touché"@fr ;
    skos:definition "Those whom the practice has reached."@en ;
    rdfs:isDefinedBy <https://w3id.org/iccgraph/def> .

icc:madeUpYear
    a owl:DatatypeProperty ;
    rdfs:label "member since"@en , "membre depuis"@fr ;
    rdfs:isDefinedBy <https://w3id.org/iccgraph/def> .
"""
SHAPES: Final = {
    "practice": """
iccsh:PracticeShape sh:property iccsh:PracticeShape-madeUpText .
iccsh:PracticeShape-madeUpText
    a sh:PropertyShape ;
    sh:path icc:madeUpText ;
    sh:datatype rdf:langString ;
    sh:maxLength 40 ;
    sh:severity sh:Violation ;
    sh:message "Name the audience in a few words."@en .
""",
    "city": """
iccsh:CityShape sh:property iccsh:CityShape-madeUpYear .
iccsh:CityShape-madeUpYear
    a sh:PropertyShape ;
    sh:path icc:madeUpYear ;
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
    "practice.fr": "fr/practice/neighbours",
    "other practice.html": "practice/street-books",
    "city.ttl": "city/lisbon.ttl",
    "city.jsonld": "city/lisbon.jsonld",
    "city.html": "city/lisbon.html",
    "city.fr": "fr/city/lisbon",
    "practices.csv": "data/practices.csv",
    "cities.csv": "data/cities.csv",
    "search": "practices.csv?q=pensioners",
    "ontology": "def.ttl",
}
QUERY: Final = """
SELECT ?text ?year WHERE {
  ?practice icc:madeUpText ?text ; dcterms:identifier "neighbours" .
  ?city icc:madeUpYear ?year .
} ORDER BY ?text
"""


def add_properties(folder: Path) -> None:
    """Write the columns, terms and shapes of the properties into a copy of the sources."""
    from tests import derived

    (folder / "docs").mkdir()
    for name in ("data/README.md", "docs/data-model.md"):
        shutil.copy(derived.ROOT / name, folder / name)
    for table, column in COLUMNS.items():
        path = folder / "data" / f"{table}.csv-metadata.json"
        metadata = json.loads(path.read_text(encoding="utf-8"))
        metadata["tableSchema"]["columns"].append(column)
        path.write_text(json.dumps(metadata), encoding="utf-8")
    for name, text in (("ontology/icc", TERMS), *((f"shapes/{n}", t) for n, t in SHAPES.items())):
        path = folder / f"{name}.ttl"
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    derived.write(folder)


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
    change(settings, "practices", "neighbours", made_up_text="pensioners|young families")
    change(settings, "cities", "lisbon", made_up_year="2011")
    build_release(settings)
    paths = ("data/csv-metadata.json", "data/README.md", "docs/data-model.md")
    found: dict[str, Any] = {path: (folder / path).read_text(encoding="utf-8") for path in paths}
    with application(settings) as client:
        for name, path in PATHS.items():
            accept = "text/html" if "." not in path else "*/*"
            response = client.get(f"/{path}", headers={"Accept": accept})
            found[name] = response.text
            response.close()
    options = ["query", f"--releases-dir={settings.releases_dir}", "--format=csv", QUERY]
    found["query"] = CliRunner().invoke(main, options).stdout
    change(settings, "practices", "neighbours", made_up_text="a" * 41)
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

"""What the tests of the write side share: a small set of sources, and ways to change a table."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from iccgraph.publish.records import Practice
from iccgraph.publish.sources.inputs import read_sources
from iccgraph.publish.sources.practices import read_practices
from iccgraph.release.manifest import MANIFEST, STORE
from iccgraph.settings import Settings
from iccgraph.tables.problems import Problems

ROOT = Path(__file__).parent.parent.parent
SITE = "https://www.coe.int/en/web/interculturalcities"
PAGE = f"{SITE}/good-practice"


def _all_columns(table: str, text: str) -> str:
    """Return the rows of a table with the columns that its metadata have besides, all empty."""
    path = ROOT / "data" / f"{table}.csv-metadata.json"
    columns = json.loads(path.read_text(encoding="utf-8"))["tableSchema"]["columns"]
    header, *rows = text.splitlines()
    added = [c["name"] for c in columns if c["name"] not in header.split(",")]
    lines = [",".join((header, *added)), *(row + "," * len(added) for row in rows)]
    return "".join(f"{line}\n" for line in lines)


COUNTRIES = """\
iso2,iso3,iso_numeric,name,name_fr,other_names,languages,coe_member,west,south,east,north,\
geonames_id,note
ES,ESP,724,Spain,Espagne,España,es,true,-18.17,27.64,4.33,43.79,2510769,
PT,PRT,620,Portugal,Portugal,,pt,true,-31.27,30.03,-6.19,42.15,2264397,
AR,ARG,032,Argentina,Argentine,República Argentina,es,false,-73.58,-55.06,-53.64,-21.78,3865483,
"""
CITIES = f"""\
key,name,name_fr,other_names,kind,country,lat,lon,population,population_year,population_source,\
size_class,geonames_id,note
barcelona,Barcelona,Barcelone,,municipality,ES,41.38879,2.15899,1620343,2016,{PAGE},\
from-500000,3128760,
cordoba,Córdoba,Cordoue,Kordoba,municipality,ES,37.89155,-4.77275,,,,from-100000,2519240,
cordoba-ar,Córdoba,,Docta,municipality,AR,-31.4135,-64.18105,,,,from-500000,3860259,
lisbon,Lisbon,Lisbonne,Lisboa@pt|Lissabon@de,municipality,PT,38.71667,-9.13333,,,,,2267057,
"""
PRACTICES = f"""\
key,title,title_lang,other_titles,country,cities,place_text,year_text,summary,summary_lang,\
purpose,sections_pages,sections_read_on,impact,key_references,topics,listing_page,detail_page,recorded_on,note
casa-aberta,Casa aberta,pt,Open house@en,PT,Lisboa,Portugal Lisbon,2014 - ongoing,\
Opens a town house to newcomers.,en,,,,,,public-services,{PAGE},,2026-11-20,
neighbours,Neighbours,en,,ES,Barcelona|Cordoba,Spain Barcelona,2016-2018,\
Brings neighbours to one table.,en,,,,,,neighbourhood|education,{PAGE},,2026-11-20,
school-radio,School radio,en,,AR,Córdoba,Argentina Córdoba,2019,\
Pupils make a radio programme in nine languages.,en,Pupils tell of home.,{PAGE},2026-11-22,,,\
education,{PAGE},,2026-11-21,
street-books,Street books,en,,ES,,Spain,,Lends books from a cart.,en,,,,,,education,{PAGE},,,
"""
LINKS = """\
subject_id,subject_label,predicate_id,object_id,status,mapping_justification,confidence,\
mapping_source,mapping_date,comment,mapping_tool,reviewer_label
city:barcelona,Barcelona,owl:sameAs,wikidata:Q1492,accepted,\
semapv:ManualMappingCuration,0.95,,2026-11-23,,,
city:cordoba,Córdoba,owl:sameAs,wikidata:Q5818,accepted,semapv:ManualMappingCuration,0.9,,2026-11-23,,,
country:es,Spain,owl:sameAs,wikidata:Q29,accepted,semapv:ManualMappingCuration,0.95,,2026-11-23,,,
city:lisbon,Lisbon,owl:sameAs,wikidata:Q597,open,semapv:LexicalMatching,0.6,,2026-11-23,,,
"""
DOUBLES = """\
practice,other,decision,date,reason
street-books,school-radio,distinct,2026-11-23,One lends books and the other is a radio.
"""
WIKIDATA = "item,property,value,language,date,revision,retrieved\n"
RETIRED = "kind,key,action,replaced_by,date,reason\n"
COUNTRIES, CITIES, PRACTICES = (
    _all_columns(name, text)
    for name, text in (("countries", COUNTRIES), ("cities", CITIES), ("practices", PRACTICES))
)
NETWORKS = f"""\
key,name,name_fr,kind,countries,sources
icc,Intercultural Cities programme,Programme des Cités interculturelles,programme,,{SITE}
reci,Spanish network,Réseau espagnol,national-network,ES,{SITE}
"""
MEMBERSHIPS = f"""\
key,city,network,status,joined_year,left_year,printed_name,note,note_fr,sources,read_on
icc-barcelona-1,barcelona,icc,member,2008,2014,Barcelone,Left for some years,,{SITE},2026-11-27
icc-lisbon-1,lisbon,icc,present,,,Lisboa,,,{SITE},2026-11-27
"""
ASSESSMENTS = f"""\
key,city,kind,date,sample,score,rank,group_ranks,group_ranks_fr,second_hand,note,note_fr,sources,\
read_on
barcelona-report,barcelona,report,2013-05,56,64.5,21,3rd of 9|2nd of 5,3e sur 9|2e sur 5,false,,,\
{SITE},2026-11-27
cordoba-quoted,cordoba,quoted,,,70,,,,true,,,{SITE},2026-11-27
lisbon-assessed-by,lisbon,assessed-by,2017-02,85,,,,,false,,,{SITE},2026-11-27
"""
PROFILES = f"""\
key,city,population,population_year,majority_share,foreign_born_share,non_national_share,\
migrant_background_share,shares_year,note,note_fr,sources,read_on
barcelona-2012,barcelona,1620943,2012,,,17.4,,2012,Read twice,Lu deux fois,{SITE},2026-11-27
"""
GUIDANCE = f"""\
key,title,title_lang,kind,year,topics,website_topics,sources,read_on
step-by-step,Step by step,en,guide,2021,education,website-education,{SITE},2026-11-27
"""
TABLES = {
    "countries": COUNTRIES,
    "cities": CITIES,
    "practices": PRACTICES,
    "links": LINKS,
    "wikidata": WIKIDATA,
    "doubles": DOUBLES,
    "retired": RETIRED,
    "topic-assignments": "practice,topic,because\n",
}
RESOURCE_TABLES = {
    "networks": NETWORKS,
    "memberships": MEMBERSHIPS,
    "assessments": ASSESSMENTS,
    "profiles": PROFILES,
    "guidance": GUIDANCE,
}


def small_sources(folder: Path) -> Settings:
    """Return settings over a new copy of the sources with four practices of four places."""
    for name, patterns in (
        ("data", ("*.ttl", "*.json")),
        ("ontology", ("*.ttl", "*.jsonld")),
        ("shapes", ("*.ttl",)),
    ):
        (folder / name).mkdir(parents=True)
        for pattern in patterns:
            for path in (ROOT / name).glob(pattern):
                shutil.copy(path, folder / name)
    for table, text in (TABLES | RESOURCE_TABLES).items():
        (folder / "data" / f"{table}.csv").write_text(text, encoding="utf-8")
    return Settings(
        data_dir=folder / "data",
        ontology_dir=folder / "ontology",
        shapes_dir=folder / "shapes",
        releases_dir=folder / "releases",
    )


def table(settings: Settings, name: str) -> Path:
    """Return the file of a table."""
    return settings.data_dir / f"{name}.csv"


def load(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def save(path: Path, rows: Iterable[dict[str, str]], columns: Iterable[str]) -> None:
    """Write the rows of a table as our own files are written."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def change(settings: Settings, name: str, key: str, /, **cells: str) -> None:
    """Change cells of the row whose first cell is the key."""
    rows = load(table(settings, name))
    columns = list(rows[0])
    next(row for row in rows if row[columns[0]] == key).update(cells)
    save(table(settings, name), rows, columns)


def add(settings: Settings, name: str, /, like: str = "", **cells: str) -> None:
    """Append a row: that of the key `like` with other cells, or one with only these cells."""
    path = table(settings, name)
    with path.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    rows = load(path)
    model = next(
        (row for row in rows if like and row[columns[0]] == like), dict.fromkeys(columns, "")
    )
    save(path, [*rows, {**model, **cells}], columns)


def remove(settings: Settings, name: str, key: str) -> None:
    """Remove the row whose first cell is the key."""
    rows = load(table(settings, name))
    columns = list(rows[0])
    save(table(settings, name), [row for row in rows if row[columns[0]] != key], columns)


def withdraw(settings: Settings, key: str) -> None:
    """Remove a practice as the guide for editors says: with a row in retired.csv."""
    remove(settings, "practices", key)
    cells = {"kind": "practice", "key": key, "action": "withdrawn", "date": "2026-11-23"}
    add(settings, "retired", **cells, reason="It has ended.")


class Read:
    """Everything that the readers say of the sources, and every problem they find."""

    def __init__(self, settings: Settings) -> None:
        """Read all tables without a draft, a store or the shapes."""
        self.problems = Problems()
        sources = read_sources(settings, self.problems)
        self.gazetteer, self.topics = sources.gazetteer, sources.topics
        self.links, self.retired, self.doubles = sources.links, sources.retired, sources.doubles
        self.resources = sources.resources
        practices = read_practices(sources, self.problems)
        self.practices: dict[str, Practice] = {p.key: p for p in practices}

    @property
    def told(self) -> list[str]:
        """Return the problems as a person reads them."""
        return [str(problem) for problem in sorted(self.problems.found)]


def listing(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder, by its path; folders are empty."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def made(folder: Path) -> dict[str, object]:
    """Return the content of every file below a folder but what the engine writes by itself.

    Of manifests the checksums of that are left out.
    """
    found: dict[str, object] = {}
    for path, content in listing(folder).items():
        if path.endswith(MANIFEST):
            document = json.loads(content)
            found[path] = {k: document[k] for k in document.keys() - {"store", "checksum"}}
        elif STORE not in Path(path).parts:
            found[path] = content
    return found


def replace_text(path: Path, old: str, new: str) -> None:
    """Replace a text that the file holds."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def options(settings: Settings) -> list[str]:
    """Return the options of the command line that name these folders."""
    return [
        f"--{name.replace('_', '-')}={getattr(settings, name)}"
        for name in ("base_iri", "data_dir", "ontology_dir", "shapes_dir")
    ]

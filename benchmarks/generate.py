"""Makes N practices in the shape of the real tables, from a seed.

Run: `python -m benchmarks.generate 20000 FOLDER`. Places, topics and the other tables are the real
ones; titles, summaries, years and topics are drawn from the words and values of the real ones.
"""

from __future__ import annotations

import csv
import random
import shutil
import sys
from pathlib import Path

from iccgraph.settings import Settings

ROOT = Path(__file__).parent.parent
SEED = 2026
REAL = 223
"""How many practices the real data have."""


def settings_for(count: int, work: Path) -> Settings:
    """Return settings that build this many practices below `work`; `REAL` means the real ones.

    Raises: OSError if the folder cannot be written.
    """
    data = ROOT / "data"
    if count != REAL:
        data = work / "data"
        generate(count, data)
    return Settings(
        data_dir=data,
        ontology_dir=ROOT / "ontology",
        shapes_dir=ROOT / "shapes",
        releases_dir=work / "releases",
    )


def generate(count: int, folder: Path) -> None:
    """Write a data folder with `count` practices.

    Raises: OSError if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for path in (ROOT / "data").iterdir():
        if path.is_file() and path.name != "practices.csv":
            shutil.copy(path, folder)
    shutil.copytree(ROOT / "data" / "queries", folder / "queries", dirs_exist_ok=True)
    for name in ("retired", "doubles"):
        header = (folder / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()[0]
        (folder / f"{name}.csv").write_text(header + "\n", encoding="utf-8")
    with (ROOT / "data" / "practices.csv").open(encoding="utf-8-sig", newline="") as file:
        real = list(csv.DictReader(file))
    with (folder / "cities.csv").open(encoding="utf-8-sig", newline="") as file:
        cities = [(row["key"], row["country"]) for row in csv.DictReader(file)]
    chance = random.Random(SEED)  # noqa: S311  # made-up data, not secrets
    words = sorted({w for row in real for w in row["title"].split() if w.isalpha()})
    with (folder / "practices.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(real[0]))
        writer.writeheader()
        for number in range(count):
            writer.writerow(_row(number, chance, real, cities, words))


def _row(
    number: int,
    chance: random.Random,
    real: list[dict[str, str]],
    cities: list[tuple[str, str]],
    words: list[str],
) -> dict[str, str]:
    row = dict(chance.choice(real))
    city, country = chance.choice(cities)
    row["key"] = f"practice-{number:07}"
    row["title"] = " ".join(chance.sample(words, 6)).capitalize() + f" {number}"
    row["title_lang"], row["other_titles"] = "en", ""
    row["country"], row["cities"] = country, city
    row["year_text"] = f"{chance.randrange(1990, 2020)} - {chance.randrange(2020, 2027)}"
    row["summary"] = f"{row['summary'] or row['title']} ({number})"
    row["listing_page"] = (
        f"https://www.coe.int/en/web/interculturalcities/good-practice?start={number // 5}"
    )
    row["detail_page"] = f"https://www.coe.int/en/web/interculturalcities/-/practice-{number}"
    row["note"] = ""
    return row


if __name__ == "__main__":
    generate(int(sys.argv[1]), Path(sys.argv[2]))

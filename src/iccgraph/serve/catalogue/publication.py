"""A release as a site publishes it: the one description, with names and addresses of files.

Every rendering of the description for search engines and archives asks here, so that none of them
makes an address, a name or a text of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from iccgraph.iris import Iris
from iccgraph.languages import best
from iccgraph.release.description import (
    LICENCES,
    DatasetDescription,
    File,
    Licence,
    ReleaseDescription,
)

ORGANIZATIONS: Final = ("PrivateIndividual(s)",)
"""The types of publisher that are no organisation."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A release, `name`, with its description, the names of its things, and the site it is on."""

    description: ReleaseDescription
    iris: Iris
    site: str
    name: str

    @property
    def licence(self) -> Licence:
        """The licence of everything, as each vocabulary names it."""
        return LICENCES[self.description.licence]

    @property
    def landing_page(self) -> str:
        """The address of the page about the dataset."""
        return f"{self.site}catalogue"

    @property
    def catalogue(self) -> str:
        """The IRI of the catalogue that the dataset stands in."""
        return f"{self.iris.base}catalogue#catalogue"

    def distribution(self, file: File) -> str:
        """Return the IRI of a file, which is the same from release to release."""
        return self.iris.file(file.name)

    def download(self, file: File) -> str:
        """Return the address of a file of this release, whose content never changes."""
        return release_address(self.site, self.name, file.name)

    @property
    def release_iri(self) -> str:
        """The name of this release, which leads to the page with its files."""
        return f"{self.iris.base}release/{self.name}/"

    def dataset(self, part: DatasetDescription) -> str:
        """Return the IRI of the dataset or of a part of it."""
        return self.iris.dataset_part(part.key)

    def publisher(self) -> dict[str, Any]:
        """Return who publishes, in schema.org."""
        described = self.description.publisher
        person = described.type in ORGANIZATIONS
        node = {"@type": "Person" if person else "Organization", "name": described.name}
        return node | ({"url": described.homepage} if described.homepage else {})

    def years(self) -> str:
        """Return the years that the things are of, as an interval of ISO 8601; empty if unknown."""
        span = self.description.temporal
        return f"{span.first}/{span.last}" if span else ""

    def citation(self, language: str) -> str:
        """Return how to cite this release, in words."""
        whole, told = self.description.whole, self.description
        title = text(whole.titles, language)
        year = told.modified[:4]
        return f"{told.publisher.name} ({year}). {title} ({self.name}). {self.release_iri}"


def release_address(site: str, release: str, name: str) -> str:
    """Return the address of a file of a release on a site, whose content never changes."""
    return f"{site}release/{release}/{name}"


def file_address(site: str, name: str) -> str:
    """Return the address of the newest file of a name on a site."""
    return f"{site}data/{name}"


def text(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else in the default one, else in any; empty if there is none."""
    return best(texts, language)[0]


def words(keywords: Mapping[str, Sequence[str]], language: str) -> list[str]:
    """Return keywords in a language, else in English, else in any there are."""
    found = keywords.get(language) or keywords.get("en") or next(iter(keywords.values()), ())
    return list(found)

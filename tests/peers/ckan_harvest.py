"""Reads a catalogue as the harvester of ckanext-dcat does; runs in the environment of CKAN.

It is given the address of a catalogue, and prints the datasets that CKAN would make, as JSON. What
needs the database of CKAN is left out: the harvester's own fetching, parsing and choice of
identifiers are not.
"""

import json
import sys
from typing import Any

from ckanext.dcat.harvesters.rdf import DCATRDFHarvester  # type: ignore[import-not-found]
from ckanext.dcat.processors import RDFParser  # type: ignore[import-not-found]


def harvested(address: str) -> dict[str, Any]:
    """Return the datasets by what CKAN will know them by, and the media type that was sent."""
    harvester = DCATRDFHarvester()
    content, media_type = harvester._get_content_and_type(address, None, 1)
    parser = RDFParser()
    parser.parse(content, _format=media_type)
    datasets = {harvester._get_guid(found): found for found in parser.datasets()}
    return {"type": media_type, "next": parser.next_page(), "datasets": datasets}


json.dump(harvested(sys.argv[1]), sys.stdout)

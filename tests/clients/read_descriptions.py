# mypy: ignore-errors
"""Reads what a site says of its dataset with the readers of others, and prints it as JSON.

It runs in the environment of `make peers`: python read_descriptions.py READER SITE [PATH]…
"""

import json
import sys
import tempfile
import urllib.request
from pathlib import Path


def fetched(address, accepted="*/*"):
    """Return what an address answers."""
    request = urllib.request.Request(address, headers={"Accept": accepted})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def read_extruct(site, *paths):
    """Return the JSON-LD, Dublin Core and Open Graph of pages."""
    import extruct

    syntaxes = ["json-ld", "dublincore", "opengraph"]
    return {
        path: extruct.extract(
            fetched(site + path, "text/html").decode(), base_url=site + path, syntaxes=syntaxes
        )
        for path in paths
    }


def read_signposting(site, *paths):
    """Return the typed links of pages and files, from their heads and from their sets of links."""
    import signposting
    from signposting.linkset import find_signposting_linkset

    def told(found):
        return {
            "cite-as": found.citeAs and str(found.citeAs.target),
            "type": sorted(str(link.target) for link in found.types),
            "describedby": sorted(f"{link.target} {link.type}" for link in found.describedBy),
            "item": sorted(f"{link.target} {link.type}" for link in found.items),
            "license": found.license and str(found.license.target),
            "collection": found.collection and str(found.collection.target),
        }

    read = {}
    for path in paths:
        head = signposting.find_signposting_http(site + path)
        (links,) = head.linksets
        whole = find_signposting_linkset(str(links.target)).for_context(site + path)
        read[path] = {"head": told(head), "set": told(whole)}
    return read


def read_rocrate(site):
    """Return the root, the licence and the files of the crate."""
    from rocrate.rocrate import ROCrate

    with tempfile.TemporaryDirectory() as folder:
        document = fetched(f"{site}ro-crate-metadata.json")
        (Path(folder) / "ro-crate-metadata.json").write_bytes(document)
        crate = ROCrate(folder)
        return {
            "name": crate.name,
            "version": crate.version,
            "license": crate.license.id,
            "parts": [part["name"] for part in crate.root_dataset["hasPart"]],
            "files": {
                entity.id: entity["contentSize"]
                for entity in crate.data_entities
                if entity.type == "File"
            },
        }


def read_mlcroissant(site):
    """Return how many records each table has, and the first one."""
    import mlcroissant

    dataset = mlcroissant.Dataset(f"{site}croissant.json")
    read = {"name": dataset.metadata.name, "issues": dataset.metadata.ctx.issues.report()}
    for records in dataset.metadata.record_sets:
        rows = list(dataset.records(record_set=records.id))
        read[records.id] = {"rows": len(rows), "first": rows[0]}
    return read


def read_citations(site, file):
    """Return the entries of the BibTeX, and two citation files in BibTeX: of the site, and ours."""
    import bibtexparser
    from cffconvert import Citation

    library = bibtexparser.parse_string(fetched(f"{site}cite.bib").decode())
    citations = [fetched(f"{site}cite.cff").decode(), Path(file).read_text("utf-8")]
    citations = [Citation(text) for text in citations]
    for citation in citations:
        citation.validate()
    return {
        "failed": len(library.failed_blocks),
        "entries": {e.key: {f.key: f.value for f in e.fields} for e in library.entries},
        "files": [citation.as_bibtex() for citation in citations],
    }


READERS = {
    "extruct": read_extruct,
    "signposting": read_signposting,
    "rocrate": read_rocrate,
    "mlcroissant": read_mlcroissant,
    "citations": read_citations,
}
if __name__ == "__main__":
    result = READERS[sys.argv[1]](*sys.argv[2:])
    print(json.dumps(result, default=lambda value: getattr(value, "decode", value.__str__)()))

"""Writes who publishes a dataset, whom to write to, and what is said of rights and origin.

Source: DCAT-AP 3.0.1, classes Agent and Kind; ADMS, lists of publisher and licence types.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from iccgraph.release.description import Contact, Licence, Publisher, ReleaseDescription
from iccgraph.serve.catalogue.authorities import Concept, adms_type
from iccgraph.serve.catalogue.statements import (
    EnglishAndFrench,
    Value,
    both,
    describe,
    texts,
)
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import term

_PUBLISHER_TYPES: Final[dict[str, EnglishAndFrench]] = {
    "Academia-ScientificOrganisation": (
        "Academia/Scientific organisation",
        "Organisme scientifique",
    ),
    "Company": ("Company", "Entreprise"),
    "IndustryConsortium": ("Industry consortium", "Consortium industriel"),
    "LocalAuthority": ("Local Authority", "Autorité locale"),
    "NationalAuthority": ("National authority", "Autorité nationale"),
    "NonGovernmentalOrganisation": (
        "Non-Governmental Organisation",
        "Organisation non gouvernementale",
    ),
    "NonProfitOrganisation": ("Non-Profit Organisation", "Organisation à but non lucratif"),
    "PrivateIndividual(s)": ("Private Individual(s)", "Particuliers"),
    "RegionalAuthority": ("Regional authority", "Autorité régionale"),
    "StandardisationBody": ("Standardisation body", "Organisme de normalisation"),
    "SupraNationalAuthority": ("Supra-national authority", "Autorité supranationale"),
}
_LICENCE_TYPES: Final[dict[str, tuple[str, EnglishAndFrench]]] = {
    "CC0-1.0": ("PublicDomain", ("Work in the public domain", "Œuvre du domaine public")),
    "CC-BY-4.0": ("Attribution", ("Attribution", "Attribution")),
    "CC-BY-SA-4.0": (
        "ViralEffect-ShareAlike",
        ("Viral effect (a.k.a. Share-alike)", "Partage dans les mêmes conditions"),
    ),
}
_IN_MAILTO: Final = "@!$'*+"
"""What needs no escape in an address of RFC 6068, beside letters, digits and `_.-~`."""
PROVENANCE: Final = (
    "Facts are read from the programme’s own pages; summaries, topics and links are ours, and each "
    "statement stands in a named graph that says who made it, how and from what.",
    "Les faits sont lus sur les pages du programme\u202f; les résumés, les thèmes et les liens "
    "sont les nôtres, et chaque énoncé se trouve dans un graphe nommé qui dit qui l’a fait, "
    "comment et à partir de quoi.",
)


def describe_agents(
    publisher: NamedNode, home: NamedNode, said: Publisher, creators: Iterator[NamedNode]
) -> Iterator[Triple]:
    """Yield who publishes and who made a dataset; makers that are named have names elsewhere.

    Arguments: `home` is the page of who publishes.
    """
    kind = publisher_type(said.type)
    typed: tuple[tuple[str, Value], ...] = (("dcterms:type", kind.node),)
    for agent in (publisher, *creators):
        yield from describe(agent, "foaf:Agent", typed)
    named: tuple[tuple[str, Value], ...] = (
        ("foaf:name", Literal(said.name)),
        ("foaf:homepage", home),
    )
    yield from describe(publisher, "foaf:Organization", named)
    yield from describe(home, "foaf:Document")
    yield from kind.triples()


def publisher_type(code: str) -> Concept:
    """Return a type of publishers of ADMS; one that is not known is called by its code."""
    return adms_type("publishertype", code, both(_PUBLISHER_TYPES.get(code, (code, code))))


def creators(release: OpenRelease) -> Iterator[NamedNode]:
    """Yield who made the dataset, as the release says."""
    graph, whole = release.graphs["catalogue"], NamedNode(release.iris.dataset)
    for quad in release.store.quads_for_pattern(whole, term("dcterms:creator"), None, graph):
        if isinstance(quad.object, NamedNode):
            yield quad.object


def describe_contact(node: NamedNode, contact: Contact, publisher: str) -> Iterator[Triple]:
    """Yield whom to write to; without a name it is who publishes."""
    ways: list[tuple[str, Value]] = [("vcard:fn", Literal(contact.name or publisher))]
    if contact.email:
        ways.append(("vcard:hasEmail", NamedNode(f"mailto:{quote(contact.email, _IN_MAILTO)}")))
    if contact.url:
        ways.append(("vcard:hasURL", NamedNode(contact.url)))
    yield from describe(node, "vcard:Kind", ways)
    yield from describe(node, "vcard:Organization")


def describe_licence(licence: Licence) -> Iterator[Triple]:
    """Yield what kind of licence it is."""
    node = NamedNode(licence.eu)
    yield from describe(node, "dcterms:LicenseDocument")
    if licence.key in _LICENCE_TYPES:
        code, labels = _LICENCE_TYPES[licence.key]
        kind = adms_type("licencetype", code, both(labels))
        yield Triple(node, term("dcterms:type"), kind.node)
        yield from kind.triples()


def describe_rights(
    rights: NamedNode, provenance: NamedNode, said: ReleaseDescription
) -> Iterator[Triple]:
    """Yield who is to be named as the source, and how the data came about."""
    yield from describe(rights, "dcterms:RightsStatement")
    yield from texts(rights, "rdfs:label", said.rights)
    yield from describe(provenance, "dcterms:ProvenanceStatement")
    yield from texts(provenance, "rdfs:label", both(PROVENANCE))

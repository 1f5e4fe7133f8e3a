"""The description of all addresses for programs, OpenAPI 3.1: `/openapi.json`.

Paths, methods, words and errors are those of the routes themselves; the tables here add what a
route does not know before it runs: media types, and the parameters of its query.
Source: https://spec.openapis.org/oas/v3.1.1.html
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from iccgraph import __version__
from iccgraph.formats import (
    BIBTEX,
    CFF,
    COLLECTION_FORMATS,
    CSV,
    DOCUMENT_FORMATS,
    GEOJSON,
    GRAPH_FORMATS,
    HTML,
    JSONLD,
    LINKSET,
    OPENAPI,
    PLAIN,
    PLAIN_JSON,
    PNG,
    PROBLEM,
    RESULT_FORMATS,
    SITEMAP,
    SVG,
    Format,
)
from iccgraph.iris import COLLECTIONS
from iccgraph.release.facets import FACETS
from iccgraph.release.parameters import LONGEST, MOST_TEXTS
from iccgraph.release.parameters import Parameter as QueryParameter
from iccgraph.release.queries import ExampleQuery
from iccgraph.serve.catalogue.publication import Publication, text
from iccgraph.serve.dataset.explore import OPTION_NAMES, OPTIONS
from iccgraph.serve.dataset.selection import MOST_ITEMS, SORTS
from iccgraph.serve.http.message import FORM

JsonObject = dict[str, Any]
_ARGUMENT: Final = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")
_RAISES: Final = re.compile(r":raise (\d{3}): ([^:]+?)\.?(?=\n|$)")
_STRING: Final[JsonObject] = {"type": "string"}
_NUMBER: Final[JsonObject] = {"type": "integer", "minimum": 1}
_KEY: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"


@dataclass(frozen=True, slots=True)
class Route:
    """A rule of the application, such as `/data/<name>`, and the function that answers it."""

    rule: str
    endpoint: str
    methods: frozenset[str]
    doc: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query: what it means, its schema, and whether it may stand several times."""

    meaning: str
    schema: JsonObject
    many: bool = False
    required: bool = False


PARAMETERS: Final[Mapping[str, Parameter]] = {
    "q": Parameter("words and phrases to find", _STRING),
    "page": Parameter("which page, from 1", _NUMBER),
    "size": Parameter("how many things on a page", _NUMBER | {"maximum": MOST_ITEMS}),
    "modified_since": Parameter("a day or time since which things have changed", _STRING),
    "release": Parameter("the release that the list is to be of, by its name", _STRING),
    "scheme": Parameter("the topic scheme to count by", {"enum": ["index", "website"]}),
    "near": Parameter("the key of a city that practices are to be near", _STRING),
    "sort": Parameter("the order of a list", {"enum": [*SORTS, "practices", "name"]}),
    "from": Parameter("the first year of a range", _STRING),
    "to": Parameter("the last year of a range", _STRING),
    "lang": Parameter("the language of the page or of labels", {"enum": ["en", "fr"]}),
    "query": Parameter("a query, or a name to match", _STRING),
    "queries": Parameter("a batch of names, in JSON", _STRING),
    "extend": Parameter("things and the properties to tell of them, in JSON", _STRING),
    "callback": Parameter("the JavaScript function to call (JSONP)", _STRING),
    "type": Parameter("the type of thing that a name is of", _STRING, many=True),
    "type_strict": Parameter("how types are held to", _STRING),
    "limit": Parameter("the most candidates", _NUMBER),
    "properties": Parameter("values of properties that narrow the query, in JSON", _STRING),
    "prefix": Parameter("what was typed", _STRING),
    "cursor": Parameter("how many suggestions to pass over", {"type": "integer", "minimum": 0}),
    "id": Parameter("the identifier of a thing, such as city/barcelona", _STRING),
    "default-graph-uri": Parameter("a graph of the default graph", _STRING, many=True),
    "named-graph-uri": Parameter("a named graph that may be asked", _STRING, many=True),
    "format": Parameter("the format of the answer, where no header can be set", _STRING),
    "rows": Parameter("the order of the rows", {"enum": [*OPTIONS["matrix"]["rows"]]}),
    "columns": Parameter("the order of the columns", {"enum": [*OPTIONS["matrix"]["columns"]]}),
    "when": Parameter("which years are counted", {"enum": [*OPTIONS["timeline"]["when"]]}),
    "width": Parameter("the width of a PNG, in pixels", _NUMBER),
    **{
        name: Parameter(f"a value of the filter {name}; several mean any of them", _STRING, True)
        for name in FACETS
    },
}
_LIST: Final = ("page", "size", "sort", "modified_since", "release")
_PRACTICES: Final = (*FACETS, "q", "near", "from", "to", "scheme", *_LIST)
_SHOWN: Final = (*FACETS, "q", "from", "to", "scheme", "modified_since", "release")
_QUERY: Final[Mapping[str, Sequence[str]]] = {
    "/": _PRACTICES,
    "/practices": _PRACTICES,
    **{f"/{name}": _LIST for name in COLLECTIONS if name != "practices"},
    "/topics": (*_LIST, "scheme"),
    "/city-topics": (*_LIST, "scheme"),
    "/explore": ("scheme",),
    "/explore/{view}": (*_SHOWN, *OPTION_NAMES, "page", "size"),
    "/explore/{view}.{ending}": (*_SHOWN, *OPTION_NAMES, "width", "lang"),
    "/guidance": (*_LIST, "q"),
    "/networks": (*_LIST, "q"),
    "/network/{network}.{ending}": ("scheme",),
    "/compare": ("city", "scheme"),
    "/suggest": ("q", "lang"),
    "/reconcile": (
        *("query", "queries", "extend", "callback", "type", "type_strict", "limit"),
        *("properties", "country"),
    ),
    "/reconcile/suggest/{suggested}": ("prefix", "type", "limit", "cursor", "callback"),
    "/reconcile/flyout/{suggested}": ("id", "lang", "callback"),
    "/reconcile/properties": ("type", "limit", "callback"),
    "/reconcile/preview": ("id",),
    "/queries": ("q",),
    "/sparql/hints": ("query",),
    "/sparql": ("query", "default-graph-uri", "named-graph-uri", "format"),
}
"""The parameters of the query of each path; those of a path with an ending are those without."""
_SPARQL: Final = tuple(dict.fromkeys((*RESULT_FORMATS, *GRAPH_FORMATS, *DOCUMENT_FORMATS)))
_FORMATS: Final[Mapping[str, Sequence[Format]]] = {
    "collections.home": (HTML,),
    "collections.collection": COLLECTION_FORMATS,
    "collections.places": (GEOJSON,),
    "documents.document": DOCUMENT_FORMATS,
    "vocabulary.explanation": DOCUMENT_FORMATS,
    "vocabulary.context": (JSONLD,),
    "explore.overview": (HTML,),
    "explore.view_page": (HTML,),
    "explore.view_file": (SVG, PNG, CSV),
    "links.coverage": COLLECTION_FORMATS,
    "comparison.cities": (HTML, PLAIN_JSON, CSV),
    "downloads.data": (HTML,),
    "downloads.releases": (HTML,),
    "robots.rules": (PLAIN,),
    "sitemaps.sitemap_index": (SITEMAP,),
    "sitemaps.sitemap_part": (SITEMAP,),
    "linksets.thing_links": (LINKSET,),
    "linksets.dataset_links": (LINKSET,),
    "linksets.file_links": (LINKSET,),
    "linksets.api_catalog": (LINKSET,),
    "descriptions.crate": (JSONLD,),
    "descriptions.records": (JSONLD,),
    "descriptions.bibtex": (BIBTEX,),
    "descriptions.citation_file": (CFF,),
    "interface.description": (OPENAPI,),
    "named_queries.listed": (PLAIN_JSON, HTML),
    "query_page.form": _SPARQL,
    "reconcile.service": (PLAIN_JSON, HTML),
    "reconcile.suggest": (PLAIN_JSON,),
    "reconcile.flyout": (PLAIN_JSON,),
    "reconcile.properties": (PLAIN_JSON,),
    "reconcile.preview": (HTML,),
    "suggest.names": (PLAIN_JSON,),
}
"""What each endpoint answers with; one that is not here answers with anything."""
_CALLBACKS: Final = "reconcile."
"""Endpoints that answer with a script as well, if a function is to be called."""
_LEADS: Final = ("documents.thing", "vocabulary.ontology_version", "vocabulary.catalogue")
"""Endpoints that only lead on, by 303."""
_OPERATIONS: Final = {
    "/healthz": "Say that the process answers.",
    "/readyz": "Name the release that is served.",
    "/metrics": "Give figures for Prometheus.",
}
_WORDS: Final = {
    "query_page.form": "Answer a SPARQL query; describe the service, or show the form, without one."
}
"""What endpoints do whose function tells only a part of it."""


def openapi(
    published: Publication, routes: Iterable[Route], queries: Sequence[ExampleQuery]
) -> JsonObject:
    """Return the description of a site with its routes and its named queries."""
    paths: dict[str, JsonObject] = {}
    for route in routes:
        if route.endpoint == "named_queries.named":
            paths |= _named_queries(route, queries)
            continue
        for path, arguments in _paths(route.rule):
            paths.setdefault(path, {}).update(_item(path, arguments, route))
    for path, told in _OPERATIONS.items():
        answered = {"200": _answer("the state", [PLAIN.media_type]), "503": _NOT_NOW}
        paths[path] = {"get": {"operationId": path[1:], "summary": told, "responses": answered}}
    contact, licence = published.description.contact, published.licence
    person = {"name": contact.name, "email": contact.email, "url": contact.url}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": text(published.description.whole.titles, "en"),
            "summary": "Linked data: documents of things, lists, dumps, queries, matching of names",
            "version": __version__,
            "license": {"name": licence.name, "identifier": licence.key},
            **({"contact": {n: v for n, v in person.items() if v}} if contact else {}),
        },
        "servers": [{"url": published.site.removesuffix("/")}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": {"Problem": _PROBLEM}, "responses": {"Problem": _REFUSED}},
        "externalDocs": {"url": published.landing_page},
    }


_PROBLEM: Final[JsonObject] = {
    "type": "object",
    "description": "What went wrong (RFC 9457)",
    "required": ["title", "status", "detail"],
    "properties": {
        "type": _STRING,
        "title": _STRING,
        "status": {"type": "integer"},
        "detail": _STRING,
    },
}


def _answer(meaning: str, types: Iterable[str]) -> JsonObject:
    return {"description": meaning, "content": {type_: {} for type_ in types}}


_REFUSED: Final[JsonObject] = {
    "description": "what went wrong, for programs, or as a page for people",
    "content": {
        PROBLEM.media_type: {"schema": {"$ref": "#/components/schemas/Problem"}},
        HTML.media_type: {},
    },
}
_NOT_NOW: Final = _answer("not now", [PLAIN.media_type])
_PROBLEM_HERE: Final[JsonObject] = {"$ref": "#/components/responses/Problem"}


def _paths(rule: str) -> Iterator[tuple[str, dict[str, JsonObject]]]:
    """Yield the paths that a rule stands for, each with the schemas of its arguments.

    What several collections or documents share is one path each, since templates that differ only
    in the values of an argument are not to be told apart.
    """
    found = _ARGUMENT.search(rule)
    if found and found.start() == 1 and found[1] == "any" and found[3] == "name":
        for value in _values(found[2]):
            yield from _paths(rule.replace(found[0], value, 1))
        return
    arguments = {name: _schema(kind, values) for kind, values, name in _ARGUMENT.findall(rule)}
    path = _ARGUMENT.sub(lambda match: f"{{{match[3]}}}", rule)
    if "kind" not in arguments:
        yield path, arguments
        return
    keys = {"city": _key("barcelona"), "topic": _key("education")}
    kinds = [kind for kind in arguments["kind"]["enum"] if kind != "city-topic"]
    one = {"kind": {"enum": kinds}, "key": _key("barcelona")}
    ending = {"format": {"enum": [form.name for form in DOCUMENT_FORMATS]}}
    two = path.replace("{kind}/{key}", "city-topic/{city}/{topic}")
    yield path, one
    yield two, keys
    if path == "/{kind}/{key}":
        yield f"{path}.{{format}}", one | ending
        yield f"{two}.{{format}}", keys | ending


def _key(example: str) -> JsonObject:
    return {"type": "string", "pattern": _KEY, "maxLength": 80, "examples": [example]}


def _values(listed: str) -> list[str]:
    return re.findall(r"'([^']*)'", listed)


def _schema(kind: str, values: str) -> JsonObject:
    if kind == "any":
        return {"enum": _values(values)}
    if kind == "int":
        return {"type": "integer", "minimum": 0}
    return {"type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9._/-]+$"}


def _item(path: str, arguments: Mapping[str, JsonObject], route: Route) -> JsonObject:
    """Return the operations of a path."""
    query = _QUERY.get(path) or _QUERY.get(path.partition(".{")[0], ())
    placed = [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in arguments.items()
    ]
    asked = [_parameter(name) for name in query]
    words = inspect.cleandoc(route.doc)
    summary = _WORDS.get(route.endpoint) or words.partition("\n")[0]
    name = re.sub(r"\W+", "-", path.strip("/")) or "home"
    shared = {
        "summary": summary,
        "tags": [route.endpoint.partition(".")[0]],
        "responses": _responses(route, words),
    }
    item = {"get": {"operationId": name, "parameters": [*placed, *asked], **shared}}
    if "POST" in route.methods:
        item["post"] = {"operationId": f"{name}-post", **shared, "requestBody": _body(path, query)}
    return item


def _named_queries(route: Route, queries: Sequence[ExampleQuery]) -> dict[str, JsonObject]:
    """Return the paths of the named queries, each with its parameters."""
    words = inspect.cleandoc(route.doc)
    found: dict[str, JsonObject] = {}
    for query in queries:
        offers = (*(RESULT_FORMATS if query.form in ("SELECT", "ASK") else GRAPH_FORMATS), HTML)
        endings = ", ".join(f".{form.name}" for form in offers)
        told = f"{query.explanation.get('en', '')} Endings for the formats: {endings}."
        found[f"/queries/{query.name}"] = {
            "get": {
                "operationId": f"query-{query.name}",
                "summary": query.heading.get("en", query.name),
                "description": told,
                "tags": ["named_queries"],
                "parameters": [_value(parameter) for parameter in query.parameters],
                "responses": _responses(route, words)
                | {"200": _answer("the answer", [form.media_type for form in offers])},
            }
        }
    return found


def _value(p: QueryParameter) -> JsonObject:
    """Return a parameter of a named query."""
    schema: JsonObject = {"type": "string", "maxLength": LONGEST}
    if p.least:
        kind, read = ("number", float) if p.type == "Decimal" else ("integer", int)
        bounds = {"minimum": read(p.least), "maximum": read(p.most)}
        schema = {"type": kind, **bounds, "default": read(p.default[0])}
    elif p.type == "Boolean":
        schema = {"type": "boolean", "default": p.default[0] == "true"}
    elif p.several:
        schema = {"type": "array", "items": schema, "maxItems": MOST_TEXTS}
        schema["default"] = list(p.default)
    else:
        if p.type in ("Language", "Term") and p.choices:
            schema = {"enum": [re.split("[/#]", choice)[-1] for choice in p.choices]}
        schema |= {"default": p.default[0]}
    meaning = f"{p.labels.get('en', p.name)} ({p.type})"
    return {"name": p.name, "in": "query", "description": meaning, "schema": schema}


def _parameter(name: str) -> JsonObject:
    known = PARAMETERS[name]
    schema = {"type": "array", "items": known.schema} if known.many else known.schema
    return {"name": name, "in": "query", "description": known.meaning, "schema": schema}


def _body(path: str, query: Sequence[str]) -> JsonObject:
    """Return what may be posted: a form with the parameters of the query, or a query itself."""
    fields = {name: _parameter(name)["schema"] for name in query}
    content: JsonObject = {FORM: {"schema": {"type": "object", "properties": fields}}}
    if path == "/sparql":
        content["application/sparql-query"] = {"schema": _STRING}
    return {"required": True, "content": content}


def _responses(route: Route, words: str) -> JsonObject:
    """Return the responses of a route: what it answers, and the errors that it names itself."""
    responses: JsonObject = {}
    if route.endpoint in _LEADS:
        responses["303"] = {"description": "where it is told", "content": {HTML.media_type: {}}}
    else:
        offers = _FORMATS.get(route.endpoint)
        types = [form.media_type for form in offers] if offers else ["*/*"]
        if route.endpoint.startswith(_CALLBACKS):
            types.append("text/javascript")
        responses["200"] = _answer("the answer", types)
    for status, meaning in _RAISES.findall(words):
        responses[status] = {"description": meaning, "content": _REFUSED["content"]}
    moved = {"description": "the address that is meant", "content": {HTML.media_type: {}}}
    return {**responses, "301": moved, "302": moved, "304": {"description": "nothing changed"},
            "default": _PROBLEM_HERE}  # fmt: skip

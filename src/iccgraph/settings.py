"""One table of settings; the command line, the environment, the docs and a test are fed by it.

Reads: the environment variables `ICCGRAPH_<NAME>`; options of the command line win over them.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from iccgraph.errors import SettingsError
from iccgraph.iris import DEFAULT_BASE

MIB = 1024 * 1024
WIKIDATA = "https://query.wikidata.org/sparql"
"""The query service that every installation may ask, unless its operator says otherwise."""
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*(?<=/)"
)
_SERVICE = re.compile(
    r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[!-;=?-~]*)?"
)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PAGE = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?"
    r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*(?:#[A-Za-z0-9._~-]*)?)?"
)
"""The address of a page, which stands in the data as an IRI."""
_EQUALS = re.compile(r"=(?=https?://)")
_SIZE = re.compile(r"([0-9]{1,12})([KMG])(?:i?B)?", re.IGNORECASE)
_SUFFIXES = {"K": 10, "M": 20, "G": 30}
_EXPECTED = {bool: "yes or no", int: "a whole number", float: "a number"}
_WORDS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


PUBLISHER_TYPES = (
    *("Academia-ScientificOrganisation", "Company", "IndustryConsortium", "LocalAuthority"),
    *("NationalAuthority", "NonGovernmentalOrganisation", "NonProfitOrganisation"),
    *("PrivateIndividual(s)", "RegionalAuthority", "StandardisationBody"),
    "SupraNationalAuthority",
)
"""Source: ADMS, the list of publisher types at http://purl.org/adms/publishertype/1.0."""


def _setting(default: Any, help_text: str, unit: str = "") -> Any:
    return field(default=default, metadata={"help": help_text, "unit": unit})


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set, its default, unit and meaning; every field is one setting."""

    base_iri: str = _setting(DEFAULT_BASE, "what things are called: the start of every IRI")
    site_url: str = _setting(
        "", "where this copy is served, as its users see it; empty: http://localhost:PORT/"
    )
    data_dir: Path = _setting(Path("data"), "the tables and topic schemes to build from")
    ontology_dir: Path = _setting(Path("ontology"), "the ontology and the JSON-LD context")
    shapes_dir: Path = _setting(Path("shapes"), "the SHACL shapes")
    releases_dir: Path = _setting(Path("releases"), "where releases are published and read")
    vendor_dir: Path = _setting(
        Path("var/vendor"),
        "front-end files from npm; without them maps have no outlines and /sparql no editor",
    )
    publisher_name: str = _setting("iccgraph", "who publishes the dataset, as catalogues name them")
    publisher_url: str = _setting("", "the home page of who publishes; empty: the base IRI")
    publisher_type: str = _setting(
        "NonProfitOrganisation", "what who publishes is, as in the EU’s list of publisher types"
    )
    contact_name: str = _setting("", "whom to write to about the dataset")
    contact_email: str = _setting("", "their e-mail address, which catalogues publish")
    contact_url: str = _setting("", "their web page, such as a form")
    host: str = _setting("127.0.0.1", "the address to listen on")
    port: int = _setting(8000, "the port to listen on")
    web_workers: int = _setting(2, "web server processes", "processes")
    web_threads: int = _setting(
        2,
        "threads that make pages in each web process; more than a few only get in each other’s way",
        "threads",
    )
    body_seconds: float = _setting(
        10.0, "how long a client may take to send a body, or to read a part of one", "seconds"
    )
    proxies: int = _setting(
        0, "proxies in front of the server whose X-Forwarded-For is believed", "proxies"
    )
    client_requests: int = _setting(
        3000, "requests of one client in a minute that are worked on; more get 429", "requests"
    )
    client_queries: int = _setting(
        8,
        "queries, batches of names and long pages of lists of one client at a time in each web"
        " process; more get 429",
        "queries",
    )
    log_requests: bool = _setting(True, "write a line of JSON for each request to standard error")
    page_size: int = _setting(24, "things on one page of a collection", "things")
    address_length: int = _setting(8192, "the longest address that is answered", "bytes")
    head_length: int = _setting(32 * 1024, "the longest head of a request", "bytes")
    memory_triples: int = _setting(
        100_000, "up to this size a release is served from memory, beyond from disk", "triples"
    )
    query_timeout: float = _setting(30.0, "how long one query may run", "seconds")
    query_length: int = _setting(64 * 1024, "the longest query text", "bytes")
    query_depth: int = _setting(200, "the deepest nesting of brackets in a query", "levels")
    query_rows: int = _setting(100_000, "the most rows or triples in one answer", "rows")
    query_bytes: int = _setting(64 * MIB, "the largest answer to one query", "bytes")
    query_memory: int = _setting(1024 * MIB, "memory of one query worker process", "bytes")
    query_workers: int = _setting(
        0,
        "query worker processes of each web process; 0: half the processors, at least one",
        "processes",
    )
    query_memory_together: int = _setting(
        2048 * MIB,
        "memory of all query workers of a web process; over it the largest ends",
        "bytes",
    )
    query_queue: int = _setting(128, "queries that may wait for a worker; more get 503", "queries")
    query_long: int = _setting(
        32, "long queries that may go on at the lowest priority while others pass", "queries"
    )
    query_kept: int = _setting(64 * MIB, "answers to queries kept by each web process", "bytes")
    sparql_endpoint: str = _setting(
        "", "a SPARQL 1.1 endpoint with the release loaded, which is asked; empty: our own engine"
    )
    services: str = _setting(
        WIKIDATA,
        "endpoints that queries may ask by SERVICE, with spaces between: IRI, or IRI=ADDRESS to"
        " ask another address; none: no endpoint",
    )
    service_timeout: float = _setting(
        20.0, "how long one request to another endpoint may take", "seconds"
    )
    service_requests: int = _setting(
        2, "requests to one endpoint at a time from each web process", "requests"
    )
    service_rows: int = _setting(
        20_000, "the most values sent with one SERVICE, and rows that all of a query get", "rows"
    )
    service_bytes: int = _setting(
        16 * MIB, "the largest answer of another endpoint, unpacked", "bytes"
    )
    service_batch: int = _setting(500, "values sent to another endpoint in one request", "rows")
    service_batch_bytes: int = _setting(
        64 * 1024, "the largest list of values sent in one request", "bytes"
    )
    reconcile_batch: int = _setting(
        1000, "queries in one batch, or things in one request for their values", "queries"
    )
    reconcile_bytes: int = _setting(4 * MIB, "the largest body of a request to /reconcile", "bytes")
    reconcile_seconds: float = _setting(
        10.0, "how long one batch may wait, and be worked on", "seconds"
    )
    wikidata_api: str = _setting(
        "https://www.wikidata.org/w/api.php", "the API that is asked for identities"
    )
    wikidata_contact: str = _setting(
        "", "an e-mail address or web page by which Wikidata can reach you; needed to ask it"
    )
    wikidata_timeout: float = _setting(30.0, "how long Wikidata may be silent", "seconds")
    wikidata_attempts: int = _setting(6, "how often one question is asked at most", "attempts")
    wikidata_wait: float = _setting(
        5.0, "the first rest after a fault of Wikidata; it doubles with each attempt", "seconds"
    )
    wikidata_wait_most: float = _setting(
        120.0, "the longest rest; if Wikidata wants more, the run ends", "seconds"
    )
    wikidata_cache: Path = _setting(
        Path("var/wikidata.sqlite"), "where answers of Wikidata are kept"
    )
    wikidata_cache_days: float = _setting(
        30.0, "how long an answer of Wikidata is believed; 0: ask each time", "days"
    )
    check_contact: str = _setting(
        "",
        "an e-mail address or web page by which sites can reach who checks links; empty:"
        " wikidata_contact",
    )
    check_hosts: int = _setting(4, "hosts that are asked at the same time for links", "hosts")
    check_pause: float = _setting(
        1.0, "the pause between two requests to one host for links", "seconds"
    )
    check_timeout: float = _setting(20.0, "how long a host may be silent", "seconds")
    check_wait: float = _setting(
        10.0, "the first rest if a host is busy and does not say for how long", "seconds"
    )
    check_wait_most: float = _setting(
        120.0, "the longest rest; a host that wants more is busy", "seconds"
    )
    check_cache: Path = _setting(Path("var/links.sqlite"), "where answers of hosts are kept")
    check_cache_days: float = _setting(
        7.0, "how long an answer of a host is believed; 0: ask each time", "days"
    )

    def __post_init__(self) -> None:
        """Check what can be checked without touching the disk.

        Raises: SettingsError naming the setting, its value and what would do.
        """
        for name in ("base_iri", "site_url", "sparql_endpoint", "wikidata_api"):
            value = getattr(self, name)
            if value or name in ("base_iri", "wikidata_api"):
                _check_address(name, value, slash=name in ("base_iri", "site_url"))
        _addresses(self.services)
        self._check_people()
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                _check_number(item.name, value, str(item.metadata["unit"]))
        if self.port > 65535:
            raise SettingsError(f"port is {self.port}; a port is between 1 and 65535")

    def _check_people(self) -> None:
        """Check who publishes and whom to write to."""
        if not self.publisher_name.strip():
            raise SettingsError("publisher_name is empty; write who publishes the dataset")
        if self.publisher_type not in PUBLISHER_TYPES:
            known = ", ".join(PUBLISHER_TYPES)
            raise SettingsError(f"publisher_type is {self.publisher_type!r}; write one of {known}")
        for name in ("publisher_url", "contact_url"):
            if value := getattr(self, name):
                _check_page(name, value)
        if self.contact_email and not _EMAIL.fullmatch(self.contact_email):
            raise SettingsError(
                f"contact_email is {self.contact_email!r}; it needs one e-mail address, such as "
                "data@example.org"
            )

    @property
    def site(self) -> str:
        """Return the address that pages and links are served under, ending in a slash."""
        return self.site_url or f"http://localhost:{self.port}/"

    @property
    def endpoint(self) -> str:
        """Return the address of the query endpoint, which relative IRIs in a query begin from."""
        return f"{self.site}sparql"

    @property
    def site_path(self) -> str:
        """Return the path part of the site's address: `/`, or `/sub/path/` behind a proxy."""
        return urlsplit(self.site).path

    @property
    def service_addresses(self) -> dict[str, str]:
        """Return the address that is asked for each endpoint that a query may name."""
        return _addresses(self.services)

    @property
    def workers_per_process(self) -> int:
        """Return how many query workers each web process keeps."""
        return self.query_workers or max(1, (os.cpu_count() or 2) // self.web_workers)


def _check_number(name: str, value: float, unit: str) -> None:
    none = unit == "days" or name in ("query_workers", "proxies", "query_kept")
    least = 0.001 if unit == "seconds" else 0 if none else 1
    if not (math.isfinite(value) and value >= least):
        raise SettingsError(
            f"{name} is {value}; it needs a number of {unit} that is at least {least}"
        )


def _check_address(name: str, value: str, slash: bool) -> None:
    if _ADDRESS.fullmatch(value if slash else f"{value}/"):
        return
    wrong = "it needs an http or https address"
    if not value.isascii() or any(c in value for c in ' <>"{}|\\^`'):
        wrong = "it holds a character that no IRI may hold"
    elif _ADDRESS.fullmatch(f"{value}/"):
        wrong = f"it must end with a slash: {value}/"
    raise SettingsError(f"{name} is {value!r}; {wrong}")


def _check_page(name: str, value: str) -> None:
    if not _PAGE.fullmatch(value):
        raise SettingsError(
            f"{name} is {value!r}; it needs an http or https address as browsers copy it, with "
            "other signs than letters, digits and - . _ ~ ! $ & ' ( ) * + , ; = : @ / ? as %XX"
        )


def _addresses(services: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in services.split() if services.strip().lower() != "none" else ():
        iri, *address = _EQUALS.split(word, maxsplit=1)
        for part in (iri, *address):
            if not _SERVICE.fullmatch(part):
                raise SettingsError(
                    f"services holds {word!r}; it needs http or https addresses with spaces "
                    "between, such as https://query.wikidata.org/sparql, or none"
                )
        if iri in found:
            raise SettingsError(f"services names {iri} twice; name each endpoint once")
        found[iri] = address[0] if address else iri
    return found


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"ICCGRAPH_{name.upper()}"


def load_settings(environ: Mapping[str, str], **options: object) -> Settings:
    """Return the settings of the environment, overruled by the options that are not None.

    Raises: SettingsError for an unknown variable or a value that is not of the setting's type.
    """
    known = {variable(item.name): item for item in fields(Settings)}
    for name in environ:
        if name.startswith("ICCGRAPH_") and name not in known:
            raise SettingsError(f"{name} is set in the environment, but no setting has that name")
    chosen: dict[str, object] = {}
    for name, item in known.items():
        value = options.get(item.name)
        if value is None:
            value = environ.get(name)
        if value is not None:
            chosen[item.name] = _convert(item, value)
    return Settings(**chosen)  # type: ignore[arg-type]  # each was converted to its field's type


def _convert(item: Field[Any], value: object) -> object:
    """Return a value in the type of its setting; a size may be written as `64M`."""
    kind: type = type(item.default)
    size = _SIZE.fullmatch(str(value)) if item.metadata["unit"] == "bytes" else None
    if size is not None:
        return int(size[1]) << _SUFFIXES[size[2].upper()]
    try:
        return _WORDS[str(value).lower()] if kind is bool else kind(value)
    except (KeyError, TypeError, ValueError) as error:
        expected = _EXPECTED.get(kind, "a text")
        raise SettingsError(f"{item.name} is {value!r}; it needs {expected}") from error

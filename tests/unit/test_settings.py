"""The one table of settings: each is an environment variable and an option, and is checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from iccgraph.cli.main import main
from iccgraph.errors import SettingsError
from iccgraph.settings import Settings, load_settings, variable
from tests.for_all import for_all

OTHER: dict[type, tuple[str, object]] = {
    str: ("https://example.org/x/", "https://example.org/x/"),
    type(Path()): ("some/where", Path("some/where")),
    int: ("7", 7),
    float: ("0.5", 0.5),
    bool: ("no", False),
}
OTHER_OF = {"publisher_type": "LocalAuthority", "contact_email": "data@example.org"}
"""Another value than the default of settings that are checked more closely."""
MAY_BE_NONE = ("query_workers", "proxies", "query_kept")
NAMES = [item.name for item in fields(Settings)]
KINDS = {item.name: type(item.default) for item in fields(Settings)}


NUMBERS = [name for name in NAMES if KINDS[name] in (int, float)]
SWITCHES = [name for name in NAMES if KINDS[name] is bool]


def other(name: str) -> tuple[str, object]:
    """Return another value than the default, as it is written and as it is read."""
    if name in OTHER_OF:
        return OTHER_OF[name], OTHER_OF[name]
    return OTHER[KINDS[name]]


def test_from_the_environment() -> None:
    """Each setting is taken from its environment variable, in its own type."""

    def fact(name: str) -> None:
        text, value = other(name)
        found = getattr(load_settings({f"ICCGRAPH_{name.upper()}": text}), name)
        assert (found, type(found)) == (value, type(value))

    for_all(NAMES, fact)


def test_option_wins() -> None:
    """An option wins over the environment, also where the environment cannot be used."""

    def fact(name: str) -> None:
        text, value = other(name)
        assert getattr(load_settings({variable(name): "http:// "}, **{name: text}), name) == value

    for_all(NAMES, fact)


def test_option_not_given() -> None:
    """An option that was not given leaves the environment's value, or the default."""

    def fact(name: str) -> None:
        text, value = other(name)
        assert getattr(load_settings({variable(name): text}, **{name: None}), name) == value
        assert getattr(load_settings({}, **{name: None}), name) == getattr(Settings(), name)

    for_all(NAMES, fact)


def test_no_number() -> None:
    """A number that cannot be used is told with its setting and what was given."""

    def fact(row: tuple[str, str]) -> None:
        name, text = row
        with pytest.raises(SettingsError, match=rf"^{name} is '?{text}"):
            load_settings({variable(name): text})

    texts = ("", "many", "1 2", "-1", "0x10")
    for_all([(name, text) for name in NUMBERS for text in texts], fact)


def test_zero() -> None:
    """Few numbers may be 0; that of the query workers then follows the processors."""

    def fact(name: str) -> None:
        with pytest.raises(SettingsError, match=f"^{name} is 0"):
            load_settings({}, **{name: 0})

    for_all([name for name in NAMES if KINDS[name] is int and name not in MAY_BE_NONE], fact)
    assert load_settings({}, query_workers=0).workers_per_process >= 1


def test_neither_yes_nor_no() -> None:
    """A switch takes yes and no, and words that mean so in any case of letters."""

    def fact(row: tuple[str, str]) -> None:
        name, text = row
        with pytest.raises(SettingsError, match=f"^{name} is '{text}'; it needs yes or no"):
            load_settings({variable(name): text})
        assert getattr(load_settings({variable(name): "TRUE"}), name) is True

    texts = ("", "perhaps", "2", "non")
    for_all([(name, text) for name in SWITCHES for text in texts], fact)


@pytest.mark.parametrize("text", ["example.org", "ftp://example.org/sparql", "http://a b/"])
def test_no_endpoint(text: str) -> None:
    """A SPARQL endpoint that is no web address is told with its setting."""
    with pytest.raises(SettingsError, match=r"^sparql_endpoint is"):
        load_settings({}, sparql_endpoint=text)


NO_ADDRESSES = [
    ("example.org/", "it needs an http or https address"),
    ("ftp://example.org/", "it needs an http or https address"),
    ("https:///x/", "it needs an http or https address"),
    ("https://example.org/?a=b/", "it needs an http or https address"),
    ("https://example.org/#/", "it needs an http or https address"),
    ("https://example.org", "it must end with a slash: https://example.org/"),
    ("https://example.org/x", "it must end with a slash: https://example.org/x/"),
    ("https://example.org/a b/", "it holds a character that no IRI may hold"),
    ('https://example.org/"/', "it holds a character that no IRI may hold"),
    ("https://exämple.org/", "it holds a character that no IRI may hold"),
]


def test_no_address() -> None:
    """An address that things cannot be named by is told with its setting."""

    def fact(row: tuple[str, str, str]) -> None:
        name, text, wrong = row
        with pytest.raises(SettingsError) as caught:
            load_settings({variable(name): text})
        assert str(caught.value) == f"{name} is {text!r}; {wrong}"

    for_all([(name, *row) for name in ("base_iri", "site_url") for row in NO_ADDRESSES], fact)


@pytest.mark.parametrize("name", ["base_iri", "site_url"])
def test_broken_host(name: str) -> None:
    """An address that cannot even be taken apart is told with its setting."""
    with pytest.raises(SettingsError):
        load_settings({variable(name): "https://[example.org/"})


@pytest.mark.parametrize("text", ["https://example.org/a\nb/", "https://example.org/100%/"])
def test_address_that_is_no_iri(text: str) -> None:
    """A base that pyoxigraph takes for no IRI is told before a build, not in its midst."""
    with pytest.raises(SettingsError, match=r"^base_iri is"):
        load_settings({"ICCGRAPH_BASE_IRI": text})


@pytest.mark.parametrize("text", ["nan", "inf"])
def test_endless_timeout(text: str) -> None:
    """A time that never ends, or is none, is no limit."""
    with pytest.raises(SettingsError, match=r"^query_timeout is"):
        load_settings({"ICCGRAPH_QUERY_TIMEOUT": text})


def test_empty_base() -> None:
    """Things must be called something, but the site may be unset."""
    with pytest.raises(SettingsError, match=r"^base_iri is ''"):
        load_settings({"ICCGRAPH_BASE_IRI": ""})
    assert load_settings({"ICCGRAPH_SITE_URL": ""}).site == "http://localhost:8000/"


@pytest.mark.parametrize("port", ["0", "65536"])
def test_no_port(port: str) -> None:
    """A port is between 1 and 65535."""
    with pytest.raises(SettingsError, match=f"^port is {port}"):
        load_settings({"ICCGRAPH_PORT": port})


def test_unknown_variable() -> None:
    """A variable that is no setting is told, for it may be misspelled."""
    with pytest.raises(SettingsError, match=r"^ICCGRAPH_PROT is set in the environment"):
        load_settings({"ICCGRAPH_PROT": "80"})


def test_other_variables() -> None:
    """Variables of others are left alone."""
    assert load_settings({"PATH": "/bin", "ICCGRAPHICS": "yes"}) == Settings()


def test_site() -> None:
    """The site's address and path follow the setting, else the port."""
    settings = load_settings({}, site_url="https://example.org/sub/path/")
    assert (settings.site, settings.site_path) == ("https://example.org/sub/path/", "/sub/path/")
    assert load_settings({}, port="81").site == "http://localhost:81/"
    assert load_settings({}).site_path == "/"


def test_every_setting_is_explained() -> None:
    """Each setting says what it is for, and a number says its unit or is a port."""
    for item in fields(Settings):
        assert item.metadata["help"]
        if KINDS[item.name] in (int, float):
            assert item.metadata["unit"] or item.name == "port"


def _commands(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from _commands(command)
        else:
            yield command


def test_every_setting_is_an_option() -> None:
    """Each setting is an option of at least one verb, with its variable and default in the help."""
    options = {
        parameter.name: parameter
        for command in _commands(main)
        for parameter in command.params
        if isinstance(parameter, click.Option) and parameter.name in NAMES
    }
    assert sorted(options) == sorted(NAMES)
    for name, option in options.items():
        assert option.opts == [f"--{name.replace('_', '-')}"]
        assert variable(name) in (option.help or "")
        default = getattr(Settings(), name)
        assert f"default {default if str(default) else 'none'}" in (option.help or "")


@pytest.mark.parametrize("command", ["build", "validate"])
def test_bad_setting_on_the_command_line(command: str) -> None:
    """A setting that cannot be used ends a verb with exit code 2 and one line."""
    result = CliRunner().invoke(main, [command, "--base-iri", "nowhere"])
    assert result.exit_code == 2
    assert result.stderr == (
        "A setting cannot be used: base_iri is 'nowhere'; it needs an http or https address\n"
    )


def test_missing_folder_on_the_command_line(tmp_path: Path) -> None:
    """A folder that is not there ends a verb with exit code 2 and names its option."""
    result = CliRunner().invoke(main, ["validate", "--data-dir", str(tmp_path / "gone")])
    assert result.exit_code == 2
    assert "data_dir is" in result.stderr
    assert "--data-dir" in result.stderr


ODD_PAGES = ("ftp://x.org/", "http://x.org/{a}", 'http://x.org/"a', "http://x.org/%zz", "x.org")


@pytest.mark.parametrize("name", ["contact_url", "publisher_url"])
def test_pages_are_iris(name: str) -> None:
    """A page of people stands in the data, so it is an address that is an IRI as well."""
    for value in ODD_PAGES:
        with pytest.raises(SettingsError, match=f"{name} is "):
            Settings(**{name: value})  # type: ignore[arg-type]
    for value in ("http://x.org", "https://x.org:8080/a%20b?c=d&e=%C3%A9#f"):
        assert getattr(Settings(**{name: value}), name) == value  # type: ignore[arg-type]

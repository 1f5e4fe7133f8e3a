"""What the verbs share: settings as options, and progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

import click

from iccgraph.settings import Settings, variable

F = TypeVar("F", bound=Callable[..., Any])


def settings_options(*names: str) -> Callable[[F], F]:
    """Give a verb the options of these settings; each is also an environment variable."""
    known = {item.name: item for item in fields(Settings)}

    def add(function: F) -> F:
        for name in reversed(names):
            item = known[name]
            unit = f", in {item.metadata['unit']}" if item.metadata["unit"] else ""
            default = f"{item.default}" or "none"
            function = click.option(
                f"--{name.replace('_', '-')}",
                name,
                metavar=name.upper(),
                help=f"{item.metadata['help']}{unit} [{variable(name)}; default {default}]",
            )(function)
        return function

    return add


def progress() -> Callable[[str, int, int], None]:
    """Return what shows how far long work is: a line on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        return lambda stage, done, total: None
    return lambda stage, done, total: click.echo(
        f"\r\033[K{stage}: {done:,} of {total:,}" + ("\n" if done == total else ""),
        nl=False,
        err=True,
    )

"""What the verbs share: settings as options, and messages on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any

import click

from iccgraph.settings import Settings, load_settings, variable

Verb = Callable[..., None]


def settings_options(*starts: str) -> Callable[[Verb], Verb]:
    """Give a verb options for the settings whose names begin so; it is called with `settings`.

    Each is also an environment variable.
    """
    chosen = [item for item in fields(Settings) if item.name.startswith(starts)]

    def add(verb: Verb) -> Verb:
        @wraps(verb)
        def function(**arguments: Any) -> None:
            options = {item.name: arguments.pop(item.name) for item in chosen}
            verb(settings=load_settings(os.environ, **options), **arguments)

        for item in reversed(chosen):
            unit = f", in {item.metadata['unit']}" if item.metadata["unit"] else ""
            default = f"{item.default}" or "none"
            click.option(
                f"--{item.name.replace('_', '-')}",
                metavar=item.name.upper(),
                help=f"{item.metadata['help']}{unit} [{variable(item.name)}; default {default}]",
            )(function)
        return function

    return add


def show_progress(stage: str, done: int, total: int | None = None) -> None:
    """Show how far long work is: a line on a terminal, nothing in a pipe."""
    if sys.stderr.isatty():
        of = "" if total is None else f" of {total:,}"
        click.echo(f"\r\033[K{stage}: {done:,}{of} ", nl=done == total, err=True)


def tell_terminal(message: str) -> None:
    """Print a message if a person waits at a terminal."""
    if sys.stderr.isatty():
        click.echo(message, err=True)

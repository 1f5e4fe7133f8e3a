"""The Jinja environments that pages are made with: one for each language and start of addresses.

What depends on neither request nor release is filled in when a template is compiled: phrases that
need no value, and the paths of pages that are always the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from flask.templating import Environment
from jinja2 import nodes, pass_context, pass_environment
from jinja2.ext import Extension
from jinja2.filters import make_attrgetter
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer

from iccgraph.languages import collation_key

FOLDED: Final = ("t", "path", "data_path")
"""The functions of pages whose result is known once their one text is."""


class PageContext(Context):
    """Calls macros and the functions of pages at once.

    A page makes hundreds of such calls, and to find out what a function wants of the context costs
    more than most of them.
    """

    def call(self, obj: Any, /, *args: Any, **values: Any) -> Any:
        """Return what a function or macro returns."""
        if type(obj) is Macro:
            args = (self.eval_ctx, *args)
        elif type(obj) is not partial:
            return super().call(obj, *args, **values)
        values.pop("_block_vars", None)
        values.pop("_loop_vars", None)
        return obj(*args, **values)


class PageEnvironment(Environment):
    """Reads `row.name` of a plain dictionary as its entry, without looking for an attribute first.

    Pages are full of such rows, and an attribute that is missing costs more than the rest.
    """

    context_class = PageContext

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an entry of a dictionary, or an attribute of anything."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Return the tree of a template, with what is known already filled in."""
        known: dict[str, Any] = {f: self.globals[f] for f in FOLDED if f in self.globals}
        tree: nodes.Template = _Folding(known).visit(super()._parse(source, name, filename))
        return tree


class _Folding(NodeTransformer):
    """Puts the result in place of each call of some functions with one text and nothing else."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - the visitor's own name
        """Return the text that a call returns, or the call if that is not known yet."""
        match node:
            case nodes.Call(
                node=nodes.Name(name=str(name)),
                args=[nodes.Const(value=str(text))],
                kwargs=[],
                dyn_args=None,
                dyn_kwargs=None,
            ) if name in self.known:
                return nodes.Const(self.known[name](text), lineno=node.lineno)
        self.generic_visit(node)
        return node


class Unindented(Extension):
    """Leaves the indentation of templates out, a tenth of a page that no reader sees."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the text of a template without the blanks at the beginnings of its lines."""
        return re.sub(r"(?m)^[ \t]+", "", source)


@pass_context
def translated(context: Context, phrase: str) -> str:
    """Return a phrase that is written in Python, in the reader's language."""
    return str(context["t"](phrase))


@pass_environment
def collated(
    environment: Environment, rows: Iterable[Any], attribute: str | int | None = None
) -> list[Any]:
    """Return rows in the order of a text of theirs, as the filter `sort` names it."""
    text = make_attrgetter(environment, attribute)
    return sorted(rows, key=lambda row: collation_key(text(row)))

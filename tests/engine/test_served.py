"""The tests of the protocol, on whole servers that ask through each adapter."""

from __future__ import annotations

import pytest

from tests.sparql.test_protocol import (  # noqa: F401 - they are tests, and run here as well
    pytestmark,
    test_ask,
    test_carriage_return_in_xml,
    test_characters_of_all_the_world,
    test_default_graph_is_the_union,
    test_default_graphs_beside_the_query,
    test_from_opens_no_file,
    test_graph_formats,
    test_graphs_beside_the_query_win,
    test_graphs_named_in_the_query,
    test_named_graphs,
    test_named_graphs_beside_the_query,
    test_prefixes_need_no_declaration,
    test_result_formats,
    test_syntax_error,
    test_three_ways_to_ask,
    test_updates,
)
from tests.web.client import ask


@pytest.fixture
def live(served: str) -> str:
    """Put these servers in the place of the one that has its own engine."""
    return served


def test_ready(live: str) -> None:
    """A server whose engine answers is ready."""
    assert ask(live, "readyz").status == 200

"""The bounded cache: whatever is put into it, it weighs no more than it may."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iccgraph.cache import BoundedCache

MOST = 160
HEAVIEST = MOST // 16
KEYS = "abcdefghijklmnopqrstuvwxyz"


def cache() -> BoundedCache[str, bytes]:
    """Return a cache whose entries weigh as much as their values are long."""
    return BoundedCache(MOST, lambda _, value: len(value))


def test_oldest_goes_first() -> None:
    """What was not used for longest makes room; what was asked for is used."""
    kept = cache()
    heavy = b"x" * HEAVIEST
    for name in KEYS[:16]:
        kept.put(name, heavy)
    assert kept.get("a") == heavy
    kept.put("z", heavy)
    assert [name for name in KEYS if kept.get(name) is None] == ["b", *KEYS[16:-1]]


def test_too_heavy() -> None:
    """What is heavier than its share is not kept, nor is what it was to replace."""
    kept = cache()
    kept.put("a", b"x" * HEAVIEST)
    kept.put("a", b"x" * (HEAVIEST + 1))
    assert kept.get("a") is None
    assert (len(kept), kept.size) == (0, 0)


def test_clear() -> None:
    """A cleared cache is empty and weighs nothing."""
    kept = cache()
    kept.put("a", b"x")
    kept.clear()
    assert (kept.get("a"), len(kept), kept.size) == (None, 0, 0)


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.binary(max_size=HEAVIEST + 2))))
def test_weight_is_right(puts: list[tuple[str, bytes]]) -> None:
    """The weight is that of what is kept, and never over the limit."""
    kept = cache()
    for name, value in puts:
        kept.put(name, value)
        held = {n: v for n in KEYS if (v := kept.get(n)) is not None}
        assert kept.size == sum(map(len, held.values())) <= MOST
        assert len(kept) == len(held)

"""Turns a picture into PNG, in a process of its own, which runs this module.

resvg holds the interpreter while it draws, so a large picture would stop every other answer of the
server; a process can also be ended when it takes too long, or wants too much memory. The font comes
with a package, so a picture looks the same on every machine, one without fonts too.
Source: https://resvg-py.readthedocs.io/
"""

from __future__ import annotations

import logging
import re
import resource
import subprocess
import sys
from typing import Final

from iccgraph.errors import EngineBusy, RequestError

log = logging.getLogger(__name__)
LEAST_WIDTH, MOST_WIDTH = 200, 2400
"""A PNG may be so wide. Units: pixels."""
USUAL_WIDTH: Final = 1600
MOST_PIXELS: Final = 16_000_000
"""A very high picture comes narrower, so that it has no more pixels than this."""
_SECONDS, _CLOCK = 20, 120
"""The processor time that drawing may take, and its time on the clock of a busy machine."""
_BYTES: Final = 1 << 30
"""The memory of the process."""
_SIZE: Final = re.compile(r'<svg[^>]* width="(\d+)" height="(\d+)"')


def width_of(asked: str) -> int:
    """Return the width of a PNG that a request asks for, the usual one for nothing.

    Raises: RequestError (400).
    """
    if not asked:
        return USUAL_WIDTH
    plain = asked.isascii() and asked.isdigit() and len(asked) < 6
    if not (plain and LEAST_WIDTH <= int(asked) <= MOST_WIDTH):
        read = asked[:50]
        message = (
            f"width is {read!r}; write a whole number from {LEAST_WIDTH} to {MOST_WIDTH}, in pixels"
        )
        raise RequestError(400, message)
    return int(asked)


def fitting(svg: str, width: int) -> int:
    """Return the width, or the greatest one that leaves a picture small enough."""
    found = _SIZE.search(svg)
    assert found is not None, "a picture tells its size"
    own_width, own_height = int(found[1]), int(found[2])
    return min(width, int((MOST_PIXELS * own_width / own_height) ** 0.5))


def png(svg: str, width: int) -> bytes:
    """Return a picture as PNG of that width.

    Raises: EngineBusy if it was not drawn in time.
    """
    command = [sys.executable, "-m", __name__, str(fitting(svg, width))]
    try:
        done = subprocess.run(
            command, input=svg.encode(), capture_output=True, timeout=_CLOCK, check=True
        )
    except subprocess.SubprocessError as error:
        log.warning("a picture was not drawn: %s", getattr(error, "stderr", b"") or error)
        raise EngineBusy("the picture was not drawn in time; try again later") from None
    return done.stdout


def main() -> None:
    """Read SVG, and write it as PNG of the width that is the first argument."""
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    import resvg_py
    from fontpkg_noto_sans import FAMILY, ROOT

    fonts = sorted(map(str, (ROOT / "files").glob("NotoSans[[]*.ttf")))
    made = resvg_py.svg_to_bytes(
        svg_string=sys.stdin.buffer.read().decode(),
        width=int(sys.argv[1]),
        skip_system_fonts=True,
        font_files=fonts,
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()

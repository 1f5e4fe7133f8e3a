"""The answers as a table in CSV, what needs a person first.

Writes: the columns of `COLUMNS`, one row for each address (RFC 4180, UTF-8).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from iccgraph.linkcheck.addresses import Use
from iccgraph.linkcheck.check import Checked

KINDS = (
    *("gone", "loop", "invalid", "certificate", "unreachable", "timeout", "failed", "refused"),
    *("busy", "robots", "moved", "ok"),
)
"""All that can come of an address, what needs a person first."""
COLUMNS = (
    *("address", "what", "status", "note", "change_to", "final_address", "checked_on"),
    *("uses", "used_by"),
)


def as_csv(checked: Mapping[str, Checked], uses: Mapping[str, Sequence[Use]]) -> bytes:
    """Return the table."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for address in sorted(checked, key=lambda a: (KINDS.index(checked[a].answer.what), a)):
        answer, day = checked[address].answer, checked[address].day
        row = (address, answer.what, answer.status or "", answer.note, answer.change_to)
        used = "|".join(map(str, uses[address]))
        writer.writerow((*row, answer.final, day, len(uses[address]), used))
    return file.getvalue().encode()

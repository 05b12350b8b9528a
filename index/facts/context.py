"""What reading a document may draw on beside the document itself."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from juanzong.index.facts.dates.notices import NoticeTable


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """Knowledge from outside the document. It pickles, so that it travels to worker processes.

    `notices` tells the year of a numbered notice from the dated ones of the corpus; None on a first reading.
    `agency_file` is the path of a curator's alias file for agencies; None for the one that is shipped.
    `written` is the day on which the file was last written, and `around` the first and the last day that the records beside the document declare.
    """

    notices: NoticeTable | None = None
    agency_file: str | None = None
    written: datetime.date | None = None
    around: tuple[datetime.date, datetime.date] | None = None

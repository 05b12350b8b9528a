"""What a cluster does not answer yet."""

from __future__ import annotations

from juanzong.index.errors import JuanzongError
from juanzong.search.request import FURTHER_FACETS, SearchRequest


class Unsupported(JuanzongError):
    """A question that only the engine of a folder answers so far."""

    status = 501
    exit_code = 2

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} are not answered from a cluster yet; everything else is. Build an index in a folder for them: "
            "`juanzong --index FOLDER rebuild`."
        )


def require(request: SearchRequest) -> None:
    """Raises Unsupported for filters and orders that a cluster does not know."""
    for name in (*FURTHER_FACETS, "added", "first", "fresh"):
        if getattr(request, name):
            raise Unsupported(f"Filters by {name}")
    if request.sort == "added":
        raise Unsupported("Orders by the day of coming in")

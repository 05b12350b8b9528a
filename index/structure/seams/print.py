"""Line ends of printed pages, told by where the lines stand: indents, the edges of columns, the room between lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from juanzong.index.corpus.lines import Line, LinePlace
from juanzong.index.records import Box, Join
from juanzong.index.structure.bylines import lead_of
from juanzong.index.structure.seams.layout import NEVER_FIRST, UNIT, width_of
from juanzong.index.structure.seams.model import evidence
from juanzong.index.structure.seams.rules import OPENERS, is_list_mark, joint
from juanzong.index.structure.wording import WORDS, is_closed, is_colon, is_signature

_INDENT = 0.7
"""The white space, in sizes of a character, from which a line is indented."""
_OTHER_SIZE = 0.13
"""The difference from which two lines are not of one size."""
_APART = 0.55
"""How much more room than usual, in sizes of a character, parts two paragraphs."""
_SLACK = 0.45
"""What a full line may lack of its column beside what did not fit, in sizes of a character: lines that are justified end there, others about there."""
_OPEN = 3.0
"""The same of a line that ends with a mark which opens a bracket, as a paragraph never does."""
_HANGING = 4.5
"""How far in, in sizes of a character, the lines of an entry stand at most from its mark."""
_LONGEST_TITLE = 60
_MAX_JOINED = 20_000
_LOOK = 1000


@dataclass(frozen=True, slots=True)
class Style:
    """How a document sets its paragraphs: with an indent or without, the usual room between lines, in sizes of a character, and whether there is more between paragraphs."""

    indented: bool
    room: float
    parted: bool = False

    def goes_on(self, whole: Line, upper: Line, lower: Line) -> tuple[str, float] | None:
        """The rule and the confidence with which `lower` goes on with the paragraph `whole`, whose last line is `upper`; None where it does not."""
        a, b = upper.place, lower.place
        if (
            a is None
            or b is None
            or upper.role != lower.role
            or a.vertical != b.vertical
            or len(whole.text) > _MAX_JOINED
        ):
            return None
        size = max(a.size, b.size)
        if abs(a.size - b.size) > _OTHER_SIZE * size or _side_by_side(a, b):
            return None
        below = a.page == b.page and b.before > a.before and min(a.end, b.end) > max(a.begin, b.begin)
        if upper.role == "heading":
            return ("title_lines", 0.9) if below and self._one_title(whole, a, b, lower, size) else None
        if below and b.before - a.after > (self.room + _APART) * size or _is_centred(a) and _is_centred(b):
            return None
        if lower.text[0] in NEVER_FIRST:
            return "closing_mark", 0.98
        if self._hangs(whole, upper, lower):
            return "hanging", 0.9
        if is_list_mark(lower.text) or lead_of(lower.text) and is_closed(upper.text):
            return None
        if self.indented and (b.begin - b.column[0]) / size > _INDENT:
            return None
        if not _is_full(a, lower.text, size):
            if upper.text[-1] in OPENERS and below and _is_full(a, lower.text, size, _OPEN):
                return "open_bracket", 0.95
            return None
        if self.indented:
            return "print", 0.98 if below else 0.95
        return self._unindented(whole, upper, lower, below)

    def _hangs(self, whole: Line, upper: Line, lower: Line) -> bool:
        """Whether an entry of a list goes on below its first words, further in than its mark stands."""
        first, a, b = whole.place, upper.place, lower.place
        if first is None or a is None or b is None or not WORDS.item.match(whole.text) or WORDS.item.match(lower.text):
            return False
        further = (b.begin - b.column[0]) - (first.begin - first.column[0])
        if not _INDENT < further / b.size < _HANGING or not _is_full(a, lower.text, b.size):
            return False
        return (
            not is_closed(upper.text)
            or upper is not whole
            and abs(a.begin - a.column[0] - b.begin + b.column[0]) < 0.3 * b.size
        )

    def _one_title(self, whole: Line, a: LinePlace, b: LinePlace, lower: Line, size: float) -> bool:
        long_ = a.end - a.begin > 0.6 * (a.column[1] - a.column[0])
        return (
            b.before - a.after < max(1.0, self.room + 0.2) * size
            and long_
            and len(whole.text) + len(lower.text) <= _LONGEST_TITLE
            and not WORDS.chapter.match(lower.text)
        )

    def _unindented(self, whole: Line, upper: Line, lower: Line, below: bool) -> tuple[str, float] | None:
        """A full line where no indent tells where a paragraph begins: its words do."""
        if is_colon(upper.text) or is_signature(lower.text):
            return None
        if is_closed(upper.text):
            if WORDS.item.match(lower.text) or not below:
                return None
            if self.parted:
                return "print", 0.9
            # set without indents and without room between, a sentence that ends a full line ends a paragraph about as often as not
            short = len(whole.text) <= 2 * len(upper.text)
            return ("print_sentence", 0.6) if short and not is_closed(lower.text) else None
        if WORDS.item.match(lower.text):
            odds, _ = evidence(whole.text[-_LOOK:], lower.text, "", "")
            return ("print", 0.8) if odds > 1 else None
        return "print", 0.95


def printed(lines: Sequence[Line]) -> list[Line]:
    """The lines of pages with those joined that are one paragraph; what stands between them on a page (feet, notes, tables) is passed over.

    Lines without a place are handed on as they are.
    """
    style = _style(lines)
    result: list[Line] = []
    # the paragraph that may go on and its last line: in the running text, and among the notes
    open_: dict[bool, tuple[Line, Line]] = {}
    for line in lines:
        line = replace(line, boxes=_boxes(line), joins=list(line.joins))
        if line.place is None or line.role in ("boilerplate", "table", "caption"):
            result.append(line)
            continue
        whole, upper = open_.get(line.aside, (None, None))
        verdict = style.goes_on(whole, upper, line) if whole is not None and upper is not None else None
        if whole is None or verdict is None:
            result.append(line)
            open_[line.aside] = line, line
            continue
        whole.text += joint(whole.text, line.text) + line.text
        start = len(whole.text) - len(line.text)
        whole.joins.append(Join(start, *verdict))
        whole.boxes += [replace(box, offset=box.offset + start) for box in line.boxes]
        whole.last, whole.confidence = line.number, min(whole.confidence, line.confidence)
        open_[line.aside] = whole, line
    return result


def _boxes(line: Line) -> list[Box]:
    return line.boxes or ([Box(0, line.place.page, *line.place.box)] if line.place is not None else [])


def _style(lines: Sequence[Line]) -> Style:
    """Measure how paragraphs are set: what follows a line that ends short of its column begins one."""
    plain = [line for line in lines if line.place is not None and line.role == "" and not line.aside]
    rooms: list[float] = []
    above: list[float] = []
    starts = indented = 0
    for upper, lower in pairwise(plain):
        a, b = upper.place, lower.place
        if (
            a is None
            or b is None
            or a.page != b.page
            or b.before <= a.before
            or min(a.end, b.end) <= max(a.begin, b.begin)
            or abs(a.size - b.size) > 0.1 * b.size
        ):
            continue
        if _is_centred(a) or _is_centred(b):
            continue
        if is_closed(upper.text):
            if a.column[1] - a.end > 3 * a.size:
                starts += 1
                indented += _indent(b) > _INDENT
                above.append((b.before - a.after) / b.size)
        elif a.column[1] - a.end < 1.2 * a.size:
            rooms.append((b.before - a.after) / b.size)
    if not starts:
        return Style(
            any(_indent(line.place) > _INDENT for line in plain if line.place is not None),
            median(rooms) if rooms else 1.0,
        )
    room = median(rooms) if rooms else 1.0
    parted = bool(rooms) and len(above) > 1 and sum(more > room + _APART for more in above) > 0.8 * len(above)
    return Style(indented >= 0.4 * starts, room, parted)


def _indent(place: LinePlace) -> float:
    return (place.begin - place.column[0]) / place.size


def _is_full(place: LinePlace, below: str, size: float, slack: float = _SLACK) -> bool:
    """Whether a line ends only because what begins the next one did not fit, which lacks at most `slack` beside."""
    unit = UNIT.match(below)
    room = (place.column[1] - place.end) / size
    return (
        room < (width_of(unit[0]) if unit else 1.0) + slack and room < 0.34 * (place.column[1] - place.column[0]) / size
    )


def _side_by_side(a: LinePlace, b: LinePlace) -> bool:
    return a.page == b.page and min(a.after, b.after) - max(a.before, b.before) > 0.5 * min(
        a.after - a.before, b.after - b.before
    )


def _is_centred(place: LinePlace) -> bool:
    left, right = place.begin - place.column[0], place.column[1] - place.end
    return left > 2.2 * place.size and right > 2.2 * place.size and abs(left - right) < 1.2 * place.size

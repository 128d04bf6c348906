"""Where each cell of the grid lies: arithmetic, so that a million pictures cost nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from clipdesk.ui.theme.tokens import GAP, PADDING


@dataclass(frozen=True)
class Lattice:
    """Square cells in lines, stretched to fill the width; a band may part the first from the rest.

    All in logical pixels; y from the top of the whole, not of what is seen.
    """

    count: int = 0
    width: int = 0
    """Of the viewport."""
    side: int = 176
    """The wished side of a cell; what is left of the width is shared among the columns."""
    below: int = 0
    """Height under the square, for the score and the caption."""
    boundary: int | None = None
    """The cells before this one are set apart by a band from those after it."""
    band: int = 0
    """The height of that band."""

    @cached_property
    def columns(self) -> int:
        return max(1, (self._span + GAP) // (self.side + GAP))

    @cached_property
    def cell(self) -> int:
        """The side of the square."""
        return max(1, (self._span + GAP) // self.columns - GAP)

    def side_for(self, columns: int) -> int:
        """The wished side that makes so many columns."""
        return (self._span + GAP) // columns - GAP

    @property
    def _span(self) -> int:
        return max(1, self.width - 2 * PADDING)

    @property
    def pitch(self) -> int:
        """From one line to the next."""
        return self.cell + self.below + GAP

    @cached_property
    def parted(self) -> int | None:
        """The boundary, where there is something after it."""
        inside = self.boundary is not None and self.boundary < self.count
        return self.boundary if inside else None

    @cached_property
    def lines_above(self) -> int:
        """Lines before the band."""
        return -(-(self.parted or 0) // self.columns)

    @cached_property
    def lines(self) -> int:
        first = self.parted or 0
        return self.lines_above + -(-(self.count - first) // self.columns)

    @property
    def height(self) -> int:
        return 2 * PADDING + self.lines * self.pitch - GAP + self._band if self.count else 0

    @property
    def _band(self) -> int:
        return 0 if self.parted is None else self.band

    @property
    def band_top(self) -> int:
        return PADDING + self.lines_above * self.pitch

    def place(self, row: int) -> tuple[int, int]:
        """The line and the column of a cell."""
        if self.parted is None or row < self.parted:
            return divmod(row, self.columns)
        line, column = divmod(row - self.parted, self.columns)
        return line + self.lines_above, column

    def corner(self, row: int) -> tuple[int, int]:
        """The top left of a cell, as x and y."""
        line, column = self.place(row)
        # Pixels that do not divide evenly go between the columns, a cell is like any other.
        return PADDING + column * (self._span + GAP) // self.columns, self.top(line)

    def top(self, line: int) -> int:
        past_band = self.parted is not None and line >= self.lines_above
        return PADDING + line * self.pitch + (self._band if past_band else 0)

    def line_at(self, y: int) -> int:
        """The line at this height, gaps counted to the line above; the nearest if outside."""
        y -= PADDING
        if self.parted is not None and y >= self.lines_above * self.pitch:
            y = max(y - self._band, self.lines_above * self.pitch)
        return min(max(y // self.pitch, 0), max(self.lines - 1, 0))

    def column_at(self, x: int) -> int:
        column = ((x - PADDING + 1) * self.columns - 1) // (self._span + GAP)
        return min(max(column, 0), self.columns - 1)

    def row_at(self, x: int, y: int) -> int | None:
        """The cell under a point, or None in the gaps and outside."""
        row = self.row_in(self.line_at(y), self.column_at(x))
        if row is None:
            return None
        left, top = self.corner(row)
        inside = left <= x < left + self.cell and top <= y < top + self.cell + self.below
        return row if inside else None

    def row_in(self, line: int, column: int) -> int | None:
        """The cell of this line and column, if there is one."""
        row = line * self.columns + column
        end = self.count
        if self.parted is not None:
            if line < self.lines_above:
                end = self.parted
            else:
                row += self.parted - self.lines_above * self.columns
        return row if 0 <= column < self.columns and line >= 0 and row < end else None

    def line_rows(self, line: int) -> range:
        """The cells of a line."""
        first = self.row_in(line, 0)
        if first is None:
            return range(0)
        end = self.count
        if self.parted is not None and line < self.lines_above:
            end = self.parted
        return range(first, min(first + self.columns, end))

    def rows_between(self, top: int, bottom: int) -> range:
        """The cells of all lines that have a part in this stretch of height."""
        if not self.count or bottom < top:
            return range(0)
        return range(
            self.line_rows(self.line_at(top)).start, self.line_rows(self.line_at(bottom)).stop
        )

    def rows_in(self, left: int, top: int, right: int, bottom: int) -> Iterator[range]:
        """The cells that a rectangle touches (edges counted), line by line."""
        if not self.count:
            return
        for line in range(self.line_at(top), self.line_at(bottom) + 1):
            rows = self.line_rows(line)
            upper = self.top(line)
            if not rows or upper > bottom or upper + self.cell + self.below <= top:
                continue
            touched = [
                row for row in rows if (x := self.corner(row)[0]) <= right and x + self.cell > left
            ]
            if touched:
                yield range(touched[0], touched[-1] + 1)

    def step(self, row: int, lines: int) -> int:
        """The cell so many lines down (up if negative), in the same column where there is one."""
        line, column = self.place(row)
        target = min(max(line + lines, 0), self.lines - 1)
        if target == line:
            return row
        rows = self.line_rows(target)
        return min(rows.start + column, rows.stop - 1)

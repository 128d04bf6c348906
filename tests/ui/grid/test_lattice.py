"""Where cells lie: checked as arithmetic, without a window."""

from hypothesis import given
from hypothesis import strategies as st

from clipdesk.ui.grid.lattice import Lattice
from clipdesk.ui.theme.tokens import GAP, PADDING

lattices = st.builds(
    Lattice,
    count=st.integers(0, 300),
    width=st.integers(0, 2000),
    side=st.integers(80, 320),
    below=st.integers(0, 40),
    boundary=st.none() | st.integers(0, 310),
    band=st.integers(1, 60),
)


@given(lattices)
def test_every_cell_is_found_where_it_lies(lattice: Lattice) -> None:
    corners = [lattice.corner(row) for row in range(lattice.count)]
    assert len(set(corners)) == lattice.count
    for row, (x, y) in enumerate(corners):
        assert lattice.row_at(x, y) == row
        assert lattice.row_at(x + lattice.cell - 1, y + lattice.cell + lattice.below - 1) == row
        assert row in lattice.rows_between(y, y)


@given(lattices)
def test_lines_fill_the_width_and_end_with_the_whole(lattice: Lattice) -> None:
    row = lattice.columns - 1
    if lattice.parted is not None and lattice.parted < lattice.columns:
        return
    if lattice.count > row and lattice.width > 2 * PADDING:
        right = lattice.corner(row)[0] + lattice.cell
        assert 0 <= lattice.width - PADDING - right < lattice.columns
    if lattice.count:
        bottom = lattice.corner(lattice.count - 1)[1] + lattice.cell + lattice.below
        assert lattice.height == bottom + PADDING


@given(lattices)
def test_the_band_lies_between_what_stands_out_and_the_rest(lattice: Lattice) -> None:
    if lattice.parted is None:
        return
    after = lattice.corner(lattice.parted)
    assert after == (PADDING, lattice.band_top + lattice.band)
    if lattice.parted:
        before = lattice.corner(lattice.parted - 1)[1] + lattice.cell + lattice.below
        assert before + GAP == lattice.band_top
    assert lattice.row_at(PADDING, lattice.band_top + lattice.band // 2) is None


@given(lattices, st.data())
def test_a_step_down_and_up_comes_back_unless_the_line_is_short(
    lattice: Lattice, data: st.DataObject
) -> None:
    if not lattice.count:
        return
    row = data.draw(st.integers(0, lattice.count - 1))
    line, column = lattice.place(row)
    down = lattice.step(row, 1)
    new_line, new_column = lattice.place(down)
    assert new_line == min(line + 1, lattice.lines - 1)
    assert new_column <= column
    if new_line != line and new_column == column:
        assert lattice.step(down, -1) == row


@given(lattices, st.integers(0, 2000), st.integers(0, 3000), st.integers(0, 900))
def test_a_rectangle_touches_exactly_the_cells_that_it_meets(
    lattice: Lattice, x: int, y: int, size: int
) -> None:
    found = {row for rows in lattice.rows_in(x, y, x + size, y + size) for row in rows}
    high = lattice.cell + lattice.below
    expected = {
        row
        for row in range(lattice.count)
        if (corner := lattice.corner(row))[0] <= x + size
        and corner[0] + lattice.cell > x
        and corner[1] <= y + size
        and corner[1] + high > y
    }
    assert found == expected

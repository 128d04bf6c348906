"""Opens the room of the map when it is first wanted: what it needs takes a while to load."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from clipdesk.ui.actions import Actions
from clipdesk.ui.grid.model import GridModel
from clipdesk.ui.grid.view import GridView
from clipdesk.ui.memory import Memory
from clipdesk.ui.wire import Wire

if TYPE_CHECKING:
    from clipdesk.ui.map.room import MapRoom


class MapCare(QObject):
    """Between the action, the grid that the map lies over, and what is remembered."""

    def __init__(
        self, wire: Wire, grid: GridView, model: GridModel, actions: Actions, memory: Memory
    ) -> None:
        super().__init__(grid)
        self._wire, self._grid, self._model, self._memory = wire, grid, model, memory
        self._room: MapRoom | None = None
        actions["map"].toggled.connect(self.show_map)

    @property
    def room(self) -> "MapRoom":
        """The room, which is made when it is first asked for."""
        if self._room is None:
            from clipdesk.ui.map.room import MapRoom  # noqa: PLC0415 - numpy, after the window

            self._room = MapRoom(self._wire, self._grid, self._model)
        return self._room

    @Slot(bool)
    def show_map(self, shown: bool) -> None:  # noqa: FBT001 - connected to a toggle
        """Look at the map instead of the grid, or at the grid again."""
        self._memory.map = shown
        if shown or self._room is not None:
            self.room.show_map(shown=shown)

    def close_threads(self) -> None:
        """End what reads thumbnails."""
        if self._room is not None:
            self._room.close_threads()

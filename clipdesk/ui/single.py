"""One window for each library: a second start hands its folders to the first."""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS = 1_000
_MOST_BYTES = 1 << 16


class SingleInstance(QObject):
    """Listens, for its user only, unless another window of this library does already.

    Signals:
        handed_over: Another start was given these folders (a tuple of paths); show yourself.
    """

    handed_over = Signal(object)

    def __init__(self, library: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        digest = hashlib.sha256(os.fsencode(library)).hexdigest()
        self._name = f"clipdesk-{digest[:16]}"
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def hand_over(self, folders: Sequence[Path]) -> bool:
        """Give the folders to the window that is open; False, and listening, when none is."""
        socket = QLocalSocket(self)
        socket.connectToServer(self._name)
        if socket.waitForConnected(_PATIENCE_MS):
            names = [str(folder.absolute()) for folder in folders]
            socket.write(json.dumps(names).encode() + b"\n")
            socket.waitForBytesWritten(_PATIENCE_MS)
            socket.disconnectFromServer()
            return True
        # What a crashed window left behind would be in the way.
        QLocalServer.removeServer(self._name)
        self._server.listen(self._name)
        return False

    def close(self) -> None:
        self._server.close()

    @Slot()
    def _on_connection(self) -> None:
        while socket := self._server.nextPendingConnection():
            socket.readyRead.connect(self._on_words)
            socket.disconnected.connect(socket.deleteLater)

    @Slot()
    def _on_words(self) -> None:
        socket = self.sender()
        if not isinstance(socket, QLocalSocket) or not socket.canReadLine():
            return
        try:
            names = json.loads(bytes(socket.readLine(_MOST_BYTES).data()))
            folders = tuple(Path(name) for name in names if isinstance(name, str))
        except (ValueError, TypeError):
            return  # not one of us
        self.handed_over.emit(folders)

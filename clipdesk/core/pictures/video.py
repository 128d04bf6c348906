"""Video files, by FFmpeg's libraries: frames out of their middle, by seeking and not by playing.

A file is opened as bytes, never by its name: nothing that it points to (playlists, parts in other
files, addresses) is followed.
"""

import math
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import BinaryIO

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation
from av.video.stream import VideoStream
from PIL import Image

from clipdesk.core.errors import PictureTooLarge, UnreadablePicture
from clipdesk.core.pictures.moments import Window
from clipdesk.core.pictures.nouns import Limits

MOST_PIXELS = 8192 * 8192
"""Of a frame: decoders keep several of them, uncompressed."""
_CONTAINERS = {
    "mov,mp4,m4a,3gp,3g2,mj2": "MP4",
    "matroska,webm": "MKV",
    "avi": "AVI",
    "mpegts": "MPEG-TS",
    "mpeg": "MPEG",
    "asf": "WMV",
    "flv": "FLV",
    "ogg": "OGG",
    "mxf": "MXF",
}
_PATIENCE_S = 4.0
"""Of the processor's time for one moment: some seconds of a film between two key frames."""
_MEASURE_S = 0.3
_RUN_ON_MS = 15_000
"""So far it is shorter to play on than to seek, where key frames are farther apart."""
_RUN_UP_MS = 5_000
_LONGEST_MS = 30 * 24 * 3600 * 1000
_HD = 720
"""Lines from which on a video that does not say so has the colours of HD television."""


class Video:
    """An open video. Raises UnreadablePicture or PictureTooLarge; FFmpeg's own on damage."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._container: InputContainer = av.open(
            file,
            "r",
            options={"format_whitelist": ",".join(_CONTAINERS), "protocol_whitelist": ""},
            metadata_errors="replace",
        )
        try:
            self._stream = self._choose()
            context = self._stream.codec_context
            pixels = _affordable(context.width, context.height, limits)
            context.options = {"max_pixels": str(pixels)}  # it may grow on the way
            context.thread_count = 1
            self.format = _CONTAINERS.get(self._container.format.name, "video")
            self.duration_ms = self._tell_duration()
        except BaseException:
            self._container.close()
            raise
        self.ended_ms: int | None = None
        """Where it ends, once the end has been met."""
        self._ahead: tuple[int, VideoFrame] | None = None
        """The frame that the decoder has come to, if it may simply go on from there."""

    def close(self) -> None:
        self._container.close()

    def measure(self) -> int:
        """How long it really is, as far as its end can be reached by a seek: files lie."""
        self._seek(self.duration_ms)
        for _ in self._packets(time.process_time() + _MEASURE_S):
            pass
        if self.ended_ms:
            self.duration_ms = min(self.ended_ms, _LONGEST_MS)
        self.ended_ms = None  # nobody has come there yet
        return self.duration_ms

    def moment(self, window: Window) -> tuple[int, VideoFrame] | None:
        """A frame that is to be seen within this window, and when (ms); None if there is none.

        A key frame if one is there: it costs least, and encoders begin scenes with them. Else
        the one that is seen in the window's middle, as far as patience reaches.
        """
        start, end = window
        middle = (start + end) // 2
        until = time.process_time() + _PATIENCE_S
        ahead, self._ahead = self._ahead, None
        if ahead is None or not ahead[0] <= middle <= ahead[0] + _RUN_ON_MS:
            self._seek(middle)
            key = self._key_frame(until)
            if key is None or start <= key[0] < end:
                return key
            # Where there is no table of key frames, a seek may go too far.
            self._seek(middle if key[0] < start else start - _RUN_UP_MS)
            ahead = None
        seen = ahead
        for at, frame in self._play(until):
            if at > middle or (frame.key_frame and at >= start):
                # Where key frames are far apart, playing on is shorter than beginning again.
                self._ahead = at, frame
                if at <= middle:
                    return at, frame
                break
            seen = at, frame
        else:
            if self.ended_ms is None:
                return None  # it would have taken too long
        return (max(start, seen[0]), seen[1]) if seen else None

    def image(self, frame: VideoFrame, scale: float) -> Image.Image:
        """The frame upright and in square pixels, RGB, in this scale of its size."""
        wide, high = self._lying(frame)
        small = frame.reformat(
            max(1, round(wide * scale)),
            max(1, round(high * scale)),
            "rgb24",
            src_colorspace=_SPACES.get(
                frame.colorspace,
                Colorspace.ITU709 if frame.height >= _HD else Colorspace.ITU601,
            ),
            interpolation=Interpolation.AREA,
        )
        image = Image.fromarray(small.to_ndarray())
        turn = _TURNS.get(round(frame.rotation / 90) % 4)
        return image.transpose(turn) if turn is not None else image

    def size(self, frame: VideoFrame) -> tuple[int, int]:
        """The frame's width and height as it is shown."""
        wide, high = self._lying(frame)
        return (high, wide) if round(frame.rotation / 90) % 2 else (wide, high)

    def _lying(self, frame: VideoFrame) -> tuple[int, int]:
        """As it is in the file, but in square pixels."""
        ratio = self._stream.sample_aspect_ratio or Fraction(1)
        if not Fraction(1, 4) <= ratio <= 4:
            ratio = Fraction(1)
        return max(1, round(frame.width * ratio)), frame.height

    def _choose(self) -> VideoStream:
        """The largest moving picture; covers of songs and films are none."""
        moving = [
            stream
            for stream in self._container.streams.video
            if not stream.disposition & Disposition.attached_pic and stream.codec_context
        ]
        if not moving:
            sound = bool(self._container.streams.audio)
            raise UnreadablePicture(
                "Not a video: there is only sound in it"
                if sound
                else "Not a video: there is no moving picture in it that can be read"
            )
        return max(moving, key=lambda stream: stream.width * stream.height)

    def _tell_duration(self) -> int:
        """How long it says it is; where it does not, how far its parts reach."""
        stream = self._stream
        told = [0.0]
        if self._container.duration:
            told.append(self._container.duration / av.time_base * 1000)
        if stream.duration and stream.time_base:
            told.append(float(stream.duration * stream.time_base * 1000))
        longest = max(told)
        if 0 < longest <= _LONGEST_MS:
            return max(1, round(longest))
        return self._play_through()

    def _play_through(self) -> int:
        last, until = 1, time.process_time() + _PATIENCE_S
        for packet in self._container.demux(self._stream):
            if packet.pts is not None:
                last = max(last, self._time(packet.pts + (packet.duration or 0)))
            if time.process_time() > until:
                break
        return min(last, _LONGEST_MS)

    def _time(self, pts: int) -> int:
        base = self._stream.time_base or Fraction(1, 1000)
        return math.floor((pts - (self._stream.start_time or 0)) * base * 1000)

    def _seek(self, at_ms: int) -> None:
        base = self._stream.time_base or Fraction(1, 1000)
        offset = math.floor(Fraction(max(0, at_ms), 1000) / base)
        self._ahead = None
        self._container.seek(offset + (self._stream.start_time or 0), stream=self._stream)

    def _key_frame(self, until: float) -> tuple[int, VideoFrame] | None:
        """The key frame that a seek has led to; nothing can be decoded after it but a seek."""
        for packet in self._packets(until):
            frames = self._decode(packet)
            if not frames and packet.is_keyframe:
                # Decoders keep frames back that may have to be shown later.
                frames = self._decode(None)
            for frame in frames:
                pts = packet.pts if frame.pts is None else frame.pts
                return (self._time(pts), frame) if pts is not None else None
            if packet.is_keyframe:
                return None
        return None

    def _play(self, until: float) -> Iterator[tuple[int, VideoFrame]]:
        """What follows, frame by frame, until patience or the video ends."""
        self._stream.codec_context.skip_frame = "NONREF"
        try:
            for packet in self._packets(until):
                for frame in self._decode(packet):
                    if frame.pts is not None:
                        yield self._time(frame.pts), frame
        finally:
            self._stream.codec_context.skip_frame = "DEFAULT"

    def _packets(self, until: float) -> "Iterator[Packet[VideoStream]]":
        last = None
        try:
            for packet in self._container.demux(self._stream):
                if packet.pts is not None:
                    last = max(last or 0, self._time(packet.pts + (packet.duration or 0)))
                yield packet
                if time.process_time() > until:
                    return
        except av.FFmpegError:
            if last is None:
                raise
            # It can't be read further: that is its end.
        self.ended_ms = last

    def _decode(self, packet: "Packet[VideoStream] | None") -> list[VideoFrame]:
        """The frames of a packet; none of one that is damaged: others may be sound."""
        try:
            return self._stream.codec_context.decode(packet)
        except av.FFmpegError:
            return []


def _affordable(width: int, height: int, limits: Limits) -> int:
    """How many pixels a frame may have; raises PictureTooLarge if it has more."""
    most = min(MOST_PIXELS, limits.max_pixels)
    if width * height > most:
        raise PictureTooLarge(
            f"Too large: {width:,} × {height:,} pixels"
            f" (limit of videos {most / 1_000_000:,.0f} million)"
        )
    return most


_SPACES = {
    1: Colorspace.ITU709,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
"""From FFmpeg's numbers of what a file says (AVColorSpace) to those of its scaler."""

_TURNS = {
    1: Image.Transpose.ROTATE_90,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_270,
}
"""By quarters of a turn to the left."""

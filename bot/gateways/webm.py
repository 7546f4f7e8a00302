"""What browsers record, as something that WhatsApp plays: Opus is taken out of WebM and put into Ogg.

The sound itself stays as it is, packet by packet: only what is around it changes.
https://www.rfc-editor.org/rfc/rfc8794 (EBML), https://www.matroska.org/technical/elements.html,
https://www.rfc-editor.org/rfc/rfc7845 (Opus in Ogg), https://www.rfc-editor.org/rfc/rfc6716#section-3.1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

MAGIC = b"\x1a\x45\xdf\xa3"

_CODEC, _CODEC_PRIVATE, _SIMPLE_BLOCK, _BLOCK = 0x86, 0x63A2, 0xA3, 0xA1
# Segment, cluster, tracks, track entry, block group: what is inside of them matters, not where they end.
_INSIDE = frozenset({0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE, 0xA0})
_LACED = 0x06
_SERIAL = 0x4157415A
_PACKETS = 50
"""In a page of Ogg: a second of what browsers record."""

_SILK, _HYBRID, _CELT = (480, 960, 1920, 2880), (480, 960), (120, 240, 480, 960)
"""Samples of a frame at 48 kHz, by the kind of frame."""


class NotOpus(ValueError):
    """It is no WebM file with one track of Opus."""


def ogg_of(content: bytes) -> bytes:
    """A WebM recording as Ogg; raises NotOpus."""
    head, packets = b"", []
    try:
        for element, body in _elements(content):
            if element == _CODEC and body != b"A_OPUS":
                raise NotOpus(f"The sound is not Opus but {body!r}.")
            if element == _CODEC_PRIVATE:
                head = body
            elif element in (_SIMPLE_BLOCK, _BLOCK):
                packets.append(_packet(body))
    except (IndexError, struct.error):
        raise NotOpus("The file breaks off.") from None
    if not head.startswith(b"OpusHead") or not packets:
        raise NotOpus("There is no sound in it.")
    return b"".join(_pages(head, packets))


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(id, content) of what is no folder, in order."""
    at = 0
    while at < len(content):
        length = _length(content[at])
        element = int.from_bytes(content[at : at + length], "big")
        at += length
        length = _length(content[at])
        size = int.from_bytes(content[at : at + length], "big") & ((1 << 7 * length) - 1)
        at += length
        if element in _INSIDE:
            continue
        yield element, content[at : at + size]
        at += size


def _length(first: int) -> int:
    """Bytes of a number, by its first byte."""
    length = 9 - first.bit_length()
    if length > 8:
        raise NotOpus("It is no WebM file.")
    return length


def _packet(block: bytes) -> bytes:
    """What is in a block, behind the number of its track, its time and its flags."""
    start = _length(block[0]) + 3
    if block[start - 1] & _LACED:
        raise NotOpus("Several packets lie in one block.")
    return block[start:]


def _samples(packet: bytes) -> int:
    """How long a packet sounds, in samples at 48 kHz."""
    if not packet:
        return 0
    kind, frames = packet[0] >> 3, packet[0] & 3
    if kind < 12:
        length = _SILK[kind & 3]
    elif kind < 16:
        length = _HYBRID[kind & 1]
    else:
        length = _CELT[kind & 3]
    return length * (packet[1] & 0x3F if frames == 3 else (1, 2, 2)[frames])


def _pages(head: bytes, packets: Sequence[bytes]) -> Iterator[bytes]:
    yield _page(0, [head], 0, first=True)
    name = b"Awaaz"
    tags = b"OpusTags" + struct.pack("<I", len(name)) + name + struct.pack("<I", 0)
    yield _page(1, [tags], 0)
    number, waiting, segments, heard = 2, list[bytes](), 0, 0
    for packet in packets:
        needs = len(packet) // 255 + 1
        if waiting and (segments + needs > 255 or len(waiting) == _PACKETS):
            yield _page(number, waiting, heard)
            number, waiting, segments = number + 1, [], 0
        waiting.append(packet)
        segments += needs
        heard += _samples(packet)
    yield _page(number, waiting, heard, last=True)


def _page(
    number: int, packets: Sequence[bytes], heard: int, *, first: bool = False, last: bool = False
) -> bytes:
    sizes = b"".join(b"\xff" * (len(one) // 255) + bytes([len(one) % 255]) for one in packets)
    flags = (2 if first else 0) | (4 if last else 0)
    start = struct.pack("<4sBBqII", b"OggS", 0, flags, heard, _SERIAL, number)
    end = bytes([len(sizes)]) + sizes + b"".join(packets)
    return start + struct.pack("<I", _checksum(start + bytes(4) + end)) + end


def _row(byte: int) -> int:
    found = byte << 24
    for _ in range(8):
        found = ((found << 1) ^ 0x04C11DB7 if found & 0x80000000 else found << 1) & 0xFFFFFFFF
    return found


_TABLE = [_row(byte) for byte in range(256)]


def _checksum(page: bytes) -> int:
    """Ogg's own: https://www.rfc-editor.org/rfc/rfc3533#section-6."""
    found = 0
    for byte in page:
        found = (found << 8) & 0xFFFFFFFF ^ _TABLE[(found >> 24) ^ byte]
    return found

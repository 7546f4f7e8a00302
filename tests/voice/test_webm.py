"""What Chromium records (tests/support/chromium.webm: a tone of 0.66 seconds), put into Ogg."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from bot.gateways import recordings
from bot.gateways.recordings import RecordingRefused, Why
from bot.gateways.webm import MAGIC, NotOpus, ogg_of
from tests.support.recordings import _checksum, ogg

RECORDED = (Path(__file__).parents[1] / "support" / "chromium.webm").read_bytes()


def pages(content: bytes) -> list[tuple[int, int, list[bytes]]]:
    """(flags, samples until here, packets) of each page; every checksum is right."""
    found, at = [], 0
    while at < len(content):
        magic, _, flags, heard, _, number, crc, count = struct.unpack_from(
            "<4sBBqIIIB", content, at
        )
        sizes = content[at + 27 : at + 27 + count]
        end = at + 27 + count + sum(sizes)
        page = content[at:end]
        assert (magic, number) == (b"OggS", len(found))
        assert _checksum(page[:22] + bytes(4) + page[26:]) == crc
        packets, packet, place = [], b"", at + 27 + count
        for size in sizes:
            packet += content[place : place + size]
            place += size
            if size < 255:
                packets.append(packet)
                packet = b""
        found.append((flags, heard, packets))
        at = end
    return found


def test_what_chromium_records_is_the_same_sound_in_ogg() -> None:
    (first, head), (_, tags), *sound = [(f, p) for f, _, p in pages(ogg_of(RECORDED))]
    assert first == 2
    assert head[0].startswith(b"OpusHead")
    assert tags[0].startswith(b"OpusTags")
    assert sound[-1][0] == 4
    packets = [packet for _, some in sound for packet in some]
    assert all(packet in RECORDED for packet in packets)
    assert pages(ogg_of(RECORDED))[-1][1] == len(packets) * 960 * 3
    found = recordings.checked(RECORDED)
    assert (found.content_type, found.content) == ("audio/ogg", ogg_of(RECORDED))


def block(packet: bytes, flags: int = 0x80) -> bytes:
    body = b"\x81\x00\x00" + bytes([flags]) + packet
    return b"\xa3\x10" + struct.pack(">I", len(body))[1:] + body


def webm(*blocks: bytes, codec: bytes = b"A_OPUS", head: bytes = b"OpusHead\x01") -> bytes:
    return (
        MAGIC + b"\x80"
        + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"
        + b"\x86" + bytes([0x80 | len(codec)]) + codec
        + b"\x63\xa2" + bytes([0x80 | len(head)]) + head
        + b"".join(blocks)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        (b"\x08x", 960),  # SILK, 20 ms
        (b"\x69x", 960 * 2),  # hybrid, two of 20 ms
        (b"\xfb\x03x", 960 * 3),  # CELT, three of 20 ms
        (b"", 0),
    ],
)
def test_how_long_a_packet_sounds(packet: bytes, samples: int) -> None:
    assert pages(ogg_of(webm(block(packet), block(b"\x08x"))))[-1][1] == samples + 960


def test_long_sound_is_cut_into_pages_that_can_hold_it() -> None:
    packets = [bytes([8]) + bytes([number]) * 700 for number in range(120)]
    found = pages(ogg_of(webm(*map(block, packets))))
    assert [one for _, _, some in found[2:] for one in some] == packets
    assert [len(some) for _, _, some in found[2:]] == [50, 50, 20]
    huge = [bytes([8]) + bytes(9000)] * 9
    assert [len(some) for _, _, some in pages(ogg_of(webm(*map(block, huge))))[2:]] == [7, 2]


@pytest.mark.parametrize(
    "content",
    [
        RECORDED[:40],
        MAGIC + b"\x80\x00",
        MAGIC,
        webm(),
        webm(block(b"\x08x", flags=0x84)),
        webm(block(b"\x08x"), codec=b"A_VORBIS"),
        webm(block(b"\x08x"), head=b"VorbisHead"),
        webm(b"\xa3\x80"),
    ],
    ids=["cut", "no number", "no size", "silent", "laced", "Vorbis", "no head", "empty block"],
)
def test_what_is_not_opus_in_webm_is_refused(content: bytes) -> None:
    with pytest.raises(NotOpus):
        ogg_of(content)
    with pytest.raises(RecordingRefused) as refused:
        recordings.checked(content)
    assert refused.value.why is Why.TYPE


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", Why.EMPTY),
        (b"RIFF1234WAVEfmt ", Why.TYPE),
        (b"\xff\xd8\xff", Why.TYPE),
        (b"OggS" + bytes(16 * 1024 * 1024), Why.TOO_LARGE),
    ],
    ids=["empty", "wav", "picture", "too large"],
)
def test_what_whatsapp_would_not_play_is_not_kept(content: bytes, why: Why) -> None:
    with pytest.raises(RecordingRefused) as refused:
        recordings.checked(content)
    assert refused.value.why is why


def test_a_new_recording_takes_the_place_of_one_in_another_format(tmp_path: Path) -> None:
    recordings.keep(tmp_path, "a/b", recordings.checked(ogg("one")))
    recordings.keep(tmp_path, "a/b", recordings.checked(b"ID3 two"))
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.mp3"]
    (tmp_path / "c").write_text("not a folder", encoding="utf-8")
    with pytest.raises(RecordingRefused) as refused:
        recordings.keep(tmp_path, "c/d", recordings.checked(ogg("one")))
    assert refused.value.why is Why.FOLDER

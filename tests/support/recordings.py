"""Recordings for tests: small, valid Ogg pages around an Opus head, each with something of its own in it."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from bot.gateways.files import LanguageFiles
from bot.gateways.voices import PHRASES, Voices
from bot.usecases.scripts import Scripts
from bot.usecases.services import Services
from flows.spoken import texts_to_record

ROOT = Path(__file__).resolve().parents[2]


def ogg(says: str) -> bytes:
    """An Ogg Opus file of two pages that carries these words in its comment."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 16000, 0, 0)
    words = says.encode()
    tags = b"OpusTags" + struct.pack("<I", len(words)) + words + struct.pack("<I", 0)
    return _page(0, head, first=True) + _page(1, tags)


def _page(number: int, packet: bytes, *, first: bool = False) -> bytes:
    sizes = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    kind = 2 if first else 0
    header = struct.pack("<4sBBqIIIB", b"OggS", 0, kind, 0, 1, number, 0, len(sizes)) + sizes
    page = header + packet
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(page: bytes) -> int:
    """Ogg's own: https://www.rfc-editor.org/rfc/rfc3533#section-6, polynomial 0x04c11db7."""
    found = 0
    for byte in page:
        found ^= byte << 24
        for _ in range(8):
            found = ((found << 1) ^ 0x04C11DB7 if found & 0x80000000 else found << 1) & 0xFFFFFFFF
    return found


def record(folder: Path, names: Iterable[str]) -> None:
    """A recording for each of these names, below `folder`."""
    for name in names:
        path = folder / f"{name}.ogg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(ogg(name))


def with_room(services: Services, folder: Path) -> Services:
    """The same services over languages in a folder of their own, where recordings can be put."""
    for language in (ROOT / "locales").iterdir():
        if language.is_dir():
            (folder / language.name).mkdir(parents=True)
            for inside in language.iterdir():
                (folder / language.name / inside.name).symlink_to(inside)
    files, kept = LanguageFiles(folder), services.voices.files
    # The same vocabularies: reading eighteen of them anew for each test takes seconds.
    files.__dict__ |= {"vocabularies": kept.vocabularies, "keywords": kept.keywords}
    voices = Voices(files)
    return replace(services, voices=voices, scripts=Scripts(services.surveys, voices))


def record_all(services: Services, folder: Path, survey: str, code: str) -> None:
    """Record everything that a survey and the bot say in a language."""
    record(folder / code / "audio", texts_to_record(services.surveys.load(survey).survey, PHRASES))

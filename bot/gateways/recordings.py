"""Recorded prompts as they lie on disk: which of a survey's texts have one, and what it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.gateways import webm
from bot.gateways.files import LanguageFiles, recording_in
from bot.gateways.media import LARGEST, content_type_of
from flows.spoken import texts_to_record
from flows.survey import Survey
from flows.wording import Wording

SENDABLE: Mapping[str, str] = {
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/amr": "amr",
}
"""What WhatsApp plays -> how its file's name ends."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded prompt. `digest` is the SHA-256 of its content, in hexadecimal."""

    digest: str
    content_type: str
    content: bytes


def read(path: Path) -> Recording | None:
    """A recording from its file; None for a file that WhatsApp would not play."""
    try:
        if path.stat().st_size > LARGEST:
            return None
        content = path.read_bytes()
    except OSError:
        return None
    content_type = content_type_of(content)
    if content_type is None or content_type not in SENDABLE:
        return None
    return Recording(hashlib.sha256(content).hexdigest(), content_type, content)


class Why(StrEnum):
    """Why a recording was not kept."""

    EMPTY = "recording.empty"
    TOO_LARGE = "recording.too_large"
    TYPE = "recording.type"
    CHANGED = "recording.changed"
    FOLDER = "recording.folder"


class RecordingRefused(ValueError):
    """A recording that was not kept, and why."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why.value)


def checked(content: bytes) -> Recording:
    """A recording as WhatsApp plays it, by its bytes; what browsers record is put into Ogg.

    Raises:
        RecordingRefused: it is empty, too large, or no sound that WhatsApp plays.
    """
    if not content:
        raise RecordingRefused(Why.EMPTY)
    if len(content) > LARGEST:
        raise RecordingRefused(Why.TOO_LARGE)
    if content.startswith(webm.MAGIC):
        try:
            content = webm.ogg_of(content)
        except webm.NotOpus:
            raise RecordingRefused(Why.TYPE) from None
    content_type = content_type_of(content)
    if content_type is None or content_type not in SENDABLE:
        raise RecordingRefused(Why.TYPE)
    return Recording(hashlib.sha256(content).hexdigest(), content_type, content)


def keep(folder: Path, name: str, recording: Recording) -> None:
    """Put a recording where it is looked for, in the place of the one before it.

    Raises:
        RecordingRefused: the folder can not be changed.
    """
    path = folder / f"{name}.{SENDABLE[recording.content_type]}"
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(recording.content)
        part.replace(path)
        for suffix in SENDABLE.values():
            # Of two formats only one is looked for: the older one would be heard.
            other = folder / f"{name}.{suffix}"
            if other != path:
                other.unlink(missing_ok=True)
    except OSError:
        raise RecordingRefused(Why.FOLDER) from None


def recordings_of(
    files: LanguageFiles,
    survey: Survey,
    code: str,
    said: Iterable[Wording],
    beside: Path | None = None,
) -> dict[str, Recording]:
    """Name of a recording -> what it holds, for all that a survey says in a language and that is recorded.

    Args:
        files: the house's languages, with their recordings.
        survey: whose questions.
        code: the language.
        said: what the bot says of its own accord.
        beside: the folder that the survey's own file lies in; what lies there comes first.
    """
    own = None if beside is None else beside / "audio" / code
    folders = [one for one in (own, files.audio_folder(code)) if one is not None and one.is_dir()]
    if not folders:
        return {}
    named = {
        question.label.context: dict(question.audio).get(code)
        for question in survey.questions
        if question.label is not None
    }
    found: dict[str, Recording] = {}
    for name in texts_to_record(survey, said):
        path = _path(folders, name, named.get(name))
        recording = None if path is None else read(path)
        if recording is not None:
            found[name] = recording
    return found


def _path(folders: Iterable[Path], name: str, named: str | None) -> Path | None:
    for folder in folders:
        # A form names a file of its own folder, not one that lies elsewhere.
        if named and (folder / Path(named).name).is_file():
            return folder / Path(named).name
        found = recording_in(folder, name)
        if found is not None:
            return found
    return None

"""Recorded prompts in the console: what has to be said, what is recorded, and a new recording for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.gateways import recordings
from bot.gateways.recordings import Recording, RecordingRefused, Why
from bot.gateways.voices import PHRASES
from bot.store import ledger
from bot.usecases import audit
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.texts import Desk, heard
from bot.usecases.translating import NoSuchText, Place, desk_of, place_of, signer
from flows.meaning import SPOKEN_ONLY, Entry, Maker, Step
from flows.spoken import texts_to_record
from flows.survey import Question
from flows.wording import Wording, digest


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something that is said, and its recording.

    Attributes:
        id: what addresses name it by.
        name: of the recording, such as `wellbeing/lonely`.
        string: id of its text.
        source: what it says, a line each: a question with its hint and its options.
        words: the same in the language; empty where it is only spoken, or not translated.
        recording: what is there; None if nothing is.
    """

    id: str
    name: str
    string: str
    source: tuple[str, ...]
    words: tuple[str, ...]
    recording: Recording | None

    @property
    def seen(self) -> str:
        """What a form carries, so that nobody replaces a recording that she has not heard."""
        return "" if self.recording is None else self.recording.digest


@dataclass(frozen=True, slots=True)
class Prompts:
    """All that is said in a language."""

    place: Place
    prompts: tuple[Prompt, ...]

    @property
    def recorded(self) -> int:
        """How many of them are recorded."""
        return sum(prompt.recording is not None for prompt in self.prompts)


@dataclass(frozen=True, slots=True)
class OpenedPrompt:
    """One of them, and the ones before and after it."""

    place: Place
    prompt: Prompt
    number: int
    total: int
    previous: str | None
    following: str | None


def id_of(name: str) -> str:
    """What addresses name a recording by."""
    return digest(name)


def prompts(services: Services, survey: str, language: str) -> Prompts:
    """All that is said of a survey in a language; raises NotHere."""
    return _prompts(services, desk_of(services, survey, language))


def _prompts(services: Services, desk: Desk) -> Prompts:
    said = texts_to_record(desk.survey, PHRASES)
    recorded = services.voices.recordings(desk.survey, desk.language)
    labels = {q.label.context: q for q in desk.survey.questions if q.label is not None}
    found = tuple(
        _prompt(desk, name, wording, labels.get(name), recorded) for name, wording in said.items()
    )
    return Prompts(place_of(services, desk), found)


def _prompt(
    desk: Desk,
    name: str,
    wording: Wording,
    question: Question | None,
    recorded: Mapping[str, Recording],
) -> Prompt:
    wordings = [(wording, "")]
    if question is not None:
        wordings += [(question.hint, "")] if question.hint is not None else []
        wordings += [(c.label, f"{question.number_of(c)}. ") for c in question.choices]
    spoken = desk.language in SPOKEN_ONLY
    return Prompt(
        id=id_of(name),
        name=name,
        string=wording.digest,
        source=tuple(f"{before}{one.source}" for one, before in wordings),
        words=() if spoken else tuple(f"{b}{w}" for one, b in wordings if (w := desk.words(one))),
        recording=recorded.get(name),
    )


def open_prompt(services: Services, survey: str, language: str, prompt: str) -> OpenedPrompt:
    """One of them; raises NotHere."""
    found = prompts(services, survey, language)
    number = _number(found.prompts, prompt)
    ids = [one.id for one in found.prompts]
    return OpenedPrompt(
        place=found.place,
        prompt=found.prompts[number],
        number=number + 1,
        total=len(ids),
        previous=ids[number - 1] if number else None,
        following=next(iter(ids[number + 1 :]), None),
    )


def _number(found: Sequence[Prompt], prompt: str) -> int:
    for number, one in enumerate(found):
        if one.id == prompt:
            return number
    raise NoSuchText(prompt)


def keep(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    survey: str,
    language: str,
    prompt: str,
    content: bytes,
    *,
    seen: str,
) -> None:
    """Keep a recording. In a language that is only spoken it is a draft, which somebody else signs off.

    Raises:
        NotHere: there is nothing of the kind to be said.
        RecordingRefused: it can not be kept, or somebody recorded it meanwhile.
    """
    recording, now = recordings.checked(content), services.clock.now()
    with services.database.transaction() as work:
        desk = desk_of(services, survey, language, work.connection)
        found = _prompts(services, desk).prompts
        one = found[_number(found, prompt)]
        if one.seen != seen:
            raise RecordingRefused(Why.CHANGED)
        if language in SPOKEN_ONLY:
            wording = texts_to_record(desk.survey, PHRASES)[one.name]
            ledger.add(work.connection, language, [_draft(wording, recording, me, now)])
        audit.record(
            work.connection,
            now,
            organisation_id=organisation.id,
            who=me.email,
            what="recording.kept",
            about=f"recording:{survey}/{language}/{one.name}",
            detail={"before": one.seen[:12], "now": recording.digest[:12]},
        )
        # Last, so that a folder that can not be changed leaves the ledger as it was.
        recordings.keep(services.voices.files.audio_folder(language), one.name, recording)


def _draft(
    wording: Wording, recording: Recording, me: SignedIn, now: datetime
) -> tuple[str, Entry]:
    return wording.context, Entry(
        step=Step.DRAFT,
        maker=Maker.HUMAN,
        who=signer(me),
        source=wording.source,
        text=heard(recording),
        at=now,
    )

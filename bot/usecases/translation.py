"""The meaning ledger: what people do with translations, and what keeps a survey from being launched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.store import ledger
from bot.usecases.services import Services
from bot.usecases.texts import (
    Desk,
    Text,
    TranslationError,
    choose,
    open_desk,
    remember,
    unheard_of,
)
from flows import meaning
from flows.meaning import SPOKEN_ONLY, UNUSABLE, Entry, Maker, Status, Step
from flows.wording import Wording


class Reason(StrEnum):
    """Why a survey can not be launched in a language."""

    UNSIGNED = "unsigned"
    STALE = "stale"
    MISSING = "missing"
    TOO_LONG = "too long"
    PLACEHOLDERS = "placeholder mismatch"
    AUDIO = "missing audio"


_REASONS = {
    Status.MISSING: Reason.MISSING,
    Status.STALE: Reason.STALE,
    Status.PLACEHOLDERS: Reason.PLACEHOLDERS,
    Status.TOO_LONG: Reason.TOO_LONG,
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that keeps a survey from being launched in a language.

    Attributes:
        language: in which language.
        question: name of the question; None for the bot's own phrases.
        option: code of the option, if it is about one.
        reason: what is wrong.
        context: the text's name, for `awaaz translation show --string`.
        source: the English text.
    """

    language: str
    question: str | None
    option: str | None
    reason: Reason
    context: str
    source: str


def gate(services: Services, survey: str, language: str) -> list[Obstacle]:
    """Everything that keeps a survey from being launched in a language; empty when nothing does.

    Args:
        services: the outside world.
        survey: name of a survey in the library, or path of a YAML file.
        language: code; a text needs no translation into the language it is written in.

    Raises:
        TranslationError: there is no such survey or language.
        SurveyError: the survey has problems.
    """
    desk = open_desk(services, survey, language)
    return list(_about_texts(desk))


def _about_texts(desk: Desk) -> Iterator[Obstacle]:
    for text in desk.texts():
        if text.status is not Status.SIGNED_OFF:
            reason = _REASONS.get(text.status, Reason.UNSIGNED)
            if desk.language in SPOKEN_ONLY and text.status in UNUSABLE:
                reason = Reason.AUDIO
            yield _obstacle(desk, text.wording, reason)
    long = desk.too_long()
    for wording in desk.places:
        if wording.language == desk.language and wording in long:
            yield _obstacle(desk, wording, Reason.TOO_LONG)


def _obstacle(desk: Desk, wording: Wording, reason: Reason) -> Obstacle:
    place = desk.places[wording]
    return Obstacle(
        desk.language, place.question, place.option, reason, wording.context, wording.source
    )


def where_to_go(obstacle: Obstacle, survey: str) -> str:
    """An obstacle as one line: what is wrong with which text, and the command that shows it."""
    named = obstacle.question or "what the bot says of its own accord"
    option = f", option {obstacle.option}" if obstacle.option else ""
    words = obstacle.source if len(obstacle.source) <= 40 else f"{obstacle.source[:39]}…"
    return (
        f"{obstacle.language}: {named}{option} ({words!r}): {obstacle.reason}. awaaz translation show "
        f"{survey} --language {obstacle.language} --string {obstacle.context}"
    )


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a step that was recorded for several texts.

    Attributes:
        done: the texts it was recorded for.
        already: the texts that had it before.
        refused: texts, and why it was not recorded for them.
    """

    done: tuple[Text, ...]
    already: tuple[Text, ...]
    refused: tuple[tuple[Text, str], ...]


def sign_off(
    services: Services,
    survey: str,
    language: str,
    *,
    by: str,
    string: str | None = None,
    comment: str = "",
) -> Recorded:
    """Approve the words of a survey in a language as they are now; see `record`."""
    return record(services, survey, language, Step.SIGN_OFF, by=by, string=string, comment=comment)


def record(
    services: Services,
    survey: str,
    language: str,
    step: Step,
    *,
    by: str,
    string: str | None = None,
    comment: str = "",
    back_translation: str = "",
) -> Recorded:
    """Write into the ledger that a person reviewed, adjudicated, pretested or approved texts.

    Args:
        services: the outside world.
        survey: name or path.
        language: code.
        step: what was done; drafts are imported instead.
        by: name of the person.
        string: context or id of one text; every text without it.
        comment: what she found.
        back_translation: what the text says, put back into English.

    Raises:
        TranslationError: nobody is named, or there is no such text.
    """
    assert step is not Step.DRAFT  # a draft comes with its words
    refusal = meaning.why_not_named(by)
    if refusal is not None:
        raise TranslationError(refusal)
    name = " ".join(by.split())
    now = services.clock.now()
    with services.database.transaction() as work:
        desk = open_desk(services, survey, language, work.connection)
        chosen = choose(desk, string)
        done: list[Text] = []
        already: list[Text] = []
        refused: list[tuple[Text, str]] = []
        for text in chosen:
            why = _why_not(desk, text, step, name, now)
            if why is not None:
                refused.append((text, why))
            elif step is Step.SIGN_OFF and text.status is Status.SIGNED_OFF:
                already.append(text)
            else:
                done.append(text)
        remember(work.connection, desk, done, now)
        entries = [
            (
                text.wording.context,
                Entry(
                    step=step,
                    maker=Maker.HUMAN,
                    who=name,
                    source=text.wording.source,
                    text=text.words,
                    at=now,
                    back_translation=back_translation.strip(),
                    comment=comment.strip(),
                ),
            )
            for text in done
        ]
        ledger.add(work.connection, language, entries)
    return Recorded(tuple(done), tuple(already), tuple(refused))


class Bar(StrEnum):
    """Why a step can not be recorded for a text."""

    UNUSABLE = "unusable"
    OWN = "own"


def bar_to(desk: Desk, text: Text, step: Step, name: str, now: datetime) -> Bar | None:
    """What keeps a person from recording a step for a text; None if nothing does."""
    if text.status in UNUSABLE:
        return Bar.UNUSABLE
    # Whoever the catalogue names as its author counts too, where the ledger has not heard of her.
    unheard = unheard_of(desk, text, now)
    entries = text.entries if unheard is None else (*text.entries, unheard)
    if step is Step.SIGN_OFF and meaning.wrote(name, entries):
        return Bar.OWN
    return None


def _why_not(desk: Desk, text: Text, step: Step, name: str, now: datetime) -> str | None:
    """Why a step can not be recorded for a text, as a sentence; None if it can."""
    match bar_to(desk, text, step, name, now):
        case Bar.UNUSABLE:
            return f"{text.status}: it has to be translated anew first"
        case Bar.OWN:
            return f"{name} wrote a draft or a review of it: somebody else signs it off"
        case None:
            return None

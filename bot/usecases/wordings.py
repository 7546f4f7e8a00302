"""The very words that a person answered, or agreed to: found again by what her answer's row keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, select

from bot.store.inbox import CONVERSATION, SURVEY_VERSION, AnyRow
from bot.usecases.effects import ANSWER, CONSENT, wording_digest
from bot.usecases.scripts import Script
from bot.usecases.services import Services
from bot.usecases.texts import TranslationError
from flows import meaning
from flows.spoken import texts_of


@dataclass(frozen=True, slots=True)
class Words:
    """A question as it was put.

    Attributes:
        form_id: the survey.
        version: the survey's own name for its version.
        frozen: digest of the frozen survey with its translations.
        question: name.
        language: code.
        texts: (what it is for, the words), in the order they are shown.
    """

    form_id: str
    version: str
    frozen: str
    question: str
    language: str
    texts: tuple[tuple[str, str], ...]


def wording_of(services: Services, answer_id: int) -> Words:
    """The words of the question that an answer answers.

    Raises:
        TranslationError: there is no such answer, or the frozen words do not give the hash it keeps.
    """
    with services.database.reading() as connection:
        rows = list(_asked(connection, ANSWER.c.id == answer_id))
        if not rows:
            raise TranslationError(f"There is no answer {answer_id}.")
        return _words(services, connection, rows[0])


def words_of(services: Services, wording: str) -> list[Words]:
    """Every question whose words give a hash, as answers and consents keep it.

    Raises:
        TranslationError: no answer and no consent has this hash, or frozen words do not give it.
    """
    found: dict[Words, None] = {}
    with services.database.reading() as connection:
        for row in _asked(connection, ANSWER.c.wording == wording):
            found[_words(services, connection, row)] = None
        for row in _agreed(connection, wording):
            found[_agreed_words(services, connection, row)] = None
    if not found:
        raise TranslationError(
            f"No answer and no consent was given to words with the hash {wording}."
        )
    return list(found)


def agreed_to(
    services: Services, connection: Connection, consent_ids: Collection[int]
) -> dict[int, str]:
    """Consent -> the words that were agreed to, or refused, in the language they were put in.

    Those that the frozen survey does not give are left out: nobody is shown other words than hers.
    """
    statement = _agreement(CONSENT.c.id.in_(list(consent_ids))).add_columns(CONSENT.c.id)
    found = {}
    for row in connection.execute(statement).all():
        with suppress(TranslationError):
            found[int(row.id)] = _agreed_words(services, connection, row).texts[0][1]
    return found


def _asked(connection: Connection, condition: object) -> Iterator[AnyRow]:
    statement = (
        select(
            ANSWER.c.question,
            ANSWER.c.language,
            ANSWER.c.wording,
            SURVEY_VERSION.c.id.label("version_id"),
            SURVEY_VERSION.c.form_id,
            SURVEY_VERSION.c.version,
            SURVEY_VERSION.c.digest,
        )
        .join(CONVERSATION, CONVERSATION.c.id == ANSWER.c.conversation_id)
        .join(SURVEY_VERSION, SURVEY_VERSION.c.id == CONVERSATION.c.survey_version_id)
        .where(condition)  # type: ignore[arg-type]
        .distinct()
    )
    yield from connection.execute(statement)


def _words(services: Services, connection: Connection, row: AnyRow) -> Words:
    script = _script(services, connection, row)
    if wording_digest(script, row.question, row.language) != row.wording:
        raise TranslationError(
            f"The words frozen with {row.form_id} {row.version} ({row.digest}) do not give the hash "
            f"{row.wording} that answers to {row.question} keep: they are not what was asked."
        )
    speaker = script.languages[row.language]
    question = script.survey.by_name[row.question]
    places = meaning.places_of(question)
    texts = tuple((places[w].kind, speaker.text(w)) for w in question.wordings())
    if speaker.spoken:
        heard = ((name, speaker.recordings.get(name, "")) for name, _ in texts_of(question))
        texts = tuple((f"recording {name}", digest) for name, digest in heard)
    return Words(row.form_id, row.version, row.digest, row.question, row.language, texts)


def _script(services: Services, connection: Connection, row: AnyRow) -> Script:
    return services.scripts.get(connection, row.version_id, [row.language])


def _agreed(connection: Connection, wording: str) -> Iterator[AnyRow]:
    yield from connection.execute(_agreement(CONSENT.c.wording == wording).distinct())


def _agreement(condition: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    return (
        select(
            CONSENT.c.language,
            CONSENT.c.wording,
            SURVEY_VERSION.c.id.label("version_id"),
            SURVEY_VERSION.c.form_id,
            SURVEY_VERSION.c.version,
            SURVEY_VERSION.c.digest,
        )
        .join(CONVERSATION, CONVERSATION.c.id == CONSENT.c.conversation_id)
        .join(SURVEY_VERSION, SURVEY_VERSION.c.id == CONVERSATION.c.survey_version_id)
        .where(CONSENT.c.wording.is_not(None), condition)
    )


def _agreed_words(services: Services, connection: Connection, row: AnyRow) -> Words:
    script = _script(services, connection, row)
    for question in script.survey.questions:
        if question.label is not None and question.label.digest == row.wording:
            said = script.languages[row.language].text(question.label)
            return Words(
                *(row.form_id, row.version, row.digest, question.name, row.language),
                texts=(("label", said),),
            )
    raise TranslationError(
        f"{row.form_id} {row.version} ({row.digest}) has no question whose label has the hash "
        f"{row.wording}: it is not what was agreed to."
    )

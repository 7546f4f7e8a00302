"""Answers put into other languages by a person, and words of theirs that can not be: typed or heard alike.

Append only, the original first: a correction is a further line, and the last line of a language counts.
"""

from __future__ import annotations

from bot.store import inbox
from bot.usecases import open_answers, theme_books
from bot.usecases.attachments import TRANSCRIPT
from bot.usecases.open_answers import Beside, OpenAnswer
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.transcripts import TRANSLATION, TranscriptError


def waiting(services: Services, organisation: Organisation, to: str) -> list[tuple[int, str, str]]:
    """Answers in other languages that nobody has put into this one, oldest first.

    Without a word of them: (answer, what its campaign is called, code of its language).
    """
    with services.database.reading() as connection:
        answers = [
            one
            for one in open_answers.every(services, connection, organisation)
            if one.language != to
        ]
        others = open_answers.beside(services, connection, [one.id for one in answers])
    return [
        (one.id, one.campaign_name, one.language)
        for one in answers
        if all(done.language != to for done in others[one.id].translations)
    ]


def open_answer(
    services: Services, organisation: Organisation, me: SignedIn, answer_id: int
) -> tuple[OpenAnswer, Beside]:
    """An answer, for whoever translates it; that it was read goes into the audit log. Raises NotHere."""
    now, about = services.clock.now(), f"answer:{answer_id}"
    with services.database.transaction() as work:
        found = open_answers.one(services, work.connection, organisation, answer_id)
        others = open_answers.beside(services, work.connection, [answer_id])[answer_id]
        theme_books.record(work.connection, now, organisation, me, "answer.read", about)
    return found, others


def translate(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    answer_id: int,
    text: str,
    *,
    language: str,
    note: str = "",
) -> None:
    """Put an answer, typed or written down from a voice note, into another language.

    A correction is a new line.

    Raises:
        NotHere: there is no such answer in this organisation.
        TranscriptError: nothing is written, the language is the answer's own or there is none of its name.
    """
    if not text.strip():
        raise TranscriptError("Write what it says.")
    if language not in services.voices.files.vocabularies:
        raise TranscriptError(f"There is no language {language!r}.")
    now, about = services.clock.now(), f"answer:{answer_id}"
    with services.database.transaction() as work:
        found = open_answers.one(services, work.connection, organisation, answer_id)
        if not found.text:
            raise TranscriptError("Write down first what was said, in the language it was said in.")
        if found.language == language:
            raise TranscriptError("The answer is in this language already.")
        inbox.add(
            work.connection,
            TRANSCRIPT,
            answer_id=answer_id,
            step=TRANSLATION,
            language=language,
            text=text.strip(),
            note=note.strip(),
            who=me.name,
            at=now,
        )
        detail: dict[str, object] = {"language": language}
        theme_books.record(
            work.connection, now, organisation, me, "answer.translated", about, detail
        )


def explain_term(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    answer_id: int,
    term: str,
    *,
    language: str,
    explanation: str,
) -> None:
    """Explain a word of an answer that can not be translated.

    Raises:
        NotHere: there is no such answer in this organisation.
        TranscriptError: something is missing, or there is no such language.
    """
    if not (term.strip() and explanation.strip()):
        raise TranscriptError("Write the word, and what it means.")
    if language not in services.voices.files.vocabularies:
        raise TranscriptError(f"There is no language {language!r}.")
    now, about = services.clock.now(), f"answer:{answer_id}"
    with services.database.transaction() as work:
        open_answers.one(services, work.connection, organisation, answer_id)
        inbox.add(
            work.connection,
            open_answers.TERM_NOTE,
            answer_id=answer_id,
            term=term.strip(),
            language=language,
            explanation=explanation.strip(),
            who=me.name,
            at=now,
        )
        theme_books.record(work.connection, now, organisation, me, "answer.term_explained", about)

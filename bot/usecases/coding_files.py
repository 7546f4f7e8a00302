"""A codebook and its codings as files for programs of qualitative analysis, at the levels of other downloads.

De-identified, a project has no words: every source says so in place of its text, and keeps its codings, so
that themes can be counted and crossed with languages and campaigns. With words, what was typed, what stands
beside it and the reasons of decisions are in it. Times of answers and raw messages are in none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.research import refi_qda
from bot.research.levels import CONTENTS, WITHHELD, Level
from bot.research.refi_qda import Code, Given, Note, Project, Source
from bot.usecases import open_answers, theme_books
from bot.usecases.coding import Coded, Opened, open_book
from bot.usecases.downloads import record_download
from bot.usecases.open_answers import Beside, OpenAnswer
from bot.usecases.reconciling import Decision, decisions
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.theme_books import Book, record

LEVELS = (Level.DEIDENTIFIED, Level.NO_IDENTIFIERS)
"""The levels that a project is given at."""
_VARIABLES = ("pseudonym", "campaign", "wave", "question", "language", "coded")


@dataclass(frozen=True, slots=True)
class Made:
    """A file."""

    name: str
    content: bytes


def codebook_file(services: Services, organisation: Organisation, book_id: int) -> Made:
    """The themes alone (`.qdc`): nobody's answers are in it. Raises NotHere."""
    book = theme_books.book_of(services, organisation, book_id)
    return Made(f"themes-{book.id}.qdc", refi_qda.codebook(_key(organisation, book), _codes(book)))


def project_file(
    services: Services, organisation: Organisation, me: SignedIn, book_id: int, level: Level
) -> Made:
    """Codebook, answers and codings (`.qdpx`); written down as a download, and in the audit log.

    Only codings of answers that both coders are done with are in it.

    Raises:
        NotHere: there is no such codebook.
        ThemeError: a project is not given at this level.
    """
    if level not in LEVELS:
        raise theme_books.ThemeError("Choose whether people's words are in it.")
    words, now = CONTENTS[level].free_text, services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        opened = open_book(services, connection, organisation, book_id)
        decided = decisions(connection, book_id)
        others = open_answers.beside(services, connection, opened.answers)
        sources = [
            _source(opened, one, others[one.id], decided.get(one.id, ()), words=words)
            for one in opened.answers.values()
        ]
        campaigns = [slug for slug, _name in opened.book.campaigns]
        record_download(
            connection,
            now,
            organisation_id=organisation.id,
            who=me.email,
            what="project",
            about=" ".join(campaigns),
            level=level.value,
            rows=len(sources),
        )
        detail = {"level": level.value, "rows": len(sources), "campaigns": campaigns}
        record(connection, now, organisation, me, "themes.taken", f"themes:{book_id}", detail)
    whole = _project(organisation, opened, decided, sources)
    return Made(f"themes-{book_id}-{level.value}.qdpx", refi_qda.project(whole))


def _key(organisation: Organisation, book: Book) -> str:
    return f"{organisation.slug}/{book.id}"


def _codes(book: Book) -> list[Code]:
    return [
        Code(
            theme.code,
            theme.name,
            "\n\n".join(part for part in (theme.definition, theme.example, theme.code) if part),
        )
        for theme in book.themes
    ]


def _project(
    organisation: Organisation,
    opened: Opened,
    decided: Mapping[int, Sequence[Decision]],
    sources: Sequence[Source],
) -> Project:
    book = opened.book
    users = {str(key): name for key, name in book.coders}
    for made in decided.values():
        users |= {str(one.staff_id): one.who for one in made}
    return Project(
        key=_key(organisation, book),
        name=book.name,
        description=f"{book.question}: {', '.join(slug for slug, _name in book.campaigns)}",
        users=users,
        codes=_codes(book),
        variables=_VARIABLES,
        sources=sources,
        made=book.created,
    )


def _source(
    opened: Opened, answer: OpenAnswer, beside: Beside, made: Sequence[Decision], *, words: bool
) -> Source:
    pair = opened.pairs.get(answer.id)
    values = {
        "pseudonym": answer.pseudonym, "campaign": answer.campaign, "wave": str(answer.wave),
        "question": answer.question, "language": answer.language,
        # Without it an answer that both found no theme in looks like one that nobody has read.
        "coded": "no" if pair is None else "yes",
    }  # fmt: skip
    return Source(
        key=str(answer.id),
        name=f"Answer {answer.id}",
        text=answer.text if words else WITHHELD,
        values=values,
        given=() if pair is None else _given(opened.book, pair, made, words=words),
        notes=_notes(beside) if words else (),
    )


def _given(
    book: Book, pair: tuple[Coded, Coded], made: Sequence[Decision], *, words: bool
) -> list[Given]:
    """Both codings, and the decision that counts."""
    coders = [str(key) for key, _name in book.coders]
    given = [Given(who, one.themes, one.at) for who, one in zip(coders, pair, strict=True)]
    for last in made[-1:]:
        reason = last.reason if words else ""
        given.append(Given(str(last.staff_id), last.themes, last.at, reason, decision=True))
    return given


def _notes(beside: Beside) -> list[Note]:
    found = [
        Note(f"Translation ({one.language}), {one.who}", one.text, one.at)
        for one in beside.translations
    ]
    found += [
        Note(f"{one.term} ({one.language}), {one.who}", one.explanation, one.at)
        for one in beside.terms
    ]
    return found

"""How a survey stands in a language, in numbers: concluded by the gate, and kept until something changes.

The gate reads every text. Nothing it looks at changes without leaving a mark: a file's time or size, or a new
line of the ledger, which only grows. So a page that asks about every language of every campaign asks the
gate only about those in which something happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from bot.gateways.files import beside, catalogue_beside, is_own
from bot.store import own_surveys
from bot.store.database import Database
from bot.store.ledger import LEDGER
from bot.usecases.services import Services
from bot.usecases.translation import Reason, gate
from flows.meaning import SPOKEN_ONLY
from flows.wording import digest

_Kept = dict[tuple[str, str], tuple[Any, Counter[Reason]]]

_kept: WeakKeyDictionary[Database, _Kept] = WeakKeyDictionary()
"""Of each database: (survey, language) -> what it was concluded from, and what was concluded."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a survey stands in a language.

    Attributes:
        survey: name in the library, or path.
        language: code.
        obstacles: reason -> texts that it keeps from being sent; empty when it can be launched.
    """

    survey: str
    language: str
    obstacles: Mapping[Reason, int] = field(default_factory=dict)

    @property
    def unsigned(self) -> int:
        """Texts that are written and not signed off."""
        return self.obstacles.get(Reason.UNSIGNED, 0)

    @property
    def unwritten(self) -> int:
        """Texts that are missing, stale or wrong, and have to be translated (or recorded) first."""
        return sum(self.obstacles.values()) - self.unsigned


def standings(services: Services, wanted: Iterable[tuple[str, str]]) -> list[Standing]:
    """How surveys stand in languages, in the order of the (survey, language) pairs.

    Raises:
        TranslationError: there is no such survey or language.
        SurveyError: a survey has problems.
    """
    kept = _kept.setdefault(services.database, {})
    written = _ledgers(services)
    found = []
    for survey, language in wanted:
        mark = (written.get(language), *_marks(services, survey, language))
        known = kept.get((survey, language))
        if known is None or known[0] != mark:
            reasons = Counter(one.reason for one in gate(services, survey, language))
            known = kept[survey, language] = mark, reasons
        found.append(Standing(survey, language, known[1]))
    return found


def _ledgers(services: Services) -> dict[str, tuple[int, int]]:
    """Language -> the ledger's newest line about it, and how many there are."""
    statement = select(LEDGER.c.language, func.max(LEDGER.c.id), func.count()).group_by(
        LEDGER.c.language
    )
    with services.database.reading() as connection:
        return {language: (last, count) for language, last, count in connection.execute(statement)}


def _marks(services: Services, survey: str, language: str) -> Iterator[tuple[str, int, int]]:
    """Every file that the gate looks at, with its time and size; of an organisation's own, its rows."""
    path, files = services.surveys.path(survey), services.voices.files
    if is_own(survey):
        yield _stored(services, survey, language)
    paths = [path, files.catalogue_path(language), catalogue_beside(path, language)]
    if language in SPOKEN_ONLY:
        own = beside(survey)
        folders = [files.audio_folder(language)]
        folders += [] if own is None else [own / "audio" / language]
        paths += [one for folder in folders if folder.is_dir() for one in sorted(folder.iterdir())]
    for one in paths:
        yield _mark(one)


def _stored(services: Services, survey: str, language: str) -> tuple[str, int, int]:
    slug, _, code = survey.partition("/")
    with services.database.reading() as connection:
        published = own_surveys.published(connection, slug, code)
        if published is None:
            return "", 0, 0
        texts = own_surveys.catalogues(connection, published.own_survey_id)
    return digest(texts.get(language, "")), published.id, 0


def _mark(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except FileNotFoundError:
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size

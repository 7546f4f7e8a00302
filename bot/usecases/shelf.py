"""Surveys by name, those of the house and those that organisations have published.

`aston-dars-group/clinic` is what that organisation published last of its survey `clinic`. Whoever loads
surveys by name (campaigns, their check before the launch, translations, templates) finds it like any other.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection

from bot.gateways.catalogues import Catalogue
from bot.gateways.files import Catalogues, SurveyFile, SurveyFiles, finished, is_own
from bot.store import own_surveys as store
from bot.store.database import Database


def name_of(organisation: str, code: str) -> str:
    """What an organisation's survey is called wherever surveys are named."""
    return f"{organisation}/{code}"


def names_of(database: Database, organisation_id: int, slug: str) -> list[str]:
    """What an organisation has published of its own, by the names that campaigns and translations know."""
    with database.reading() as connection:
        return [name_of(slug, code) for code in store.published_codes(connection, organisation_id)]


class Shelf(SurveyFiles):
    """The surveys of the house, and behind them those that organisations have published."""

    def __init__(self, database: Database, house: SurveyFiles | None = None) -> None:
        super().__init__()
        self._database = database
        if house is not None:  # whose instruments are read already
            self.__dict__["instruments"] = house.instruments

    def load(self, name: str) -> SurveyFile:
        """A survey by name, or by the path of a YAML file.

        Raises:
            FileNotFoundError: there is no such survey, or nothing of it was published yet.
            SurveyError: the survey has problems.
        """
        if not is_own(name):
            return super().load(name)
        slug, _, code = name.partition("/")
        with self._database.reading() as connection:
            row = store.published(connection, slug, code)
            if row is None:
                raise FileNotFoundError(name)
            texts = store.catalogues(connection, row.own_survey_id)
        survey = self.parse(row.source, source=f"{code} {row.version}")
        return SurveyFile(survey, row.source, read_catalogues(texts.items()))


def read_catalogues(texts: Iterable[tuple[str, str]]) -> Catalogues:
    """PO files by language, as conversations take them."""
    return {code: finished(io.BytesIO(text.encode())) for code, text in texts}


class StoredCatalogue(Catalogue):
    """What an organisation's survey says in one language: a PO file that lies in the database."""

    def __init__(
        self, database: Database, name: str, code: str, connection: Connection | None
    ) -> None:
        super().__init__(Path(f"{name}.{code}.po"), code)
        self._database, self._connection = database, connection
        self._place = name.partition("/")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        # The transaction keeps others away, as the file's lock does where there is a file.
        self._forget()
        yield

    @cached_property
    def _raw(self) -> bytes:
        given = self._connection
        with self._database.reading() if given is None else nullcontext(given) as connection:
            found = store.id_of(connection, self._place[0], self._place[2])
            texts = {} if found is None else store.catalogues(connection, found)
        return texts.get(self.code, "").encode()

    def _write(self, text: str) -> None:
        assert self._connection is not None  # words are kept in the transaction of who keeps them
        found = store.id_of(self._connection, self._place[0], self._place[2])
        assert found is not None  # its survey was loaded in this transaction
        store.keep_catalogue(self._connection, found, self.code, text)

"""Frozen surveys, ready to be held: parsed once a process, since a version never changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, select

from bot.gateways.files import Catalogues, SurveyFiles, beside
from bot.gateways.voices import Voices
from bot.store import schema
from bot.store.inbox import SURVEY_VERSION, add, insert_ignoring, table
from flows.language import Language
from flows.survey import Survey
from flows.wording import digest

RECORDING = table(schema.Recording)
_KEPT = 64


@dataclass(frozen=True)
class Script:
    """A frozen survey, and the languages a campaign offers it in."""

    survey: Survey
    languages: Mapping[str, Language]


class Scripts:
    """Scripts by version and languages; the most recently used are kept."""

    def __init__(self, surveys: SurveyFiles, voices: Voices) -> None:
        self._surveys, self._voices = surveys, voices
        self._kept: OrderedDict[tuple[int, tuple[str, ...]], Script] = OrderedDict()
        self._lock = Lock()

    def get(self, connection: Connection, version_id: int, codes: Sequence[str]) -> Script:
        """The script of a stored survey version in these languages."""
        key = (version_id, tuple(codes))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        row = connection.execute(
            select(SURVEY_VERSION).where(SURVEY_VERSION.c.id == version_id)
        ).one()
        survey = self._surveys.parse(row.source, source=f"{row.form_id} {row.version}")
        family = self._voices.family(codes, row.catalogues, recordings=row.recordings)
        script = Script(survey, family)
        with self._lock:
            self._kept[key] = script
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return script

    def freeze(
        self,
        connection: Connection,
        source: str,
        name: str,
        now: datetime,
        own: Catalogues | None = None,
    ) -> int:
        """Keep a survey as it is now, translations included; the id of the version.

        The same survey with the same translations is the same version, however often it is frozen.

        Args:
            connection: inside a transaction.
            source: the survey's text.
            name: what messages call it, and the path it was loaded by, if that ends in `.yaml`.
            now: this moment.
            own: the catalogues that lie beside its file.
        """
        survey = self._surveys.parse(source, source=name)
        catalogues = self._voices.frozen(survey, self._voices.files.vocabularies, own)
        texts = sorted(f"{code}{text}" for code, rows in catalogues.items() for text in rows)
        recordings = self._keep_recordings(connection, survey, name, now)
        heard = sorted(f"{code} {one}" for code, kept in recordings.items() for one in kept.items())
        fingerprint = digest(survey.digest, *texts, *heard)
        known = connection.scalar(
            select(SURVEY_VERSION.c.id).where(SURVEY_VERSION.c.digest == fingerprint)
        )
        if known is not None:
            return int(known)
        return add(
            connection,
            SURVEY_VERSION,
            form_id=survey.form_id,
            version=survey.version,
            digest=fingerprint,
            source=source,
            catalogues=catalogues,
            recordings=recordings,
            created=now,
        )

    def _keep_recordings(
        self, connection: Connection, survey: Survey, name: str, now: datetime
    ) -> dict[str, dict[str, str]]:
        """Store what is recorded, under its content's digest; language -> name -> digest."""
        found: dict[str, dict[str, str]] = {}
        for code in self._voices.files.vocabularies:
            recordings = self._voices.recordings(survey, code, beside(name))
            for one in recordings.values():
                connection.execute(
                    insert_ignoring(connection, RECORDING).values(
                        digest=one.digest,
                        content_type=one.content_type,
                        content=one.content,
                        created=now,
                    )
                )
            if recordings:
                found[code] = {name: one.digest for name, one in recordings.items()}
        return found

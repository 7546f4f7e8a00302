"""Codebooks: what every column of a response set means, and the very words that people saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.research import codebook, codebook_html
from bot.research.codebook import Asked, Codebook, Tongue
from bot.research.columns import Edition, long_columns, merge, wide_columns
from bot.research.levels import CONTENTS, Level
from bot.research.tables import Design
from bot.store import ledger
from bot.store.inbox import CAMPAIGN
from bot.usecases.campaigns import CampaignError
from bot.usecases.export_rows import Source, open_source
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from flows import meaning
from flows.language import Untranslated
from flows.meaning import Status, Translation
from flows.wording import Wording


class ExportError(CampaignError):
    """A download that can not be made as asked; the message says what to ask for."""


class CodebookFormat(StrEnum):
    """How a codebook is written."""

    CSV = "csv"
    JSON = "json"
    HTML = "html"


def write(
    services: Services,
    campaigns: Sequence[str],
    kind: CodebookFormat,
    *,
    labels: str | None = None,
    level: Level = Level.FULL,
) -> str:
    """The codebook of campaigns as text.

    Args:
        services: the outside world.
        campaigns: slugs.
        kind: csv, json or html.
        labels: one language, for CSV and HTML; all of them without it. JSON always holds all of them.
        level: of the response set that it describes.

    Raises:
        CampaignError: there is no such campaign.
        ExportError: nobody was asked in this language.
    """
    with services.database.reading() as connection:
        source = open_source(services, connection, campaigns)
        design = design_of(source, labels, level)
        book = build(services, connection, source, design, level)
    languages = None if labels is None else [labels]
    match kind:
        case CodebookFormat.JSON:
            return codebook.as_json(book)
        case CodebookFormat.HTML:
            return codebook_html.page(book, languages)
        case CodebookFormat.CSV:
            return codebook.as_csv(codebook.csv_rows(book, languages))


def design_of(
    source: Source,
    labels: str | None,
    level: Level,
    weights: Mapping[str, float] | None = None,
) -> Design:
    """What the tables of campaigns are made of; raises ExportError."""
    editions = list(source.editions.values())
    scores = {score.name: score for edition in editions for score in edition.survey.scores}
    return Design(
        questions=tuple(merge(editions)),
        scores=tuple(scores.values()),
        contents=CONTENTS[level],
        labels=labels_of(source, labels),
        weights=weights,
    )


def labels_of(source: Source, wanted: str | None) -> str:
    """The language of the labels; raises ExportError for one that nobody was asked in."""
    own = [edition.survey.source_language for edition in source.editions.values()]
    known = list(dict.fromkeys((*source.languages, *own)))
    if wanted is None:
        return own[-1]
    if wanted not in known:
        raise ExportError(f"There are no labels in {wanted!r}; there are: {', '.join(known)}.")
    return wanted


def build(
    services: Services, connection: Connection, source: Source, design: Design, level: Level
) -> Codebook:
    """Everything that formats, codebooks and the bundle tell about a response set."""
    editions = list(source.editions.values())
    weights = design.weights is not None
    instruments = {i.name: i for edition in editions for i in edition.survey.instruments}
    return Codebook(
        campaigns=tuple(
            Asked(
                row.slug, row.name, row.organisation, row.wave, row.follows, tuple(row.languages),
                row.launched or row.created, row.closed or row.ends,
            )
            for row in source.campaigns
        ),
        tongues=tuple(_tongues(services, connection, source)),
        versions=tuple(edition.name for edition in editions),
        questions=design.questions,
        long=tuple(long_columns(design.contents, weights=weights)),
        wide=tuple(wide_columns(design.questions, design.scores, design.contents, weights=weights)),
        scores=design.scores,
        instruments=tuple(instruments.values()),
        words=tuple(codebook.words_of(editions)),
        level=level,
        contents=design.contents,
        labels=design.labels,
        newest=source.newest,
    )  # fmt: skip


def _tongues(services: Services, connection: Connection, source: Source) -> list[Tongue]:
    files, editions = services.voices.files, list(source.editions.values())
    own = [edition.survey.source_language for edition in editions]
    found = []
    for code in dict.fromkeys((*source.languages, *own)):
        vocabulary = files.vocabularies[code]
        texts = _translations(editions, code)
        entries = ledger.entries(connection, code, (w.context for w, _ in texts)) if texts else {}
        signed = [
            wording
            for wording, text in texts
            if meaning.status_of(
                wording,
                Translation(wording.context, wording.source, text),
                entries.get((wording.context, wording.source), ()),
            )
            is Status.SIGNED_OFF
        ]
        found.append(
            Tongue(
                code, vocabulary.name, vocabulary.english_name, files.direction(code),
                len(texts), len(signed),
            )
        )  # fmt: skip
    return found


def _translations(editions: Sequence[Edition], code: str) -> list[tuple[Wording, str]]:
    """Every text of the surveys that is translated into a language, each once."""
    found: dict[tuple[Wording, str], None] = {}
    for edition in editions:
        language = edition.languages.get(code)
        for wording in edition.survey.wordings() if language is not None else ():
            if wording.language == code or language is None:
                continue
            try:
                found[wording, language.text(wording)] = None
            except Untranslated:
                continue
    return list(found)


def of_campaign(
    services: Services, organisation_id: int, slug: str, language: str | None
) -> Codebook:
    """The codebook of one campaign of an organisation, at the level that describes everything.

    Args:
        language: of the labels; the survey's own without it.

    Raises:
        NotHere: no such campaign, or nobody was asked in this language.
    """
    with services.database.reading() as connection:
        ours = select(CAMPAIGN.c.id).where(
            CAMPAIGN.c.organisation_id == organisation_id, CAMPAIGN.c.slug == slug
        )
        if connection.scalar(ours) is None:
            raise NotHere(slug)
        source = open_source(services, connection, [slug])
        try:
            design = design_of(source, language, Level.FULL)
        except ExportError as error:
            raise NotHere(str(error)) from None
        return build(services, connection, source, design, Level.FULL)

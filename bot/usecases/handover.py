"""Hand-over to translators and back: a sheet out, a preview of what came back, and only then its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection

from bot.gateways import handover_files
from bot.gateways.catalogues import Catalogue
from bot.gateways.handover_files import Line
from bot.store import ledger
from bot.usecases.services import Services
from bot.usecases.texts import Desk, Text, TranslationError, choose, open_desk, remember
from flows import handover, meaning
from flows.handover import TAKEN, Change, Outcome, Row
from flows.meaning import SPOKEN_ONLY, Entry, Maker, Status, Step, Translation
from flows.segments import SEGMENT_LIMIT
from flows.wording import digest

_UCS2_PART = 67
"""Characters in each of several SMS parts of a text that is not in GSM's small alphabet."""


@dataclass(frozen=True)
class Preview:
    """What a sheet does, or would do.

    Attributes:
        outcomes: a row each, in the order of the file.
        applied: whether it was done.
        unkept: rows whose comment was not kept, because the text they stand beside is unchanged.
    """

    outcomes: Sequence[Outcome]
    applied: bool = False
    unkept: Sequence[Outcome] = ()

    @property
    def refused(self) -> list[Outcome]:
        """The rows that can not be taken."""
        return [outcome for outcome in self.outcomes if outcome.refused]


def export(services: Services, survey: str, language: str, out: Path) -> int:
    """Write a sheet with every text of a survey, and of the bot, for a translator; how many texts.

    Raises:
        TranslationError: there is no such survey or language, or nothing to translate.
        CatalogueError: the file is there already or can not be written.
    """
    desk = open_desk(services, survey, language)
    lines = lines_of(desk)
    handover_files.write(out, language, lines, rtl=_is_rtl(services, language))
    return len(lines)


def sheet(services: Services, survey: str, language: str, kind: str) -> bytes:
    """The same sheet as the content of a file, in one of the `FORMATS`; raises TranslationError."""
    lines = lines_of(open_desk(services, survey, language))
    return handover_files.content(kind, language, lines, rtl=_is_rtl(services, language))


def lines_of(desk: Desk) -> list[Line]:
    """A line for each text; raises TranslationError if there is none."""
    return [_line(desk, text) for text in choose(desk, None)]


def _is_rtl(services: Services, language: str) -> bool:
    return services.voices.files.direction(language) == "rtl"


def _line(desk: Desk, text: Text) -> Line:
    machine = text.current is not None and text.current.machine
    return Line(
        id=text.wording.digest,
        context=text.wording.context,
        kind=text.place.kind,
        source=text.wording.source,
        note=" ".join(_notes(desk, text)),
        limit=_limit(text),
        translation=text.words,
        status=text.status.value,
        exported=digest(text.words) if text.words else "",
        machine=machine,
    )


def _notes(desk: Desk, text: Text) -> Iterable[str]:
    """What a translator has to know about a text, in sentences."""
    place = text.place
    if text.status is Status.MACHINE_DRAFT:
        yield "Machine draft: nobody has reviewed it."
    if place.question is not None:
        question = desk.survey.by_name[place.question]
        if place.kind in ("option", "button") and question.label is not None:
            yield f"An answer to: {question.label.source}"
        if question.instrument is not None:
            yield f"Exact wording of a validated scale ({question.instrument})."
    if kept := sorted(meaning.marks(text.wording.source)):
        yield f"Leave as it is: {', '.join(kept)}."
    if text.previous is not None:
        yield (
            f"The English was: {text.previous.source!r}; "
            f"its translation was: {text.previous.text!r}."
        )
    if text.warning is not None:
        yield f"{text.warning}."
    comments = [entry for entry in text.entries if entry.comment]
    for entry in comments[-3:]:
        yield f"{entry.who} ({entry.step}): {entry.comment}"


def _limit(text: Text) -> str:
    """How long a text may be, in characters."""
    if text.place.options:
        limit = meaning.BUTTON_LIMIT if text.place.options <= 3 else meaning.LIST_ITEM_LIMIT
        return f"{limit} for a button"
    whole = SEGMENT_LIMIT * _UCS2_PART
    if text.place.kind in ("label", "hint"):
        return f"{whole} with everything in its message"
    return str(whole)


def preview(services: Services, survey: str, language: str, path: Path) -> Preview:
    """What importing a sheet would do; nothing is written.

    Raises:
        TranslationError: no such survey or language, or a sheet of another language.
        CatalogueError: the file can not be read.
    """
    desk = open_desk(services, survey, language)
    return Preview(compared(services, desk, handover_files.read(path), path.name))


def compared(services: Services, desk: Desk, rows: Sequence[Row], name: str) -> list[Outcome]:
    """What each row of a sheet would do.

    Raises:
        SheetRefused: nothing of it can be taken: it is in another language, or the language has no words.
    """
    script = services.voices.files.script(desk.language)
    _check_language(desk.language, name, rows, script)
    wordings = [w for w in desk.places if w.language != desk.language]
    return handover.compare(rows, wordings, desk.words, language=desk.language, script=script)


class Whole(StrEnum):
    """Why nothing at all of a sheet can be taken."""

    SPOKEN = "sheet.spoken"
    LANGUAGE = "sheet.language"
    SCRIPT = "sheet.script"


class SheetRefused(TranslationError):
    """A sheet of which nothing can be taken, and why."""

    def __init__(self, why: Whole, sentence: str) -> None:
        self.why = why
        super().__init__(sentence)


def _check_language(language: str, name: str, rows: Sequence[Row], script: str) -> None:
    """Refuse a whole sheet that is in another language than was said, or in none that is written."""
    if language in SPOKEN_ONLY:
        raise SheetRefused(
            Whole.SPOKEN,
            f"{language} is only spoken: no words are taken from {name}. Record each text instead, "
            f"in locales/{language}/audio or with the console.",
        )
    named = {row.language.strip() for row in rows} - {""}
    other = sorted(code for code in named if not handover.same_language(code, language))
    if other and len(other) == len(named):
        raise SheetRefused(
            Whole.LANGUAGE,
            f"{name} is in {', '.join(other)}, not in {language}: nothing was taken from it.",
        )
    ours, letters = handover.script_share(" ".join(row.translation for row in rows), script)
    if ours * 2 < letters:
        raise SheetRefused(
            Whole.SCRIPT,
            f"{name} is mostly not in the script of {language} ({script}): is it the sheet of "
            "another language? Nothing was taken from it.",
        )


def apply(
    services: Services,
    survey: str,
    language: str,
    path: Path,
    *,
    by: str,
    step: Step = Step.DRAFT,
    machine: bool = False,
) -> Preview:
    """Write the words of a sheet into the catalogue, and into the ledger under a name.

    Args:
        services: the outside world.
        survey: name or path.
        language: code.
        path: the sheet.
        by: who made it.
        step: what making it was: a draft, a review or an adjudication.
        machine: whether the words are a machine's; they keep the mark.

    Raises:
        TranslationError: as `preview`; or nobody is named.
        CatalogueError: the file can not be read, or the catalogue not be written.
    """
    refusal = meaning.why_not_named(by)
    if refusal is not None:
        raise TranslationError(refusal)
    name, now = " ".join(by.split()), services.clock.now()
    with services.database.transaction() as work:
        desk = open_desk(services, survey, language, work.connection)
        outcomes = compared(services, desk, handover_files.read(path), path.name)
        made = Made(name, step, now, machine=machine)
        unkept = into_ledger(work.connection, desk, outcomes, made)
        # Last, so that a catalogue that can not be written leaves the ledger as it was.
        into_catalogues(desk, outcomes, machine=machine)
    return Preview(outcomes, applied=True, unkept=unkept)


@dataclass(frozen=True, slots=True)
class Made:
    """Who made a sheet, and what making it was."""

    by: str
    step: Step
    at: datetime
    machine: bool


def into_ledger(
    connection: Connection, desk: Desk, outcomes: Sequence[Outcome], made: Made
) -> list[Outcome]:
    """Write into the ledger what is taken, and the comments; the rows whose comment is not kept."""
    texts = {text.wording: text for text in desk.texts()}
    taken = [o for o in outcomes if o.change in TAKEN]
    replaced = [texts[o.wording] for o in taken if o.wording in texts]
    remember(connection, desk, replaced, made.at)
    told = [o for o in outcomes if o.change is Change.UNCHANGED and o.row.comment.strip()]
    kept = told if made.step is not Step.DRAFT else []
    maker = Maker.MACHINE if made.machine else Maker.HUMAN
    entries = [_entry(o, made.step, maker, made.by, made.at) for o in (*taken, *kept)]
    ledger.add(connection, desk.language, entries)
    return [outcome for outcome in told if outcome not in kept]


def _entry(
    outcome: Outcome, step: Step, maker: Maker, who: str, now: datetime
) -> tuple[str, Entry]:
    assert outcome.wording is not None  # an unknown row is refused
    return outcome.wording.context, Entry(
        step=step,
        maker=maker,
        who=who,
        source=outcome.wording.source,
        text=outcome.after,
        at=now,
        back_translation=outcome.row.back_translation.strip(),
        comment=outcome.row.comment.strip(),
    )


def into_catalogues(desk: Desk, outcomes: Iterable[Outcome], *, machine: bool) -> None:
    """Write the words that are taken into their catalogues; raises CatalogueError."""
    files: dict[Path, tuple[Catalogue, list[Translation]]] = {}
    for outcome in outcomes:
        if outcome.change not in TAKEN:
            continue
        assert outcome.wording is not None
        catalogue = desk.catalogue_for(outcome.wording)
        _, new = files.setdefault(catalogue.path, (catalogue, []))
        new.append(
            Translation(
                outcome.wording.context, outcome.wording.source, outcome.after, machine=machine
            )
        )
    for catalogue, new in files.values():
        catalogue.keep(new)

"""Surveys that an organisation writes itself: made of one of the library or of a spreadsheet, then changed.

A draft may be wrong in every way that a survey can be: it is kept, and told what is wrong with it. What is
asked of people is a version that was published (`survey_publishing`).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_
from datetime import datetime
from pathlib import Path

from bot.gateways.files import Catalogues
from bot.gateways.workbooks import UnreadableWorkbook
from bot.gateways.xlsform_files import XlsForms, catalogues_of
from bot.store import own_surveys as store
from bot.store.inbox import AnyRow, insert_once
from bot.usecases import audit, shelf
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from flows.form_text import form_text
from flows.parsing import form_of
from flows.rows import Form, Problem, SurveyError
from flows.survey import Survey

LARGEST_FORM = 2_000_000
"""Bytes of a workbook that a browser may send."""


class NoSuchSurvey(NotHere):
    """The library, or the organisation, has no survey of this name."""


class ThereAlready(ValueError):
    """The organisation has a survey of this code, which was not to be replaced."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class NotAForm(ValueError):
    """A file that can not be a survey; `problems` say why, row by row."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


class ChangedMeanwhile(ValueError):
    """Somebody else has changed the draft since it was opened: nothing was kept."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        super().__init__(draft.code)


@dataclass(frozen=True)
class Draft:
    """A survey of an organisation, as it is being written.

    Attributes:
        id: of its row.
        code: its `form_id`.
        title: its own.
        edition: counts the changes.
        changed: when it was changed last, by `changed_by`.
        source: its text.
        form: its rows.
        survey: what they make; None while something is wrong.
        problems: what is wrong.
        catalogues: what it says in other languages, beside the house's words.
    """

    id: int
    code: str
    title: str
    edition: int
    changed: datetime
    changed_by: str
    source: str
    form: Form
    survey: Survey | None
    problems: tuple[Problem, ...]
    catalogues: Catalogues


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A survey of an organisation as the list shows it.

    Attributes:
        code: its `form_id`.
        title: its own.
        language: code of the language it is written in.
        changed: when the draft was changed last.
        published: the newest version's name; None if nothing was published.
        differs: whether the draft is not what was published.
    """

    code: str
    title: str
    language: str
    changed: datetime
    published: str | None
    differs: bool


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What a form became.

    Attributes:
        code: of the draft.
        notes: what has no effect here, or was changed on the way in.
        questions: how many take an answer.
        languages: codes of the languages that came with it, that it is written in first.
    """

    code: str
    notes: tuple[str, ...]
    questions: int
    languages: tuple[str, ...]


def own(services: Services, organisation: Organisation) -> list[OwnCard]:
    """The surveys of an organisation, the newest change first."""
    with services.database.reading() as connection:
        rows = store.all_of(connection, organisation.id)
        newest = {row.id: store.publications(connection, row.id)[:1] for row in rows}
    return [_card(row, newest[row.id]) for row in rows]


def _card(row: AnyRow, newest: Sequence[AnyRow]) -> OwnCard:
    form = form_of(row.source, source=row.code)
    last = newest[0] if newest else None
    return OwnCard(
        code=row.code,
        title=title_of(form),
        language=str(form.settings.get("source_language", "en")),
        changed=row.changed,
        published=None if last is None else last.version,
        differs=last is not None and last.source != row.source,
    )


def title_of(form: Form) -> str:
    """What a survey is called."""
    return str(form.settings.get("form_title") or form.settings.get("form_id", ""))


def open_draft(services: Services, organisation: Organisation, code: str) -> Draft:
    """A draft of this organisation; raises NoSuchSurvey."""
    with services.database.reading() as connection:
        row = store.find(connection, organisation.id, code)
        if row is None:
            raise NoSuchSurvey(code)
        texts = store.catalogues(connection, row.id)
    form, survey, problems = _understood(services, code, row.source)
    return Draft(
        id=row.id,
        code=row.code,
        title=title_of(form),
        edition=row.edition,
        changed=row.changed,
        changed_by=row.changed_by,
        source=row.source,
        form=form,
        survey=survey,
        problems=problems,
        catalogues=shelf.read_catalogues(texts.items()),
    )


def _understood(
    services: Services, code: str, source: str
) -> tuple[Form, Survey | None, tuple[Problem, ...]]:
    form = form_of(source, source=code)
    try:
        return form, services.surveys.parse(source, source=code), ()
    except SurveyError as error:
        return form, None, error.problems


def with_form(services: Services, draft: Draft, form: Form) -> Draft:
    """A draft as it would be with these rows; nothing is kept."""
    source = form_text(form)
    form, survey, problems = _understood(services, draft.code, source)
    title = title_of(form)
    return replace_(draft, source=source, form=form, survey=survey, problems=problems, title=title)


def copy(services: Services, organisation: Organisation, me: SignedIn, name: str) -> str:
    """Make a survey of the library the organisation's own, under the code that it has; the code.

    What its texts say in other languages stays, with who signed it off: a word that is changed needs it anew.

    Raises:
        NoSuchSurvey: the library has none of this name.
        ThereAlready: the organisation has made it its own before.
    """
    if name not in services.surveys.names():
        raise NoSuchSurvey(name)
    file = services.surveys.load(name)
    _add(services, organisation, me, file.survey.form_id, file.source, {}, replace=False)
    return file.survey.form_id


def upload(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    name: str,
    content: bytes,
    *,
    replace: bool = False,
) -> Uploaded:
    """Keep a form as a draft: XLSForm as .xlsx, .xls, .csv, or tables in Markdown.

    Raises:
        NotAForm: with every problem of the form, or why the file is no workbook.
        ThereAlready: there is a draft of its code, and it was not to be replaced.
    """
    imported = None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (re.sub(r"[^\w. -]", "_", Path(name).name)[-100:] or "form")
        path.write_bytes(content)
        try:
            imported = XlsForms(services.surveys, services.voices.files).load(path)
        except SurveyError as error:
            raise NotAForm([str(problem) for problem in error.problems]) from None
        except UnreadableWorkbook as error:
            raise NotAForm([str(error)]) from None
    code = imported.survey.form_id
    texts = catalogues_of(imported)
    _add(services, organisation, me, code, form_text(imported.form), texts, replace=replace)
    return Uploaded(
        code=code,
        notes=tuple(str(note) for note in imported.notes),
        questions=sum(question.takes_answer for question in imported.survey.questions),
        languages=(imported.survey.source_language, *texts),
    )


def _add(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    code: str,
    source: str,
    texts: Mapping[str, str],
    *,
    replace: bool,
) -> None:
    now = services.clock.now()
    with services.database.transaction() as work:
        values = {
            "organisation_id": organisation.id,
            "code": code,
            "source": source,
            "edition": 1,
            "changed_by": me.email,
            "created": now,
            "changed": now,
        }
        found = insert_once(work.connection, store.SURVEY, values)
        if found is None:
            row = store.find(work.connection, organisation.id, code)
            assert row is not None  # that is why it could not be added
            if not replace:
                raise ThereAlready(code)
            found = row.id
            store.change(work.connection, found, row.edition, source=source, who=me.email, now=now)
        for language, text in texts.items():
            store.keep_catalogue(work.connection, found, language, text)
        audit.record(
            work.connection,
            now,
            organisation_id=organisation.id,
            who=me.email,
            what="survey.drafted",
            about=f"survey:{code}",
        )


def change(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    code: str,
    edition: int,
    edit: Callable[[Form], Form],
) -> Draft:
    """Change a draft that was opened as this edition.

    Args:
        services: the outside world.
        organisation: whose it is.
        me: who changes it.
        code: of the draft.
        edition: what was on the screen when the change was made.
        edit: rows in, rows out.

    Raises:
        NoSuchSurvey: the organisation has none of this code.
        ChangedMeanwhile: somebody else was faster.
    """
    draft = open_draft(services, organisation, code)
    if draft.edition != edition:
        raise ChangedMeanwhile(draft)
    source = form_text(edit(draft.form))
    with services.database.transaction() as work:
        now = services.clock.now()
        if not store.change(
            work.connection, draft.id, edition, source=source, who=me.email, now=now
        ):
            raise ChangedMeanwhile(draft)
    return open_draft(services, organisation, code)

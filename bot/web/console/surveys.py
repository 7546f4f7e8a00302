"""Surveys: the library, the organisation's own, a survey read as a conversation, spreadsheets in and out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from bot.usecases import library as surveys
from bot.usecases import survey_drafts as drafts
from bot.usecases import survey_workbooks
from bot.usecases.permission import Action
from bot.usecases.survey_drafts import LARGEST_FORM, NotAForm, ThereAlready
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.identity import services
from bot.web.interface import chosen
from bot.web.interface import say as _
from bot.web.security import takes_files
from flows.rows import SurveyError
from flows.wording import SOURCE

blueprint = organisation_pages("surveys", __name__)
AT_ONCE = 3
"""Languages side by side: more than these nobody compares."""

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@needs(Action.READ_SURVEYS)
def library() -> Any:
    """The organisation's own surveys, and those of the library."""
    own = drafts.own(services(), here().organisation)
    return page("surveys.html", own=own, cards=surveys.library(services()), names=names())


@blueprint.get("/<name>")
@needs(Action.READ_SURVEYS)
def read(name: str) -> Any:
    """A survey as a conversation, with `?language=` once for each language."""
    found = surveys.read(services(), name, wanted(SOURCE))
    return page("survey.html", survey=found, names=names(), at_once=AT_ONCE)


@blueprint.post("/<name>/copy")
@needs(Action.EDIT_SURVEYS)
def copy(name: str) -> Response:
    """Make a survey of the library the organisation's own."""
    try:
        code = drafts.copy(services(), here().organisation, here().me, name)
    except ThereAlready as error:
        return done(_("You have this survey already. This is it."), ".draft", code=error.code)
    return done(_("The survey is yours now. Change what you like."), ".draft", code=code)


@blueprint.get("/<name>/xlsform")
@needs(Action.READ_SURVEYS)
def download(name: str) -> Response:
    """A survey of the library as a spreadsheet."""
    return workbook(survey_workbooks.of_library(services(), name), name)


@blueprint.get("/own/upload")
@needs(Action.EDIT_SURVEYS)
def upload_form() -> Any:
    """Where a spreadsheet is chosen."""
    return _upload(Form())


@blueprint.post("/own/upload")
@takes_files(LARGEST_FORM + 10_000)
@needs(Action.EDIT_SURVEYS)
def upload() -> Any:
    """Keep a spreadsheet as a draft, or say why it can not be one."""
    form, sent = Form(), request.files.get("form")
    if sent is None or not sent.filename:
        form.fail("form", _("Choose a spreadsheet."))
        return _upload(form)
    replace = form.values.get("replace") == "yes"
    place, me = here().organisation, here().me
    try:
        made = drafts.upload(services(), place, me, sent.filename, sent.read(), replace=replace)
    except NotAForm as error:
        form.fail("form", _("This spreadsheet can not be a survey yet. Nothing was kept."))
        return _upload(form, error.problems)
    except ThereAlready as error:
        form.fail("replace", _("You have a draft called “%(code)s” already.", code=error.code))
        return _upload(form)
    return page("survey_uploaded.html", made=made, names=names())


def _upload(form: Form, refused: Sequence[str] = ()) -> Any:
    return page("survey_upload.html", form, refused=refused, largest=LARGEST_FORM // 1_000_000)


@blueprint.get("/own/<code>/read")
@needs(Action.READ_SURVEYS)
def read_own(code: str) -> Any:
    """A draft as a conversation, with `?language=` once for each language."""
    draft = drafts.open_draft(services(), here().organisation, code)
    codes = wanted(SOURCE if draft.survey is None else draft.survey.source_language)
    found = surveys.read_own(services(), here().organisation.slug, draft, codes)
    return page("survey_own_read.html", draft=draft, survey=found, names=names(), at_once=AT_ONCE)


@blueprint.get("/own/<code>/xlsform")
@needs(Action.READ_SURVEYS)
def download_own(code: str) -> Response:
    """A draft as a spreadsheet."""
    try:
        content = survey_workbooks.of_draft(services(), here().organisation, code)
    except SurveyError:
        return done(
            _("Mend the problems first. A broken draft has no spreadsheet."), ".draft", code=code
        )
    return workbook(content, code)


def workbook(content: bytes, name: str) -> Response:
    """A spreadsheet to keep."""
    answer = Response(content, mimetype=_XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def wanted(source: str) -> list[str]:
    """The languages that the address asks for; else the survey's own beside hers."""
    known = names()
    codes = [code for code in request.args.getlist("language") if code in known]
    if not codes:
        codes = [code for code in (source, chosen().code) if code in known]
    return list(dict.fromkeys(codes))[:AT_ONCE]


def names() -> dict[str, str]:
    """Code -> what speakers of a language call it."""
    found = services().voices.files.vocabularies
    return {code: vocabulary.name for code, vocabulary in found.items()}

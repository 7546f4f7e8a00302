"""Hand-over: sheets of a language out to translators, and back with a preview of what they would change."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import request, send_file

from bot.gateways.catalogues import CatalogueError
from bot.usecases import sheets
from bot.usecases.handover import SheetRefused
from bot.usecases.permission import Action
from bot.usecases.sheets import Looked, Took
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs
from bot.web.console.labels import label
from bot.web.console.translations import blueprint
from bot.web.identity import services
from bot.web.interface import chosen
from bot.web.interface import say as _
from bot.web.security import takes_files
from flows.meaning import Step

STEPS = (Step.DRAFT, Step.REVIEW, Step.ADJUDICATION)
_LARGEST = 5_000_000
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "po": "text/x-gettext-translation",
}


@blueprint.get("/<survey:survey>/<language>/hand-over")
@needs(Action.READ_TRANSLATIONS)
def hand_over(survey: str, language: str) -> Any:
    """Sheets out and in."""
    return _form(survey, language, Form(step=Step.DRAFT.value))


def _form(survey: str, language: str, form: Form) -> Any:
    place = sheets.place(services(), survey, language)
    return page("hand_over.html", form, place=place, steps=_steps())


def _steps() -> list[tuple[str, str]]:
    return [(step.value, label(step)) for step in STEPS]


@blueprint.get("/<survey:survey>/<language>/hand-over/sheet.<any(xlsx, po):kind>")
@needs(Action.READ_TRANSLATIONS)
def sheet(survey: str, language: str, kind: str) -> Any:
    """Every text of a survey for a translator."""
    content = sheets.sheet(services(), survey, language, kind)
    name = f"{survey}-{language}.{kind}"
    return send_file(BytesIO(content), _TYPES[kind], as_attachment=True, download_name=name)


@blueprint.post("/<survey:survey>/<language>/hand-over/preview")
@needs(Action.TRANSLATE)
@takes_files(_LARGEST)
def preview_sheet(survey: str, language: str) -> Any:
    """What a sheet would change; nothing is written."""
    form = Form()
    form.choice("step", STEPS, _("Choose what making this sheet was."))
    sent = request.files.get("sheet")
    if sent is None or not sent.filename:
        form.fail("sheet", _("Choose a file that ends in .xlsx or .po."))
    looked = None
    if form.ok and sent is not None:
        looked = _read(form, survey, language, sent.filename or "", sent.read())
    if looked is None:
        return _form(survey, language, form)
    return page("hand_over_preview.html", place=looked.place, looked=looked, form=form)


def _read(form: Form, survey: str, language: str, name: str, raw: bytes) -> Looked | None:
    try:
        return sheets.look_at(services(), survey, language, name, raw)
    except SheetRefused as refused:
        form.fail("sheet", label(refused.why))
    except CatalogueError as error:
        form.fail(
            "sheet", f"{_('This file can not be read as a sheet of translations.')} ({error})"
        )
    return None


@blueprint.post("/<survey:survey>/<language>/hand-over/apply")
@needs(Action.TRANSLATE)
@takes_files(_LARGEST)
def apply_sheet(survey: str, language: str) -> Any:
    """Write the rows that were chosen."""
    form = Form()
    step = form.choice("step", STEPS, _("Choose what making this sheet was."))
    took = _take(form, survey, language, step) if form.ok else None
    if took is None:
        return _form(survey, language, form)
    if took.refused:
        return page("hand_over_taken.html", place=took.place, took=took)
    sentence = _("Texts that were taken over: %(count)s.", count=chosen().number(took.written))
    return done(sentence, ".listing", survey=survey, language=language, show="all")


def _take(form: Form, survey: str, language: str, step: str) -> Took | None:
    try:
        return sheets.take(
            services(),
            here().organisation,
            here().me,
            survey,
            language,
            form.values.get("rows", ""),
            frozenset(request.form.getlist("row")),
            step=Step(step),
            machine="machine" in form.values,
        )
    except SheetRefused as refused:
        form.fail("sheet", label(refused.why))
    except CatalogueError:
        form.fail(
            "sheet",
            _(
                "The sheet could not be taken over. Upload it again; if that does not help, "
                "tell the people who run this installation."
            ),
        )
    return None

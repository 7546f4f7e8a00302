"""Translations: how far each language is, the texts of one, and one text with every step of its way."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import abort, request

from bot.gateways.catalogues import CatalogueError
from bot.gateways.files import is_own
from bot.usecases import translating, translation_progress, translation_steps
from bot.usecases.permission import Action
from bot.usecases.translating import Opened, Stretch
from bot.usecases.translation_steps import At, Kept, Refused, Told
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.console.labels import label
from bot.web.identity import services
from bot.web.interface import say as _
from flows.meaning import UNUSABLE, Status, Step

blueprint = organisation_pages("translations", __name__)
LONGEST = 4000
"""Characters of words or of a comment: more than any message can carry."""


@blueprint.url_value_preprocessor
def _only_ours(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """What another organisation wrote is not there for this one."""
    survey = (values or {}).get("survey", "")
    if is_own(survey) and survey.partition("/")[0] != (values or {}).get("organisation"):
        abort(HTTPStatus.NOT_FOUND)


@blueprint.get("")
@needs(Action.READ_TRANSLATIONS)
def overview() -> Any:
    """How far every survey is in every language."""
    found = translation_progress.overview(services(), here().organisation)
    return page("translations.html", surveys=found)


@blueprint.get("/<survey:survey>/<language>")
@needs(Action.READ_TRANSLATIONS)
def listing(survey: str, language: str) -> Any:
    """The texts of a survey in a language."""
    found = translating.listing(services(), survey, language, _wanted())
    return page("translation_list.html", found=found, place=found.place)


def _wanted() -> Stretch:
    asked = request.values.get("show", "")
    return Stretch(asked) if asked in list(Stretch) else Stretch.TO_DO


@blueprint.get("/<survey:survey>/<language>/texts/<string>")
@needs(Action.READ_TRANSLATIONS)
def text(survey: str, language: str, string: str) -> Any:
    """One text, side by side with its English."""
    return _shown(survey, language, string, Form())


def _shown(survey: str, language: str, string: str, form: Form) -> Any:
    opened = translating.open_text(services(), survey, language, string, _wanted(), here().me)
    # Several forms share the page: what was not sent stands as it did.
    form.values = {**_start(opened), **dict(form.values.items())}
    alone = "alone" in request.args
    return page("translation_text.html", form, opened=opened, place=opened.place, alone=alone)


def _start(opened: Opened) -> dict[str, str]:
    previous = opened.text.previous
    words = opened.text.words or (previous.text if previous else "")
    fresh = opened.text.status in UNUSABLE or opened.text.status is Status.MACHINE_DRAFT
    alone = "alone" in request.args
    step = Step.DRAFT if fresh or alone else Step.REVIEW
    return {"words": "" if alone else words, "step": step.value}


@blueprint.post("/<survey:survey>/<language>/texts/<string>/words")
@needs(Action.TRANSLATE)
def write(survey: str, language: str, string: str) -> Any:
    """A draft, or a review with or without other words."""
    form = Form()
    step = form.choice("step", [Step.DRAFT, Step.REVIEW], _("Choose what you did."))
    words = form.text("words", longest=LONGEST)
    told = _told(form, "comment")
    return _take(form, survey, language, string, "words", _writing(step, words, told))


@blueprint.post("/<survey:survey>/<language>/texts/<string>/decision")
@needs(Action.TRANSLATE)
def adjudicate(survey: str, language: str, string: str) -> Any:
    """Which of the drafts it is to be, or other words."""
    form = Form()
    chosen = form.text("chosen", _("Choose which words it is to be."))
    words = form.text("decided", longest=LONGEST)
    if chosen != "other" and form.ok:
        words = _version(survey, language, string, chosen)
    told = _told(form, "reason")
    return _take(form, survey, language, string, "chosen", _writing("adjudication", words, told))


def _version(survey: str, language: str, string: str, chosen: str) -> str:
    opened = translating.open_text(services(), survey, language, string, _wanted(), here().me)
    return next((one.words for one in opened.versions if one.id == chosen), "")


def _writing(step: str, words: str, told: Told) -> Callable[[At], str]:
    def write_it(at: At) -> str:
        kept = translation_steps.write(
            services(), here().organisation, here().me, at, Step(step), words, told
        )
        if kept is Kept.BESIDE:
            return _(
                "Your draft is kept beside the first one. An adjudicator decides between them."
            )
        return _("Kept: %(what)s.", what=label(Step(step)))

    return write_it


@blueprint.post("/<survey:survey>/<language>/texts/<string>/pretest")
@needs(Action.TRANSLATE)
def pretest(survey: str, language: str, string: str) -> Any:
    """What people made of the words when they were tried out."""
    form = Form()
    found = form.text("pretest", _("Write what people made of it."), longest=LONGEST)
    return _take(form, survey, language, string, "pretest", _recording(Step.PRETEST, Told(found)))


@blueprint.post("/<survey:survey>/<language>/texts/<string>/sign-off")
@needs(Action.SIGN_OFF)
def sign_off(survey: str, language: str, string: str) -> Any:
    """Approve the words as they are: they may be sent."""
    form = Form()
    told = Told(form.text("note", longest=LONGEST))
    return _take(form, survey, language, string, "note", _recording(Step.SIGN_OFF, told))


def _recording(step: Step, told: Told) -> Callable[[At], str]:
    def record_it(at: At) -> str:
        translation_steps.record(services(), here().organisation, here().me, at, step, told)
        return _("Kept: %(what)s.", what=label(step))

    return record_it


def _told(form: Form, comment: str) -> Told:
    return Told(form.text(comment, longest=LONGEST), form.text("back_translation", longest=LONGEST))


def _take(
    form: Form, survey: str, language: str, string: str, name: str, take: Callable[[At], str]
) -> Any:
    """Take a step and go on to the next text; or say at this field what was refused."""
    at = At(survey, language, string, form.text("seen", longest=12))
    try:
        if form.ok:
            return _on(at, take(at))
    except Refused as refused:
        form.fail(name, label(refused.why))
    except CatalogueError:
        form.fail(
            name,
            _(
                "The words could not be kept: the files of this installation can not be changed. "
                "Tell the people who run it."
            ),
        )
    return _shown(survey, language, string, form)


def _on(at: At, sentence: str) -> Any:
    show, place = _wanted(), {"survey": at.survey, "language": at.language}
    string = translating.following(services(), at.survey, at.language, at.string, show)
    if string is None:
        return done(sentence, ".listing", **place, show=show.value)
    return done(sentence, ".text", **place, string=string, show=show.value)

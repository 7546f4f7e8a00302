"""A survey of one's own, changed in forms: its questions in order, one question, the draft tried at once."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import abort, request

from bot.usecases import survey_checks as checks
from bot.usecases import survey_drafts as drafts
from bot.usecases import survey_edits as edits
from bot.usecases import survey_rows
from bot.usecases import survey_trials as trials
from bot.usecases.permission import Action
from bot.usecases.routing_words import explain
from bot.usecases.survey_drafts import ChangedMeanwhile, Draft
from bot.usecases.survey_edits import Edit
from bot.web.console import survey_words
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs
from bot.web.console.labels import label
from bot.web.console.surveys import blueprint, names
from bot.web.identity import services
from bot.web.interface import say as _
from flows.survey import Kind


def opened(code: str) -> Draft:
    """A draft of this organisation; 404 for any other."""
    return drafts.open_draft(services(), here().organisation, code)


@blueprint.get("/own/<code>")
@needs(Action.READ_SURVEYS)
def draft(code: str) -> Any:
    """The questions in order, and beside them what is wrong."""
    return overview(opened(code), Form())


def overview(found: Draft, form: Form) -> Any:
    """The page of a draft."""
    known = services().surveys.instruments
    return page(
        "survey_draft.html",
        form,
        draft=found,
        rows=survey_rows.rows(found.form),
        checked=checks.check(services(), found),
        titles={name: one.title for name, one in known.items()},
        kinds=[(kind.value, label(f"kind {kind.value}")) for kind in edits.ASKED],
        scales=[(name, one.title) for name, one in known.items() if one.open],
    )


@blueprint.post("/own/<code>/title")
@needs(Action.EDIT_SURVEYS)
def rename(code: str) -> Any:
    """Call the survey something else."""
    form = Form()
    text = form.text("title", _("Write a title."), longest=120)
    if not form.ok:
        return overview(opened(code), form)
    return kept(code, edits.title(text), _("The title is kept."))


@blueprint.post("/own/<code>/questions")
@needs(Action.EDIT_SURVEYS)
def add(code: str) -> Any:
    """Add a question, or a validated scale as a whole."""
    form, found = Form(), opened(code)
    kind = form.choice("kind", survey_words.addable(services()), _("Choose a kind of answer."))
    missing = None if kind.startswith("instrument ") else _("Write what is asked.")
    text = form.text("label", missing, longest=1000)
    last = len(found.form.survey) - 1
    after = min(survey_words.whole(form.values.get("after"), last), last)
    if not form.ok:
        return overview(found, form)
    if kind.startswith("instrument "):
        return kept(code, edits.add_scale(after, kind.removeprefix("instrument ")), _("Added."))
    edit = edits.add(after, Kind(kind), text, _("Yes"), _("No"))
    return kept(code, edit, _("Added. Say more about it here."), after + 1)


@blueprint.post("/own/<code>/<int:place>/move")
@needs(Action.EDIT_SURVEYS)
def move(code: str, place: int) -> Any:
    """Let a row change places with the one before or behind it."""
    by = -1 if Form().values.get("to") == "up" else 1
    return kept(code, edits.move(place, by), _("Moved."))


@blueprint.post("/own/<code>/<int:place>/remove")
@needs(Action.EDIT_SURVEYS)
def remove(code: str, place: int) -> Any:
    """Take a question out of the draft."""
    if place >= len(opened(code).form.survey):
        return done(None, ".draft", code=code)
    return kept(code, edits.remove(place), _("Removed from the draft."))


def kept(code: str, edit: Edit, sentence: str, place: int | None = None) -> Any:
    """Keep a change, if the draft is still what was on the screen; then back to it."""
    edition = survey_words.whole(request.form.get("edition"), 0)
    try:
        drafts.change(services(), here().organisation, here().me, code, edition, edit)
    except ChangedMeanwhile as error:
        return meanwhile(error.draft, request.form.get("label", ""))
    if place is None:
        return done(sentence, ".draft", code=code)
    return done(sentence, ".question", code=code, place=place)


def meanwhile(found: Draft, typed: str) -> Any:
    """Somebody else was faster: nothing is lost that was typed, and nothing is overwritten."""
    return page("survey_meanwhile.html", draft=found, typed=typed), HTTPStatus.CONFLICT


@blueprint.get("/own/<code>/<int:place>")
@needs(Action.READ_SURVEYS)
def question(code: str, place: int) -> Any:
    """One question in a form, or a scale whose words are locked."""
    found = opened(code)
    if place >= len(found.form.survey):
        return done(None, ".draft", code=code)
    asked = survey_rows.question(found.form, place)
    if asked is None:
        return _scale(found, place, Form())
    return _question(found, asked, asked.written, Form())


@blueprint.post("/own/<code>/<int:place>")
@needs(Action.EDIT_SURVEYS)
def change(code: str, place: int) -> Any:
    """Keep a question; or, with another button, change its options or check it without keeping anything."""
    found = opened(code)
    if place >= len(found.form.survey):
        return done(None, ".draft", code=code)
    asked, form = survey_rows.question(found.form, place), Form()
    if asked is None:
        return _change_scale(found, place, form)
    do = request.form.get("do", "keep")
    written = survey_words.written(form, found, asked, do)
    if do != "keep":
        form.errors.clear()
    if do != "keep" or not form.ok:
        return _question(found, asked, written, form)
    return kept(code, edits.write(place, written), _("Kept."), place)


def _question(
    found: Draft, asked: survey_rows.Asked, written: survey_rows.Written, form: Form
) -> Any:
    """The form of a question, with the check of what stands in it."""
    place = asked.row.place
    tried = found
    if written != asked.written:
        tried = drafts.with_form(services(), found, edits.write(place, written)(found.form))
    return page(
        "survey_question.html",
        form,
        draft=found,
        asked=asked,
        written=written,
        checked=checks.check(services(), tried),
        condition=explain(tried.survey, written.relevant) if written.relevant else None,
        before=checks.names_before(found, place),
    )


def _scale(found: Draft, place: int, form: Form) -> Any:
    scale = survey_rows.scale(found.form, place, services().surveys.instruments)
    if scale is None:
        abort(HTTPStatus.NOT_FOUND)
    relevant = form.values.get("relevant", scale.relevant)
    return page(
        "survey_scale.html",
        form,
        draft=found,
        scale=scale,
        relevant=relevant,
        items=survey_rows.items_of(scale),
        options=survey_rows.options_of(scale),
        condition=explain(found.survey, relevant) if relevant else None,
        before=checks.names_before(found, place),
    )


def _change_scale(found: Draft, place: int, form: Form) -> Any:
    """Who is asked a scale: all that can be changed of it."""
    relevant = form.text("relevant", longest=1000)
    survey_words.check_condition(form, found, place, relevant)
    if not form.ok:
        return _scale(found, place, form)
    return kept(found.code, edits.condition(place, relevant), _("Kept."), place)


@blueprint.get("/own/<code>/try")
@needs(Action.READ_SURVEYS)
def try_out(code: str) -> Any:
    """The draft as somebody meets it: what is typed here goes nowhere."""
    return _talk(code, [])


@blueprint.post("/own/<code>/try")
@needs(Action.READ_SURVEYS)
def reply(code: str) -> Any:
    """The talk with one more reply; it is all in the page, and nothing is stored."""
    said = request.form.getlist("said")[: trials.MOST_REPLIES]
    tap, text = request.form.get("tap"), request.form.get("reply", "").strip()
    if request.form.get("back"):
        said = said[:-1]
    elif tap:
        said.append(trials.tapped(tap))
    elif text:
        said.append(trials.typed(text))
    return _talk(code, said)


def _talk(code: str, said: list[str]) -> Any:
    found = opened(code)
    talk = trials.play(services(), found, said, request.values.get("language"))
    return page("survey_try.html", draft=found, talk=talk, names=names())

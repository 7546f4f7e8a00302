"""Coding one answer after the other, comparing two coders, and deciding where they differ."""

from __future__ import annotations

from typing import Any

from flask import request

from bot.usecases import answer_translations, coding, reconciling
from bot.usecases.coding import BothDone, NotACoder
from bot.usecases.permission import Action
from bot.usecases.reconciling import NotBothDone
from bot.usecases.theme_books import ThemeError
from bot.usecases.transcripts import TranscriptError
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.identity import services
from bot.web.interface import say as _

blueprint = organisation_pages("coding", __name__, under="research/open-text")
LONGEST = 2_000
"""Characters that a reason or an explanation may have."""


@blueprint.get("/<int:book_id>/code")
@needs(Action.DOWNLOAD_ANSWERS)
def turn(book_id: int) -> Any:
    """The next answer that she has not coded, or `?answer=` one of them."""
    wanted = request.args.get("answer", "")
    answer = int(wanted) if wanted.isdecimal() and len(wanted) < 10 else None
    return _turn(book_id, answer, Form())


def _turn(book_id: int, answer: int | None, form: Form) -> Any:
    try:
        found = coding.turn(services(), here().organisation, here().me, book_id, answer)
    except NotACoder:
        return done(
            _("Only the two coders of this codebook code."), "open_text.book", book_id=book_id
        )
    return page("coding_turn.html", form, turn=found, names=services().voices.files.vocabularies)


@blueprint.post("/<int:book_id>/code/<int:answer_id>")
@needs(Action.DOWNLOAD_ANSWERS)
def keep(book_id: int, answer_id: int) -> Any:
    """Keep the themes that she chose, or that none fits; then the next answer."""
    form, place, me = Form(), here().organisation, here().me
    themes = [] if form.values.get("none") else request.form.getlist("themes")
    if not (themes or form.values.get("none")):
        form.fail("themes", _("Choose a theme, or say that none fits."))
        return _turn(book_id, answer_id, form)
    try:
        coding.code(services(), place, me, book_id, answer_id, themes)
    except BothDone:
        return done(_("Both of you are done with this answer: it stays."), ".turn", book_id=book_id)
    except ThemeError:
        form.fail("themes", _("Choose themes of this codebook."))
        return _turn(book_id, answer_id, form)
    return done(None, ".turn", book_id=book_id)


@blueprint.get("/<int:book_id>/agreement")
@needs(Action.READ_RESEARCH)
def agreement(book_id: int) -> Any:
    """Kappa of each theme, alpha of all, and the answers that two coders read differently."""
    return page(
        "coding_agreement.html",
        compared=reconciling.compare(services(), here().organisation, book_id),
    )


@blueprint.get("/<int:book_id>/answers/<int:answer_id>")
@needs(Action.DOWNLOAD_ANSWERS)
def case(book_id: int, answer_id: int) -> Any:
    """An answer with what stands beside it, and what both coders gave it once both are done."""
    return _case(book_id, answer_id, Form())


def _case(book_id: int, answer_id: int, form: Form) -> Any:
    place, me = here().organisation, here().me
    found = reconciling.case(services(), place, me, book_id, answer_id)
    return page("coding_case.html", form, case=found, names=services().voices.files.vocabularies)


@blueprint.post("/<int:book_id>/answers/<int:answer_id>/decision")
@needs(Action.DOWNLOAD_ANSWERS)
def decide(book_id: int, answer_id: int) -> Any:
    """Decide what the answer is about, and say why."""
    form, place, me = Form(), here().organisation, here().me
    themes, reason = (
        request.form.getlist("themes"),
        form.text("reason", _("Say why."), longest=LONGEST),
    )
    if form.ok:
        try:
            reconciling.decide(services(), place, me, book_id, answer_id, themes, reason)
        except NotBothDone:
            form.fail("themes", _("Both coders have to be done with this answer first."))
        except ThemeError:
            form.fail("themes", _("Choose themes of this codebook."))
    if not form.ok:
        return _case(book_id, answer_id, form)
    return done(_("Your decision is kept."), ".agreement", book_id=book_id)


@blueprint.post("/<int:book_id>/answers/<int:answer_id>/terms")
@needs(Action.DOWNLOAD_ANSWERS)
def explain(book_id: int, answer_id: int) -> Any:
    """Explain a word that can not be translated."""
    form, place, me = Form(), here().organisation, here().me
    term = form.text("term", _("Write the word as it stands in the answer."))
    language = form.text("language", _("Choose a language."), longest=32)
    meaning = form.text("explanation", _("Say what it means."), longest=LONGEST)
    if form.ok:
        try:
            answer_translations.explain_term(
                services(), place, me, answer_id, term, language=language, explanation=meaning
            )
        except TranscriptError:
            form.fail("language", _("Choose a language."))
    if not form.ok:
        return _case(book_id, answer_id, form)
    return done(_("Your note is kept."), ".case", book_id=book_id, answer_id=answer_id)

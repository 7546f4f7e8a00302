"""Answers put into another language by a person: the original first, the translation beside it."""

from __future__ import annotations

from typing import Any

from flask import request

from bot.usecases import answer_translations
from bot.usecases.permission import Action
from bot.usecases.transcripts import TranscriptError
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.identity import services
from bot.web.interface import chosen
from bot.web.interface import say as _

blueprint = organisation_pages(
    "answer_translations", __name__, under="research/open-text/translations"
)
LONGEST = 10_000
"""Characters that a translation may have."""


@blueprint.get("")
@needs(Action.TRANSLATE)
def queue() -> Any:
    """Answers that nobody has put into `?to=`, by default the language of this page."""
    known = services().voices.files.vocabularies
    to = request.args.get("to", "")
    to = to if to in known else chosen().code
    waiting = answer_translations.waiting(services(), here().organisation, to)
    return page("answer_translation_queue.html", Form(to=to), to=to, waiting=waiting, names=known)


@blueprint.get("/<int:answer_id>")
@needs(Action.TRANSLATE)
def answer(answer_id: int) -> Any:
    """An answer, to be put into `?to=`."""
    return _answer(answer_id, Form(language=request.args.get("to", "") or chosen().code))


def _answer(answer_id: int, form: Form) -> Any:
    place, me = here().organisation, here().me
    found, others = answer_translations.open_answer(services(), place, me, answer_id)
    names = services().voices.files.vocabularies
    return page("answer_translation.html", form, answer=found, beside=others, names=names)


@blueprint.post("/<int:answer_id>")
@needs(Action.TRANSLATE)
def keep(answer_id: int) -> Any:
    """Keep a translation; a correction stands in front of what was written before."""
    form, place, me = Form(), here().organisation, here().me
    text = form.text("text", _("Write what it says."), longest=LONGEST)
    language, note = form.text("language", longest=32), form.text("note", longest=LONGEST)
    if form.ok:
        try:
            answer_translations.translate(
                services(), place, me, answer_id, text, language=language, note=note
            )
        except TranscriptError:
            form.fail("language", _("Choose a language that the answer is not in already."))
    if not form.ok:
        return _answer(answer_id, form)
    return done(_("Your translation is kept."), ".queue", to=language)

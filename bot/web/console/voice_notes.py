"""Voice notes: the queue, listening, writing down, translating, and consent that was spoken."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Response, send_file

from bot.usecases import voice_notes
from bot.usecases.listening_queue import ListeningError
from bot.usecases.permission import Action
from bot.usecases.transcripts import TranscriptError
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.identity import services
from bot.web.interface import say as _

blueprint = organisation_pages("voice_notes", __name__, under="voice-notes")


@blueprint.get("")
@needs(Action.LISTEN)
def queue() -> Any:
    """What nobody has written down yet."""
    names = services().voices.files.vocabularies
    found = voice_notes.queue(services(), here().organisation)
    return page("voice_notes.html", found=found, names=names)


@blueprint.get("/<int:note_id>")
@needs(Action.LISTEN)
def one(note_id: int) -> Any:
    """One voice note: a player, and what was written down."""
    return _shown(note_id, Form())


def _shown(note_id: int, form: Form) -> Any:
    note = voice_notes.open_note(services(), here().organisation, note_id)
    return page("voice_note.html", form, note=note, names=dict(note.languages))


@blueprint.get("/<int:note_id>/recording")
@needs(Action.LISTEN)
def recording(note_id: int) -> Response:
    """The recording, whole or the part that a player asks for."""
    return _file(*voice_notes.play(services(), here().organisation, note_id, here().me))


@blueprint.get("/pictures/<int:picture_id>")
@needs(Action.READ_CONVERSATIONS)
def picture(picture_id: int) -> Response:
    """A picture that came with a message."""
    return _file(*voice_notes.look(services(), here().organisation, picture_id, here().me))


def _file(content_type: str, content: bytes) -> Response:
    return send_file(BytesIO(content), mimetype=content_type, conditional=True)


@blueprint.post("/<int:note_id>/lines")
@needs(Action.LISTEN)
def write(note_id: int) -> Any:
    """Keep what was heard."""
    return _write(note_id, "transcription", translation=False)


@blueprint.post("/<int:note_id>/translations")
@needs(Action.LISTEN)
def translate(note_id: int) -> Any:
    """Keep it in another language."""
    return _write(note_id, "translation", translation=True)


def _write(note_id: int, name: str, *, translation: bool) -> Any:
    form = Form()
    text = form.text(name, _("Write down what was said."), longest=voice_notes.LONGEST)
    known = services().voices.files.vocabularies
    language = form.choice(f"{name}-language", known, _("Choose a language."))
    if form.ok:
        about = (here().organisation, note_id, here().me, text)
        try:
            voice_notes.write_down(services(), *about, language=language, translation=translation)
        except TranscriptError:
            form.fail(name, _("Write down first what was said."))
    return done(_("Kept."), ".one", note_id=note_id) if form.ok else _shown(note_id, form)


@blueprint.post("/<int:note_id>/consent")
@needs(Action.CHANGE_PEOPLE)
def decide(note_id: int) -> Any:
    """Write down the yes or the no that was heard: the conversation goes on."""
    form = Form()
    heard = form.choice("heard", ("yes", "no"), _("Choose what you heard."))
    if form.ok:
        about = (here().organisation, note_id, here().me)
        try:
            voice_notes.decide_consent(services(), *about, agreed=heard == "yes")
        except ListeningError:
            form.fail("heard", _("The conversation does not wait for this any more."))
    if not form.ok:
        return _shown(note_id, form)
    return done(_("Written down. The conversation goes on."), ".one", note_id=note_id)

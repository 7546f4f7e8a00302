"""Open answers: codebooks of themes, search in every language, and files for other programs."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from bot.research.levels import Level
from bot.usecases import (
    coding_files,
    open_answers,
    reconciling,
    research_campaigns,
    theme_books,
    theme_editing,
)
from bot.usecases.coding_files import Made
from bot.usecases.permission import Action
from bot.usecases.theme_books import ThemeError
from bot.usecases.theme_editing import CodeTaken, Wanted
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.identity import services
from bot.web.interface import chosen
from bot.web.interface import say as _

blueprint = organisation_pages("open_text", __name__, under="research/open-text")
PARAGRAPH = 2_000
"""Characters that a definition or an example may have."""


@blueprint.get("")
@needs(Action.READ_RESEARCH)
def overview() -> Any:
    """Every codebook of themes, and the ways on from here."""
    return page("open_text.html", books=theme_books.books(services(), here().organisation))


@blueprint.get("/new")
@needs(Action.DOWNLOAD_ANSWERS)
def form() -> Any:
    """Choose what a codebook is for, and who codes."""
    return _new(Form(language=chosen().code))


def _new(form: Form, picked: list[str] | None = None) -> Any:
    place = here().organisation
    return page(
        "open_text_new.html",
        form,
        campaigns=research_campaigns.campaigns(services(), place),
        questions=theme_editing.all_open_questions(services(), place),
        coders=theme_editing.coders(services(), place),
        names=services().voices.files.vocabularies,
        picked=picked or [],
    )


@blueprint.post("/new")
@needs(Action.DOWNLOAD_ANSWERS)
def begin() -> Any:
    """Begin it."""
    form, place = Form(), here().organisation
    wanted = _wanted(form)
    if not form.ok:
        return _new(form, list(wanted.campaigns))
    try:
        book_id = theme_editing.begin(services(), place, here().me, wanted)
    except ThemeError:
        form.fail("question", _("Not all of these campaigns ask this question: choose another."))
        return _new(form, list(wanted.campaigns))
    return done(_("Your codebook is begun: now add its themes."), ".book", book_id=book_id)


def _wanted(form: Form) -> Wanted:
    place = here().organisation
    known = {one.slug for one in research_campaigns.campaigns(services(), place)}
    picked = form.choices("campaigns", known)
    if not picked:
        form.fail("campaigns", _("Choose a campaign, or several."))
    people = [str(key) for key, _name in theme_editing.coders(services(), place)]
    missing = _("Choose who codes.")
    first, second = (form.choice(name, people, missing) for name in ("first", "second"))
    if first and first == second:
        form.fail("second", _("Choose somebody else: two people have to code."))
    questions = theme_editing.all_open_questions(services(), place)
    return Wanted(
        name=form.text("name", _("Give it a name.")),
        question=form.choice("question", questions, _("Choose a question.")),
        language=form.choice(
            "language", services().voices.files.vocabularies, _("Choose a language.")
        ),
        campaigns=tuple(picked),
        coders=(int(first or 0), int(second or 0)),
    )


@blueprint.get("/<int:book_id>")
@needs(Action.READ_RESEARCH)
def book(book_id: int) -> Any:
    """A codebook: its themes, how far the coders are, and the ways on."""
    return _book(book_id, Form(level=Level.DEIDENTIFIED))


def _book(book_id: int, form: Form) -> Any:
    work = reconciling.work_on(services(), here().organisation, book_id)
    names = services().voices.files.vocabularies
    direction = services().voices.files.direction(work.book.language)
    mine = work.book.is_coder(here().me.staff_id)
    levels = coding_files.LEVELS
    return page(
        "theme_book.html",
        form,
        work=work,
        names=names,
        direction=direction,
        mine=mine,
        levels=levels,
    )


@blueprint.post("/<int:book_id>/themes")
@needs(Action.DOWNLOAD_ANSWERS)
def add_theme(book_id: int) -> Any:
    """Add a theme."""
    form, place, me = Form(), here().organisation, here().me
    code, words = form.text("code", _("Give it a code."), longest=63), _words(form)
    if not form.ok:
        return _book(book_id, form)
    try:
        theme_editing.add_theme(services(), place, me, book_id, code, words)
    except CodeTaken:
        form.fail("code", _("Another theme has this code."))
    except ThemeError:
        form.fail("code", _("Use small letters a to z, digits and _, and begin with a letter."))
    return _book(book_id, form) if not form.ok else done(_("Added."), ".book", book_id=book_id)


def _words(form: Form) -> tuple[str, str, str]:
    return (
        form.text("name", _("Give it a name.")),
        form.text("definition", _("Say when it is given."), longest=PARAGRAPH),
        form.text("example", longest=PARAGRAPH),
    )


@blueprint.get("/themes/<int:theme_id>")
@needs(Action.DOWNLOAD_ANSWERS)
def theme(theme_id: int) -> Any:
    """Change a theme."""
    found, one = theme_books.theme_of(services(), here().organisation, theme_id)
    words = Form(name=one.name, definition=one.definition, example=one.example)
    return page("theme.html", words, book=found, theme=one, aside=one.set_aside)


@blueprint.post("/themes/<int:theme_id>")
@needs(Action.DOWNLOAD_ANSWERS)
def change_theme(theme_id: int) -> Any:
    """Keep what was changed."""
    form, place, me = Form(), here().organisation, here().me
    words, aside = _words(form), bool(form.choices("aside", ["yes"]))
    if not form.ok:
        found, one = theme_books.theme_of(services(), place, theme_id)
        return page("theme.html", form, book=found, theme=one, aside=aside)
    book_id = theme_editing.change_theme(services(), place, me, theme_id, words, set_aside=aside)
    return done(_("Kept."), ".book", book_id=book_id)


@blueprint.get("/search")
@needs(Action.DOWNLOAD_ANSWERS)
def search() -> Any:
    """`?words=` and perhaps `&campaign=`."""
    place, words = here().organisation, request.args.get("words", "")[:200]
    campaign = request.args.get("campaign", "")
    return page(
        "open_text_search.html",
        Form(words=words, campaign=campaign),
        found=open_answers.search(services(), place, here().me, words, campaign),
        campaigns=research_campaigns.campaigns(services(), place),
        names=services().voices.files.vocabularies,
    )


@blueprint.post("/<int:book_id>/project")
@needs(Action.DOWNLOAD_ANSWERS)
def take(book_id: int) -> Any:
    """Answers with their themes as a REFI-QDA project."""
    form, place, me = Form(), here().organisation, here().me
    level = form.choice("level", coding_files.LEVELS, _("Choose how much is in it."))
    if not form.ok:
        return _book(book_id, form)
    return _file(coding_files.project_file(services(), place, me, book_id, Level(level)))


@blueprint.get("/<int:book_id>/codebook")
@needs(Action.READ_RESEARCH)
def codebook(book_id: int) -> Any:
    """The themes alone as a REFI-QDA codebook."""
    return _file(coding_files.codebook_file(services(), here().organisation, book_id))


def _file(made: Made) -> Response:
    response = Response(made.content, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response

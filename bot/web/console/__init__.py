"""The console: a module for each noun, with a blueprint of its own. README.md says how a page is made."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, render_template, request

from bot.usecases.permission import Action, NotHere
from bot.usecases.services import Services
from bot.web.console import (
    account,
    answer_translations,
    assisted,
    audit_labels,  # noqa: F401 - what `label` calls its codes
    campaign_labels,  # noqa: F401 - as audit_labels
    campaign_wizard,
    coding,
    concerns,
    conversations,
    downloads,
    feedback,
    hand_over,  # noqa: F401 - its pages belong to the blueprint of translations
    home,
    installation,
    invitation,
    limits,
    listening,
    open_text,
    organisation,
    people,
    people_lists,
    prompts,  # noqa: F401 - as those of hand_over
    research,
    research_reports,
    sentences,
    sign_in,
    survey_drafts,  # noqa: F401 - its pages are those of `surveys`
    survey_versions,  # noqa: F401 - these too
    survey_words,
    surveys,
    translation_labels,  # noqa: F401 - as audit_labels
    translations,
    voice_notes,
)
from bot.web.console.guard import SurveyName
from bot.web.console.labels import label
from bot.web.console.navigation import menu
from bot.web.identity import current_staff

PAGES: tuple[Blueprint, ...] = (
    sign_in.blueprint,
    invitation.blueprint,
    account.blueprint,
    home.start,
    home.blueprint,
    surveys.blueprint,  # with the pages of `survey_drafts` and `survey_versions`
    campaign_wizard.pages,
    conversations.blueprint,
    voice_notes.blueprint,
    people.blueprint,
    people_lists.blueprint,
    assisted.blueprint,
    translations.blueprint,
    feedback.blueprint,
    concerns.blueprint,
    research.blueprint,
    downloads.blueprint,
    research_reports.blueprint,
    open_text.blueprint,
    coding.blueprint,
    answer_translations.blueprint,
    listening.blueprint,
    organisation.blueprint,
    installation.blueprint,
)
"""A new noun adds its blueprint here."""


def install(app: Flask, services: Services) -> None:
    """Register every page; a view without a rule of who may open it is a mistake of its author."""
    app.url_map.converters["survey"] = SurveyName
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    app.url_defaults(_same_organisation)
    app.register_error_handler(NotHere, _not_here)
    app.after_request(_private)
    app.add_template_global(menu)
    app.add_template_global(label)
    app.add_template_global(survey_words.said, "in_words")
    app.add_template_global(sentences.told)
    app.add_template_global(current_staff)
    app.add_template_global(Action, "Action")
    app.context_processor(lambda: {"here": g.get("here"), "now": services.clock.now()})
    limits.install(app, services)
    unguarded = [name for name, view in views(app).items() if not hasattr(view, "needs")]
    assert not unguarded, f"without a rule of who may open it: {unguarded}"


def views(app: Flask) -> dict[str, Any]:
    """Endpoint -> view of every page of the console."""
    ours = {blueprint.name for blueprint in PAGES}
    return {
        name: view for name, view in app.view_functions.items() if name.partition(".")[0] in ours
    }


def is_console() -> bool:
    """Whether this request is for a page of the console."""
    return request.blueprint in {blueprint.name for blueprint in PAGES}


def _same_organisation(endpoint: str, values: dict[str, Any]) -> None:
    """Links on an organisation's page lead to pages of the same organisation."""
    found = g.get("here")
    expected = current_app.url_map.is_endpoint_expecting(endpoint, "organisation")
    if found is not None and expected:
        values.setdefault("organisation", found.organisation.slug)


def _private(response: Response) -> Response:
    # Pages of the console are nobody else's business, a shared computer's cache included.
    if is_console():
        response.headers["Cache-Control"] = "no-store"
    return response


def _not_here(_error: NotHere) -> tuple[str, HTTPStatus]:
    return problem(HTTPStatus.NOT_FOUND) or ("404 Not Found\n", HTTPStatus.NOT_FOUND)


def problem(status: HTTPStatus) -> tuple[str, HTTPStatus] | None:
    """What was refused, as a page that says what to do; None for what is not the console's."""
    if not is_console():
        return None
    return render_template("console/problem.html", status=status.value), status

"""The way through the console: what stands in the menu, for whoever may open it."""

from __future__ import annotations

from typing import NamedTuple

from flask import g, request, url_for

from bot.usecases.permission import Action
from bot.web.console.guard import Here
from bot.web.console.labels import N_
from bot.web.interface import say


class Entry(NamedTuple):
    """A line of the menu: where it leads, what it says, and who sees it."""

    endpoint: str
    text: str
    action: Action


MENU: list[Entry] = [
    Entry("home.overview", N_("Home"), Action.SEE_HOME),
    Entry("surveys.library", N_("Surveys"), Action.READ_SURVEYS),
    Entry("campaigns.overview", N_("Campaigns"), Action.READ_CAMPAIGNS),
    Entry("conversations.overview", N_("Conversations"), Action.READ_CONVERSATIONS),
    Entry("voice_notes.queue", N_("Voice notes"), Action.LISTEN),
    Entry("people.everybody", N_("People"), Action.READ_PEOPLE),
    Entry("assisted.overview", N_("Assisted"), Action.RUN_CAMPAIGNS),
    Entry("translations.overview", N_("Translations"), Action.READ_TRANSLATIONS),
    Entry("feedback.overview", N_("You said, we did"), Action.READ_TRANSLATIONS),
    Entry("concerns.queue", N_("Concerns"), Action.SEE_TO_CONCERNS),
    Entry("research.overview", N_("Research"), Action.READ_RESEARCH),
    Entry("organisation.people", N_("Organisation"), Action.READ_ORGANISATION),
]
"""In the order of the screen. A noun with pages of its own adds a line."""


WITHIN = dict.fromkeys(
    ("downloads", "reports", "open_text", "coding", "answer_translations", "listening"), "research"
)
"""Nouns whose pages stand under another's line."""


class Shown(NamedTuple):
    """A line as it is shown."""

    address: str
    text: str
    current: bool


def menu() -> list[Shown]:
    """The lines that whoever is asking may follow on this page; none outside of an organisation."""
    found: Here | None = g.get("here")
    if found is None:
        return []
    blueprint = request.blueprint or ""
    return [
        Shown(
            url_for(entry.endpoint, organisation=found.organisation.slug),
            say(entry.text),
            entry.endpoint.partition(".")[0] == WITHIN.get(blueprint, blueprint),
        )
        for entry in MENU
        if found.may(entry.action)
    ]

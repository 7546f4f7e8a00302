"""People: who is known here, one person with her consents, and what is done about her."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from bot.gateways.addresses import Channel
from bot.usecases import participant_changes, participants, person_history
from bot.usecases.people import PeopleError, RowRefused
from bot.usecases.people_problems import SAY, Problem
from bot.usecases.permission import Action
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.console.labels import label
from bot.web.identity import services
from bot.web.interface import say as _

blueprint = organisation_pages("people", __name__)

CHANNELS = [channel.value for channel in Channel]
_FIELDS = {"nickname_unusable": "nickname", "whose": "nickname"}
"""Reason -> the field of the form that it is about; the number, if it is not in here."""


def explain(problem: Problem) -> str:
    """What to do about a row, in this page's language."""
    return _(SAY[problem.reason]).format(**dict(problem.values))


def names() -> dict[str, str]:
    """Code -> what speakers of a language call it."""
    found = services().voices.files.vocabularies
    return {code: vocabulary.name for code, vocabulary in found.items()}


def campaign_choices() -> dict[str, Any]:
    """What forms that put people down for a campaign offer."""
    found = participant_changes.campaigns(services(), here().organisation)
    offered = dict.fromkeys(code for one in found for code in one.languages)
    known = names()
    return {
        "campaigns": [(one.slug, one.name) for one in found],
        "languages": [("", _("Ask them")), *((code, known.get(code, code)) for code in offered)],
        "channels": [(channel, label(channel)) for channel in CHANNELS],
    }


def put_down(form: Form) -> dict[str, Any]:
    """Campaign, language and channel of such a form, and what is wrong with them."""
    found = {one.slug: one for one in _campaigns()}
    campaign = form.choice("campaign", found, _("Choose a campaign."))
    language = form.values.get("language", "") or None
    if campaign and language is not None and language not in found[campaign].languages:
        form.fail("language", _("This campaign is not held in that language: choose another."))
    channel = form.choice("channel", CHANNELS, _("Choose how they are written to."))
    return {
        "campaign": campaign,
        "language": language,
        "channel": Channel(channel or Channel.SMS),
    }


def _campaigns() -> list[participant_changes.Campaign]:
    return participant_changes.campaigns(services(), here().organisation)


@blueprint.get("")
@needs(Action.READ_PEOPLE)
def everybody() -> Any:
    """Everybody who is known here, newest first."""
    before = request.args.get("before", type=int)
    return _listed(Form(), before=before)


def _listed(form: Form, before: int | None = None, found: Any = None) -> Any:
    at_once = participants.PAGE
    people = found
    if people is None:
        people = participants.listed(
            services(), here().organisation, before=before, limit=at_once + 1
        )
    older = people[at_once - 1].id if found is None and len(people) > at_once else None
    return page(
        "people_list.html",
        form,
        people=people[:at_once],
        older=older,
        before=before,
        searched=found is not None,
        names=names(),
    )


@blueprint.post("/search")
@needs(Action.READ_PEOPLE)
def search() -> Any:
    """Find somebody. It is sent as a form: a number has no business in an address or a log."""
    form = Form()
    text = form.text("wanted", _("Enter a pseudonym or a whole phone number."), longest=60)
    if not form.ok:
        return _listed(form)
    found = participants.find(services(), here().organisation, text, here().me)
    if found is None:
        form.fail("wanted", _("Enter a whole phone number, or a pseudonym such as Pab2cd3ef4g."))
    elif len(found) == 1:
        return done(None, ".one", person_id=found[0].id)
    return _listed(form, found=found or [])


@blueprint.get("/add")
@needs(Action.CHANGE_PEOPLE)
def add_form() -> Any:
    """Put one person down who stands beside us."""
    return page("people_add.html", Form(**request.args.to_dict()), **campaign_choices())


@blueprint.post("/add")
@needs(Action.CHANGE_PEOPLE)
def add() -> Any:
    """Put her down, with how she agreed."""
    form = Form()
    values = put_down(form)
    values["number"] = form.text("number", _("Enter her mobile number."), longest=60)
    values["consent"] = form.text("consent", _("Write down how she agreed."), longest=300)
    values["nickname"] = form.text("nickname", longest=40)
    if form.ok:
        try:
            person = participant_changes.add(services(), here().organisation, here().me, **values)
        except PeopleError as error:
            _complain(form, error.problems if isinstance(error, RowRefused) else ())
        else:
            return done(_("She is put down for the campaign."), ".one", person_id=person)
    return page("people_add.html", form, **campaign_choices())


def _complain(form: Form, problems: Iterable[Problem]) -> None:
    for problem in problems:
        form.fail(_FIELDS.get(problem.reason, "number"), explain(problem))
    if form.ok:
        form.fail("campaign", _("Nobody can be put down for this campaign now."))


@blueprint.get("/<int:person_id>")
@needs(Action.READ_PEOPLE)
def one(person_id: int) -> Any:
    """One person: her phones, what she agreed to, and where she took part."""
    return _person(person_id, Form())


def _person(person_id: int, form: Form, number: tuple[int, str] | None = None) -> Any:
    found = person_history.open_person(services(), here().organisation, person_id)
    shown = {"opened": found, "person": found.person, "names": names(), "number": number}
    return page("person.html", form, **shown)


@blueprint.post("/<int:person_id>/stop")
@needs(Action.CHANGE_PEOPLE)
def stop(person_id: int) -> Any:
    """She asked one of us to stop."""
    form = Form()
    said = form.text(
        "said", _("Write down what she said."), longest=participant_changes.SAID_LENGTH
    )
    if not form.ok:
        return _person(person_id, form)
    stopped = participant_changes.stop(services(), here().organisation, person_id, here().me, said)
    sentence = _("Nobody here writes to her any more.")
    if not stopped:
        sentence = _("Nothing had to be done: nobody here can write to her.")
    return done(sentence, ".one", person_id=person_id)


@blueprint.get("/<int:person_id>/erase")
@needs(Action.CHANGE_PEOPLE)
def erase_form(person_id: int) -> Any:
    """What will be gone."""
    return _erase(person_id, Form())


def _erase(person_id: int, form: Form) -> Any:
    person, going = participant_changes.what_goes(services(), here().organisation, person_id)
    return page("person_erase.html", form, person=person, going=going)


@blueprint.post("/<int:person_id>/erase")
@needs(Action.CHANGE_PEOPLE)
def erase(person_id: int) -> Any:
    """Erase her, once it is confirmed."""
    form = Form()
    form.choice("sure", ["yes"], _("Tick the box to say that she asked for this."))
    if not form.ok:
        return _erase(person_id, form)
    participant_changes.erase(services(), here().organisation, person_id, here().me)
    return done(
        _("She is being erased. It takes a moment, and longer if the provider does not answer."),
        ".one",
        person_id=person_id,
    )


@blueprint.post("/<int:person_id>/phones/<int:phone_id>/reveal")
@needs(Action.REVEAL_PEOPLE)
def reveal(person_id: int, phone_id: int) -> Response | Any:
    """Show a whole number this once."""
    form = Form()
    field = f"reason-{phone_id}"
    reason = form.text(field, _("Write down why you need the number."), longest=500)
    if len(reason) < participant_changes.REASON_LEAST:
        form.fail(field, _("Say in a few words why you need the number."))
    if not form.ok:
        return _person(person_id, form)
    number = participant_changes.reveal(
        services(), here().organisation, person_id, phone_id, here().me, reason
    )
    return _person(person_id, Form(), (phone_id, number))

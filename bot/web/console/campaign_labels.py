"""What the codes of campaigns are called, and the sentences of the checklist in this page's language."""

from __future__ import annotations

from collections.abc import Mapping

from bot.gateways.twilio_errors import Reaction
from bot.usecases.alerts import AlertKind
from bot.usecases.checklist_items import Item, Severity
from bot.usecases.dispositions import Disposition
from bot.web.console.labels import LABELS, N_
from bot.web.console.sentences import filled, language_name
from bot.web.interface import chosen, say
from flows.prices import Unpriced

LABELS.update(
    {
        "quiet.Friday prayer": N_("Friday prayer"),
        "quiet.Ramadan, towards iftar": N_("Ramadan, towards iftar"),
        "quiet.Eid al-Fitr": N_("Eid al-Fitr"),
        "quiet.Eid al-Adha": N_("Eid al-Adha"),
        "state.draft": N_("Draft"),
        "state.launching": N_("Starting"),
        "state.live": N_("Live"),
        "state.paused": N_("Paused"),
        "state.halted": N_("Stopped by an error"),
        "state.closed": N_("Ended"),
        "step.survey": N_("Survey"),
        "step.languages": N_("Languages"),
        "step.people": N_("People"),
        "step.when": N_("When"),
        "step.checklist": N_("Cost and checklist"),
        "step.try": N_("Test on my phone"),
        "step.launch": N_("Launch"),
        "topic.languages": N_("Languages"),
        "topic.templates": N_("Messages that WhatsApp has to approve"),
        "topic.people": N_("People"),
        "topic.quota": N_("How many answers are enough"),
        "topic.time": N_("Time"),
        "topic.ramadan": N_("Ramadan"),
        f"severity.{Severity.BLOCKING}": N_("Stops the launch"),
        f"severity.{Severity.WARNING}": N_("Look at this"),
        "severity.None": N_("OK"),
        f"disposition.{Disposition.WAITING}": N_("Not invited yet"),
        f"disposition.{Disposition.INVITED}": N_("Invited, not known to have arrived"),
        f"disposition.{Disposition.DELIVERED}": N_("Arrived, no answer yet"),
        f"disposition.{Disposition.STARTED}": N_("In the middle of it"),
        f"disposition.{Disposition.BREAKOFF}": N_("Stopped early"),
        f"disposition.{Disposition.PARTIAL}": N_("Answered half or more"),
        f"disposition.{Disposition.COMPLETE}": N_("Complete"),
        f"disposition.{Disposition.REFUSED}": N_("Said no"),
        f"disposition.{Disposition.OPTED_OUT}": N_("Wrote STOP"),
        f"disposition.{Disposition.UNREACHABLE}": N_("Could not be reached"),
        f"disposition.{Disposition.INELIGIBLE}": N_("Left out"),
        f"unpriced.{Unpriced.SMS_SENT}": N_("SMS parts sent"),
        f"unpriced.{Unpriced.SMS_RECEIVED}": N_("SMS parts received"),
        f"unpriced.{Unpriced.WHATSAPP}": N_("WhatsApp messages"),
        AlertKind.LAUNCH_BLOCKED: N_("The next wave could not be launched on its day"),
    }
)

SENTENCES: Mapping[str, str] = {
    "incomplete": N_("The survey is not complete in %(language)s."),
    "drafts": N_("A demonstration: translations may be drafts that nobody has reviewed."),
    "obstacles": N_("%(language)s: texts that are not signed off: %(texts)s."),
    "not_offered": N_(
        "People whose language is not on offer: %(people)s. They are asked to choose one."
    ),
    "template": N_(
        "WhatsApp has not approved a first message in %(language)s, which %(people)s people need."
        " Ask whoever runs this installation to have it approved."
    ),
    "nobody": N_("Nobody is on the list and no word joins it."),
    "opted_out": N_("People who wrote STOP and are left out: %(people)s. Nothing is to be done."),
    "closed": N_(
        "People who can not be reached (a wrong number, or blocked) and are left out: %(people)s."
    ),
    "busy": N_(
        "People in the middle of another survey: %(people)s. They are asked when it has ended."
    ),
    "shared": N_(
        "People who share a phone with somebody on the list: %(people)s. They are asked one by one."
        " Look whether anybody is on it twice."
    ),
    "elsewhere": N_(
        "People who wait for another live campaign too: %(people)s. Agree who asks first."
    ),
    "quota_reached": N_("Enough people have answered already: raise the number first."),
    "quota_too_high": N_(
        "%(people)s people are on the list, and %(quota)s answers are wanted: that is not reached."
    ),
    "ramadan": N_(
        "One wave falls in Ramadan and another does not: fasting changes sleep, and with it the"
        " fourth item of WHO-5. Move it, or compare the waves with care."
    ),
    "pace": N_(
        "%(questions)s questions at one a day take longer than the %(days)s days after which it ends:"
        " give it more days."
    ),
    "first": N_(
        "The first message can leave on %(first)s. Messages: %(people)s. Minutes that sending all of them"
        " takes, about: %(minutes)s."
    ),
}
"""Code of a checklist's item -> what it says."""

FAILED: Mapping[Reaction, tuple[str, str]] = {
    Reaction.BACK_OFF: (
        N_("We sent too fast, and gave up after many attempts."),
        N_("Resume later, or ask whoever runs this installation for a slower pace."),
    ),
    Reaction.PAUSE_INVITATIONS: (
        N_("WhatsApp limits how many people we may write to first."),
        N_("Nothing is to be done: invitations rest for a while, replies go on."),
    ),
    Reaction.UNCERTAIN: (
        N_("The provider did not say whether it went out."),
        N_("Nothing is to be done: its log is read before anything is sent again."),
    ),
    Reaction.RETRY_ONCE: (
        N_("A passing fault of a network."),
        N_("Nothing is to be done: each was tried once more."),
    ),
    Reaction.RETRY_HOURS_LATER: (
        N_("The phone was off or away."),
        N_("Ask these people in person, or try another number of theirs."),
    ),
    Reaction.OPTED_OUT: (
        N_("The person wrote STOP."),
        N_("Nothing is to be done: she is not written to again."),
    ),
    Reaction.BLOCKED: (
        N_("The person has blocked us."),
        N_("Nothing is to be done: she is not written to again."),
    ),
    Reaction.BAD_ADDRESS: (
        N_("Nobody can be reached at this number."),
        N_("Look whether the number is right, and import it anew."),
    ),
    Reaction.TEMPLATE_ONCE: (
        N_("On WhatsApp, more than a day had passed since the person wrote."),
        N_("An approved message was sent instead. If there is none, have one approved."),
    ),
    Reaction.META_DECLINED: (
        N_("WhatsApp would not deliver it to this person."),
        N_("Whoever agreed to SMS gets it by SMS. Ask the others in person."),
    ),
    Reaction.CONTENT_WRONG: (
        N_("The provider refused what the message says."),
        N_("Tell whoever runs this installation: the text or its template has to be mended."),
    ),
    Reaction.FILTERED: (
        N_("A network took it for spam."),
        N_("Send less at once, and tell whoever runs this installation if it goes on."),
    ),
    Reaction.ACCOUNT: (
        N_("Our account at the provider does not work."),
        N_("Have the account put right, then resume the campaign. Nothing is lost."),
    ),
    Reaction.WEBHOOK_BROKEN: (
        N_("The provider could not use our answer."),
        N_("Tell whoever runs this installation."),
    ),
    Reaction.FAIL: (
        N_("The provider could not deliver it."),
        N_("Look the code up at the provider; ask these people in person."),
    ),
}
"""What an error means -> what happened, and what somebody can do."""


def sentence(item: Item) -> str:
    """An item of the checklist in this page's language."""
    language = chosen()
    values = {
        name: filled(name, value, language, language_name) for name, value in item.values.items()
    }
    return say(SENTENCES[item.code], **values)

"""What the codes of the use cases are called on a page. `label` looks one up in this page's language."""

from __future__ import annotations

from enum import StrEnum

from bot.usecases.alerts import AlertKind
from bot.usecases.concerns import Stage
from bot.usecases.conversation_lists import Sign, Wanted
from bot.usecases.human_replies import WhyNot
from bot.usecases.permission import Role
from bot.web.interface import say
from flows.meaning import Status


def N_(text: str) -> str:  # noqa: N802 - the name that Babel looks for
    """Mark a text that is translated when it is shown."""
    return text


LABELS: dict[str, str] = {
    Role.FACILITATOR: N_("Facilitator"),
    Role.TRANSLATOR: N_("Translator"),
    Role.RESEARCHER: N_("Researcher"),
    Role.ADMIN: N_("Organisation admin"),
    Role.SYSTEM: N_("System admin"),
    Stage.WAITING: N_("Nobody has looked yet"),
    Stage.ACKNOWLEDGED: N_("Being seen to"),
    Stage.SETTLED: N_("Settled"),
    Status.MISSING: N_("Not translated"),
    Status.STALE: N_("The English has changed since"),
    Status.PLACEHOLDERS: N_("A placeholder is wrong"),
    Status.TOO_LONG: N_("Too long to be sent"),
    Status.MACHINE_DRAFT: N_("Machine draft"),
    Status.DRAFT: N_("Draft"),
    Status.REVIEWED: N_("Reviewed"),
    Status.ADJUDICATED: N_("Adjudicated"),
    Status.PRETESTED: N_("Pretested"),
    Status.SIGNED_OFF: N_("Signed off"),
    AlertKind.CAMPAIGN_HALTED: N_("Messages could not be sent, so the campaign was stopped"),
    AlertKind.CONTENT_WRONG: N_("The provider refused what a message says"),
    AlertKind.FILTERED: N_("Networks are filtering our messages"),
    AlertKind.TEMPLATE_MISSING: N_("A WhatsApp message needs an approved template"),
    AlertKind.WEBHOOK_BROKEN: N_("The provider can not reach us"),
    AlertKind.GIVEN_UP: N_("A message was given up after many attempts"),
    "password": N_("Password and code"),
    "passkey": N_("Passkey"),
    "university": N_("University"),
    "invitation": N_("Invitation"),
    "staff.invited": N_("Invited"),
    "staff.joined": N_("Joined"),
    "staff.roles_changed": N_("Changed roles"),
    "staff.reset_offered": N_("Offered a new start"),
    "staff.began_anew": N_("Began anew"),
    "invitation.cancelled": N_("Cancelled an invitation"),
    "concern.read": N_("Read a concern"),
    "concern.acknowledged": N_("Acknowledged a concern"),
    "concern.handed_over": N_("Handed a concern over"),
    "concern.noted": N_("Wrote a note on a concern"),
    "concern.settled": N_("Settled a concern"),
    "organisation.clock_changed": N_("Changed the time to acknowledge"),
    Wanted.ALL: N_("All conversations"),
    Wanted.GOING_ON: N_("Going on"),
    Wanted.LISTENER: N_("Waiting for somebody to listen"),
    Wanted.LOOK: N_("Need a look"),
    Sign.ASKED_TWICE: N_("Asked again twice"),
    Sign.WROTE_BACK: N_("Wrote after a reply of yours"),
    Sign.LISTENER: N_("Nobody has listened yet"),
    Sign.VOICE: N_("Voice note"),
    Sign.PICTURE: N_("Picture"),
    WhyNot.STOPPED: N_("This person wrote STOP. Nobody may write to her until she writes START."),
    WhyNot.UNREACHABLE: N_("Messages to this number do not arrive any more."),
    WhyNot.WINDOW_OVER: N_(
        "On WhatsApp you may write within 24 hours of her last message, and these are over."
    ),
    WhyNot.NO_CONSENT: N_("This person has not agreed to be written to."),
    WhyNot.CAMPAIGN: N_("The campaign is not running, so nothing is sent."),
    WhyNot.NO_PHONE: N_("This interview was held on a tablet: there is no phone to write to."),
    "conversation.read": N_("Read a conversation"),
    "conversation.replied": N_("Wrote to a participant"),
    "reading.corrected": N_("Corrected a reading"),
    "voice_note.played": N_("Listened to a voice note"),
    "voice_note.written_down": N_("Wrote down a voice note"),
    "voice_note.translated": N_("Translated a voice note"),
    "picture.seen": N_("Looked at a picture"),
    "consent.heard": N_("Decided on spoken consent"),
    "queued": N_("Waits to be sent"),
    "replied": N_("Sent as a reply"),
    "sending": N_("Being sent"),
    "uncertain": N_("Not known whether it went out"),
    "sent": N_("Sent"),
    "delivered": N_("Delivered"),
    "read": N_("Seen"),
    "failed": N_("Failed"),
    "cancelled": N_("Not sent any more"),
    "expired": N_("Not sent in time"),
    "sms": N_("SMS"),
    "whatsapp": N_("WhatsApp"),
    "self": N_("On her own phone"),
    "assisted": N_("With a facilitator"),
    "simulated": N_("Simulated"),
    "test": N_("Test"),
    "outcome:going on": N_("Going on"),
    "outcome:complete": N_("Complete"),
    "outcome:refused": N_("Did not agree"),
    "outcome:stopped": N_("Stopped"),
    "outcome:expired": N_("Time ran out"),
    "outcome:quota_full": N_("Enough people had answered"),
    "outcome:erased": N_("Erased"),
    "missing:refused": N_("Did not want to say"),
    "missing:skipped": N_("Left out by the participant"),
    "missing:unsure": N_("Did not know"),
    "missing:not_understood": N_("Not understood, left out"),
    "missing:not_relevant": N_("Not asked"),
    "why:empty": N_("There was nothing to read"),
    "why:unknown": N_("The words are not known"),
    "why:out of range": N_("Outside of what may be answered"),
    "why:several": N_("Several answers at once"),
    "why:fraction": N_("Not a whole number"),
    "why:signed": N_("A number with a sign"),
    "why:glued": N_("A number that is stuck to a word"),
    "why:approximate": N_("Not an exact number"),
    "why:homograph": N_("A word that means two things"),
    "why:maybe": N_("Neither yes nor no"),
    "why:negated": N_("An answer and a “not” beside it"),
    "why:conflict": N_("Two parts of it disagree"),
    "why:close": N_("Only nearly like an option"),
    "why:ambiguous date": N_("Day and month could be either way round"),
    "why:incomplete date": N_("A part of the date is missing"),
    "why:not offered": N_("Not one of the options"),
    "why:command": N_("A command, not an answer"),
    "transcription": N_("What was said"),
    "translation": N_("Translation"),
    "settings": N_("Settings"),
    "keys": N_("Keys"),
    "database": N_("Database"),
    "migrations": N_("Database schema"),
    "queue": N_("Queue"),
    "public address": N_("Public address"),
    "clock": N_("Clock"),
}
"""Code -> English. Page authors add theirs; a code without an entry is shown as it is."""


def label(code: StrEnum | str) -> str:
    """What a code is called."""
    return say(LABELS.get(code, code))

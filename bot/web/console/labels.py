"""What the codes of the use cases are called on a page. `label` looks one up in this page's language."""

from __future__ import annotations

from enum import StrEnum

from bot.usecases.alerts import AlertKind
from bot.usecases.concerns import Stage
from bot.usecases.participants import Standing
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
    Standing.ERASED: N_("Erased"),
    Standing.ERASING: N_("Being erased"),
    Standing.STOPPED: N_("Asked to stop"),
    Standing.UNREACHABLE: N_("Can not be reached"),
    Standing.ANSWERING: N_("Answering now"),
    Standing.ANSWERED: N_("Has answered"),
    Standing.WAITING: N_("On a list, not asked yet"),
    Standing.KNOWN: N_("Not on any list"),
    "sms": N_("SMS"),
    "whatsapp": N_("WhatsApp"),
    "person.found": N_("Found somebody by her number"),
    "person.added": N_("Put somebody down by hand"),
    "person.stopped": N_("Wrote down that somebody asked to stop"),
    "person.erased": N_("Asked for somebody to be erased"),
    "person.revealed": N_("Looked at a whole number"),
    "people.imported": N_("Read a list of people in"),
    "people.undone": N_("Took a list of people back"),
    "interview.begun": N_("Began an interview"),
    "part.answering": N_("Answering now"),
    "part.complete": N_("Answered to the end"),
    "part.refused": N_("Did not want to"),
    "part.stopped": N_("Asked to stop"),
    "part.expired": N_("Did not finish in time"),
    "part.quota_full": N_("Enough people had answered"),
    "part.erased": N_("Erased"),
    "part.listed": N_("On the list"),
    "part.told": N_("Told that we will ask"),
    "part.turn": N_("Waits for another campaign to end"),
    "part.invited": N_("Invited"),
    "part.left_out": N_("Left out"),
    "mode.self": N_("By herself, on her phone"),
    "mode.assisted": N_("With a facilitator, on a tablet"),
    "mode.simulated": N_("In the simulator"),
    "consent.given": N_("Agreed"),
    "consent.refused": N_("Said no"),
    "consent.withdrawn": N_("Asked to stop"),
    "consent.restored": N_("Allowed it again"),
    "consent.undone": N_("Taken back with its list"),
    "purpose.contact": N_("to be written to"),
    "purpose.survey": N_("that the answers are used"),
    "purpose.findings": N_("to hear what came of it"),
    "source.message": N_("in a message"),
    "source.spoken": N_("in a voice note"),
    "source.import": N_("on a list"),
    "source.facilitator": N_("to a facilitator"),
    "source.provider": N_("told by the provider"),
    "column.phone": N_("Phone number"),
    "column.whatsapp": N_("WhatsApp number"),
    "column.nickname": N_("Nickname"),
    "column.language": N_("Language"),
    "column.channel": N_("SMS or WhatsApp"),
    "column.consent": N_("Consent"),
    "column.consent_sms": N_("Consent to SMS"),
    "column.consent_whatsapp": N_("Consent to WhatsApp"),
    "column.pin": N_("PIN"),
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

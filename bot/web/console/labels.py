"""What the codes of the use cases are called on a page. `label` looks one up in this page's language."""

from __future__ import annotations

from enum import StrEnum

from bot.usecases.alerts import AlertKind
from bot.usecases.concerns import Stage
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
    "survey.drafted": N_("Made or replaced a draft of a survey"),
    "survey.published": N_("Published a survey"),
    "kind note": N_("Note, nothing is asked"),
    "kind select_one": N_("One of several options"),
    "kind select_multiple": N_("Any of several options"),
    "kind integer": N_("Whole number"),
    "kind decimal": N_("Number"),
    "kind text": N_("In one's own words"),
    "kind date": N_("Date"),
    "kind calculate": N_("Worked out, not asked"),
    "kind acknowledge": N_("Confirmation"),
    "kind rank": N_("Options put in order"),
    "kind audio": N_("Voice message"),
    "kind image": N_("Picture"),
    "kind geopoint": N_("Place"),
    "purpose language": N_("Chooses the language"),
    "purpose privacy": N_("Asks whether she is somewhere private"),
    "purpose consent": N_("Asks for consent"),
    "severity error": N_("Has to be mended"),
    "severity warning": N_("Look at this"),
    "severity note": N_("To know"),
    "taken read": N_("Read as the answer to"),
    "taken again": N_("Not understood, asked again:"),
    "taken left out": N_("Left without an answer:"),
    "taken danger": N_("Words of danger:"),
    "change added": N_("Added"),
    "change removed": N_("Removed"),
    "change moved": N_("Moved"),
    "change reworded": N_("Reworded"),
    "change hint": N_("Other help to answer it"),
    "change kind": N_("Another kind of answer"),
    "change option added": N_("Option added"),
    "change option removed": N_("Option removed"),
    "change option reworded": N_("Option reworded"),
    "change options moved": N_("Options in another order"),
    "change routing": N_("Other people are asked"),
    "change limits": N_("Other answers are taken"),
    "change required": N_("Required"),
    "change other": N_("Other settings"),
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

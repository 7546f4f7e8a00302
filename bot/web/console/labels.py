"""What the codes of the use cases are called on a page. `label` looks one up in this page's language."""

from __future__ import annotations

from enum import StrEnum

from bot.gateways.recordings import Why
from bot.usecases.alerts import AlertKind
from bot.usecases.concerns import Stage
from bot.usecases.handover import Whole
from bot.usecases.permission import Role
from bot.usecases.translating import Wanted
from bot.usecases.translation_steps import Refusal
from bot.web.interface import say
from flows.handover import Change
from flows.meaning import Status, Step


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
    Step.DRAFT: N_("Draft"),
    Step.REVIEW: N_("Review"),
    Step.ADJUDICATION: N_("Adjudication"),
    Step.PRETEST: N_("Pretest"),
    Step.SIGN_OFF: N_("Sign-off"),
    Wanted.TO_DO: N_("To do"),
    Wanted.ALL: N_("All"),
    Refusal.EMPTY: N_("Write the translation first."),
    Refusal.PLACEHOLDERS: N_(
        "A placeholder such as {example} or ${name} is lost, misspelt or too many. "
        "Leave each as it is in the English."
    ),
    Refusal.SCRIPT: N_(
        "This is mostly not in the script of this language. Is it another language?"
    ),
    Refusal.CHANGED: N_(
        "Somebody has changed these words since you opened this page. "
        "Read them again first: yours are still in the form."
    ),
    Refusal.SAME: N_(
        "You have changed nothing. If the words are right as they are, record a review."
    ),
    Refusal.SPOKEN: N_("This language is only spoken. Record this text instead of writing it."),
    Refusal.UNUSABLE: N_(
        "These words can not be sent as they are. They have to be translated anew first."
    ),
    Refusal.OWN: N_(
        "You wrote a draft or a review of this text, so you can not sign it off. "
        "Somebody else has to: two people have to agree on what it means."
    ),
    Change.ADDED: N_("New"),
    Change.CHANGED: N_("Changed"),
    Change.UNCHANGED: N_("Unchanged"),
    Change.EMPTY: N_("Left empty"),
    Change.OLDER: N_("Untouched in the sheet, changed here since"),
    Change.UNKNOWN: N_("This survey has no such text"),
    Change.SOURCE_CHANGED: N_("The English has changed since the sheet went out"),
    Change.LANGUAGE: N_("Another language"),
    Change.TWICE: N_("In the sheet twice, with different words"),
    Change.CONFLICT: N_("Somebody has changed it here meanwhile"),
    Change.UNFINISHED: N_("Marked as unfinished (fuzzy)"),
    Whole.SPOKEN: N_(
        "This language is only spoken, so no words are taken from a sheet. Record each text instead."
    ),
    Whole.LANGUAGE: N_("This sheet is in another language. Nothing was taken from it."),
    Whole.SCRIPT: N_(
        "This sheet is mostly not in the script of this language. Is it the sheet of another one? "
        "Nothing was taken from it."
    ),
    Why.EMPTY: N_("Record it first, or choose a file."),
    Why.TOO_LARGE: N_("This recording has more than 16 MB. WhatsApp carries no more."),
    Why.TYPE: N_("WhatsApp does not play this kind of file. Use Ogg (Opus), MP3, M4A, AAC or AMR."),
    Why.CHANGED: N_(
        "Somebody has recorded this since you opened the page. Listen to that recording first."
    ),
    Why.FOLDER: N_(
        "The recording could not be kept: the files of this installation can not be changed. "
        "Tell the people who run it."
    ),
    "translation.draft": N_("Drafted a translation"),
    "translation.review": N_("Reviewed a translation"),
    "translation.adjudication": N_("Decided on a translation"),
    "translation.pretest": N_("Pretested a translation"),
    "translation.sign_off": N_("Signed off a translation"),
    "translation.imported": N_("Brought in a translation sheet"),
    "recording.kept": N_("Kept a recording"),
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

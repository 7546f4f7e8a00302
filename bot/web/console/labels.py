"""What the codes of the use cases are called on a page. `label` looks one up in this page's language."""

from __future__ import annotations

from enum import StrEnum

from bot.gateways.recordings import Why
from bot.research.csv_file import Profile
from bot.research.levels import Level
from bot.usecases.alerts import AlertKind
from bot.usecases.concerns import Stage
from bot.usecases.conversation_lists import Sign, Wanted
from bot.usecases.exports import Format, Shape
from bot.usecases.handover import Whole
from bot.usecases.human_replies import WhyNot
from bot.usecases.participants import Standing
from bot.usecases.permission import Role
from bot.usecases.translating import Stretch
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
    "download.ordered": N_("Ordered a download"),
    "download.asked_for": N_("Asked for a download with everything"),
    "download.approved": N_("Approved a download"),
    "download.refused": N_("Refused a download"),
    "download.taken": N_("Took a download"),
    "report.taken": N_("Took a report"),
    Format.CSV: N_("CSV, for any program"),
    Format.XLSX: N_("Excel (XLSX)"),
    Format.SAV: N_("SPSS (SAV)"),
    Format.DTA: N_("Stata (DTA)"),
    Format.PARQUET: N_("Parquet, for R and Python"),
    Format.FLOIP: N_("Flow Results (FLOIP)"),
    Format.DDI: N_("DDI codebook (XML)"),
    Format.BUNDLE: N_("Everything in one ZIP: tables, codebook, README"),
    Shape.LONG: N_("A row for each answer"),
    Shape.WIDE: N_("A row for each conversation"),
    Profile.EXCEL: N_("Safe for spreadsheets"),
    Profile.RAW: N_("As it is, for R and Python"),
    Level.DEIDENTIFIED: N_("De-identified: no words of their own, no times"),
    Level.NO_IDENTIFIERS: N_("Without identifiers: with their own words"),
    Level.FULL: N_("Everything, as it was typed; a second person has to approve"),
    "order.waiting": N_("Waits for a second person"),
    "order.refused": N_("Refused"),
    "order.queued": N_("Will be made in a moment"),
    "order.running": N_("Being made"),
    "order.ready": N_("Ready"),
    "order.failed": N_("Could not be made"),
    "order.expired": N_("No longer kept"),
    "reader.funder": N_("A funder: every number"),
    "reader.group": N_("The group: one page"),
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
    Standing.ERASED: N_("Erased"),
    Standing.ERASING: N_("Being erased"),
    Standing.STOPPED: N_("Asked to stop"),
    Standing.UNREACHABLE: N_("Can not be reached"),
    Standing.ANSWERING: N_("Answering now"),
    Standing.ANSWERED: N_("Has answered"),
    Standing.WAITING: N_("On a list, not asked yet"),
    Standing.KNOWN: N_("Not on any list"),
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
    Step.DRAFT: N_("Draft"),
    Step.REVIEW: N_("Review"),
    Step.ADJUDICATION: N_("Adjudication"),
    Step.PRETEST: N_("Pretest"),
    Step.SIGN_OFF: N_("Sign-off"),
    Stretch.TO_DO: N_("To do"),
    Stretch.ALL: N_("All"),
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

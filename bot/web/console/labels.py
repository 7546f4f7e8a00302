"""What the codes of the use cases are called on a page. `label` looks one up in this page's language."""

from __future__ import annotations

from enum import StrEnum

from bot.research.csv_file import Profile
from bot.research.levels import Level
from bot.usecases.alerts import AlertKind
from bot.usecases.concerns import Stage
from bot.usecases.exports import Format, Shape
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
    "download.ordered": N_("Ordered a download"),
    "download.asked_for": N_("Asked for a download with everything"),
    "download.approved": N_("Approved a download"),
    "download.refused": N_("Refused a download"),
    "download.taken": N_("Took a download"),
    "report.taken": N_("Took a report"),
    "feedback.composed": N_("Wrote what came of a campaign"),
    "feedback.translated": N_("Translated what came of a campaign"),
    "feedback.signed_off": N_("Signed off what came of a campaign"),
    "feedback.wish": N_("Wrote down who wants to be told"),
    "feedback.sent": N_("Told people what came of a campaign"),
    "listening.begun": N_("Began a listening"),
    "listening.theme": N_("Wrote down a theme"),
    "listening.marked": N_("Said whether an answer may be quoted"),
    "listening.connected": N_("Connected the second round of a listening"),
    "listening.action": N_("Wrote down what is done about a theme"),
    "listening.read": N_("Read the answers of a listening"),
    "listening.published": N_("Published the priorities of a listening"),
    "why.nobody": N_("Nobody of that name is here."),
    "why.empty": N_("Write both: what people said, and what is being done about it."),
    "why.too long": N_("This is more than fits into one message. Say it more briefly."),
    "why.sent": N_("It was sent: the English stays, so that everybody is told the same."),
    "why.not composed": N_("Nothing is written yet. Write the English first."),
    "why.no question": N_("Choose one of the questions."),
    "why.language": N_("The campaign does not use this language in this way."),
    "why.sound": N_("WhatsApp does not play this file: take OGG, MP3, M4A, AAC or AMR."),
    "why.not written": N_("It has to be written first."),
    "why.own": N_("You wrote this yourself: somebody else signs it off."),
    "why.not signed off": N_("The English is not signed off yet."),
    "why.state": N_("People are told once the campaign is live or closed."),
    "left_out.stopped": N_("Wrote STOP"),
    "left_out.unreachable": N_("Can not be reached by phone"),
    "left_out.not agreed": N_("Not asked whether they want to be told"),
    "left_out.refused": N_("Do not want to be told"),
    "left_out.no recording by SMS": N_("Need a recording, which an SMS can not carry"),
    "left_out.not signed off": N_("Their language is not signed off"),
    "became.delivered": N_("Delivered"),
    "became.sent": N_("Sent"),
    "became.held": N_("Held by WhatsApp's rules"),
    "became.waiting": N_("Waiting"),
    "became.failed": N_("Failed"),
    "became.expired": N_("Given up"),
    "became.cancelled": N_("Not sent"),
    "reading.yes": N_("Yes"),
    "reading.no": N_("No"),
    "reading.words": N_("In words"),
    "reading.voice": N_("Voice note"),
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

"""What the codes of translations are called: of their texts, of the sheets that go out, of recordings."""

from __future__ import annotations

from bot.gateways.recordings import Why
from bot.usecases.handover import Whole
from bot.usecases.translating import Stretch
from bot.usecases.translation_steps import Refusal
from bot.web.console.labels import LABELS, N_
from flows.handover import Change
from flows.meaning import Status, Step

LABELS.update(
    {
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
        Why.TYPE: N_(
            "WhatsApp does not play this kind of file. Use Ogg (Opus), MP3, M4A, AAC or AMR."
        ),
        Why.CHANGED: N_(
            "Somebody has recorded this since you opened the page. Listen to that recording first."
        ),
        Why.FOLDER: N_(
            "The recording could not be kept: the files of this installation can not be changed. "
            "Tell the people who run it."
        ),
    }
)

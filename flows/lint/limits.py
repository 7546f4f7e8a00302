"""What a channel can not carry, in one language: too long, too many, or dearer than it has to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flows.effects import Say
from flows.language import Language
from flows.lint.findings import Finding, Severity
from flows.lint.interviews import Interview
from flows.lint.languages import places
from flows.segments import BODY_LIMIT, SEGMENT_LIMIT, fits, segments
from flows.survey import Survey
from flows.wording import Wording

BUTTONS, BUTTON_LENGTH = 3, 20
LIST_ITEMS, LIST_ITEM_LENGTH = 10, 24
INTERACTIVE_BODY = 1024
"""What WhatsApp shows of quick replies, of a list, and of the text above either."""

MANY_PARTS = 5
"""SMS parts from which one message is worth shortening."""

# Typed by word processors, outside GSM-7: one of them more than halves what a part can hold.
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "−": "-",
     "…": "...", "\u00a0": " ", "\u202f": " ", "•": "-", "×": "x", "`": "'"}
)  # fmt: skip


def check_limits(
    survey: Survey, language: Language, interviews: Sequence[Interview]
) -> Iterator[Finding]:
    """Every finding about the length of what is said in a language that has every text."""
    for interview in interviews:
        for exchange in interview.exchanges:
            for say in exchange.says:
                asked = exchange.question
                line = 0 if asked is None else asked.line
                yield from _message(language, say, line)
                if asked is not None and asked.list_name != "languages":
                    # The names of languages are as long as they are.
                    yield from _options(language, say, line)
    yield from _replies(survey, language)


def dear_characters(survey: Survey, language: Language) -> Iterator[Finding]:
    """Typographic signs that turn a text that fits GSM-7 into UCS-2."""
    for wording, place in places(survey).items():
        if language.untranslated([wording]):
            continue
        text = language.text(wording)
        plain = text.translate(_PLAIN)
        now, then = segments(text), segments(plain)
        if now.encoding == then.encoding:
            continue
        signs = " ".join(sorted({sign for sign in text if ord(sign) in _PLAIN}))
        message = (
            f"{signs} can not be sent in the cheaper alphabet: this text alone takes {now.count} "
            f"SMS part{_s(now.count)} instead of {then.count}; type plain signs."
        )
        yield Finding(
            "dear-character",
            Severity.WARNING,
            message,
            place.question,
            place.option,
            language.code,
            place.line,
        )


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _message(language: Language, say: Say, line: int) -> Iterator[Finding]:
    parts = segments(say.text).count
    if not fits(say.text):
        message = (
            f"“{say.text[:30]}…” has {len(say.text)} characters in {parts} SMS parts; one message "
            f"carries {BODY_LIMIT} characters in {SEGMENT_LIMIT} parts: shorten it."
        )
        yield Finding("too-long", Severity.ERROR, message, say.question, None, language.code, line)
    elif parts > MANY_PARTS:
        message = f"This is sent as {parts} SMS parts ({segments(say.text).encoding}): shorten it."
        yield Finding("many-parts", Severity.NOTE, message, say.question, None, language.code, line)


def _options(language: Language, say: Say, line: int) -> Iterator[Finding]:
    """Options that WhatsApp can not show as buttons; they are sent as numbered text then."""
    if not say.buttons:
        return
    if len(say.prompt) > INTERACTIVE_BODY:
        message = (
            f"WhatsApp shows options under at most {INTERACTIVE_BODY} characters and this has "
            f"{len(say.prompt)}: they are sent as numbered text."
        )
        yield _button(language, say, line, "whatsapp-body", Severity.WARNING, message)
    if len(say.buttons) > LIST_ITEMS:
        message = (
            f"WhatsApp lists at most {LIST_ITEMS} options and these are {len(say.buttons)}: "
            "they are sent as numbered text."
        )
        yield _button(language, say, line, "whatsapp-options", Severity.NOTE, message)
        return
    few = len(say.buttons) <= BUTTONS
    for button in say.buttons:
        code, length = button.payload.partition(":")[2], len(button.title)
        if length > LIST_ITEM_LENGTH:
            message = (
                f"“{button.title}” has {length} characters and WhatsApp shows {LIST_ITEM_LENGTH}: "
                "all the options are sent as numbered text; give it a shorter `whatsapp_button`."
            )
        elif few and length > BUTTON_LENGTH:
            message = (
                f"“{button.title}” has {length} characters and a WhatsApp button shows "
                f"{BUTTON_LENGTH}: a list is sent instead; give it a shorter `whatsapp_button`."
            )
        else:
            continue
        yield _button(language, say, line, "whatsapp-label", Severity.WARNING, message, code)


def _button(
    language: Language,
    say: Say,
    line: int,
    rule: str,
    severity: Severity,
    message: str,
    option: str | None = None,
) -> Finding:
    return Finding(rule, severity, message, say.question, option, language.code, line)


def _replies(survey: Survey, language: Language) -> Iterator[Finding]:
    """What is said only after a certain reply."""
    for question in survey.questions:
        wordings: list[Wording | None] = [question.constraint_message, question.no_message]
        for wording in wordings:
            if wording is not None:
                text = language.text(wording)
                yield from _message(language, Say(text, text, (), question.name), question.line)

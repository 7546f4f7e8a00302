"""What a channel can not carry, in one language: too long, too many, or dearer than it has to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flows.effects import Say
from flows.language import Language
from flows.lint.findings import Finding, Severity
from flows.lint.interviews import Interview
from flows.lint.languages import places
from flows.segments import BODY_LIMIT, SEGMENT_LIMIT, fits, segments
from flows.sentences import Sentence, counted
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
        message = counted(
            "{signs} can not be sent in the cheaper alphabet: this text alone takes {count} "
            "SMS part instead of {least}; type plain signs.",
            "{signs} can not be sent in the cheaper alphabet: this text alone takes {count} "
            "SMS parts instead of {least}; type plain signs.",
            now.count,
            signs=signs,
            least=then.count,
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


def _message(language: Language, say: Say, line: int) -> Iterator[Finding]:
    parts = segments(say.text).count
    if not fits(say.text):
        message = Sentence(
            "“{text}” has {length} characters in {parts} SMS parts; one message carries "
            "{most} characters in {most_parts} parts: shorten it.",
            text=f"{say.text[:30]}…",
            length=len(say.text),
            parts=parts,
            most=BODY_LIMIT,
            most_parts=SEGMENT_LIMIT,
        )
        yield Finding("too-long", Severity.ERROR, message, say.question, None, language.code, line)
    elif parts > MANY_PARTS:
        message = Sentence(
            "This is sent as {parts} SMS parts ({encoding}): shorten it.",
            parts=parts,
            encoding=segments(say.text).encoding,
        )
        yield Finding("many-parts", Severity.NOTE, message, say.question, None, language.code, line)


def _options(language: Language, say: Say, line: int) -> Iterator[Finding]:
    """Options that WhatsApp can not show as buttons; they are sent as numbered text then."""
    if not say.buttons:
        return
    if len(say.prompt) > INTERACTIVE_BODY:
        message = Sentence(
            "WhatsApp shows options under at most {most} characters and this has {length}: "
            "they are sent as numbered text.",
            most=INTERACTIVE_BODY,
            length=len(say.prompt),
        )
        yield _button(language, say, line, "whatsapp-body", Severity.WARNING, message)
    if len(say.buttons) > LIST_ITEMS:
        message = Sentence(
            "WhatsApp lists at most {most} options and these are {options}: "
            "they are sent as numbered text.",
            most=LIST_ITEMS,
            options=len(say.buttons),
        )
        yield _button(language, say, line, "whatsapp-options", Severity.NOTE, message)
        return
    few = len(say.buttons) <= BUTTONS
    for button in say.buttons:
        code, length = button.payload.partition(":")[2], len(button.title)
        if length > LIST_ITEM_LENGTH:
            message = Sentence(
                "“{button}” has {length} characters and WhatsApp shows {most}: "
                "all the options are sent as numbered text; give it a shorter `whatsapp_button`.",
                button=button.title,
                length=length,
                most=LIST_ITEM_LENGTH,
            )
        elif few and length > BUTTON_LENGTH:
            message = Sentence(
                "“{button}” has {length} characters and a WhatsApp button shows {most}: "
                "a list is sent instead; give it a shorter `whatsapp_button`.",
                button=button.title,
                length=length,
                most=BUTTON_LENGTH,
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
    message: Sentence,
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

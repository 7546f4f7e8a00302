"""What has to be entered at Twilio, word for word: texts for outside the window, questions with buttons.

WhatsApp's limits are checked here, before anybody waits for an approval that can not come.
"""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.usecases.saying import MOST_ITEMS, MOST_REPLIES, content_digest, own_prompt
from bot.usecases.services import Services
from flows import asking, phrases
from flows.effects import Say
from flows.language import SOURCE, Language, Untranslated
from flows.state import State
from flows.wording import Wording

TEXT, QUICK_REPLY, LIST_PICKER = "text", "quick_reply", "list_picker"

PHRASES: Mapping[str, Wording] = {
    one.context: one
    for one in (
        phrases.PRE_NOTIFICATION,
        phrases.INVITATION,
        phrases.GO_ON,
        phrases.FINDINGS,
    )
}
"""What may have to be said outside the window, by context."""

# https://www.twilio.com/docs/content/twilio-quick-reply and .../twilio-list-picker
BODY, TITLE, ITEM, ITEM_ID, BUTTON = 1024, 20, 24, 200, 20
_VARIABLE = re.compile(r"\{\{\d+\}\}")


class TemplateError(ValueError):
    """A message that can not be registered or sent; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What to enter at Twilio.

    Attributes:
        context: the text's name.
        language: code.
        kind: one of KINDS.
        body: the words, variables as `{{1}}`.
        buttons: (what comes back, what is shown).
        digest: names these words.
    """

    context: str
    language: str
    kind: str
    body: str
    buttons: tuple[tuple[str, str], ...]
    digest: str
    choose: str = ""

    def as_json(self) -> dict[str, Any]:
        """The body of a request to Twilio's Content API."""
        types: dict[str, Any] = {"twilio/text": {"body": self.body}}
        if self.kind == QUICK_REPLY:
            actions = [{"id": code, "title": title} for code, title in self.buttons]
            types = {"twilio/quick-reply": {"body": self.body, "actions": actions}}
        elif self.kind == LIST_PICKER:
            items = [{"id": code, "item": title} for code, title in self.buttons]
            types = {
                "twilio/list-picker": {"body": self.body, "button": self.choose, "items": items}
            }
        name = re.sub(r"[^a-z0-9]+", "_", f"{self.context}_{self.language}_{self.digest}".lower())
        return {"friendly_name": name, "language": self.language, "types": types}


def define(services: Services, context: str, language: str) -> Definition:
    """A text for outside the window, as it has to be entered at Twilio.

    Raises:
        TemplateError: there is no such text or language, or WhatsApp would refuse it.
    """
    phrase = PHRASES.get(context)
    if phrase is None:
        raise TemplateError(f"There is no text {context!r} to register; there are {_all()}.")
    words = _speaker(services, language).text(phrase)
    body = _numbered(words)
    for problem in problems(body):
        raise TemplateError(f"{context} in {language!r}: {problem}.")
    return Definition(context, language, TEXT, body, (), content_digest(language, words))


def define_question(services: Services, survey: str, name: str, language: str) -> Definition:
    """A question with its options as buttons, as it has to be entered at Twilio.

    Raises:
        TemplateError: there is no such question, it is not always the same, or it is too long.
    """
    try:
        file = services.surveys.load(survey)
    except FileNotFoundError:
        raise TemplateError(f"There is no survey {survey!r}.") from None
    question = file.survey.by_name.get(name)
    if question is None or question.label is None or not question.choices:
        raise TemplateError(f"{survey} has no question {name!r} with options.")
    if question.randomize or question.choice_filter is not None or "${" in question.label.source:
        raise TemplateError(f"{name} is not the same for everybody: it is sent as numbered text.")
    speaker = _speaker(services, language, file.catalogues)
    try:
        said = asking.ask(
            file.survey, question, State(language=language), speaker, [], services.clock.now()
        )
        choose = speaker.text(phrases.CHOOSE)
    except Untranslated as error:
        raise TemplateError(f"{error}.") from None
    return _interactive(question.label.context, language, said[-1], choose)


def _interactive(context: str, language: str, said: Say, choose: str) -> Definition:
    buttons = tuple((button.payload, button.title) for button in said.buttons)
    kind = QUICK_REPLY if len(buttons) <= MOST_REPLIES else LIST_PICKER
    prompt = own_prompt(said)
    if not buttons or len(buttons) > MOST_ITEMS:
        raise TemplateError(f"{len(buttons)} options are no buttons: it is sent as numbered text.")
    longest = TITLE if kind == QUICK_REPLY else ITEM
    for code, title in buttons:
        if len(title) > longest:
            raise TemplateError(
                f"{title!r} has {len(title)} characters; {longest} is the most. Give the option a "
                "`whatsapp_button`."
            )
        if len(code) > ITEM_ID:
            raise TemplateError(f"{code!r} is longer than {ITEM_ID} characters.")
    if len(prompt) > BODY:
        raise TemplateError(f"The question has {len(prompt)} characters; {BODY} is the most.")
    if kind == LIST_PICKER and len(choose) > BUTTON:
        raise TemplateError(f"{choose!r} has more than {BUTTON} characters.")
    shown = content_digest(language, prompt, buttons)
    return Definition(context, language, kind, prompt, buttons, shown, choose)


def _speaker(services: Services, language: str, own: Mapping[str, Any] | None = None) -> Language:
    if language not in services.voices.files.vocabularies:
        raise TemplateError(f"There is no language {language!r}.")
    speaker = services.voices.family([language], own=own)[language]
    if speaker.spoken:
        raise TemplateError(f"{language!r} is only spoken: nothing written is registered in it.")
    if language != SOURCE and speaker.untranslated(PHRASES.values()):
        raise TemplateError(f"Not everything is translated into {language!r} yet.")
    return speaker


def _all() -> str:
    return ", ".join(PHRASES)


def _numbered(words: str) -> str:
    """`{organisation}` -> `{{1}}`, in the order of the words."""
    names = variables_of(words)
    numbers = {name: f"{{{{{place}}}}}" for place, name in enumerate(names, 1)}
    return words.format(**numbers)


def variables_of(words: str) -> list[str]:
    """The names of what is filled in, in order, each once."""
    found = (name for _, name, _, _ in string.Formatter().parse(words) if name)
    return list(dict.fromkeys(found))


def problems(body: str) -> list[str]:
    """Why WhatsApp would refuse a text with variables; nothing when it would not."""
    found = []
    bare = body.strip()
    at = [(match.start(), match.end()) for match in _VARIABLE.finditer(bare)]
    if at and at[0][0] == 0:
        found.append("it begins with what is filled in")
    if at and at[-1][1] == len(bare):
        found.append("it ends with what is filled in")
    between = (bare[end:start] for (_, end), (start, _) in itertools.pairwise(at))
    if any(not text.strip() for text in between):
        found.append("two things that are filled in stand side by side")
    if len(body) > BODY:
        found.append(f"it has {len(body)} characters; {BODY} is the most")
    return found

"""What is wrong, in this page's language: the sentences of checks, their gaps filled in as it writes."""

from __future__ import annotations

from bot.web.console.campaign_labels import language_name
from bot.web.console.survey_words import isolated
from bot.web.interface import chosen
from flows.sentences import Sentence, Value


def told(sentence: Sentence) -> str:
    """A sentence in this page's language; what it names is isolated from the page's direction."""
    values, catalogue = dict(sentence.values), chosen().catalogue
    if sentence.many is None:
        words = catalogue.gettext(sentence.template)
    else:
        number = values["count"]
        assert isinstance(number, int)  # `counted` lets nothing else through
        words = catalogue.ngettext(sentence.template, sentence.many, number)
    return words.format(**{name: _shown(name, value) for name, value in values.items()})


def _shown(name: str, value: Value) -> str:
    match value:
        case Sentence():
            return told(value)
        case tuple():
            return chosen().together(map(isolated, value))
        case str():
            return isolated(language_name(value) if name == "language" else value)
        case _:
            return chosen().number(value)

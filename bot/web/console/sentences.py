"""What is wrong, in this page's language: the sentences of checks, their gaps filled in as it writes."""

from __future__ import annotations

from collections.abc import Callable

from bot.web.console.campaign_labels import language_name
from bot.web.console.survey_words import isolated
from bot.web.interface import InterfaceLanguage, chosen
from flows.sentences import Sentence, Value


def told(sentence: Sentence) -> str:
    """A sentence in this page's language."""
    return in_words(sentence, chosen(), language_name)


def in_words(sentence: Sentence, language: InterfaceLanguage, name_of: Callable[[str], str]) -> str:
    """A sentence in a language; what it names is isolated from the direction of its words.

    Args:
        sentence: what is wrong.
        language: the language; what its catalogue lacks is said in English.
        name_of: what speakers of a language call it, by its code.
    """
    values, catalogue = dict(sentence.values), language.catalogue
    if sentence.many is None:
        words = catalogue.gettext(sentence.template)
    else:
        number = values["count"]
        assert isinstance(number, int)  # `counted` takes nothing else
        words = catalogue.ngettext(sentence.template, sentence.many, number)

    def shown(name: str, value: Value) -> str:
        match value:
            case Sentence():
                return in_words(value, language, name_of)
            case tuple():
                return language.together(map(isolated, value))
            case str():
                return isolated(name_of(value) if name == "language" else value)
            case _:
                return language.number(value)

    return words.format(**{name: shown(name, value) for name, value in values.items()})

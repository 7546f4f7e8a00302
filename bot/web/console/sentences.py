"""What is wrong, and what is to be done, in this page's language: gaps are filled in as the page writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.web.identity import services
from bot.web.interface import InterfaceLanguage, chosen
from flows.sentences import Sentence, Value


def told(sentence: Sentence) -> str:
    """A sentence in this page's language."""
    return in_words(sentence, chosen(), language_name)


def in_words(sentence: Sentence, language: InterfaceLanguage, name_of: Callable[[str], str]) -> str:
    """A sentence in a language.

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
    return words.format(
        **{name: filled(name, value, language, name_of) for name, value in values.items()}
    )


def filled(
    name: str, value: Value | datetime, language: InterfaceLanguage, name_of: Callable[[str], str]
) -> str:
    """What stands in a gap; words are isolated from the direction of those around them.

    Args:
        name: of the gap; one called `language` names a language by its code.
        value: what it is about.
        language: what it is said in.
        name_of: as for `in_words`.
    """
    match value:
        case Sentence():
            return in_words(value, language, name_of)
        case datetime():
            return language.moment(value)
        case tuple():
            return language.together(map(isolated, value))
        case str():
            return isolated(name_of(value) if name == "language" else value)
        case _:
            return language.number(value)


def language_name(code: str) -> str:
    """What its speakers call a language."""
    known = services().voices.files.vocabularies
    return known[code].name if code in known else code


def isolated(text: str) -> str:
    """Words that keep their own direction inside a sentence: first strong isolate."""
    return f"\u2068{text}\u2069"

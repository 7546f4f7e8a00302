"""Yes, no, and everything that is neither."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flows.reading import Read, Speech, Unread, Why, read_yes_no


@pytest.mark.parametrize(
    ("text", "value", "how"),
    [
        ("yes", "yes", "yes word"),
        ("YESSS!!", "yes", "yes word"),
        ("asc, yes please", "yes", "yes word"),
        ("yes 🙂", "yes", "yes word"),
        ("yes and yes", "yes", "yes word"),
        ("👍🏽", "yes", "emoji"),
        ("yes 👍", "yes", "yes word"),
        ("❌", "no", "emoji"),
        ("no, thank you", "no", "no word"),
        ("no.thank you", "no", "no word"),
        ("ok no", "no", "no word"),
        ("it is no", "no", "no word"),
    ],
)
def test_a_plain_answer_is_read(text: str, value: str, how: str, en: Speech) -> None:
    assert read_yes_no(text, en) == Read(value, how)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Why.EMPTY),
        ("\u200f \u200e", Why.EMPTY),
        ("yes and no", Why.CONFLICT),
        ("no 👍", Why.CONFLICT),
        ("maybe yes", Why.MAYBE),
        ("maybe blue", Why.MAYBE),
        ("not yes", Why.NEGATED),
        ("yes?", Why.MAYBE),
        ("yes 🤷🏾‍♀️", Why.MAYBE),
        ("yes or maybe", Why.SEVERAL),
        ("yes or", Why.SEVERAL),
        ("yes banana", Why.UNKNOWN),
        ("hello", Why.UNKNOWN),
        ("4", Why.UNKNOWN),
        ("⑦ yes", Why.UNKNOWN),
        ("STOP", Why.COMMAND),
        ("don't know", Why.COMMAND),
        ("yes " * 100, Why.UNKNOWN),
        (" " * 300, Why.EMPTY),
    ],
)
def test_anything_else_is_asked_again(text: str, why: Why, en: Speech) -> None:
    reading = read_yes_no(text, en)
    assert isinstance(reading, Unread)
    assert reading.why is why


def test_politeness_beside_a_no_is_only_politeness(speech_of: Callable[..., Speech]) -> None:
    ur = speech_of("ur", {"yes": ["ہاں", "جی", "ji"], "no": ["نہیں", "nahi"],
                          "courtesy": ["جی", "ji"], "not": ["نہیں"]})  # fmt: skip
    assert read_yes_no("جی نہیں", ur) == Read("no", "no word")
    assert read_yes_no("ji nahi", ur) == Read("no", "no word")
    assert read_yes_no("nahi ji", ur) == Read("no", "no word")
    assert read_yes_no("ji", ur) == Read("yes", "yes word")
    assert isinstance(read_yes_no("ہاں نہیں", ur), Unread)


def test_after_another_courtesy_a_polite_word_is_not_an_answer(
    speech_of: Callable[..., Speech],
) -> None:
    ur = speech_of("ur", {"yes": ["haan", "ji"], "courtesy": ["ji", "shukriya"]})
    assert read_yes_no("shukriya ji", ur) == Unread(Why.UNKNOWN)
    assert read_yes_no("ji shukriya", ur) == Read("yes", "yes word")
    assert read_yes_no("asc ji", ur) == Read("yes", "yes word")
    assert read_yes_no("shukriya haan ji", ur) == Read("yes", "yes word")


def test_an_own_word_comes_before_an_english_one(speech_of: Callable[..., Speech]) -> None:
    # Urdu "ya" is or; only English takes it for a yes.
    ur = speech_of("ur", {"yes": ["haan"], "or": ["yeah"]})
    assert read_yes_no("yeah", ur) == Unread(Why.SEVERAL)


def test_chinese_asks_by_denying_a_word_and_says_yes_by_two_denials(
    speech_of: Callable[..., Speech],
) -> None:
    zh = speech_of("zh-Hant-HK", {"yes": ["得", "係"], "no": ["唔得", "唔係", "冇"]})
    assert read_yes_no("得唔得", zh) == Unread(Why.MAYBE)
    assert read_yes_no("唔係冇", zh) == Unread(Why.NEGATED)
    assert read_yes_no("唔係唔係", zh) == Read("no", "no word")
    assert read_yes_no("唔係，冇", zh) == Read("no", "no word")


def test_a_word_that_is_yes_here_and_no_in_english_is_asked(
    speech_of: Callable[..., Speech],
) -> None:
    pl = speech_of("pl", {"yes": ["tak", "no"], "no": ["nie"]})
    reading = read_yes_no("no", pl)
    assert reading == Unread(Why.HOMOGRAPH, (Read("yes", "yes word"), Read("no", "no word")))
    assert read_yes_no("no tak", pl) == Read("yes", "yes word")
    assert read_yes_no("no nie", pl) == Read("no", "no word")


def test_an_english_word_says_that_it_was_english(speech_of: Callable[..., Speech]) -> None:
    so = speech_of("so", {"yes": ["haa"], "no": ["maya"]})
    assert read_yes_no("yes", so) == Read("yes", "english yes word")
    assert read_yes_no("haa yes", so) == Read("yes", "yes word")


def test_a_number_word_settles_as_no_when_only_yes_or_no_can_be_meant(
    speech_of: Callable[..., Speech],
) -> None:
    dari = speech_of("fa-AF", {"no": ["نه"]}, {9: ["نه"]})
    assert read_yes_no("نه", dari) == Read("no", "no word")


def test_an_everyday_word_is_asked(speech_of: Callable[..., Speech]) -> None:
    xx = speech_of("xx", {"yes": ["run"], "ordinary": ["run"]})
    assert read_yes_no("run", xx) == Unread(Why.HOMOGRAPH, (Read("yes", "yes word"),))
    assert read_yes_no("yes run", xx) == Read("yes", "yes word")


def test_the_letters_of_no_inside_another_word_are_not_no(
    speech_of: Callable[..., Speech],
) -> None:
    bn = speech_of("bn", {"no": ["না"], "yes": ["জি"], "courtesy": ["জি"]})
    assert read_yes_no("নামাজ", bn) == Unread(Why.UNKNOWN)
    assert read_yes_no("জি না", bn) == Read("no", "no word")


def test_laughter_is_no_answer(speech_of: Callable[..., Speech]) -> None:
    bn = speech_of("bn", {"yes": ["হা", "হাঁ", "ha", "ho"]})
    for text in ("ha ha ha", "Ha, ha!", "হা হা", "yes ha ha", "ho ho ho"):
        assert read_yes_no(text, bn) == Unread(Why.MAYBE), text
    # One breath is a yes, and so is a yes said twice: its dot is not laughter.
    for text in ("ha", "হা", "হাঁ হাঁ", "ho ho"):
        assert read_yes_no(text, bn) == Read("yes", "yes word"), text


def test_an_everyday_word_and_an_answer_are_told_apart_by_their_spelling(
    speech_of: Callable[..., Speech],
) -> None:
    pa = speech_of("pa", {"no": ["ਨਾ"], "ordinary": ["ਨਾਂ"]})
    assert read_yes_no("ਨਾ", pa) == Read("no", "no word")
    assert read_yes_no("ਨਾਂ", pa) == Unread(Why.HOMOGRAPH, (Read("no", "no word"),))
    # A spelling that is neither may be either.
    assert read_yes_no("ਨਾਁ", pa) == Unread(Why.HOMOGRAPH, (Read("no", "no word"),))

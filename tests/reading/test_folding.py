"""Folding: many spellings, one look-up key."""

import unicodedata

import pytest

from flows.reading.folding import fold, folds, spelling, unstretched
from flows.reading.words import Kind, ethiopic_number, key_of, tokenise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("YES", "yes"),
        ("Ｙｅｓ", "yes"),
        ("𝐲𝐞𝐬", "yes"),
        ("Arrêt", "arret"),
        ("pięć łódź", "piec lodz"),
        ("don’t", "dont"),
        ("كبهي", "کبھی"),
        ("هاں", "ہاں"),
        ("نَعَم", "نعم"),
        ("نـــعم", "نعم"),
        ("أربعة", "اربعه"),
        ("ﻧﻌﻢ", "نعم"),
        ("\u200fنعم\u200e", "نعم"),
        ("হ্যাঁ", "হ্যা"),
        ("ছয়", "ছ\u09af\u09bc"),
        ("ਇੱਕ", "ਇਕ"),
        ("ਸਿਫ਼ਰ", "ਸਿਫਰ"),
        ("ሐምሌ", "ሀምሌ"),
        ("ኣይ", "አይ"),
        ("唔系", "唔係"),
        ("৭", "7"),
        ("۷", "7"),
        ("🏴👍🏽", "🏴👍"),
        ("a \u00a0\n b", "a b"),
    ],
)
def test_spellings_of_one_word_fold_to_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text", ["হ্যাঁ", "ਨਹੀਂ", "أربعة", "été", "ኣይፋልን", "două"])
def test_a_key_does_not_depend_on_the_normalisation_form(form: str, text: str) -> None:
    assert fold(unicodedata.normalize(form, text)) == fold(text)


def test_superscripts_are_not_digits() -> None:
    assert fold("10²") == "10²"
    assert [token.kind for token in tokenise("10²")] == [Kind.NUMERAL, Kind.ODD]


def test_only_drawn_out_letters_are_shortened() -> None:
    assert unstretched("yesss") == ("yess", "yes")
    assert unstretched("teen") == ()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("4\ufe0f\u20e3", ["enclosed"]),
        ("#\ufe0f\u20e3", ["odd"]),
        ("🔟", ["enclosed"]),
        ("⑦", ["enclosed"]),
        ("⓪", ["enclosed"]),
        ("Ⅳ", ["odd"]),
        ("½", ["odd"]),
        ("2.5kg", ["word", "mark", "word"]),
        ("1,500", ["numeral"]),
        ("唔係5", ["word", "word", "numeral"]),
        ("na3am", ["word"]),
        ("৫জন", ["word"]),
        ("👍🏾!", ["emoji", "mark"]),
        ("፳፭", ["numeral"]),
    ],
)
def test_a_message_is_cut_into_tokens(text: str, kinds: list[str]) -> None:
    assert [token.kind.value for token in tokenise(fold(text))] == kinds


def test_bengali_vowel_signs_stay_with_their_word() -> None:
    assert key_of(fold("নামাজ পড়ি")) == fold("নামাজ পড়ি")
    assert len(tokenise(fold("নামাজ"))) == 1


@pytest.mark.parametrize(
    ("sign", "number"),
    [("፯", 7), ("፲", 10), ("፳፭", 25), ("፻", 100), ("፪፻፲", 210), ("፼", 10_000), ("፳፻፲፰", 2018)],
)
def test_ethiopic_numerals_add(sign: str, number: int) -> None:
    assert ethiopic_number(sign) == number


def test_a_non_joiner_parts_a_word_or_does_not() -> None:
    assert folds("می‌دهم") == ("میدهم", "می دهم")
    assert folds("yes") == ("yes",)
    # In Bengali it only shapes a conjunct.
    assert folds("র‌্যাব") == (fold("র‌্যাব"),)


def test_a_spelling_keeps_the_marks_that_folding_drops() -> None:
    assert spelling("  ਦੱਸ, Ten! ") == " ਦੱਸ ten "
    assert fold("ਦੱਸ") == fold("ਦਸ")
    assert spelling("ਦੱਸ") != spelling("ਦਸ")

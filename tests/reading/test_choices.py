"""One option or several: by number, letter, wording or a near miss."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flows.reading import Option, Read, Speech, Unread, Why, read_choice, read_choices

Options = Callable[..., tuple[Option, ...]]
OFTEN = ("Never", "Rarely", "Sometimes", "Often", "Always")
TIME = ("All of the time", "Most of the time", "More than half of the time",
        "Less than half of the time", "Some of the time", "At no time")  # fmt: skip
NEEDS = ("Housing", "Jobs", "GP appointments", "Loneliness", "Racism")


@pytest.mark.parametrize(
    ("text", "value", "how"),
    [
        ("4", "v4", "position"),
        ("৪", "v4", "position"),
        ("④", "v4", "position"),
        ("four", "v4", "position"),
        ("no. 4", "v4", "position"),
        ("number 4 please", "v4", "position"),
        ("4 4", "v4", "position"),
        ("d", "v4", "letter"),
        ("option D)", "v4", "letter"),
        ("Often", "v4", "label"),
        (" Often ", "v4", "label"),
        ("OFTEN!", "v4", "folded label"),
        ("asc often please", "v4", "folded label"),
        ("4. Often", "v4", "position and label"),
        ("often 4", "v4", "position and label"),
        ("d) often", "v4", "letter"),
        ("oftn", "v4", "near label"),
        ("some times", "v3", "folded label"),
        ("asc some times", "v3", "near label"),
        ("4 oftn", "v4", "position and label"),
    ],
)
def test_everything_that_points_at_one_option_reads_it(
    text: str, value: str, how: str, en: Speech, options: Options
) -> None:
    assert read_choice(text, options(*OFTEN), en) == Read(value, how)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Why.EMPTY),
        ("0", Why.OUT_OF_RANGE),
        ("6", Why.OUT_OF_RANGE),
        ("2.5", Why.FRACTION),
        ("-1", Why.SIGNED),
        ("3-4", Why.SEVERAL),
        ("1/2", Why.SEVERAL),
        ("4 out of 5", Why.SEVERAL),
        ("often or always", Why.SEVERAL),
        ("often, always", Why.SEVERAL),
        ("4 never", Why.CONFLICT),
        ("a often", Why.CONFLICT),
        ("a 4", Why.CONFLICT),
        ("not often", Why.NEGATED),
        ("often?", Why.MAYBE),
        ("yes", Why.NOT_OFFERED),
        ("yes 4", Why.NOT_OFFERED),
        ("hello", Why.NOT_OFFERED),
        ("ever", Why.UNKNOWN),
        ("never mind", Why.UNKNOWN),
        ("really", Why.UNKNOWN),
        ("z", Why.UNKNOWN),
        ("4 people", Why.UNKNOWN),
        ("four point", Why.UNKNOWN),
        ("skip", Why.COMMAND),
        ("stop", Why.COMMAND),
    ],
)
def test_anything_that_points_elsewhere_is_asked(
    text: str, why: Why, en: Speech, options: Options
) -> None:
    reading = read_choice(text, options(*OFTEN), en)
    assert isinstance(reading, Unread)
    assert reading.why is why


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("most of the time", "v2"),
        ("all the time", "v1"),
        ("more than half the time", "v3"),
        ("at no time", "v6"),
        ("time", None),
        ("of the time", None),
        ("half", None),
        ("not all of the time", None),
    ],
)
def test_words_shared_by_labels_say_nothing(
    text: str, value: str | None, en: Speech, options: Options
) -> None:
    reading = read_choice(text, options(*TIME), en)
    assert (reading.value if isinstance(reading, Read) else None) == value


def test_a_near_miss_never_turns_a_word_into_its_opposite(en: Speech, options: Options) -> None:
    moods = options("Very happy", "Happy", "Unhappy")
    assert read_choice("happy", moods, en) == Read("v2", "folded label")
    assert read_choice("unhapy", moods, en) == Read("v3", "near label")
    assert isinstance(read_choice("nhappy", moods, en), Unread)
    assert isinstance(read_choice("not happy", moods, en), Unread)
    assert isinstance(read_choice("very", moods, en), Unread)


def test_a_near_miss_needs_a_margin_to_the_second_best(en: Speech, options: Options) -> None:
    assert isinstance(read_choice("worser", options("Worsen", "Worses"), en), Unread)
    assert read_choice("strongly agre", options("Strongly agree", "Strongly disagree"), en) == Read(
        "v1", "near label"
    )
    # Two words misspelt are one too many guesses, three many too many.
    three = options("Green garden gate", "Nothing")
    assert read_choice("gren gardn gate", three, en) == Read("v1", "near label")
    assert isinstance(read_choice("gren gardn gatte", three, en), Unread)
    # A short word is never a near miss, and neither is a word of the vocabulary.
    assert isinstance(read_choice("jbs", options("Jobs", "Homes"), en), Unread)
    assert isinstance(read_choice("seven", options("Sevens", "Homes"), en), Unread)


def test_an_exact_short_label_is_read(en: Speech, options: Options) -> None:
    assert read_choice("gp", options("GP", "A&E"), en) == Read("v1", "folded label")


def test_two_options_with_one_wording_are_asked(en: Speech, options: Options) -> None:
    assert read_choice("other", options("Other", "OTHER"), en) == Unread(Why.SEVERAL)


def test_the_authors_words_and_the_code_are_accepted(en: Speech) -> None:
    offered = (
        Option("council_house", "Council", ("the council", "social housing")),
        Option("9", "Private rent"),
    )
    assert read_choice("social housing", offered, en) == Read("council_house", "key")
    assert read_choice("council house", offered, en) == Read("council_house", "value")
    # A code that is a number was never shown.
    assert isinstance(read_choice("9", offered, en), Unread)


def test_the_number_shown_before_an_option_is_its_number(en: Speech) -> None:
    scale = (Option("a", "At no time", number=0), Option("b", "Often", number=5))
    assert read_choice("5", scale, en) == Read("b", "position")
    assert read_choice("0", scale, en) == Read("a", "position")
    assert read_choice("1", scale, en) == Unread(Why.OUT_OF_RANGE)
    assert read_choices("0,5", scale, en) == Read(("a", "b"), "list")


def test_codes_that_look_like_other_numbers_are_asked(en: Speech) -> None:
    scale = (Option("0", "At no time"), Option("1", "Often"), Option("2", "Always"))
    assert read_choice("1", scale, en) == Unread(Why.CONFLICT)
    assert read_choice("3", scale, en) == Read("2", "position")
    assert read_choices("1,3", scale, en) == Unread(Why.CONFLICT)
    same = (Option("1", "At no time"), Option("2", "Often"))
    assert read_choice("1", same, en) == Read("1", "position")


def test_a_number_inside_a_label_competes_with_the_place(en: Speech, options: Options) -> None:
    people = options("1 person", "2-3 people", "4 or more people")
    assert read_choice("1", people, en) == Read("v1", "position")
    assert read_choice("2", people, en) == Read("v2", "position")
    assert read_choice("3", people, en) == Unread(
        Why.CONFLICT, (Read("v2", "label"), Read("v3", "label"))
    )
    assert read_choice("2-3", options("1", "2-3"), en) == Read("v2", "label")
    ages = options("16-24", "25-34", "35 or over")
    assert read_choice("2", ages, en) == Read("v2", "position")
    assert read_choice("25-34", ages, en) == Read("v2", "label")
    assert read_choice("30", ages, en) == Unread(Why.OUT_OF_RANGE)
    few = options("Under 5", "5 or more")
    assert isinstance(read_choice("2", few, en), Unread)


def test_a_label_that_brings_its_own_number_is_chosen_by_it(en: Speech, options: Options) -> None:
    phq = options("0 Not at all", "1 Several days", "2 More than half the days")
    assert read_choice("1", phq, en) == Read("v2", "position")
    assert read_choice("several days", phq, en) == Read("v2", "folded label")
    lettered = options("a) Bus", "b) Train")
    assert read_choice("train", lettered, en) == Read("v2", "folded label")


def test_an_emoji_in_a_label_need_not_be_typed(en: Speech, options: Options) -> None:
    faces = options("😀 Good", "😟 Bad")
    assert read_choice("good", faces, en) == Read("v1", "folded label")
    assert read_choice("😀 good", faces, en) == Read("v1", "folded label")


def test_a_yes_no_question_takes_every_yes_and_no(en: Speech) -> None:
    offered = (Option("yes", "Haan"), Option("no", "Nahi"), Option("dk", "Don't know"))
    assert read_choice("yeah", offered, en) == Read("yes", "same meaning")
    assert read_choice("👎", offered, en) == Read("no", "same meaning")
    assert read_choice("not sure", offered, en) == Read("dk", "same meaning")
    assert read_choice("don't know", offered, en) == Read("dk", "folded label")
    assert isinstance(read_choice("rather not say", offered, en), Unread)
    conflict = read_choice("yeah nope", offered, en)
    assert isinstance(conflict, Unread)
    assert conflict.why is Why.CONFLICT


def test_plain_labels_make_a_yes_no_question_too(en: Speech, options: Options) -> None:
    assert read_choice("yeah", options("Yes", "No"), en) == Read("v1", "same meaning")
    # "Agree" is a yes to some questions, but one of several shades here.
    shades = options("Agree", "Disagree", "Strongly disagree")
    assert isinstance(read_choice("yes", shades, en), Unread)
    assert read_choice("I agree", shades, en) == Read("v1", "folded label")


def test_an_option_that_is_a_command_is_an_answer(en: Speech, options: Options) -> None:
    assert read_choice("help", options("Help", "Money"), en) == Read("v1", "folded label")
    assert read_choice("stop", options("Stop", "Go"), en) == Unread(Why.COMMAND)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,3", ("v1", "v3")),
        ("1.3", ("v1", "v3")),
        ("1/3", ("v1", "v3")),
        ("1۔3", ("v1", "v3")),
        ("۱، ۳", ("v1", "v3")),
        ("1 3", ("v1", "v3")),
        ("3+1", ("v1", "v3")),
        ("3 and 1", ("v1", "v3")),
        ("1 1 3", ("v1", "v3")),
        ("a & c", ("v1", "v3")),
        ("jobs and racism", ("v2", "v5")),
        ("housin, jobs", ("v1", "v2")),
        ("1. housing 2. jobs", ("v1", "v2")),
        ("housing 1, jobs 2", ("v1", "v2")),
        ("2, racism", ("v2", "v5")),
        ("gp appointments", ("v3",)),
    ],
)
def test_several_options_are_read_in_any_list_style(
    text: str, values: tuple[str, ...], en: Speech, options: Options
) -> None:
    reading = read_choices(text, options(*NEEDS), en)
    assert isinstance(reading, Read)
    assert reading.value == values
    assert (reading.how == "list") == (len(values) > 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Why.EMPTY),
        ("13", Why.OUT_OF_RANGE),
        ("1,9", Why.OUT_OF_RANGE),
        ("1 9", Why.OUT_OF_RANGE),
        ("1-3", Why.SEVERAL),
        ("1 or 3", Why.SEVERAL),
        ("1 out of 3", Why.SEVERAL),
        ("not 1", Why.NEGATED),
        ("2 racism", Why.CONFLICT),
        ("racism 2", Why.CONFLICT),
        ("racism 2 jobs housing 1 racism", Why.CONFLICT),
        ("a job", Why.UNKNOWN),
        ("a jobs", Why.CONFLICT),
        ("all", Why.UNKNOWN),
        ("hello", Why.NOT_OFFERED),
        ("stop", Why.COMMAND),
    ],
)
def test_a_list_with_anything_doubtful_is_asked(
    text: str, why: Why, en: Speech, options: Options
) -> None:
    reading = read_choices(text, options(*NEEDS), en)
    assert isinstance(reading, Unread)
    assert reading.why is why


def test_a_joiner_that_is_also_or_is_asked(
    speech_of: Callable[..., Speech], options: Options
) -> None:
    ur = speech_of("ur", {"and": ["aur", "or"]})
    assert read_choices("1 aur 3", options(*NEEDS), ur) == Read(("v1", "v3"), "list")
    assert read_choices("1aur3", options(*NEEDS), ur) == Read(("v1", "v3"), "list")
    assert isinstance(read_choices("1or3", options(*NEEDS), ur), Unread)
    assert isinstance(read_choices("1x3", options(*NEEDS), ur), Unread)
    assert isinstance(read_choices("1 or 3", options(*NEEDS), ur), Unread)


def test_arabic_and_is_parted_from_the_label(
    speech_of: Callable[..., Speech], options: Options
) -> None:
    ar = speech_of("ar", {"and": ["و"]}, {1: ["واحد"], 25: ["خمسة وعشرون"], 20: ["عشرون"]})
    needs = options("السكن", "الصحة")
    assert read_choices("السكن والصحة", needs, ar) == Read(("v1", "v2"), "list")
    assert read_choices("١ و٢", needs, ar) == Read(("v1", "v2"), "list")
    assert read_choices("واحد", needs, ar) == Read(("v1",), "position")
    assert isinstance(read_choices("السكن وغيره", needs, ar), Unread)


def test_a_label_typed_with_its_signs_is_that_option(en: Speech, options: Options) -> None:
    ages = options("18-24", "25-34", "35-64", "65+", "Rather not")
    assert read_choice("65+", ages, en) == Read("v4", "label")
    assert read_choice("65 +.", ages, en) == Read("v4", "folded label")
    assert read_choice("25-34", ages, en) == Read("v2", "label")
    # Two options that look the same but for spaces settle nothing.
    assert isinstance(read_choice("65+", options("65+", "65 +"), en), Unread)


def test_a_word_cut_off_before_two_labels_part_is_asked(en: Speech, options: Options) -> None:
    swahili = options("Wakati wote", "Wakati mwingi", "Wakati mwingine")
    assert isinstance(read_choice("wakati mwing", swahili, en), Unread)
    assert isinstance(read_choice("wakati mwingn", swahili, en), Unread)
    alone = options("Wakati wote", "Wakati mwingine")
    assert read_choice("wakati mwingin", alone, en) == Read("v2", "near label")


def test_a_code_that_another_label_could_mean_was_never_shown(en: Speech) -> None:
    offered = (
        Option("some", "At times"),
        Option("none", "Sometimes not"),
        Option("often", "Daily"),
    )
    assert isinstance(read_choice("some", offered, en), Unread)
    assert read_choice("often", offered, en) == Read("often", "value")


def test_a_number_that_begins_one_label_only_is_part_of_it(en: Speech, options: Options) -> None:
    sizes = options("1 person", "2-3 people", "4 people and more")
    assert isinstance(read_choice("person", sizes, en), Unread)
    assert read_choice("one", options("1. One", "2. Two"), en) == Read("v1", "folded label")
    assert read_choice("housing", options("1 Housing", "2 Jobs"), en) == Read("v1", "folded label")


def test_a_number_word_of_another_label_is_not_a_place(
    speech_of: Callable[..., Speech], options: Options
) -> None:
    ti = speech_of("ti", {}, {1: ["ሓደ"]})
    offered = options("ብፍጹም", "ሓደ ሓደ ግዜ", "ኩሉ ግዜ")
    assert isinstance(read_choice("ሓደ", offered, ti), Unread)
    assert isinstance(read_choice("ሓደ ሓደ", offered, ti), Unread)
    assert read_choice("1", offered, ti) == Read("v1", "position")


def test_a_letter_that_begins_another_label_is_not_a_place(en: Speech, options: Options) -> None:
    offered = options("Never", "Sometimes", "A lot")
    assert isinstance(read_choice("a", offered, en), Unread)
    assert read_choice("b", offered, en) == Read("v2", "letter")


def test_a_yes_or_no_that_is_part_of_an_option_is_asked(
    speech_of: Callable[..., Speech],
) -> None:
    xx = speech_of("xx", {"yes": ["sure", "yes"], "no": ["no", "I don't"]})
    offered = (Option("yes", "Yes"), Option("no", "No"), Option("unsure", "I don't know"),
               Option("doubt", "Not sure"))  # fmt: skip
    assert isinstance(read_choice("I don't", offered, xx), Unread)
    assert isinstance(read_choice("sure", offered, xx), Unread)
    assert read_choice("yeah", offered, xx) == Read("yes", "same meaning")


def test_an_and_may_be_the_ending_of_each_thing_it_joins(
    speech_of: Callable[..., Speech], options: Options
) -> None:
    ti = speech_of("ti", {"and": ["ን"]})
    offered = options("መንበሪ ገዛ", "ስራሕ", "ጥዕና")
    assert read_choices("1ን 3ን", offered, ti) == Read(("v1", "v3"), "list")
    assert read_choices("ስራሕን ጥዕናን", offered, ti) == Read(("v2", "v3"), "list")
    assert read_choices("መንበሪ ገዛን ስራሕን", offered, ti) == Read(("v1", "v2"), "list")
    assert isinstance(read_choices("1ን ባዕዳን", offered, ti), Unread)


def test_a_non_joiner_may_be_typed_as_a_space_or_not_at_all(
    speech_of: Callable[..., Speech], options: Options
) -> None:
    dari = speech_of("fa-AF", {"not": ["هیچ"], "unsure": ["نمی دانم"], "frame": ["می‌دهم"]})
    for label in ("هیچ وقت", "هیچ‌وقت"):
        offered = options(label, "همیشه")
        for typed in ("هیچ وقت", "هیچ‌وقت", "هیچوقت", "هیچ‌وقت می دهم"):
            reading = read_choice(typed, offered, dari)
            assert isinstance(reading, Read), (label, typed)
            assert reading.value == "v1"
    assert read_choice("نمی‌دانم", options("همیشه"), dari) == Unread(Why.COMMAND)


def test_a_number_shown_and_another_inside_the_label_are_asked_about(en: Speech) -> None:
    options = (Option("two", "2 people", number=1), Option("one", "1 person", number=2))
    found = read_choice("1", options, en)
    assert isinstance(found, Unread)
    assert found.why is Why.CONFLICT

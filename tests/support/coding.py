"""A codebook of themes with answers that two people have coded."""

from __future__ import annotations

from bot.usecases import answer_translations, coding, theme_editing
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.theme_editing import Wanted
from tests.support.rows import rows
from tests.support.waves import answered

QUESTION = "matters"
SAID = (
    ("en", "A park with 12 benches and a bus that comes"),
    ("ur", "ہمیں ۱۲ بینچوں والا پارک چاہیے"),
    ("bn", "১২টি গাছ আর একটা বাস"),
    ("ar", "نُريدُ حديقةً و ١٢ شجرة"),
)
"""What people said: language and words; all of them say twelve."""
THEMES = (("green", "Green places"), ("bus", "Buses"))


def begun(
    services: Services,
    place: Organisation,
    campaigns: tuple[str, ...],
    coders: tuple[int, int],
    me: SignedIn,
) -> int:
    """A codebook with two themes; its id."""
    wanted = Wanted("What would help", QUESTION, "en", campaigns, coders)
    book = theme_editing.begin(services, place, me, wanted)
    for code, name in THEMES:
        words = (name, f"Somebody asks for {name.lower()}.", "More of them!")
        theme_editing.add_theme(services, place, me, book, code, words)
    return book


def said(services: Services, campaign: str, words: tuple[tuple[str, str], ...] = SAID) -> list[int]:
    """Conversations in which these were the answers; the answers' ids."""
    there = len(rows(services, "answer"))
    people = [{QUESTION: text} for _language, text in words]
    answered(
        services, campaign, people, language=[code for code, _text in words], first=700 + there
    )
    return [row["id"] for row in rows(services, "answer", question=QUESTION)][-len(words) :]


def coded(
    services: Services, place: Organisation, campaign: str, coders: tuple[SignedIn, SignedIn]
) -> dict[str, int]:
    """Everything that the pages about open answers show: a codebook, its first theme, a disputed answer."""
    answers = said(services, campaign)
    one, other = coders
    book = begun(services, place, (campaign,), (one.staff_id, other.staff_id), one)
    for me, given in ((one, ["green", "bus"]), (other, ["green"])):
        coding.code(services, place, me, book, answers[1], given)
        coding.code(services, place, me, book, answers[2], ["bus"])
    english = "We want a park with twelve benches"
    answer_translations.translate(services, place, one, answers[1], english, language="en")
    answer_translations.explain_term(
        services, place, one, answers[1], "بینچوں", language="ur", explanation="Seats to share."
    )
    (theme,) = rows(services, "theme", book_id=book, code="green")
    return {"{book}": book, "{theme}": theme["id"], "{answer}": answers[1]}

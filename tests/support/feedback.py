"""Campaigns with something to tell, and people who took part in them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update

from bot.store import inbox
from bot.usecases import feedback_wishes, feedback_writing
from bot.usecases.feedback_hands import Hand
from bot.usecases.services import Services
from tests.support.rows import rows
from tests.support.waves import answered

WRITER, OTHER, THIRD = (Hand(name, (name,)) for name in ("W. Riter", "O. Ther", "T. Hird"))
HEARD, DONE = "You said: the walk is too late.", "We moved it to ten o'clock."
URDU = {"heard": "آپ نے کہا: سیر بہت دیر سے ہے۔", "done": "ہم نے اسے دس بجے کر دیا۔"}


def compose(services: Services, slug: str, asked: str | None = None, **texts: str) -> None:
    """Write it in English."""
    feedback_writing.compose(
        services, slug, **{"heard": HEARD, "done": DONE} | texts, asked=asked, hand=WRITER
    )


def sign_off(services: Services, slug: str, *languages: str) -> None:
    """Somebody who wrote nothing approves it."""
    for code in languages or ("en",):
        feedback_writing.sign_off(services, slug, code, hand=THIRD)


def took_part(
    services: Services,
    slug: str,
    languages: Sequence[str],
    *,
    channel: str = "sms",
    agreed: bool = True,
    question: str = "matters",
    first: int = 0,
) -> list[str]:
    """People with phones who answered, one for each of these languages; their numbers."""
    said = [{question: "the walk"} for _ in languages]
    ids = answered(services, slug, said, language=languages, first=first)
    numbers = []
    for place, conversation in enumerate(ids, first):
        (row,) = rows(services, "conversation", id=conversation)
        number = f"+447700901{place:03}"
        with services.database.transaction() as work:
            work.connection.execute(
                update(inbox.CONTACT)
                .where(inbox.CONTACT.c.id == row["contact_point_id"])
                .values(
                    address=services.keys.encrypt(number, column="contact_point.address"),
                    address_index=services.keys.index(number),
                    channel=channel,
                )
            )
        numbers.append(number)
        if agreed:
            (person,) = rows(services, "participant", id=row["participant_id"])
            feedback_wishes.keep(
                services, slug, person["pseudonym"], agreed=True, how="asked", hand=OTHER
            )
    return numbers

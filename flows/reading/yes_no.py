"""Yes or no, in the conversation's language, romanised, in English, or with a thumb.

Negation wins over politeness: in জি না, جی نہیں and "ji nahi" the first word is both yes and a
courtesy, so beside a no it is a courtesy. A yes and a no that both mean it are asked about.
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.reading.answers import Read, Reading, Speech, Unread, Why
from flows.reading.messages import (
    DECOR,
    NO_SIGNS,
    YES_SIGNS,
    Message,
    Piece,
    doubting,
    opened,
    own_or_english,
)
from flows.reading.vocabulary import Role
from flows.reading.words import Kind

YES, NO = "yes", "no"
_SURE = {Role.YES: YES, Role.NO: NO}
_NEUTRAL = DECOR | {Role.AND, Role.LIST_MARKS}
_UNDECIDED = {Role.MAYBE: Why.MAYBE, Role.UNSURE: Why.MAYBE, Role.OR: Why.SEVERAL,
              Role.NOT: Why.NEGATED, Role.ABOUT: Why.MAYBE}  # fmt: skip


def read_yes_no(text: str, speech: Speech) -> Reading:
    """Read "yes" or "no", or say why not."""
    message = opened(text, speech)
    if isinstance(message, Unread):
        return message
    return judge_yes_no(message, speech)


def judge_yes_no(message: Message, speech: Speech) -> Reading:
    """Read yes or no from a message that is already cut."""
    if doubting(message.pieces):
        return Unread(Why.MAYBE)
    sides: list[tuple[Piece, frozenset[str]]] = []
    undecided: list[Why] = []
    for piece in message.pieces:
        answers = _answers(piece)
        if answers:
            sides.append((piece, answers))
        elif piece.kind in (Kind.MARK, Kind.EMOJI) or piece.roles & _NEUTRAL:
            continue
        else:
            undecided.append(
                next((_UNDECIDED[r] for r in _UNDECIDED if r in piece.roles), Why.UNKNOWN)
            )
    if undecided:
        return Unread(min(undecided, key=lambda why: why is Why.UNKNOWN))
    return _settle(sides, speech)


def _answers(piece: Piece) -> frozenset[str]:
    if piece.key in YES_SIGNS:
        return frozenset({YES})
    if piece.key in NO_SIGNS:
        return frozenset({NO})
    return frozenset(_SURE[role] for role in piece.roles & _SURE.keys())


def _settle(sides: Sequence[tuple[Piece, frozenset[str]]], speech: Speech) -> Reading:
    if not sides:
        return Unread(Why.UNKNOWN)
    if all(Role.ORDINARY in piece.roles for piece, _ in sides):
        return Unread(Why.HOMOGRAPH, tuple(Read(one, f"{one} word") for one in sorted(sides[0][1])))
    clear = [(piece, answers) for piece, answers in sides if len(answers) == 1]
    if not clear:
        return Unread(Why.HOMOGRAPH, (Read(YES, "yes word"), Read(NO, "no word")))
    said = {answer for _, answers in clear for answer in answers}
    if len(said) == 2:
        # A yes that is also a courtesy is only polite beside a no.
        clear = [(piece, one) for piece, one in clear if YES not in one or not piece.roles & DECOR]
        said = {answer for _, answers in clear for answer in answers}
    if len(said) == 2:
        return Unread(Why.CONFLICT, (Read(YES, "yes word"), Read(NO, "no word")))
    (value,) = said
    return Read(value, min((_how(piece, value, speech) for piece, _ in clear), key=_least_marked))


def _least_marked(how: str) -> tuple[bool, bool]:
    return (how == "emoji", how.startswith("english"))


def _how(piece: Piece, value: str, speech: Speech) -> str:
    if piece.kind is Kind.EMOJI or not piece.meanings:
        return "emoji"
    role = Role.YES if value == YES else Role.NO
    return own_or_english(piece, role, speech, f"{value} word")

"""Yes or no, in the conversation's language, romanised, in English, or with a thumb.

Negation wins over politeness: in জি না, جی نہیں and "ji nahi" the first word is both yes and a
courtesy, so beside a no it is a courtesy. A yes and a no that both mean it are asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

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
# 得唔得, 好不好: Chinese asks by saying a word, its negation and the word again.
_A_NOT_A = regex.compile(r"(?<![唔不冇無])(\p{Han})[唔不冇無]\1")
# "ha ha ha": the same syllable of breath twice and more, in every script. The spelling is looked
# at, since without their dots ਹਾਂ ਹਾਂ and হাঁ হাঁ ("yes, yes") would be laughter too.
# Pashto "ho ho" is yes twice; three times it laughs.
_LAUGHTER = regex.compile(
    r" (?:([hx][aei]|হ[ািে]|ਹ[ਾਿੀੇ]|[ہھه][اأیي]|[ሀሃሐሓኀኃ])(?: \1)+|h([ou])(?: h\2){2,}) "
)
_HAN = regex.compile(r"\p{Han}")
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
    if doubting(message.pieces) or _A_NOT_A.search(message.text) or _LAUGHTER.search(message.spelt):
        return Unread(Why.MAYBE)
    sides: list[tuple[Piece, frozenset[str]]] = []
    undecided: list[Why] = []
    polite = False
    for piece in message.pieces:
        answers = _answers(piece)
        if polite and piece.roles >= {Role.YES, Role.COURTESY}:
            # After another courtesy the word is one too: "shukriya ji" is thanks, not a yes.
            continue
        polite = Role.COURTESY in piece.roles and not answers
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
    own = {one.role for one in piece.meanings if one.language != "en"}
    if own & _UNDECIDED.keys() and not own & _SURE.keys() and Role.NOT not in own:
        # Own words come before English ones: Urdu *ya* is or, not a yes.
        return frozenset()
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
    if said == {NO} and _denies_itself([piece for piece, _ in clear]):
        return Unread(Why.NEGATED)
    if len(said) == 2:
        # A yes that is also a courtesy is only polite beside a no.
        clear = [(piece, one) for piece, one in clear if YES not in one or not piece.roles & DECOR]
        said = {answer for _, answers in clear for answer in answers}
    if len(said) == 2:
        return Unread(Why.CONFLICT, (Read(YES, "yes word"), Read(NO, "no word")))
    (value,) = said
    return Read(value, min((_how(piece, value, speech) for piece, _ in clear), key=_least_marked))


def _denies_itself(pieces: Sequence[Piece]) -> bool:
    """Say whether two Han negations run into each other: 唔係冇 is "not without"."""
    return any(
        before.end == after.start and before.key != after.key and _HAN.search(before.key)
        for before, after in pairwise(pieces)
    )


def _least_marked(how: str) -> tuple[bool, bool]:
    return (how == "emoji", how.startswith("english"))


def _how(piece: Piece, value: str, speech: Speech) -> str:
    if piece.kind is Kind.EMOJI or not piece.meanings:
        return "emoji"
    role = Role.YES if value == YES else Role.NO
    return own_or_english(piece, role, speech, f"{value} word")

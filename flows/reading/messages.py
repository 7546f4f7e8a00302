"""A message cut into the longest phrases a language knows.

Reading never picks a word out of a sentence: a reader looks at every piece of the message, and a
piece that no vocabulary explains means that the person is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from flows.reading.answers import Option, Speech, Unread, Why
from flows.reading.folding import fold, unstretched
from flows.reading.vocabulary import Lookup, Meaning, Role
from flows.reading.words import Kind, Token, tokenise

# A closed question is answered in a few words. Nothing longer is read, so that no number or
# yes is ever picked out of a story.
LONGEST_ANSWER = 200

# Around an answer these change nothing; the doubting ones turn it into a question.
DOUBTING_SIGNS = frozenset("?؟⁇❓❔¿፧🤔🤷")
YES_SIGNS = frozenset("👍✅✔☑")
NO_SIGNS = frozenset("👎❌✖✗✘🙅")
DECOR = frozenset({Role.GREETINGS, Role.COURTESY, Role.FRAME})
# Languages that write "and" together with the word after it.
GLUED_AND = {"ar": "و"}
# An option's own wording is looked at before a phrase around it that says yes or no.
_AGREEMENT = frozenset({Role.YES, Role.NO})
_JOINING = frozenset("-_.'‐‑")
_WORDY = frozenset({Kind.WORD, Kind.NUMERAL, Kind.ENCLOSED})
_UNKNOWN_COST = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """A phrase of the message: its tokens, and everything it means (nothing, if unknown)."""

    tokens: tuple[Token, ...]
    key: str
    meanings: tuple[Meaning, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        """What the phrase can do."""
        return frozenset(meaning.role for meaning in self.meanings)

    @property
    def kind(self) -> Kind:
        """The kind of its tokens; a phrase of several is always words."""
        return self.tokens[0].kind

    @property
    def start(self) -> int:
        """Where it starts in the folded text."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where it ends in the folded text."""
        return self.tokens[-1].end

    def numbers(self, role: Role = Role.NUMBER) -> frozenset[int]:
        """The numbers (or months) it names."""
        return frozenset(
            meaning.number
            for meaning in self.meanings
            if meaning.role is role and meaning.number is not None
        )


@dataclass(frozen=True, slots=True)
class Message:
    """A folded text and its pieces."""

    text: str
    pieces: tuple[Piece, ...]


Find = Callable[[str], tuple[Meaning, ...]]
_NOTHING: Lookup = {}


def cut(text: str, speech: Speech, offered: Lookup = _NOTHING, longest: int = 1) -> Message:
    """Cut a message into phrases of the conversation's own language and of English.

    Args:
        text: what the person typed.
        speech: the language of the conversation.
        offered: what the options of the question add to the vocabulary.
        longest: the most words an option has.
    """
    folded = fold(text)
    own, english = speech.own, speech.english

    def find(key: str) -> tuple[Meaning, ...]:
        meanings = own.meanings(key)
        if own is not english:
            meanings += english.meanings(key)
        if meanings and offered and " " in key and _holds(key, offered):
            meanings = tuple(one for one in meanings if one.role not in _AGREEMENT)
        return offered.get(key, ()) + meanings

    def reach(first: str) -> int:
        return max(own.reach.get(first, 1), english.reach.get(first, 1), longest)

    tokens = tokenise(folded)
    pieces = pieces_of(tokens, find, reach)
    joiner = GLUED_AND.get(own.language)
    if joiner and (parted := _unjoined(tokens, pieces, joiner, find)):
        pieces = pieces_of(parted, find, reach)
    return Message(folded, tuple(pieces))


def _holds(key: str, offered: Lookup) -> bool:
    """Say whether a longer phrase ends in the wording of an option: "i agree" in "agree"."""
    words = key.split(" ")
    return any(" ".join(words[start:]) in offered for start in range(1, len(words)))


def _unjoined(
    tokens: Sequence[Token], pieces: Sequence[Piece], joiner: str, find: Find
) -> list[Token]:
    """Part an "and" from the known word it is written together with: والصحة is و and الصحة.

    Returns an empty list when there is nothing to part.
    """
    unknown = {piece.start for piece in pieces if not piece.meanings}
    parted: list[Token] = []
    for token in tokens:
        rest = token.text[len(joiner) :]
        glued = token.start in unknown and token.text.startswith(joiner)
        if glued and rest and find(rest):
            middle = token.start + len(joiner)
            parted.append(Token(Kind.WORD, joiner, token.start, middle))
            parted.append(Token(Kind.WORD, rest, middle, token.end))
        else:
            parted.append(token)
    return parted if len(parted) > len(tokens) else []


def pieces_of(tokens: Sequence[Token], find: Find, reach: Callable[[str], int]) -> list[Piece]:
    """Cover the tokens with as few pieces as possible, unknown words counted dearly.

    Fewest pieces means that the longest phrases win: "not sure" is one thing, not "not" and
    "sure". Cost is linear in the tokens, since a phrase's length is bounded by the vocabulary.
    """
    # best[i] is the cheapest cover of tokens[i:]: its cost, and its first piece.
    best: list[tuple[int, Piece | None]] = [(0, None)] * (len(tokens) + 1)
    for first in range(len(tokens) - 1, -1, -1):
        single = _single(tokens[first], find)
        known = single.meanings or tokens[first].kind is not Kind.WORD
        choice = ((1 if known else _UNKNOWN_COST) + best[first + 1][0], single)
        for phrase in _phrases(tokens, first, find, reach):
            cost = 1 + best[first + len(phrase.tokens)][0]
            # <= prefers the longer phrase at equal cost.
            if cost <= choice[0]:
                choice = (cost, phrase)
        best[first] = choice
    pieces = []
    position = 0
    while (piece := best[position][1]) is not None:
        pieces.append(piece)
        position += len(piece.tokens)
    return pieces


def _phrases(
    tokens: Sequence[Token], first: int, find: Find, reach: Callable[[str], int]
) -> Iterator[Piece]:
    """Yield the known phrases of two words and more that start at a token."""
    if tokens[first].kind not in _WORDY:
        return
    limit = reach(tokens[first].text)
    key, words, joined = tokens[first].text, 1, True
    for last in range(first + 1, len(tokens)):
        token = tokens[last]
        if token.kind is Kind.MARK:
            joined = joined and token.text in _JOINING
            continue
        words += 1
        if words > limit or token.kind not in _WORDY:
            return
        key = f"{key} {token.text}"
        # Other marks end a phrase of a vocabulary, but may stand inside an option's label.
        meanings = find(key)
        if not joined:
            meanings = tuple(one for one in meanings if one.role is Role.OPTION)
        if meanings:
            yield Piece(tuple(tokens[first : last + 1]), key, meanings)


def _single(token: Token, find: Find) -> Piece:
    meanings = () if token.kind is Kind.MARK else find(token.text)
    if not meanings and token.kind is Kind.WORD:
        for spelling in unstretched(token.text):
            if meanings := find(spelling):
                return Piece((token,), spelling, meanings)
    return Piece((token,), token.text, meanings)


def opened(text: str, speech: Speech, options: Sequence[Option] = ()) -> Message | Unread:
    """Cut a reply to a closed question, or say why it cannot be one."""
    if len(text) > LONGEST_ANSWER:
        folded = fold(text)
        return Unread(Why.UNKNOWN if folded else Why.EMPTY)
    message = cut(text, speech)
    if not message.pieces:
        return Unread(Why.EMPTY)
    if speech.keywords.read(text, language=speech.language, offered=options):
        return Unread(Why.COMMAND)
    return message


def doubting(pieces: Iterable[Piece]) -> bool:
    """Say whether a question mark or a doubting face makes the message a question."""
    return any(piece.key in DOUBTING_SIGNS for piece in pieces)


def own_or_english(piece: Piece, role: Role, speech: Speech, how: str) -> str:
    """Return the ``how`` code of a word: plain for an own word, marked for an English one."""
    languages = {meaning.language for meaning in piece.meanings if meaning.role is role}
    return (
        how
        if languages - {speech.english.language} or _speaks_english(speech)
        else f"english {how}"
    )


def _speaks_english(speech: Speech) -> bool:
    return speech.english.language in (speech.language, speech.own.borrows)

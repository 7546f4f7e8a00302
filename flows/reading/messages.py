"""A message cut into the longest phrases a language knows.

Reading never picks a word out of a sentence: a reader looks at every piece of the message, and a
piece that no vocabulary explains means that the person is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from flows.reading.answers import Option, Speech, Unread, Why
from flows.reading.folding import fold, folds, spelling, unstretched
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
_NUMBERS_JOINED = regex.compile(r"([0-9]+)(\D+)([0-9]+)")
# Languages that write "and" together with the word after it.
GLUED_AND = {"ar": "و"}
# And with the word before it, as an ending: ገዛን ስራሕን.
ENDING_AND = {"ti": "ን"}
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
    """A folded text, its pieces, and its words as they were spelt."""

    text: str
    pieces: tuple[Piece, ...]
    spelt: str

    @property
    def unknown(self) -> int:
        """How many pieces nothing explains."""
        return sum(one.kind is Kind.WORD and not one.meanings for one in self.pieces)


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
    spelt = spelling(text)
    own, english = speech.own, speech.english

    def find(key: str) -> tuple[Meaning, ...]:
        meanings = own.meanings(key)
        if own is not english:
            meanings += english.meanings(key)
        if meanings and offered and " " in key and _holds(key, offered):
            meanings = tuple(one for one in meanings if one.role not in _AGREEMENT)
        return offered.get(key, ()) + as_spelt(meanings, spelt)

    def reach(first: str) -> int:
        return max(own.reach.get(first, 1), english.reach.get(first, 1), longest)

    endings = {key.rpartition(" ")[2] for key in offered}

    def cut_one(folded: str) -> Message:
        pieces = pieces_of(tokenise(folded), find, reach)
        if parted := _unjoined(pieces, own.language, find, endings):
            pieces = pieces_of(parted, find, reach)
        return Message(folded, tuple(pieces), spelt)

    return min(map(cut_one, folds(text)), key=lambda message: message.unknown)


def as_spelt(meanings: tuple[Meaning, ...], spelt: str) -> tuple[Meaning, ...]:
    """Leave out an everyday word where its spelling is not what was typed, but the answer's is."""
    everyday = [one for one in meanings if one.role is Role.ORDINARY]
    others = [one for one in meanings if one.role is not Role.ORDINARY]
    if not everyday or any(spelling(one.word) in spelt for one in everyday):
        return meanings
    return tuple(others) if any(spelling(one.word) in spelt for one in others) else meanings


def _holds(key: str, offered: Lookup) -> bool:
    """Say whether a longer phrase ends in the wording of an option: "i agree" in "agree"."""
    words = key.split(" ")
    return any(" ".join(words[start:]) in offered for start in range(1, len(words)))


def _unjoined(
    pieces: Sequence[Piece], language: str, find: Find, endings: Container[str]
) -> list[Token]:
    """Part an "and" from what it is written together with: والصحة is و and الصحة, "1aur3" three.

    Returns an empty list when there is nothing to part.
    """
    parted: list[Token] = []
    changed = False
    for piece in pieces:
        unknown = piece.kind is Kind.WORD and not piece.meanings
        parts = _parts(piece.key, language, find, endings) if unknown else ()
        start = piece.start
        for part in parts:
            kind = Kind.NUMERAL if part.isdigit() else Kind.WORD
            parted.append(Token(kind, part, start, start + len(part)))
            start += len(part)
        changed = changed or bool(parts)
        if not parts:
            parted.extend(piece.tokens)
    return parted if changed else []


def _parts(word: str, language: str, find: Find, endings: Container[str]) -> tuple[str, ...]:
    if found := _NUMBERS_JOINED.fullmatch(word):
        roles = {meaning.role for meaning in find(found[2])}
        return found.groups() if Role.AND in roles and Role.OR not in roles else ()
    joiner = GLUED_AND.get(language)
    rest = word[len(joiner) :] if joiner and word.startswith(joiner) else ""
    if rest and (rest.isdigit() or find(rest)):
        return (word[: -len(rest)], rest)
    ending = ENDING_AND.get(language)
    rest = word[: -len(ending)] if ending and word.endswith(ending) else ""
    if rest and (rest.isdigit() or find(rest) or rest in endings):
        return (rest, word[len(rest) :])
    return ()


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
            # At equal cost the later phrase is the longer one, since in Urdu and its neighbours
            # a negation belongs to what stands just before it: "ji, bilkul nahi".
            if cost < choice[0]:
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

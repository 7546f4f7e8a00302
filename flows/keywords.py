"""Commands, recognised in every language at once, whatever the conversation's language.

A command is a whole message, after greetings and courtesy are taken off ("please stop" is STOP;
"we've got to stop this bill" is an answer). One spelling can be a command in one language and an
ordinary answer in another; these rules settle it, in this order:

1. STOP in English (the words the carriers act on) and in the conversation's own language wins
   over everything but rule 2.
2. An option that was offered is an answer: its label, its value or one of its keys, typed whole.
   The exceptions are the words whose only meaning is to leave (STOP_ALWAYS).
3. A word that is a yes, no, number, month, courtesy or any other part of an answer in the
   conversation's own language or in English stays one: Swahili *acha* (stop) is Urdu *acha*
   (good), Bengali *shesh* (stop) is Dari *shesh* (six).
4. Otherwise the command stands; if languages disagree about which, STOP wins, then the
   conversation's language, then English; other disagreements are no command.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flows.reading.answers import Option
from flows.reading.folding import fold, folds
from flows.reading.messages import DOUBTING_SIGNS, Piece, pieces_of
from flows.reading.vocabulary import Meaning, Role, Vocabulary, reach_of
from flows.reading.words import Kind, key_of, tokenise

LONGEST_COMMAND = 120
ENGLISH = "en"
# A person typing one of these can only mean to leave, so no option may take them over. "end",
# "cancel" and "quit" are carriers' words too, but can be honest answers when they are offered.
STOP_ALWAYS = frozenset({"stop", "stopall", "stop all", "unsubscribe", "optout", "opt out"})


class Command(StrEnum):
    """What a person can ask for at any point."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    BACK = "back"
    SKIP = "skip"
    REPEAT = "repeat"
    LANGUAGE = "language"
    DELETE = "delete"
    REFUSE = "refuse"
    UNSURE = "unsure"


_COMMANDS: Mapping[Role, Command] = {Role(command.value): command for command in Command}
_DECOR = frozenset({Role.GREETINGS, Role.COURTESY})
_NO_ANSWERS = {Role.CALLED, Role.CRISIS, Role.LETTERS, Role.FRAME, Role.ORDINARY, Role.OPTION}
_ANSWERS = frozenset(Role) - _COMMANDS.keys() - _DECOR - _NO_ANSWERS
# Where "Don't know" is an option, "no idea" chooses it.
_ALSO_OPTIONS = frozenset({Command.UNSURE, Command.REFUSE})
_KNOWN = frozenset(_COMMANDS) | _DECOR | {Role.CALLED}


@dataclass(frozen=True, slots=True)
class CommandRead:
    """A command that was recognised.

    Attributes:
        command: what the person asks for.
        language: the language it was recognised in; for LANGUAGE the language chosen by name, or
            None when the person only asked for the menu.
        how: "keyword", or "language name".
    """

    command: Command
    language: str | None
    how: str


@dataclass(frozen=True, slots=True)
class Keywords:
    """Every language's commands, courtesies and names, in one look-up table."""

    vocabularies: Mapping[str, Vocabulary]
    words: Mapping[str, tuple[Meaning, ...]]
    reach: Mapping[str, int]

    @classmethod
    def compile(cls, vocabularies: Iterable[Vocabulary]) -> Keywords:
        """Build the table once from all vocabularies."""
        known = {vocabulary.language: vocabulary for vocabulary in vocabularies}
        words: dict[str, list[Meaning]] = {}
        # A language that borrows comes last: "english" chooses English, not its Easy Read form.
        for vocabulary in sorted(known.values(), key=lambda one: one.borrows is not None):
            for key, meanings in vocabulary.words.items():
                kept = [
                    meaning
                    for meaning in meanings
                    if meaning.role in _KNOWN and meaning.language == vocabulary.language
                ]
                if kept:
                    words.setdefault(key, []).extend(kept)
        table = {key: tuple(meanings) for key, meanings in words.items()}
        return cls(known, table, reach_of(table))

    def read(
        self, text: str, *, language: str, offered: Sequence[Option] = ()
    ) -> CommandRead | None:
        """Return the command a message is, or None when it is an answer."""
        if len(text) > LONGEST_COMMAND:
            return None
        found = (self._whole(folded, language, offered) for folded in folds(text))
        return next((one for one in found if one is not None), None)

    def _whole(self, folded: str, language: str, offered: Sequence[Option]) -> CommandRead | None:
        tokens = tokenise(folded)
        whole = key_of(folded)
        if not whole:
            return None
        if (spelt_out := "".join(whole.split(" "))) in STOP_ALWAYS and len(whole) > len(spelt_out):
            return CommandRead(Command.STOP, ENGLISH, "keyword")  # "s t o p"
        pieces = [
            piece
            for piece in pieces_of(
                [token for token in tokens if token.kind is not Kind.MARK],
                lambda key: self.words.get(key, ()),
                lambda first: self.reach.get(first, 1),
            )
            if piece.kind is not Kind.EMOJI or piece.key in DOUBTING_SIGNS
        ]
        return self._judge(pieces, whole, language, offered)

    def _judge(
        self, pieces: Sequence[Piece], whole: str, language: str, offered: Sequence[Option]
    ) -> CommandRead | None:
        if any(not piece.meanings for piece in pieces):
            return None
        asked = [piece for piece in pieces if not piece.roles <= _DECOR]
        found = [self._command(piece, language) for piece in asked]
        commands = [one for one in found if one is not None]
        if not commands or len(commands) < len(found):
            return None
        agreed = _agreed(commands)
        spoken = self._family(language) | {ENGLISH}
        spoken.update(one.language for piece in asked for one in piece.meanings)
        # A courtesy counts in a language that is being spoken: Urdu *bus* (just) is no courtesy
        # in "bus stop", while "fadlan jooji" is Somali throughout.
        if any(not spoken & {one.language for one in piece.meanings} for piece in pieces):
            return None
        if agreed is None or self._offers(offered, whole, {piece.key for piece in asked}, agreed):
            return None
        return agreed

    def _offers(
        self, offered: Sequence[Option], whole: str, asked: set[str], agreed: CommandRead
    ) -> bool:
        """Say whether the message is one of the options, or means the same as one of them."""
        if asked & STOP_ALWAYS:
            return False
        keys = {
            key_of(fold(word))
            for option in offered
            for word in (option.label, option.value.replace("_", " "), *option.keys)
        }
        if whole in keys or asked & keys:
            return True
        return agreed.command in _ALSO_OPTIONS and any(
            meaning.role.value == agreed.command.value
            for key in keys
            for meaning in self.words.get(key, ())
        )

    def _family(self, language: str) -> set[str]:
        own = self.vocabularies.get(language)
        return {language, own.borrows} if own and own.borrows else {language}

    def _command(self, piece: Piece, language: str) -> CommandRead | None:
        """Return what one piece commands in this conversation."""
        meanings = [one for one in piece.meanings if one.role not in _DECOR]
        family = self._family(language)
        nearest = [one for one in meanings if one.language in family]
        english = [one for one in meanings if one.language == ENGLISH]
        for near in (nearest, english):
            if any(one.role is Role.STOP for one in near):
                return CommandRead(Command.STOP, near[0].language, "keyword")
        commanding = {one.language for one in (*nearest, *english)}
        if self._is_answer(piece.key, language, commanding):
            return None
        stops = [one for one in meanings if one.role is Role.STOP]
        for group in (stops, nearest, english, meanings):
            roles = {one.role for one in group}
            if len(roles) == 1:
                return _read(group[0])
        return None

    def _is_answer(self, key: str, language: str, commanding: set[str]) -> bool:
        """Say whether the word is an answer in the conversation's language or in English.

        A courtesy is one too, but not in a language that lists the word as the command as well.
        """
        return any(
            meaning.role in _ANSWERS or (meaning.role in _DECOR and code not in commanding)
            for code in (language, ENGLISH)
            if (vocabulary := self.vocabularies.get(code))
            for meaning in vocabulary.meanings(key)
        )


def read_command(
    text: str, keywords: Keywords, *, language: str, offered: Sequence[Option] = ()
) -> CommandRead | None:
    """Return the command a message is, in any language, or None when it is an answer.

    Args:
        text: exactly what the person typed.
        keywords: every language's commands.
        language: the code of the conversation's language.
        offered: the options of the question that is open, if it has any.
    """
    return keywords.read(text, language=language, offered=offered)


def _read(meaning: Meaning) -> CommandRead:
    if meaning.role is Role.CALLED:
        return CommandRead(Command.LANGUAGE, meaning.language, "language name")
    command = _COMMANDS[meaning.role]
    chosen = None if command is Command.LANGUAGE else meaning.language
    return CommandRead(command, chosen, "keyword")


def _agreed(commands: Sequence[CommandRead]) -> CommandRead | None:
    """Return the one command of several pieces: STOP wins; a language's name says which."""
    for one in commands:
        if one.command is Command.STOP:
            return one
    named = {one.language for one in commands if one.how == "language name"}
    kinds = {one.command for one in commands}
    if len(kinds) != 1 or len(named) > 1:
        return None
    return next((one for one in commands if one.how == "language name"), commands[0])

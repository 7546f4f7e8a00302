"""What the commands do: STOP, START, HELP, back, skip, repeat, language, delete, prefer not to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from flows import asking, phrases, reading, spoken
from flows.effects import (
    ConsentRestored,
    ConsentWithdrawn,
    ErasureRequested,
    Missing,
    Outcome,
)
from flows.events import Received
from flows.keywords import Command, CommandRead, read_command
from flows.reading import Option, Read
from flows.state import Phase
from flows.survey import Kind
from flows.wording import Wording

if TYPE_CHECKING:
    from flows.step import Conversation


def after_stop(step: Conversation, event: Received) -> None:
    """Only START opens a conversation again; everything else is kept in silence."""
    found = read_command(event.text, step.language.speech.keywords, language=step.language.code)
    if found is None or found.command is not Command.START:
        return
    step.effects.append(ConsentRestored(event.text))
    step.state = replace(step.state, stopped=False)
    if step.state.outcome is not Outcome.STOPPED:
        _tell(step, phrases.ALREADY_FINISHED)
        return
    step.state = replace(step.state, phase=Phase.ASKING, outcome=None, tries=0)
    if step.question is None:
        step.forward()
    else:
        step.say(phrases.WELCOME_BACK)
        step.ask()


def obey(step: Conversation, event: Received, offered: Sequence[Option]) -> bool:
    """Carry out the command in a message; False when the message is not a command here."""
    if event.payload is not None:
        return False
    found = read_command(
        event.text, step.language.speech.keywords, language=step.language.code, offered=offered
    )
    if found is None or not _applies(step, found):
        return False
    _carry_out(step, event, found)
    return True


def _applies(step: Conversation, found: CommandRead) -> bool:
    """Whether a command makes sense at this point of the conversation."""
    match found.command:
        case Command.STOP | Command.HELP | Command.DELETE:
            return True
        case Command.LANGUAGE:
            return step.state.phase is not Phase.FINISHED
        case Command.START:
            return step.state.phase in (Phase.PAUSED, Phase.RESTING)
        case Command.UNSURE:
            question = step.question
            of_text = question is None or question.kind is Kind.TEXT
            return _asking(step) and not step.state.unseen and not of_text
        case Command.BACK | Command.REPEAT:
            return _asking(step) or step.state.phase is Phase.RESTING
        case Command.SKIP | Command.REFUSE:
            return _asking(step) and not step.state.unseen
        case _:
            assert_never(found.command)


def _asking(step: Conversation) -> bool:
    return step.question is not None and step.state.phase in (Phase.ASKING, Phase.PAUSED)


def _carry_out(step: Conversation, event: Received, found: CommandRead) -> None:
    match found.command:
        case Command.STOP:
            stop(step, event.text)
        case Command.HELP:
            step.say(phrases.HELP)
            _go_on(step)
        case Command.START | Command.REPEAT:
            _put(step)
        case Command.BACK:
            _back(step)
        case Command.SKIP:
            _leave_out(step, Missing.SKIPPED, event.text)
        case Command.REFUSE:
            _leave_out(step, Missing.REFUSED, event.text)
        case Command.UNSURE:
            _leave_out(step, Missing.UNSURE, event.text)
        case Command.LANGUAGE:
            _language(step, found.language)
        case Command.DELETE:
            step.state = replace(step.state, phase=Phase.CONFIRMING_ERASURE)
            _tell(step, phrases.CONFIRM_ERASURE)
        case _:
            assert_never(found.command)


def stop(step: Conversation, raw: str) -> None:
    """STOP wins, in every state: one farewell, and silence."""
    step.effects.append(ConsentWithdrawn(raw))
    step.state = replace(step.state, stopped=True)
    step.leads = []  # whatever else there was to say: a person who wants silence gets it
    step.say(phrases.STOPPED)
    if step.state.outcome is None:
        step.finish(Outcome.STOPPED)
    else:
        step.state = replace(step.state, phase=Phase.FINISHED)
        _say_and_wait(step)


def _tell(step: Conversation, phrase: Wording) -> None:
    step.say(phrase)
    _say_and_wait(step)


def _say_and_wait(step: Conversation) -> None:
    step.effects += asking.tell(step.leads)
    step.leads = []


def _put(step: Conversation) -> None:
    """The question at hand once more, or the one that was held back."""
    if step.state.unseen:
        step.put()
    else:
        step.ask()


def _go_on(step: Conversation) -> None:
    """Ask the question at hand again; without one, only say what there is to say."""
    if step.state.phase is Phase.RESTING:
        _say_and_wait(step)
    elif step.state.unseen and step.state.phase is not Phase.FINISHED:
        step.put()
    elif step.question is not None and step.state.phase is not Phase.FINISHED:
        step.ask()
    elif step.state.phase is Phase.NEW:
        step.forward()
    else:
        _say_and_wait(step)


def _back(step: Conversation) -> None:
    """To the question before this one; its answer stays until another one replaces it."""
    earlier = [name for name in step.state.asked if step.survey.by_name[name].takes_answer]
    position = step.state.position
    if position in earlier and not step.state.unseen:
        earlier = earlier[: earlier.index(position)]
    if not earlier:
        step.say(phrases.NOTHING_BEFORE)
    else:
        step.state = replace(step.state, position=earlier[-1], tries=0)
    step.ask()


def _leave_out(step: Conversation, why: Missing, raw: str) -> None:
    question = step.question
    assert question is not None  # `_applies` has seen to it
    if question.purpose is not None:
        # Consent is not skipped: whoever does not want to say yes is not asked anything.
        step.pause(spoken.part(step.language, phrases.PAUSED))
    elif why is Missing.SKIPPED and (default := step.default(question)) is not None:
        step.say(phrases.SKIPPED)
        step.take(question, default, raw)
    elif question.required and why is not Missing.REFUSED:
        step.say(phrases.REQUIRED)
        step.ask()
    else:
        step.say(phrases.SKIPPED)
        step.leave_out(why, raw)


def _language(step: Conversation, chosen: str | None) -> None:
    if chosen is not None and chosen in step.language.offered:
        step.speak(chosen)
        _settle_menu(step)
        return
    if chosen is not None:
        names = {vocabulary.language: vocabulary.name for vocabulary in step.language.vocabularies}
        named = names.get(chosen, chosen)
        step.say(phrases.LANGUAGE_NOT_OFFERED, language=named)
    if step.state.phase is Phase.NEW:
        step.forward()
        return
    step.state = replace(step.state, phase=Phase.CHOOSING_LANGUAGE)
    _menu(step)


def _menu(step: Conversation) -> None:
    lines = asking.numbered(step.language.menu())
    menu = spoken.joined("\n", [step.language.text(phrases.CHOOSE_LANGUAGE), *lines])
    step.leads.append(spoken.Part(menu, (phrases.CHOOSE_LANGUAGE.context,)))
    _say_and_wait(step)


def _settle_menu(step: Conversation) -> None:
    """Ask on in the new language; a language menu that was being asked is answered by it."""
    question = step.question
    if question is None or question.list_name == "languages":
        step.forward()
    else:
        _put(step)


def choose_language(step: Conversation, event: Received) -> None:
    """Read the reply to the menu that the LANGUAGE command showed."""
    found = reading.read_choice(event.text, step.language.menu(), step.language.speech)
    if isinstance(found, Read):
        step.speak(str(found.value))
    # An unread reply keeps the language: the question itself is what matters.
    _settle_menu(step)


def confirm_erasure(step: Conversation, event: Received) -> None:
    """Delete only on a clear yes."""
    found = reading.read_yes_no(event.text, step.language.speech)
    if isinstance(found, Read) and found.value == "yes":
        step.effects.append(ConsentWithdrawn(event.text))
        step.effects.append(ErasureRequested())
        step.say(phrases.ERASURE_REQUESTED)
        step.state = replace(step.state, stopped=True)
        step.finish(Outcome.ERASED)
        return
    step.say(phrases.ERASURE_DROPPED)
    step.state = replace(step.state, phase=_phase_before(step))
    _go_on(step)


def _phase_before(step: Conversation) -> Phase:
    """What was awaited before the question whether to delete everything came between."""
    if step.state.outcome is not None:
        return Phase.FINISHED
    if step.state.unseen:
        return Phase.PAUSED
    return Phase.NEW if step.question is None else Phase.ASKING

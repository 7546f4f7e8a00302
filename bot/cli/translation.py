"""`awaaz translation`: what was meant, and who says so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bot.cli.common import BY_OPTION, DATA_OPTION, LANGUAGE_OPTION, services_of
from bot.cli.handover import COMMANDS
from bot.usecases import translation, wordings
from bot.usecases.services import Services
from bot.usecases.texts import Text, choose, open_desk
from bot.usecases.texts import texts as texts_in
from bot.usecases.translation import Recorded
from flows.language import SOURCE
from flows.meaning import UNUSABLE, Entry, Maker, Status, Step

_STRING = click.option("--string", help="Context or id of one text; all of them without it.")
_COMMENT = click.option("--comment", default="", help="What was found.")


@click.group("translation")
def translation_group() -> None:
    """Translations: hand-over, review and sign-off, text by text.

    Example: awaaz translation status wellbeing --language bn
    """


@translation_group.command()
@click.argument("survey")
@click.option("--language", help="Code of one language: lists its texts too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@DATA_OPTION
def status(survey: str, language: str | None, as_json: bool, data: Path | None) -> None:
    """Show where every language of a survey stands, or every text of one language.

    Example: awaaz translation status wellbeing --language bn
    """
    services = services_of(data)
    known = [code for code in services.voices.files.vocabularies if code != SOURCE]
    codes = known if language is None else [language]
    found = {code: texts_in(services, survey, code) for code in codes}
    if as_json:
        told = [_language_json(services, survey, code, texts) for code, texts in found.items()]
        if language is None:
            for entry in told:
                del entry["texts"]
        click.echo(json.dumps({"survey": survey, "languages": told}, ensure_ascii=False))
        return
    if language is not None:
        _print_texts(found[language])
    _print_languages(services, survey, found)


def _language_json(
    services: Services, survey: str, code: str, texts: Iterable[Text]
) -> dict[str, Any]:
    obstacles = translation.gate(services, survey, code)
    listed = [_text_json(text) for text in texts]
    return {
        "language": code,
        "ready": not obstacles,
        "count": len(listed),
        "statuses": dict(Counter(text["status"] for text in listed)),
        "obstacles": [asdict(obstacle) for obstacle in obstacles],
        "texts": listed,
    }


def _text_json(text: Text) -> dict[str, Any]:
    previous = text.previous
    return {
        "id": text.wording.digest,
        "context": text.wording.context,
        "question": text.place.question,
        "option": text.place.option,
        "kind": text.place.kind,
        "source": text.wording.source,
        "translation": text.words,
        "status": text.status.value,
        "previous_source": None if previous is None else previous.source,
        "previous_translation": None if previous is None else previous.text,
        "warning": text.warning,
    }


def _print_texts(texts: Iterable[Text]) -> None:
    table = Table("id", "text", "English", "translation", "status")
    for text in texts:
        name = f"{text.wording.context} ({text.place.kind})"
        table.add_row(text.wording.digest, name, text.wording.source, text.words, text.status)
    Console().print(table)


def _print_languages(services: Services, survey: str, found: dict[str, list[Text]]) -> None:
    table = Table("language", "texts", "signed off", "on the way", "machine", "lacking", "")
    for code, texts in found.items():
        count = Counter(text.status for text in texts)
        lacking = sum(count[unusable] for unusable in UNUSABLE)
        signed, machine = count[Status.SIGNED_OFF], count[Status.MACHINE_DRAFT]
        on_the_way = len(texts) - signed - machine - lacking
        ready = not translation.gate(services, survey, code)
        numbers = map(str, (len(texts), signed, on_the_way, machine, lacking))
        table.add_row(code, *numbers, "ready" if ready else "not ready")
    Console().print(table)


@translation_group.command()
@click.argument("survey")
@LANGUAGE_OPTION
@click.option("--string", required=True, help="Context or id of the text.")
@DATA_OPTION
def show(survey: str, language: str, string: str, data: Path | None) -> None:
    """Show a text, its translation, and everything that was done with it.

    Example: awaaz translation show wellbeing --language bn --string wellbeing/matters
    """
    for text in choose(open_desk(services_of(data), survey, language), string):
        _show(text)


def _show(text: Text) -> None:
    click.echo(f"{text.wording.context} ({text.place.kind}), id {text.wording.digest}")
    click.echo(f"  English      {text.wording.source}")
    click.echo(f"  translation  {text.words or '(none)'}")
    click.echo(f"  status       {text.status}")
    if text.previous is not None:
        click.echo(f"  English was  {text.previous.source}")
        click.echo(f"  it was       {text.previous.text}")
    if text.warning is not None:
        click.echo(f"  note         {text.warning}")
    for entry in text.entries:
        _show_entry(entry, text.words)
    drafts = {entry.who for entry in text.entries if entry.step is Step.DRAFT}
    done = {e.step for e in text.entries if e.text == text.words and e.maker is Maker.HUMAN}
    lacking = [step.value for step in Step if step is not Step.DRAFT and step not in done]
    if len(drafts) < 2:
        lacking.insert(0, "a second, independent draft")
    click.echo(f"  not yet      {', '.join(lacking) or 'nothing: every step is done'}")


def _show_entry(entry: Entry, words: str) -> None:
    of_others = "" if entry.text == words else f" of other words: {entry.text}"
    click.echo(f"  {entry.at:%Y-%m-%d %H:%M}  {entry.step} by {entry.who}{of_others}")
    if entry.back_translation:
        click.echo(f"      says, in English: {entry.back_translation}")
    if entry.comment:
        click.echo(f"      {entry.comment}")


@translation_group.command("sign-off")
@click.argument("survey")
@LANGUAGE_OPTION
@BY_OPTION
@_STRING
@_COMMENT
@DATA_OPTION
def sign_off(
    survey: str, language: str, by: str, string: str | None, comment: str, data: Path | None
) -> None:
    """Approve the words as they are now: only approved words are sent. Nobody approves her own.

    Example: awaaz translation sign-off wellbeing --language bn --by "R. Khatun"
    """
    _record(Step.SIGN_OFF, survey, language, by, string, comment, "", data)


@translation_group.command()
@click.argument("survey")
@LANGUAGE_OPTION
@BY_OPTION
@_STRING
@_COMMENT
@click.option("--back-translation", default="", help="What it says, put back into English.")
@DATA_OPTION
def review(
    survey: str,
    language: str,
    by: str,
    string: str | None,
    comment: str,
    back_translation: str,
    data: Path | None,
) -> None:
    """Record that a person compared words with the English, and what she found.

    Example: awaaz translation review wellbeing --language bn --by "S. Ali" --comment "Reads well."
    """
    _record(Step.REVIEW, survey, language, by, string, comment, back_translation, data)


@translation_group.command()
@click.argument("survey")
@LANGUAGE_OPTION
@BY_OPTION
@_STRING
@_COMMENT
@DATA_OPTION
def adjudicate(
    survey: str, language: str, by: str, string: str | None, comment: str, data: Path | None
) -> None:
    """Record that a person decided between drafts and reviews, in favour of the words as they are now.

    Example: awaaz translation adjudicate wellbeing --language bn --by "H. Rahman"
    """
    _record(Step.ADJUDICATION, survey, language, by, string, comment, "", data)


@translation_group.command()
@click.argument("survey")
@LANGUAGE_OPTION
@BY_OPTION
@_STRING
@_COMMENT
@DATA_OPTION
def pretest(
    survey: str, language: str, by: str, string: str | None, comment: str, data: Path | None
) -> None:
    """Record that words were tried out with people who speak the language, and what they made of them.

    Example: awaaz translation pretest wellbeing --language bn --by "N. Uddin" --comment "Six people."
    """
    _record(Step.PRETEST, survey, language, by, string, comment, "", data)


def _record(
    step: Step,
    survey: str,
    language: str,
    by: str,
    string: str | None,
    comment: str,
    back_translation: str,
    data: Path | None,
) -> None:
    found = translation.record(
        services_of(data),
        survey,
        language,
        step,
        by=by,
        string=string,
        comment=comment,
        back_translation=back_translation,
    )
    _print_recorded(step, found)
    if found.refused:
        raise click.exceptions.Exit(1)


def _print_recorded(step: Step, found: Recorded) -> None:
    for text, why in found.refused:
        click.echo(f"not done: {text.wording.context} ({text.place.kind}): {why}.", err=True)
    name = step.value.replace("_", "-")
    before = f", {len(found.already)} had it before" if found.already else ""
    refused = f", {len(found.refused)} refused" if found.refused else ""
    click.echo(f"{name}: {len(found.done)} texts{before}{refused}.")


@translation_group.command()
@click.argument("hash_of_words", metavar="HASH")
@DATA_OPTION
def words(hash_of_words: str, data: Path | None) -> None:
    """Show the very words behind the `wording` of an exported answer, or of a consent.

    Example: awaaz translation words 3f2a90c1d4e7
    """
    for found in wordings.words_of(services_of(data), hash_of_words):
        version = f"{found.form_id}, version {found.version} ({found.frozen})"
        click.echo(f"{version}: {found.question} in {found.language}")
        for kind, said in found.texts:
            click.echo(f"  {kind:<12} {said}")


for command in COMMANDS:
    translation_group.add_command(command)

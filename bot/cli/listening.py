"""`awaaz listening`: an open question, themes, and the same people putting them in order."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.cli.common import DATA_OPTION, services_of
from bot.usecases import feedback_hands, listening_rounds
from bot.usecases.listening_rounds import QUESTION

_BY = click.option(
    "--by", required=True, help="Name or e-mail address of the person who does this."
)


@click.group(name="listening")
def listening_group() -> None:
    """Listen in two rounds: what people say, and the order that they put it in.

    Example: awaaz listening show spring
    """


@listening_group.command()
@click.argument("campaign")
@click.option("--question", required=True, help="The question that is answered in words.")
@_BY
@DATA_OPTION
def begin(campaign: str, question: str, by: str, data: Path | None) -> None:
    """Make a campaign the first round of a listening.

    Example: awaaz listening begin spring --question matters --by "Amina Begum"
    """
    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    listening_rounds.begin(services, campaign, question, hand=hand)
    click.echo(f"{campaign} is the first round. Read it with `awaaz listening answers {campaign}`.")


@listening_group.command()
@click.argument("campaign")
@_BY
@DATA_OPTION
def answers(campaign: str, by: str, data: Path | None) -> None:
    """What was said, with the ids that themes are written down by; that it was read is recorded.

    Example: awaaz listening answers spring --by "Amina Begum"
    """
    # Disclosure control takes seconds to load: other commands do without it.
    from bot.usecases import listening_results  # noqa: PLC0415

    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    for one in listening_results.answers(services, campaign, hand=hand):
        click.echo(f"{one.id}\t{one.language}\t{one.text}")


@listening_group.command()
@click.argument("campaign")
@click.argument("code")
@click.option("--words", required=True, help="What people will see, in their own words.")
@click.option("--from", "sources", type=int, multiple=True, help="Id of an answer; several times.")
@_BY
@DATA_OPTION
def theme(
    campaign: str, code: str, words: str, sources: tuple[int, ...], by: str, data: Path | None
) -> None:
    """Write down a theme, with the answers that it came from.

    Example: awaaz listening theme spring late_walk --words "The walk is too late" --from 12 --by Amina
    """
    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    listening_rounds.add_theme(services, campaign, code, words, sources, hand=hand)
    click.echo(f"{code} is kept.")


@listening_group.command()
@click.argument("campaign")
@click.argument("answer", type=int)
@click.option("--safe/--not-safe", required=True, help="Whether nobody can be recognised by it.")
@_BY
@DATA_OPTION
def quote(campaign: str, answer: int, safe: bool, by: str, data: Path | None) -> None:
    """Say whether an answer may be quoted.

    Example: awaaz listening quote spring 12 --safe --by "Amina Begum"
    """
    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    listening_rounds.mark(services, campaign, answer, safe=safe, hand=hand)
    click.echo(f"{answer} {'may' if safe else 'may not'} be quoted.")


@listening_group.command()
@click.argument("campaign")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@DATA_OPTION
def survey(campaign: str, out: Path, data: Path | None) -> None:
    """Write the second round's survey: the themes, to be put in order.

    Example: awaaz listening survey spring --out ranking.yaml
    """
    services = services_of(data)
    out.write_text(listening_rounds.ranking_survey(services, campaign), encoding="utf-8")
    click.echo(
        f"{out}: translate it, and make a campaign of it: awaaz campaign create --survey {out}."
    )


@listening_group.command()
@click.argument("campaign")
@click.argument("ranking")
@click.option("--question", default=QUESTION, show_default=True)
@_BY
@DATA_OPTION
def connect(campaign: str, ranking: str, question: str, by: str, data: Path | None) -> None:
    """Make a draft the second round, with the people of the first on its list.

    Example: awaaz listening connect spring spring-ranking --by "Amina Begum"
    """
    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    listening_rounds.connect(services, campaign, ranking, question, hand=hand)
    click.echo(f"The people of {campaign} are on the list of {ranking}.")


@listening_group.command()
@click.argument("campaign")
@click.argument("code")
@click.option("--done", required=True, help="What is done about it, or why nothing can be.")
@_BY
@DATA_OPTION
def act(campaign: str, code: str, done: str, by: str, data: Path | None) -> None:
    """Write down what is done about a theme.

    Example: awaaz listening act spring late_walk --done "It begins at ten now." --by "Amina Begum"
    """
    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    listening_rounds.act(services, campaign, code, done, hand=hand)
    click.echo(f"{code} is kept.")


@listening_group.command()
@click.argument("campaign")
@_BY
@DATA_OPTION
def publish(campaign: str, by: str, data: Path | None) -> None:
    """Say that the priorities and the actions may be shown outside.

    Example: awaaz listening publish spring --by "Amina Begum"
    """
    from bot.usecases import listening_results  # noqa: PLC0415

    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    listening_results.publish(services, campaign, hand=hand)
    click.echo(f"{campaign} is published.")


@listening_group.command()
@click.argument("campaign")
@click.option("--labels", default="en", show_default=True, help="Language of the themes.")
@DATA_OPTION
def show(campaign: str, labels: str, data: Path | None) -> None:
    """The priorities, what is done about them, and where they come from.

    Example: awaaz listening show spring
    """
    from bot.usecases import listening_results  # noqa: PLC0415

    found = listening_results.opened(services_of(data), campaign, language=labels)
    table = Table(
        "place", "together", "theme", "people", "quotes", "what is done", title=found.name
    )
    for one in found.themes:
        table.add_row(
            f"{one.heard.place:g}" if one.heard else "",
            f"{one.heard.pooled_place:g}" if one.heard else "",
            one.heard.label if one.heard else one.words,
            "not shown" if one.people is None else str(one.people),
            str(len(one.quotes)),
            one.action,
        )
    Console().print(table)
    for one in found.themes:
        for text in one.quotes:
            click.echo(f"{one.code}: {text}")

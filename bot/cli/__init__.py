"""The `awaaz` command, a module for each noun."""

from __future__ import annotations

import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.cli import (
    audit,
    campaign,
    database,
    doctor,
    export,
    feedback,
    listening,
    organisation,
    people,
    play,
    poster,
    reconcile,
    report,
    run,
    staff,
    survey,
    template,
    token,
    translation,
    understand,
    webhook,
)
from bot.gateways.catalogues import CatalogueError
from bot.gateways.people_files import UnreadablePeople
from bot.settings import SettingsError
from bot.usecases.campaigns import CampaignError
from bot.usecases.contents import TemplateError
from bot.usecases.feedback_hands import FeedbackError
from bot.usecases.listening_rounds import ListeningError
from bot.usecases.organisations import OrganisationError
from bot.usecases.people import PeopleError
from bot.usecases.posters import PosterError
from bot.usecases.staff import StaffError
from bot.usecases.texts import TranslationError
from flows.parsing import SurveyError
from flows.reading import VocabularyError
from flows.understand import UnderstandError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="awaaz")
def awaaz() -> None:
    """Awaaz: surveys by SMS and WhatsApp, in the language people think in.

    Example: awaaz run
    """


for command in (
    run.run,
    play.play,
    export.export,
    export.codebook,
    report.evaluate,
    report.listen,
    survey.survey,
    organisation.organisation,
    organisation.initiative,
    campaign.campaign,
    people.people,
    poster.poster,
    reconcile.reconcile,
    translation.translation_group,
    feedback.feedback_group,
    listening.listening_group,
    staff.staff,
    audit.audit,
    template.template,
    database.db,
    doctor.doctor,
    understand.understand,
    token.token,
    webhook.webhook,
):
    awaaz.add_command(command)


def main() -> None:
    """Run the command line; every error is one clear line and a status that is not zero."""
    try:
        # Without its own error handling, click returns the status that a command ended with.
        sys.exit(awaaz(standalone_mode=False) or 0)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever was reading has gone: nothing is wrong here.
        sys.stderr.close()
        sys.exit(141)
    except SQLAlchemyError as error:
        sys.exit(f"Error: the database does not work ({type(error).__name__}); try `awaaz doctor`.")
    except (
        SettingsError,
        CampaignError,
        CatalogueError,
        FeedbackError,
        ListeningError,
        StaffError,
        OrganisationError,
        PeopleError,
        PosterError,
        SurveyError,
        TemplateError,
        TranslationError,
        UnderstandError,
        UnreadablePeople,
        VocabularyError,
    ) as error:
        sys.exit(f"Error: {error}")

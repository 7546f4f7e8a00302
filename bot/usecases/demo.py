"""The demonstration: one organisation and its campaigns, in every language that is ready."""

from __future__ import annotations

from bot.usecases import campaign_state, campaigns
from bot.usecases.services import Services

ORGANISATION = "Demonstration group"


def load(services: Services) -> None:
    """Make sure that the demonstration is there; what is there already is left alone."""
    organisation = campaigns.add_organisation(services, ORGANISATION)
    existing = {campaign.slug for campaign in campaigns.all_campaigns(services)}
    for survey in services.surveys.names():
        if campaigns.slug_of(survey) in existing:
            continue
        ready = services.voices.complete(services.surveys.load(survey).survey)
        slug = campaigns.create(
            services,
            name=survey,
            organisation=organisation,
            survey=survey,
            languages=ready,
            keyword=survey,
            walk_in=survey == "wellbeing",
        )
        campaign_state.launch(services, slug)

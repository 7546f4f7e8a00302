"""What somebody says to "you said, we did": kept with how it was read, and counted."""

from __future__ import annotations

from bot.store import inbox, schema
from bot.usecases.arrivals import Arrival
from flows.events import Media
from flows.routing import Told
from flows.told import reaction

REACTION = inbox.table(schema.FeedbackReaction)


def keep(arrival: Arrival, told: Told) -> None:
    """Keep a message as a reaction. Nobody answers it, so that she is not drawn into another survey."""
    speaker = arrival.services.voices.family([told.language])[told.language]
    spoken = any(kind is Media.AUDIO for kind, _address in arrival.inbound.media)
    inbox.add(
        arrival.connection,
        REACTION,
        feedback_id=told.feedback,
        inbound_id=arrival.id,
        language=told.language,
        reading=reaction(arrival.inbound.text, speaker.speech, spoken=spoken),
        at=arrival.now,
    )

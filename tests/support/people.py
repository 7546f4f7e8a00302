"""People who write to the use cases directly, without a webhook in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.gateways.addresses import Address
from bot.usecases import conversations
from bot.usecases.conversations import InboundText, Reply
from bot.usecases.services import Services
from tests.support.rows import rows
from tests.support.signing import new_sid

WHOLE = ("yes", "yes", "3", "2", "3", "3", "2", "7", "my neighbours", "B69")
"""Replies that carry the wellbeing survey from its first question to its end, in one language."""


@dataclass
class Person:
    """Someone with a phone."""

    services: Services
    phone: str = "+447700900123"

    def says(self, text: str, *, sid: str | None = None, **more: Any) -> list[str]:
        """The texts of the replies to a message."""
        return [reply.body for reply in self.writes(text, sid=sid, **more)]

    def writes(self, text: str, *, sid: str | None = None, **more: Any) -> list[Reply]:
        """The replies to a message."""
        sender = Address.parse(self.phone)
        return conversations.receive(
            self.services, InboundText(sid or new_sid(), sender, text, **more)
        )

    def goes_through(self, *texts: str) -> None:
        """Several messages, one after the other."""
        for text in texts:
            self.says(text)

    @property
    def contact(self) -> dict[str, Any]:
        """Her row among the contact points."""
        index = self.services.keys.index(Address.parse(self.phone).address)
        channel = Address.parse(self.phone).channel.value
        (found,) = rows(self.services, "contact_point", address_index=index, channel=channel)
        return found

    @property
    def conversation(self) -> dict[str, Any]:
        """Her latest conversation."""
        return rows(self.services, "conversation", contact_point_id=self.contact["id"])[-1]

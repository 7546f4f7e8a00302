"""What a launch checklist is made of: items that stop, that warn, or that are good to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.usecases.estimates import Estimate, Price


class Severity(StrEnum):
    """Whether an item keeps a campaign from being launched."""

    BLOCKING = "blocking"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was checked and is to be known, or done.

    Attributes:
        kind: what it is about.
        severity: whether it keeps the campaign from being launched.
        message: the whole of it in English, for the command line.
        code: which sentence it is, for whoever says it in another language.
        values: what that sentence names: numbers, codes of languages, moments.
    """

    kind: str
    severity: Severity
    message: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checklist:
    """Everything that was checked.

    Attributes:
        campaign: slug.
        recipients: people on the list who would be written to.
        items: what to know, the blocking ones first.
        estimate: what it would cost at most, by language and channel.
        price: of all of the estimate; None as long as there is no price for any of it.
        can_be_joined: whether people can take part who are not on the list, so not in the estimate.
    """

    campaign: str
    recipients: int
    items: tuple[Item, ...]
    estimate: tuple[Estimate, ...]
    price: Price | None = None
    can_be_joined: bool = False

    @property
    def blocking(self) -> tuple[Item, ...]:
        """What keeps the campaign from being launched."""
        return tuple(item for item in self.items if item.severity is Severity.BLOCKING)

    @property
    def not_counted(self) -> int:
        """People on the list who are not in the estimate: the survey lacks texts in their language."""
        return self.recipients - sum(row.recipients for row in self.estimate)

    def to_json(self) -> dict[str, Any]:
        """Everything by its name."""
        return {
            "campaign": self.campaign,
            "ready": not self.blocking,
            "recipients": self.recipients,
            "items": [
                {"kind": item.kind, "severity": item.severity, "message": item.message}
                for item in self.items
            ],
            "estimate": [row.to_json() for row in self.estimate],
            "price": None if self.price is None else self.price.to_json(),
            "not_counted": self.not_counted,
            "can_be_joined": self.can_be_joined,
        }

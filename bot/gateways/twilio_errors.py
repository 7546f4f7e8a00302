"""Twilio's error codes and what each of them makes us do: one table, and nothing decided elsewhere.

The codes are in Twilio's error dictionary (https://www.twilio.com/docs/api/errors). The same table holds for
an error that answers our request and for one that a status callback brings hours later.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Reaction(StrEnum):
    """What an error makes us do."""

    BACK_OFF = "back off"
    PAUSE_INVITATIONS = "pause invitations"
    UNCERTAIN = "uncertain"
    RETRY_ONCE = "retry once"
    RETRY_HOURS_LATER = "retry hours later"
    OPTED_OUT = "opted out"
    BLOCKED = "blocked"
    BAD_ADDRESS = "bad address"
    TEMPLATE_ONCE = "template once"
    META_DECLINED = "Meta declined"
    CONTENT_WRONG = "content wrong"
    FILTERED = "filtered"
    ACCOUNT = "account"
    WEBHOOK_BROKEN = "webhook broken"
    FAIL = "fail"


MEANING: Mapping[Reaction, str] = {
    Reaction.BACK_OFF: "Too fast, not processed. Sent again after a pause with jitter that grows each time.",
    Reaction.PAUSE_INVITATIONS: (
        "WhatsApp's limits. Sent again later; invitations, reminders and notices of this sender pause,"
        " replies do not."
    ),
    Reaction.UNCERTAIN: (
        "It may have gone out. Nothing is sent again before Twilio's own log has been read."
    ),
    Reaction.RETRY_ONCE: "A passing fault. Tried once more, a few minutes later.",
    Reaction.RETRY_HOURS_LATER: (
        "The phone is off or away. Tried once more, hours later; then the contact is unreachable."
    ),
    Reaction.OPTED_OUT: "The person wrote STOP to Twilio. Recorded as her STOP; what waits is cancelled.",
    Reaction.BLOCKED: "The person blocked us on this channel. It is closed to us; what waits is cancelled.",
    Reaction.BAD_ADDRESS: "Nobody can be reached there. The contact is flagged; what waits is cancelled.",
    Reaction.TEMPLATE_ONCE: "Outside the 24-hour window. Its template is sent instead, once.",
    Reaction.META_DECLINED: (
        "Meta would not deliver it. Not tried again; by SMS if the person consented to SMS."
    ),
    Reaction.CONTENT_WRONG: "Our text or template is wrong. The rest of its batch is cancelled; alert.",
    Reaction.FILTERED: "A carrier took it for spam. Not tried again; alert when it happens often.",
    Reaction.ACCOUNT: "Our account or configuration. The campaign is halted, nothing is lost; alert.",
    Reaction.WEBHOOK_BROKEN: "Twilio could not use our webhook's answer. Alert.",
    Reaction.FAIL: "Any other code. The message has failed; the code is logged.",
}
"""Each reaction in plain words, for `docs/sending.md`."""

_TABLE: Mapping[Reaction, tuple[int, ...]] = {
    Reaction.BACK_OFF: (20429, 21611, 30001, 30017),
    Reaction.PAUSE_INVITATIONS: (63018, 63017),
    Reaction.UNCERTAIN: (20503,),
    Reaction.RETRY_ONCE: (63012, 63010, 30008, 30410),
    Reaction.RETRY_HOURS_LATER: (30003,),
    Reaction.OPTED_OUT: (21610,),
    Reaction.BLOCKED: (63014, 63033),
    Reaction.BAD_ADDRESS: (21211, 21614, 30005, 30006, 63003, 63024),
    Reaction.TEMPLATE_ONCE: (63016,),
    Reaction.META_DECLINED: (63049, 63032),
    Reaction.CONTENT_WRONG: (63013, 63021, 63027, 63028, 63040, 63041, 21656, 21617),
    Reaction.FILTERED: (30004, 30007),
    Reaction.ACCOUNT: (20003, 21408, 21606, 21703, 30002, 63007),
    Reaction.WEBHOOK_BROKEN: (11200, 12100, 12300),
}

REACTIONS: Mapping[int, Reaction] = {
    code: reaction for reaction, codes in _TABLE.items() for code in codes
}
"""Twilio's error code -> what we do."""

SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429


def reaction_to(code: int | None, http_status: int | None = None) -> Reaction:
    """What an error makes us do.

    Args:
        code: Twilio's error code, if it told one.
        http_status: the status of the answer to our request; None for a status callback.
    """
    if http_status is not None and http_status >= SERVER_ERROR:
        # Whatever the code says: a server that broke may have sent it first.
        return Reaction.UNCERTAIN
    if http_status == TOO_MANY_REQUESTS:
        return REACTIONS.get(code or 0, Reaction.BACK_OFF)
    return REACTIONS.get(code or 0, Reaction.FAIL)


def table_in_markdown() -> str:
    """The table as `docs/sending.md` shows it."""
    lines = ["| what happens | Twilio's codes | what we do |", "|---|---|---|"]
    for reaction, meaning in MEANING.items():
        codes = ", ".join(map(str, sorted(_TABLE.get(reaction, ()))))
        if reaction is Reaction.BACK_OFF:
            codes += ", HTTP 429"
        elif reaction is Reaction.UNCERTAIN:
            codes += ", HTTP 5xx, no answer in time"
        lines.append(f"| {reaction} | {codes or 'all others'} | {meaning} |")
    return "\n".join(lines) + "\n"

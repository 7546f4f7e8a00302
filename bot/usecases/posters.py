"""A poster that people join a campaign by: a code to point a phone at, and a word to send.

Participants read it. So a language without the poster's texts is refused, never shown in English instead;
and outside a demonstration a text that no person has reviewed is only printed with a warning on it, when
that is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import phonenumbers
from sqlalchemy import select

from bot.gateways.addresses import Address, Channel
from bot.gateways.interface import InterfaceFiles
from bot.gateways.poster_page import Code, Poster, Section, render, texts
from bot.store import inbox
from bot.store.inbox import ORGANISATION, AnyRow
from bot.usecases.campaign_drafts import campaign_of
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from flows.language import SOURCE


class PosterError(ValueError):
    """A poster that can not be made; the message says what to do."""


def poster(
    services: Services,
    campaign: str,
    *,
    languages: Sequence[str] = (),
    channels: Sequence[Channel] = tuple(Channel),
    draft: bool = False,
    nonce: str = "",
) -> str:
    """The page of a campaign's poster, as HTML for a sheet of A4.

    Args:
        services: the outside world.
        campaign: slug.
        languages: codes, in the order of the page; all that the campaign and the poster know without them.
        channels: how people can join.
        draft: print texts that nobody has reviewed, with a warning on the page.
        nonce: what lets the style sheet count, where the page is served by us.

    Raises:
        PosterError: no such campaign, no keyword, or a language it can not be printed in.
    """
    found = _campaign(services, campaign)
    files = InterfaceFiles()
    known = {SOURCE, *files.codes()}
    codes = list(dict.fromkeys(languages)) or [c for c in found.languages if c in known]
    _check(found, codes, known)
    unreviewed = [code for code in codes if texts() & files.drafts(code)]
    if unreviewed and not (draft or services.settings.demo):
        raise PosterError(
            f"Nobody has reviewed the poster's texts in {', '.join(unreviewed)}: have them reviewed in "
            "locales/LANGUAGE/LC_MESSAGES/console.po, or print a draft with --draft."
        )
    number = Address.parse(services.sms.sender).address
    keyword = _shouted(found.keyword)
    return render(
        Poster(
            organisation=found.organisation,
            keyword=keyword,
            number=_readable(number),
            codes=tuple(Code(*_code(channel, number, keyword)) for channel in channels),
            sections=tuple(
                Section(code, services.voices.files.direction(code), files.catalogue(code))
                for code in codes
            ),
            draft=bool(unreviewed),
            nonce=nonce,
        )
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """What a campaign's poster can be printed in.

    Attributes:
        name: the campaign's.
        state: the campaign's; nobody can join one that is closed.
        keyword: the word on it; without one there is no poster.
        languages: code -> whether its texts were reviewed; a language without texts is not in it.
    """

    name: str
    state: str
    keyword: str | None
    languages: Mapping[str, bool]


def offer(services: Services, organisation: Organisation, slug: str) -> Offer:
    """What the poster of an organisation's campaign can be printed in; raises NoSuchCampaign."""
    with services.database.reading() as connection:
        row = campaign_of(connection, organisation, slug)
    files = InterfaceFiles()
    known = {SOURCE, *files.codes()}
    reviewed = {code: not texts() & files.drafts(code) for code in row.languages if code in known}
    return Offer(row.name, row.state, row.keyword, reviewed)


def _campaign(services: Services, slug: str) -> AnyRow:
    statement = (
        select(inbox.CAMPAIGN, ORGANISATION.c.name.label("organisation"))
        .join(ORGANISATION, ORGANISATION.c.id == inbox.CAMPAIGN.c.organisation_id)
        .where(inbox.CAMPAIGN.c.slug == slug)
    )
    with services.database.reading() as connection:
        found = connection.execute(statement).one_or_none()
    if found is None:
        raise PosterError(f"There is no campaign {slug!r}; `awaaz campaign list` shows them all.")
    if found.state == "closed":
        raise PosterError(f"The campaign {slug!r} is closed: nobody can join it any more.")
    if not found.keyword:
        raise PosterError(
            f"The campaign {slug!r} has no keyword: nobody could join it by a poster."
        )
    return found


def _check(campaign: AnyRow, codes: Sequence[str], known: set[str]) -> None:
    for code in codes:
        if code not in campaign.languages:
            offered = ", ".join(campaign.languages)
            raise PosterError(f"{campaign.slug} is not held in {code!r}; it is in {offered}.")
        if code not in known:
            there = ", ".join(sorted(known))
            raise PosterError(f"There is no poster in {code!r} yet; there is one in {there}.")
    if not codes:
        raise PosterError(f"There is no poster yet in any language of {campaign.slug}.")


def _shouted(keyword: str) -> str:
    """A keyword as it stands on a poster: in capitals, if they are read as the same word."""
    loud = keyword.upper()
    return loud if loud.casefold() == keyword else keyword


def _readable(number: str) -> str:
    if not number.startswith("+"):
        return number  # a short code
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(phonenumbers.parse(number), style))


def _code(channel: Channel, number: str, keyword: str) -> tuple[str, str]:
    """What stands under a code, and what it opens: a message to us with the keyword in it."""
    text = quote(keyword, safe="")
    match channel:
        case Channel.WHATSAPP:
            return "WhatsApp", f"https://wa.me/{number.removeprefix('+')}?text={text}"
        case Channel.SMS:
            return "SMS", f"sms:{number}?body={text}"

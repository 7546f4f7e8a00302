"""What has to be looked at before a campaign is launched, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from bot.gateways.addresses import Channel
from bot.gateways.files import SurveyFile, beside
from bot.store import launching as people
from bot.store.inbox import CAMPAIGN, ENROLMENT, ORGANISATION, AnyRow
from bot.usecases import estimates, moves, templates
from bot.usecases.campaigns import CampaignError, named
from bot.usecases.checklist_items import Checklist, Item, Severity
from bot.usecases.holy_days import RAMADAN
from bot.usecases.hours import rules_of
from bot.usecases.plans import TOTAL, Plan, plan_of
from bot.usecases.quiet_hours import LONDON, next_allowed
from bot.usecases.services import Services
from bot.usecases.translation import gate, where_to_go
from flows import phrases
from flows.wording import Wording


@dataclass(frozen=True)
class _Case:
    """What is known about a campaign while it is checked."""

    services: Services
    row: AnyRow
    organisation: AnyRow
    plan: Plan
    file: SurveyFile
    groups: Sequence[AnyRow]
    now: datetime

    @property
    def first(self) -> datetime:
        """When the first message can leave."""
        begins = max(self.now, self.row.starts or self.now)
        return next_allowed(begins, rules_of(self.organisation.hours))

    def count(self, which: str) -> int:
        """How many people on the list are of a kind."""
        return sum(getattr(group, which) for group in self.groups)

    @property
    def recipients(self) -> int:
        """People who would be written to."""
        return self.count("people") - self.count("left_out")


def check(services: Services, slug: str) -> Checklist:
    """The launch checklist of a campaign. Nothing is changed.

    Raises:
        CampaignError: there is no such campaign, or its survey is gone.
        SurveyError: the survey has problems.
    """
    with services.database.reading() as connection:
        row = named(connection, slug)
        about = _Case(
            services=services,
            row=row,
            organisation=connection.execute(
                select(ORGANISATION).where(ORGANISATION.c.id == row.organisation_id)
            ).one(),
            plan=plan_of(row.plan),
            file=_survey(services, row.survey),
            groups=people.groups(connection, row.id),
            now=services.clock.now(),
        )
        found = [
            *_about_templates(connection, about),
            *_about_people(connection, about),
            *_about_quota(connection, about),
            *_about_ramadan(connection, about),
        ]
    found = [*_about_languages(about), *found, *_about_time(about)]
    order = list(Severity)
    ordered = sorted(found, key=lambda item: order.index(item.severity))
    name = about.organisation.name
    estimate = tuple(
        estimates.of(services, about.file, row.languages, about.plan, about.groups, name)
    )
    settings = services.settings
    price = estimates.price_of(settings.prices, settings.currency, estimate)
    return Checklist(
        slug,
        about.recipients,
        tuple(ordered),
        estimate,
        price,
        can_be_joined=row.keyword is not None or row.walk_in,
    )


def _survey(services: Services, survey: str) -> SurveyFile:
    try:
        return services.surveys.load(survey)
    except FileNotFoundError:
        raise CampaignError(
            f"The survey {survey!r} is not there any more: put its file back, or make a new campaign."
        ) from None


def _about_languages(about: _Case) -> Iterator[Item]:
    """A real participant reads only what her community approved; drafts are for demonstrations."""
    services, survey, codes = about.services, about.row.survey, list(about.row.languages)
    if services.settings.demo:
        ready = services.voices.complete(about.file.survey, about.file.catalogues, beside(survey))
        for code in codes:
            if code not in ready:
                text = f"{survey} is not complete in {code!r}; it is in {', '.join(ready)}."
                yield Item("language", Severity.BLOCKING, text, "incomplete", {"language": code})
        if set(codes) & set(ready) - {about.file.survey.source_language}:
            text = "A demonstration: translations may be drafts that nobody has reviewed."
            yield Item("language", Severity.WARNING, text, "drafts")
        return
    obstacles = [found for code in codes for found in gate(services, survey, code)]
    if obstacles:
        named_codes = ", ".join(dict.fromkeys(obstacle.language for obstacle in obstacles))
        head = f"Not signed off yet: {named_codes}. What keeps {survey} from being launched:"
        yield Item("language", Severity.BLOCKING, head, "unsigned")
    for obstacle in obstacles:
        text, values = where_to_go(obstacle, survey), {"language": obstacle.language}
        yield Item("language", Severity.BLOCKING, text, "obstacle", values)


def _about_templates(connection: Connection, about: _Case) -> Iterator[Item]:
    """On WhatsApp, whoever has not written within a day is reached by an approved template alone."""
    wanted: list[Wording] = [phrases.INVITATION]
    wanted += [phrases.GO_ON] if about.plan.reminder_hours or about.plan.is_daily else []
    wanted += [phrases.PRE_NOTIFICATION] if about.plan.tell_days else []
    severity = Severity.WARNING if about.services.settings.demo else Severity.BLOCKING
    for group in about.groups:
        if group.channel != Channel.WHATSAPP or group.people == group.left_out:
            continue
        codes = (
            [group.language] if group.language in about.row.languages else about.row.languages[:1]
        )
        code = templates.written_in(about.services, codes[0])
        for wording in wanted:
            why = templates.why_not(about.services, connection, wording, code)
            if why is not None:
                text = (
                    f"WhatsApp needs an approved template of {wording.context} in {code} for"
                    f" {group.people - group.left_out} people ({why}): see `awaaz template --help`."
                )
                values = {"language": code, "people": group.people - group.left_out}
                yield Item("template", severity, text, "template", values)


def _about_people(connection: Connection, about: _Case) -> Iterator[Item]:
    row, mine = about.row, ENROLMENT.c.campaign_id == about.row.id
    if not about.count("people") and row.keyword is None and not row.walk_in and not row.follows_id:
        text = (
            f"Nobody is on the list and no word joins it: `awaaz people import {row.slug} FILE`,"
            " or make it with --keyword."
        )
        yield Item("people", Severity.WARNING, text, "nobody")
    for which, words in (
        ("opted_out", "have written STOP and are left out. Nothing is to be done."),
        ("closed", "can not be reached (a wrong number, or blocked) and are left out."),
        ("busy", "are in the middle of another survey. They are asked when it has ended."),
    ):
        if about.count(which):
            text, values = f"{about.count(which)} people {words}", {"people": about.count(which)}
            yield Item(which, Severity.WARNING, text, which, values)
    shared = connection.scalar(
        select(func.count() - func.count(ENROLMENT.c.contact_point_id.distinct())).where(
            mine, ENROLMENT.c.state.in_(people.WAITING)
        )
    )
    if shared:
        text = (
            f"{shared} people share a phone with somebody on the list: they are asked one by one."
            " Look whether anybody is on it twice."
        )
        yield Item("duplicates", Severity.WARNING, text, "shared", {"people": shared})
    other = ENROLMENT.alias("other")
    elsewhere = connection.scalar(
        select(func.count(ENROLMENT.c.id.distinct()))
        .join(other, other.c.contact_point_id == ENROLMENT.c.contact_point_id)
        .join(CAMPAIGN, CAMPAIGN.c.id == other.c.campaign_id)
        .where(mine, other.c.campaign_id != row.id, other.c.state.in_(people.WAITING))
        .where(CAMPAIGN.c.state.in_((*people.OPENING, "paused")))
    )
    if elsewhere:
        text = f"{elsewhere} people wait for another live campaign too: agree who asks first."
        yield Item("overlap", Severity.WARNING, text, "elsewhere", {"people": elsewhere})
    unknown = sum(
        group.people
        for group in about.groups
        if group.language and group.language not in row.languages
    )
    if unknown:
        text = (
            f"{unknown} people speak a language that is not on offer: they are asked to choose one."
        )
        yield Item("language", Severity.WARNING, text, "not_offered", {"people": unknown})


def _about_quota(connection: Connection, about: _Case) -> Iterator[Item]:
    quota = about.plan.quota
    done = moves.completes(connection, about.row.id) if quota else {}
    if moves.is_full(quota, done, ""):
        text = "The quota is reached already: raise it first."
        yield Item("quota", Severity.BLOCKING, text, "quota_reached")
    expected = about.recipients
    if 0 < expected < quota.get(TOTAL, 0):
        text = f"{expected} people are on the list, and the quota is {quota[TOTAL]}: it is not reached."
        values = {"people": expected, "quota": quota[TOTAL]}
        yield Item("quota", Severity.WARNING, text, "quota_too_high", values)


def _about_ramadan(connection: Connection, about: _Case) -> Iterator[Item]:
    """Tiredness in Ramadan is an item of WHO-5: two waves differ by it if only one falls in it."""
    here = _in_ramadan(about.first, about.plan)
    before = None
    if about.row.follows_id is not None:
        before = connection.scalar(
            select(CAMPAIGN.c.launched).where(CAMPAIGN.c.id == about.row.follows_id)
        )
    if before is not None:
        differs = here != _in_ramadan(before, about.plan)
        where = "This wave" if here else "The wave before"
    else:
        weeks = about.plan.follow_up_weeks
        later = about.first + timedelta(weeks=weeks or 0)
        differs = here if weeks is None else here != _in_ramadan(later, about.plan)
        where = "This wave" if here else "The follow-up"
    if differs:
        text = (
            f"{where} falls in Ramadan and another does not: fasting changes sleep, and with it the"
            " fourth item of WHO-5. Move it, or compare waves with care."
        )
        yield Item("ramadan", Severity.WARNING, text, "ramadan")


def _in_ramadan(moment: datetime, plan: Plan) -> bool:
    first = moment.astimezone(ZoneInfo(LONDON)).date()
    last = first + timedelta(days=plan.expire_days)
    return any(begins <= last and first <= ends for begins, ends, _ in RAMADAN)


def _about_time(about: _Case) -> Iterator[Item]:
    if about.plan.is_daily:
        asked = sum(question.takes_answer for question in about.file.survey.questions)
        if asked > about.plan.expire_days:
            text = (
                f"{asked} questions at one a day take longer than the {about.plan.expire_days} days after"
                " which it expires: give it more with --expires."
            )
            pace = {"questions": asked, "days": about.plan.expire_days}
            yield Item("pace", Severity.WARNING, text, "pace", pace)
    if not about.recipients:
        return
    local = about.first.astimezone(ZoneInfo(LONDON))
    minutes = about.recipients / about.services.settings.send_rate / 60
    text = (
        f"The first of {about.recipients} messages can leave on {local:%A %d %B %Y at %H:%M} (London);"
        f" sending all of them takes about {max(1, round(minutes))} minutes."
    )
    severity = Severity.WARNING if about.first > about.now else Severity.NOTE
    values: dict[str, Any] = {
        "people": about.recipients,
        "first": about.first,
        "minutes": max(1, round(minutes)),
    }
    yield Item("time", severity, text, "first", values)

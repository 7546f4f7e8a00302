"""Evaluation and listening as pages of the console, and as PDF: chosen among an organisation's own campaigns.

What may be chosen is narrower than on the command line, because whoever chooses often could subtract. Pairs
are those that the dashboards speak of. Issues are those that people put in order, by the plan's own groups;
campaigns are put together when each of them is closed, is a group by itself and has ten people.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.research.suppression import THRESHOLD
from bot.research.verdicts import N_
from bot.usecases import audit, evaluation, figures, listening, reports, research_campaigns
from bot.usecases.campaigns import CampaignError
from bot.usecases.permission import NotHere
from bot.usecases.reports import Form, Reader, Tongue
from bot.usecases.research_campaigns import Known, Opened
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation

_NO_SCORE = N_("This score is not part of both surveys: choose another.")
_ALONE = N_("Left out, because fewer than ten people can be counted: %(names)s.")


@dataclass(frozen=True)
class Report:
    """A report on a page.

    Attributes:
        content: HTML, a part of a page; empty where nothing can be told yet.
        note: why that is, or what was left out.
    """

    content: str = ""
    note: str = ""


@dataclass(frozen=True)
class Evaluations:
    """What can be compared: baselines with their follow-ups, and scores with their titles."""

    pairs: tuple[tuple[Known, Known], ...]
    scores: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Rounds:
    """What can be put in order.

    Attributes:
        campaigns: those with a question that people put in order.
        questions: (name, words) of the chosen campaign's.
        others: campaigns that may be counted together with it.
    """

    campaigns: tuple[Known, ...]
    questions: tuple[tuple[str, str], ...] = ()
    others: tuple[Known, ...] = ()


@dataclass(frozen=True)
class Printed:
    """A report as a file."""

    content: bytes
    name: str


def evaluations(services: Services, organisation: Organisation) -> Evaluations:
    """The pairs of campaigns and the scores there are to compare."""
    pairs = research_campaigns.pairs(services, organisation)
    scores: dict[str, str] = {}
    for _first, last in pairs:
        one = research_campaigns.opened(services, organisation, last.slug)
        for name in one.scores:
            title = figures.instrument_of(one.survey, name).title
            scores.setdefault(name, title if title == name else f"{title} ({name})")
    return Evaluations(tuple(pairs), tuple(scores.items()))


def before_after(
    services: Services,
    organisation: Organisation,
    code: str,
    *,
    waves: tuple[str, str],
    score: str,
    reader: Reader,
) -> Report:
    """The report of a baseline and a follow-up; without a choice, nothing. Raises NotHere."""
    if not all(waves):
        return Report()
    language = reports.tongue(services, code)
    try:
        return Report(_evaluation(services, organisation, language, waves, score, reader))
    except CampaignError:
        return Report(note=language.catalogue.gettext(_NO_SCORE))


def before_after_pdf(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    code: str,
    *,
    waves: tuple[str, str],
    score: str,
    reader: Reader,
) -> Printed:
    """The same as PDF; that it was taken is written down. Raises NotHere."""
    language = reports.tongue(services, code)
    try:
        page = _evaluation(services, organisation, language, waves, score, reader, Form.PAGE)
    except CampaignError:
        raise NotHere(score) from None
    about = {"campaigns": list(waves), "score": score, "for": reader.value}
    return _printed(services, organisation, me, page, f"{waves[1]}-{score}-{code}.pdf", about)


def _evaluation(
    services: Services,
    organisation: Organisation,
    language: Tongue,
    waves: tuple[str, str],
    score: str,
    reader: Reader,
    form: Form = Form.PART,
) -> str:
    there = [(a.slug, b.slug) for a, b in research_campaigns.pairs(services, organisation)]
    if waves not in there:
        raise NotHere(" ".join(waves))
    first, last = (research_campaigns.opened(services, organisation, slug) for slug in waves)
    if score not in first.scores or score not in last.scores:
        raise CampaignError(f"{score!r} is not a score of both surveys.")
    found = evaluation.evaluate(services, waves, score=score)
    return reports.evaluation_page(found, language, reader, form)


def rounds(services: Services, organisation: Organisation, code: str, slug: str) -> Rounds:
    """What there is to put in order, with the questions of one campaign; raises NotHere."""
    found = [one for one in _opened(services, organisation) if one.rankings]
    campaigns = tuple(one.known for one in found)
    if not slug:
        return Rounds(campaigns)
    chosen = next((one for one in found if one.known.slug == slug), None)
    if chosen is None:
        raise NotHere(slug)
    speech = chosen.script.languages.get(code)
    questions = tuple(
        (one.name, listening.label_of(one.label, speech) if one.label else one.name)
        for one in chosen.rankings
    )
    others = tuple(one.known for one in found if _go_together(chosen, one))
    return Rounds(campaigns, questions, others)


def _go_together(one: Opened, other: Opened) -> bool:
    """Whether two campaigns can be one round: nobody can be added, and each is a group of its own."""
    return (
        one.known.slug != other.known.slug
        and all(each.known.closed and not each.known.grouped for each in (one, other))
        and _ballot_papers(one) == _ballot_papers(other)
    )


def _ballot_papers(opened: Opened) -> dict[str, set[str]]:
    return {one.name: {choice.name for choice in one.choices} for one in opened.rankings}


def what_matters(
    services: Services, organisation: Organisation, code: str, slugs: Sequence[str], question: str
) -> Report:
    """The report of a listening round; without a choice, nothing. Raises NotHere."""
    if not slugs or not question:
        return Report()
    language = reports.tongue(services, code)
    return _round(services, organisation, language, slugs, question, Form.PART)


def what_matters_pdf(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    code: str,
    slugs: Sequence[str],
    question: str,
) -> Printed:
    """The same as PDF; that it was taken is written down. Raises NotHere."""
    language = reports.tongue(services, code)
    found = _round(services, organisation, language, slugs, question, Form.PAGE)
    name = f"{slugs[0]}-{question}-{code}.pdf"
    about = {"campaigns": list(slugs), "question": question}
    return _printed(services, organisation, me, found.content, name, about)


def _round(
    services: Services,
    organisation: Organisation,
    language: Tongue,
    slugs: Sequence[str],
    question: str,
    form: Form,
) -> Report:
    first = research_campaigns.opened(services, organisation, slugs[0])
    if question not in {one.name for one in first.rankings}:
        raise NotHere(question)
    counted, note = [slugs[0]], ""
    if len(slugs) > 1:
        counted, note = _large_enough(services, organisation, language, slugs, question)
    if not counted:
        return Report(note=note)
    found = listening.listen(
        services,
        counted,
        question=question,
        group=first.group if len(slugs) == 1 else None,
        language=language.code,
    )
    return Report(reports.listening_page(found, language, form), note)


def _large_enough(
    services: Services,
    organisation: Organisation,
    language: Tongue,
    slugs: Sequence[str],
    question: str,
) -> tuple[list[str], str]:
    """Those of several campaigns that may be counted together, and who was left out.

    The sum with a small one, less the sum without it, would be the small one's.
    """
    known = rounds(services, organisation, language.code, slugs[0])
    allowed = {one.slug: one.name for one in known.campaigns if one.slug == slugs[0]}
    allowed |= {one.slug: one.name for one in known.others}
    if set(slugs) - allowed.keys():
        raise NotHere(" ".join(slugs))
    people = {s: listening.listen(services, [s], question=question).people for s in slugs}
    small = [allowed[slug] for slug in slugs if people[slug] < THRESHOLD]
    note = language.catalogue.gettext(_ALONE) % {"names": ", ".join(small)} if small else ""
    return [slug for slug in slugs if people[slug] >= THRESHOLD], note


def _opened(services: Services, organisation: Organisation) -> list[Opened]:
    known = research_campaigns.campaigns(services, organisation)
    return [research_campaigns.opened(services, organisation, one.slug) for one in known]


def _printed(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    page: str,
    name: str,
    about: Mapping[str, object],
) -> Printed:
    content = reports.as_pdf(page)
    with services.database.transaction() as work:
        audit.record(
            work.connection,
            services.clock.now(),
            organisation_id=organisation.id,
            who=me.email,
            what="report.taken",
            about=f"report:{name}",
            detail={**about, "sha256": hashlib.sha256(content).hexdigest()},
        )
    return Printed(content, name)

"""Reports on a page and as PDF: before and after, and what matters most."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from bot.usecases import research_reports
from bot.usecases.permission import Action
from bot.usecases.reports import Reader
from bot.usecases.research_reports import Printed
from bot.web.console.forms import done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.identity import services
from bot.web.interface import chosen

blueprint = organisation_pages("reports", __name__, under="research/reports")


@blueprint.get("/before-after")
@needs(Action.READ_RESEARCH)
def before_after() -> Any:
    """`?waves=BASELINE FOLLOW-UP&score=who5&reader=funder`; without them, the choice alone."""
    place = here().organisation
    found = research_reports.before_after(services(), place, chosen().code, **_compared())
    choice = research_reports.evaluations(services(), place)
    return page("research_before_after.html", report=found, choice=choice, readers=list(Reader))


@blueprint.get("/before-after.pdf")
@needs(Action.READ_RESEARCH)
def before_after_pdf() -> Any:
    """The same, printed; back to the choice while nothing is chosen."""
    place, me, chosen_pair = here().organisation, here().me, request.args.get("waves")
    if not chosen_pair:
        return done(None, ".before_after")
    found = research_reports.before_after_pdf(services(), place, me, chosen().code, **_compared())
    return _as_file(found)


def _compared() -> dict[str, Any]:
    first, _, last = request.args.get("waves", "").partition(" ")
    reader = request.args.get("reader", "")
    return {
        "waves": (first, last),
        "score": request.args.get("score", ""),
        "reader": Reader.GROUP if reader == Reader.GROUP else Reader.FUNDER,
    }


@blueprint.get("/what-matters")
@needs(Action.READ_RESEARCH)
def what_matters() -> Any:
    """`?campaign=`, then `&question=` and more `&with=`."""
    place, (slugs, question) = here().organisation, _round()
    code = chosen().code
    return page(
        "research_what_matters.html",
        report=research_reports.what_matters(services(), place, code, slugs, question),
        choice=research_reports.rounds(services(), place, code, slugs[0] if slugs else ""),
    )


@blueprint.get("/what-matters.pdf")
@needs(Action.READ_RESEARCH)
def what_matters_pdf() -> Any:
    """The same, printed; back to the choice while nothing is chosen."""
    place, me, (slugs, question) = here().organisation, here().me, _round()
    if not slugs:
        return done(None, ".what_matters")
    return _as_file(
        research_reports.what_matters_pdf(services(), place, me, chosen().code, slugs, question)
    )


def _round() -> tuple[list[str], str]:
    first = request.args.get("campaign", "")
    more = [one for one in request.args.getlist("with") if one != first]
    return ([first, *more] if first else []), request.args.get("question", "")


def _as_file(found: Printed) -> Response:
    response = Response(found.content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response

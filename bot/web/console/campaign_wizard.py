"""The pages that make a campaign, one question each: all is kept in the draft, to come back to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort

from bot.gateways.addresses import Address, Channel
from bot.gateways.phone_numbers import BadNumber
from bot.usecases import campaign_choices, campaign_desk, campaign_drafts
from bot.usecases.campaign_drafts import Draft, Step
from bot.usecases.campaigns import CampaignError, KeywordError
from bot.usecases.permission import Action
from bot.usecases.plans import PACES, Plan
from bot.usecases.quiet_hours import LONDON
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.web.console.campaign_labels import sentence
from bot.web.console.campaigns import blueprint
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs
from bot.web.console.sentences import language_name
from bot.web.identity import services
from bot.web.interface import say as _
from flows.sentences import Sentence

pages = blueprint
"""The blueprint of campaigns, with the pages of this module on it."""

REMINDERS = ("", "48", "48,120")
"""Hours of silence before each reminder, as one page offers them."""


def _draft(slug: str) -> Draft:
    """A draft; whose survey has gone is first asked for another one."""
    found = _open(slug)
    if found.gone:
        said = _("The survey of this campaign is not there any more. Choose another one.")
        abort(done(said, ".survey", slug=slug))
    return found


def _open(slug: str) -> Draft:
    return campaign_drafts.open_draft(services(), here().organisation, slug)


def _who() -> tuple[Services, Organisation, SignedIn]:
    return services(), here().organisation, here().me


def _asked(step: Step, form: Form, slug: str, **values: Any) -> Any:
    """The page of one question."""
    place = list(Step).index(step) + 1
    draft = values.pop("draft", None) or _draft(slug)
    name = f"campaign_{step.name.lower()}.html"
    return page(
        name, form, draft=draft, place=place, places=len(Step), name=language_name, **values
    )


@blueprint.get("/new")
@needs(Action.RUN_CAMPAIGNS)
def new() -> Any:
    """Which survey, and what to call it."""
    return _survey(Form(), None)


def _survey(form: Form, draft: Draft | None) -> Any:
    found = campaign_choices.surveys(services(), here().organisation)
    place, places = 1, len(Step)
    return page(
        "campaign_survey.html", form, draft=draft, surveys=found, place=place, places=places
    )


def _read_survey(form: Form) -> tuple[str, str]:
    """Name and survey."""
    found = campaign_choices.surveys(services(), here().organisation)
    known = [one.survey for one in found]
    wanted = form.choice("survey", known, _("Choose a survey."))
    return form.text("name", _("Write what you call this campaign."), longest=100), wanted


@blueprint.post("/new")
@needs(Action.RUN_CAMPAIGNS)
def begin() -> Any:
    """Begin a draft."""
    form = Form()
    called, wanted = _read_survey(form)
    if not form.ok:
        return _survey(form, None)
    slug = campaign_drafts.begin(*_who(), name=called, survey=wanted)
    return done(None, ".languages", slug=slug)


@blueprint.get("/<slug>/survey")
@needs(Action.RUN_CAMPAIGNS)
def survey(slug: str) -> Any:
    """Which survey, once more."""
    draft = _open(slug)
    return _survey(Form(survey=draft.survey, name=draft.name), draft)


@blueprint.post("/<slug>/survey")
@needs(Action.RUN_CAMPAIGNS)
def choose_survey(slug: str) -> Any:
    """Keep the survey and the name."""
    form, draft = Form(), _open(slug)
    called, wanted = _read_survey(form)
    if form.ok:
        try:
            campaign_drafts.choose_survey(*_who(), slug, name=called, survey=wanted)
        except KeywordError:
            form.fail("survey", _("The word that joins this campaign is an answer in that survey."))
    return done(None, ".languages", slug=slug) if form.ok else _survey(form, draft)


@blueprint.get("/<slug>/languages")
@needs(Action.RUN_CAMPAIGNS)
def languages(slug: str) -> Any:
    """Which languages: those that can be launched, and what the others lack."""
    return _languages(slug, Form(), None)


def _languages(slug: str, form: Form, picked: list[str] | None) -> Any:
    draft = _draft(slug)
    found = campaign_choices.languages(services(), draft.survey)
    chosen = draft.languages if picked is None else picked
    return _asked(Step.LANGUAGES, form, slug, draft=draft, choices=found, picked=chosen)


@blueprint.post("/<slug>/languages")
@needs(Action.RUN_CAMPAIGNS)
def choose_languages(slug: str) -> Any:
    """Keep the languages."""
    form = Form()
    known = campaign_choices.languages(services(), _draft(slug).survey)
    codes = form.choices("languages", [one.code for one in known if one.launchable])
    if not codes:
        form.fail("languages", _("Choose at least one language."))
        return _languages(slug, form, codes)
    campaign_drafts.choose_languages(*_who(), slug, codes)
    return done(None, ".people", slug=slug)


@blueprint.get("/<slug>/people")
@needs(Action.RUN_CAMPAIGNS)
def people(slug: str) -> Any:
    """Who is asked: a list, whoever sends a word, or both."""
    draft = _draft(slug)
    how = ("both" if draft.listed else "word") if draft.keyword else "list"
    known = draft.keyword or draft.listed or Step.PEOPLE in draft.steps
    form = Form(how=how if known else "", keyword=draft.keyword or "")
    return _asked(Step.PEOPLE, form, slug, draft=draft, problems=())


@blueprint.post("/<slug>/people")
@needs(Action.RUN_CAMPAIGNS)
def choose_people(slug: str) -> Any:
    """Keep who is asked."""
    form, problems = Form(), tuple[Sentence, ...]()
    how = form.choice("how", ("list", "word", "both"), _("Choose how people take part."))
    missing = None if how == "list" else _("Write the word that people send.")
    keyword = form.text("keyword", missing, longest=64)
    if form.ok:
        try:
            campaign_drafts.choose_people(*_who(), slug, None if how == "list" else keyword)
        except KeywordError as error:
            form.fail("keyword", _("Choose another word: this one means something else."))
            problems = error.problems
    if form.ok:
        return done(None, ".when", slug=slug)
    return _asked(Step.PEOPLE, form, slug, problems=problems)


@blueprint.get("/<slug>/when")
@needs(Action.RUN_CAMPAIGNS)
def when(slug: str) -> Any:
    """When it begins, reminds, ends and asks again."""
    draft = _draft(slug)
    return _asked(Step.TIME, _form_of(draft), slug, draft=draft, reminders=_reminders(draft))


def _reminders(draft: Draft) -> list[str]:
    kept = ",".join(map(str, draft.plan.reminder_hours))
    return list(dict.fromkeys([*REMINDERS, kept]))


def _form_of(draft: Draft) -> Form:
    plan, starts = draft.plan, draft.starts and draft.starts.astimezone(ZoneInfo(LONDON))
    return Form(
        start="day" if starts else "now",
        day=str(starts.day) if starts else "",
        month=str(starts.month) if starts else "",
        year=str(starts.year) if starts else "",
        reminders=",".join(map(str, plan.reminder_hours)),
        expires=str(plan.expire_days),
        pace=plan.pace,
        weeks=str(plan.follow_up_weeks or ""),
    )


@blueprint.post("/<slug>/when")
@needs(Action.RUN_CAMPAIGNS)
def choose_time(slug: str) -> Any:
    """Keep the plan."""
    form, draft = Form(), _draft(slug)
    starts = _starts(form)
    plan = _plan(form, draft)
    if not form.ok:
        return _asked(Step.TIME, form, slug, draft=draft, reminders=_reminders(draft))
    campaign_drafts.choose_time(*_who(), slug, starts=starts, plan=plan)
    return done(None, ".checklist", slug=slug)


def _starts(form: Form) -> datetime | None:
    if form.choice("start", ("now", "day"), _("Choose when it begins.")) != "day":
        return None
    wrong = _("Enter a date from tomorrow on, such as 1 9 2027.")
    day = form.number("day", wrong, least=1, most=31)
    month = form.number("month", wrong, least=1, most=12)
    year = form.number("year", wrong, least=2020, most=2100)
    if not form.ok:
        return None
    try:
        found = datetime(year, month, day, tzinfo=ZoneInfo(LONDON))
    except ValueError:
        found = None
    if found is None or found < services().clock.now():
        form.fail("day", wrong)
    return found


def _plan(form: Form, draft: Draft) -> Plan:
    chosen = form.choice("reminders", _reminders(draft), _("Choose how people are reminded."))
    days = form.number("expires", _("Enter a number of days from 1 to 90."), least=1, most=90)
    pace = form.choice("pace", PACES, _("Choose how the questions come."))
    weeks = None
    if form.text("weeks"):
        wrong = _("Enter a number of weeks from 1 to 104, or leave it empty.")
        weeks = form.number("weeks", wrong, least=1, most=104)
    return Plan(
        reminder_hours=tuple(int(hours) for hours in chosen.split(",") if hours),
        expire_days=days,
        late_days=draft.plan.late_days,
        pace=pace or PACES[0],
        follow_up_weeks=weeks,
    )


@blueprint.get("/<slug>/checklist")
@needs(Action.RUN_CAMPAIGNS)
def checklist(slug: str) -> Any:
    """What it costs at most, and what stops or warns."""
    draft = _draft(slug)
    found = campaign_desk.ready(services(), here().organisation, slug)
    return _asked(Step.CHECKLIST, Form(), slug, draft=draft, ready=found, sentence=sentence)


@blueprint.get("/<slug>/try")
@needs(Action.RUN_CAMPAIGNS)
def trial(slug: str) -> Any:
    """Have the first message sent to oneself."""
    return _asked(Step.TRIAL, Form(), slug)


@blueprint.post("/<slug>/try")
@needs(Action.RUN_CAMPAIGNS)
def send_trial(slug: str) -> Any:
    """Send the first message to oneself."""
    form, draft = Form(), _draft(slug)
    language = form.choice("language", draft.languages, _("Choose a language."))
    address = _address(form)
    if form.ok and address is not None:
        try:
            sent = campaign_desk.try_it(*_who(), slug, address, language)
        except CampaignError:
            form.fail("language", _("The survey is not complete in this language yet."))
        else:
            said = _("Sent. Look at your phone.") if sent else _("It waits and leaves soon.")
            return done(said, ".trial", slug=slug)
    return _asked(Step.TRIAL, form, slug, draft=draft)


def _address(form: Form) -> Address | None:
    channel = form.choice("channel", list(Channel), _("Choose SMS or WhatsApp."))
    wrong = _("Enter your own mobile number, such as 07700 900123.")
    number = form.text("number", wrong, longest=32)
    if not form.ok:
        return None
    try:
        return Address.reachable(
            number, channel=Channel(channel), region=services().settings.default_region
        )
    except BadNumber:
        form.fail("number", wrong)
        return None


@blueprint.get("/<slug>/launch")
@needs(Action.RUN_CAMPAIGNS)
def confirm(slug: str) -> Any:
    """Once more what is about to happen."""
    return _confirm(slug, Form())


def _confirm(slug: str, form: Form) -> Any:
    draft = _draft(slug)
    found = campaign_desk.ready(services(), here().organisation, slug)
    return _asked(Step.LAUNCH, form, slug, draft=draft, ready=found)


@blueprint.post("/<slug>/launch")
@needs(Action.RUN_CAMPAIGNS)
def launch(slug: str) -> Any:
    """Launch it, if the checklist lets it."""
    form = Form()
    try:
        if campaign_desk.launch(*_who(), slug) is None:
            form.fail("launch", _("Something stops the launch: look at the checklist."))
            return _confirm(slug, form)
    except CampaignError:
        # Somebody pressed the button twice: it is launched.
        return done(None, ".one", slug=slug)
    return done(_("The campaign is launched."), ".one", slug=slug)

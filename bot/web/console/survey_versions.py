"""Published versions of a survey of one's own: publishing, the list, and what changed."""

from __future__ import annotations

from typing import Any

from flask import request

from bot.usecases import survey_checks as checks
from bot.usecases import survey_publishing as publishing
from bot.usecases.permission import Action
from bot.usecases.survey_drafts import ChangedMeanwhile
from bot.usecases.survey_publishing import NothingNew, NotReady
from bot.web.console import survey_words
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs
from bot.web.console.survey_drafts import meanwhile, opened
from bot.web.console.surveys import blueprint
from bot.web.identity import services
from bot.web.interface import say as _


@blueprint.get("/own/<code>/versions")
@needs(Action.READ_SURVEYS)
def versions(code: str) -> Any:
    """What was published, and the way to compare."""
    return _versions(code, Form())


def _versions(code: str, form: Form) -> Any:
    draft = opened(code)
    return page(
        "survey_versions.html",
        form,
        draft=draft,
        versions=publishing.versions(services(), here().organisation, code),
        checked=checks.check(services(), draft),
    )


@blueprint.post("/own/<code>/versions")
@needs(Action.PUBLISH_SURVEYS)
def publish(code: str) -> Any:
    """Freeze the draft as a version that campaigns can ask."""
    form = Form()
    edition = survey_words.whole(request.form.get("edition"), 0)
    try:
        version = publishing.publish(services(), here().organisation, here().me, code, edition)
    except ChangedMeanwhile as error:
        return meanwhile(error.draft, "")
    except NothingNew:
        form.fail("publish", _("Nothing has changed since the last version."))
        return _versions(code, form)
    except NotReady:
        form.fail("publish", _("Mend what is wrong first. Nothing was published."))
        return _versions(code, form)
    sentence = _("Version %(version)s is published. Campaigns can ask it now.", version=version)
    return done(sentence, ".versions", code=code)


@blueprint.get("/own/<code>/changes")
@needs(Action.READ_SURVEYS)
def changes(code: str) -> Any:
    """What changed between two versions, or since one, in plain words."""
    old, new = request.args.get("old", type=int), request.args.get("new", type=int)
    place = here().organisation
    return page(
        "survey_changes.html",
        draft=opened(code),
        versions=publishing.versions(services(), place, code),
        compared=publishing.differences(services(), place, code, old, new),
    )

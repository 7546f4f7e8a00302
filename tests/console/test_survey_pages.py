"""Surveys of one's own: from a spreadsheet or the library, through forms and a check, to a campaign."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from bot.usecases import (
    campaign_choices,
    campaign_state,
    campaigns,
    home,
    survey_drafts,
    survey_publishing,
    survey_rows,
    survey_workbooks,
    texts,
    translation,
    versions,
)
from bot.usecases.campaigns import CampaignError
from bot.usecases.survey_drafts import NoSuchSurvey
from bot.usecases.survey_publishing import NothingNew
from flows.meaning import Status, Step, Translation
from tests.console.conftest import OURS, THEIRS, Site
from tests.support.people import Person
from tests.support.rows import rows
from tests.support.staff import Browser

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the database has no part in."""

SURVEYS = f"/console/{OURS}/surveys"
CLINIC = f"{SURVEYS}/own/clinic"

FORM = """
| survey |  |  |  |  |  |
|  | type | name | label::English (en) | label::Urdu (ur) | relevant |
|  | select_one yes_no | been | Have you been to the clinic? | کیا آپ کلینک گئے ہیں؟ |  |
|  | select_one how | liked | How was it? | کیسا رہا؟ | ${been} = 'yes' |
|  | text | better | What would make it better? | کیا بہتر ہو سکتا ہے؟ |  |
| choices |  |  |  |  |  |
|  | list_name | name | label::English (en) | label::Urdu (ur) |  |
|  | yes_no | yes | Yes | ہاں |  |
|  | yes_no | no | No | نہیں |  |
|  | how | good | Good | اچھا |  |
|  | how | bad | Bad | برا |  |
| settings |  |  |  |  |  |
|  | form_id | form_title | version | default_language |  |
|  | clinic | Clinic | 1 | English (en) |  |
"""


def send(browser: Browser, form: bytes | str = FORM, name: str = "clinic.md", **more: str) -> int:
    """A spreadsheet is uploaded, as a browser does it."""
    content = form.encode() if isinstance(form, str) else form
    data = {"form_key": browser.key(), "form": (io.BytesIO(content), name), **more}
    answer = browser.client.post(
        f"{SURVEYS}/own/upload", data=data, content_type="multipart/form-data", buffered=True
    )
    browser.page = answer.text
    return answer.status_code


def edition(browser: Browser, address: str = CLINIC) -> str:
    browser.get(address)
    found = re.search(r'name="edition" value="(\d+)"', browser.page)
    assert found is not None
    return found[1]


def post(browser: Browser, address: str, **fields: str | list[str]) -> int:
    """A form of the page is sent; where it leads to is followed."""
    data = {"form_key": browser.key(), "edition": edition(browser), **fields}
    answer = browser.client.post(address, data=data, buffered=True)
    browser.page = answer.text
    if answer.status_code == 303:
        browser.get(answer.headers["Location"])
    return answer.status_code


LIKED = {
    "label": "How was it?", "code": ["good", "bad"], "option": ["Good", "Bad"],
    "relevant": "${been} = 'yes'",
}  # fmt: skip


def test_from_a_spreadsheet_to_a_published_version_and_what_changed(site: Site) -> None:
    browser = site.browser("A")
    assert send(browser) == 200
    assert "The draft asks 3 questions." in browser.text
    assert "اردو" in browser.text
    browser.get(CLINIC)
    assert "Nothing is wrong." not in browser.text  # there is no consent question: that is said
    assert post(browser, f"{CLINIC}/versions") == 303
    assert "Version 1 is published." in browser.text

    # An option that looks like another one is found while it is typed, and kept all the same.
    wrong = {**LIKED, "label": "How did you like it?", "option": ["Good", "Good"]}
    assert post(browser, f"{CLINIC}/1", **wrong, do="check") == 200
    assert "Not kept yet" in browser.text
    assert "Has to be mended" in browser.text
    assert post(browser, f"{CLINIC}/1", **wrong, do="keep") == 303
    assert "Kept." in browser.text
    browser.get(CLINIC)
    assert re.search(rf'<a href="{CLINIC}/1"><span class="code" dir="ltr">liked', browser.page)
    assert post(browser, f"{CLINIC}/versions") == 422
    assert "Mend what is wrong first." in browser.text

    mended = {**wrong, "option": ["Very good", "Bad"], "new_option": "In between"}
    assert post(browser, f"{CLINIC}/1", **mended, do="add") == 200
    assert 'value="in_between"' in browser.page
    final = {
        **wrong, "code": ["good", "in_between", "bad"], "option": ["Very good", "In between", "Bad"]
    }  # fmt: skip
    assert post(browser, f"{CLINIC}/1", **final, do="keep") == 303
    assert "Has to be mended" not in browser.text
    assert post(browser, f"{CLINIC}/versions") == 303
    assert "Version 2 is published." in browser.text
    ours = site.organisation()
    new, old = survey_publishing.versions(site.services, ours, "clinic")
    browser.get(f"{CLINIC}/changes?old={old.id}&new={new.id}")
    for words in (
        "liked Reworded How was it? How did you like it?",
        "liked Option reworded Good Very good",
        "liked Option added In between",
    ):
        assert words in browser.text
    written = [row["what"] for row in rows(site.services, "audit_entry")]
    assert written.count("survey.published") == 2
    # Nothing new is no new version.
    assert post(browser, f"{CLINIC}/versions") == 422
    assert "Nothing has changed since the last version." in browser.text
    browser.get(SURVEYS)
    assert "Version 2 is published" in browser.text


def check_of(browser: Browser, ui: str) -> str:
    """What the page of the draft says is wrong, as it is marked up."""
    browser.get(f"{CLINIC}?ui={ui}")
    return browser.page.partition('<section id="problems"')[2].partition("</section>")[0]


@ON_ONE
def test_the_check_of_a_draft_speaks_the_language_of_the_page(site: Site) -> None:
    browser = site.browser("A")
    assert send(browser) == 200
    found = check_of(browser, "ur")
    assert "کسی سے رضامندی نہیں پوچھی جاتی: `purpose: consent` والا ایک سوال شامل کریں۔" in found
    assert 'lang="en"' not in found
    assert "Nobody is asked" not in found
    english = "Nobody is asked for consent: add a question with `purpose: consent`."
    assert english in check_of(browser, "en")


@ON_ONE
def test_what_is_wrong_with_the_rows_themselves_is_said_in_english_and_marked_so(
    site: Site,
) -> None:
    browser = site.browser("A")
    assert send(browser) == 200
    assert post(browser, f"{CLINIC}/0/remove") == 303
    found = check_of(browser, "ur")
    assert re.search(r'<bdi lang="en" dir="ltr">[^<]*which is not asked before it', found)


def test_a_published_survey_is_launched_like_any_other(site: Site) -> None:
    ours, me = site.organisation(), site.somebody("A")
    name = f"{OURS}/clinic"
    survey_drafts.upload(site.services, ours, me, "clinic.md", FORM.encode())
    wanted = {"name": "Clinic", "survey": name, "keyword": "clinic", "languages": ["en", "ur"]}
    with pytest.raises(CampaignError, match="no survey"):
        campaigns.create(site.services, organisation=OURS, **wanted)
    assert campaign_choices.surveys(site.services, ours)[0].survey != name
    survey_publishing.publish(site.services, ours, me, "clinic", 1)
    first = campaign_choices.surveys(site.services, ours)[0]
    assert (first.survey, first.title, first.own) == (name, "Clinic", True)
    with pytest.raises(CampaignError, match="no survey"):
        campaigns.create(site.services, organisation=THEIRS, **wanted)
    slug = campaigns.create(site.services, organisation=OURS, **wanted)
    campaign_state.launch(site.services, slug)
    person = Person(site.services, "+447700900123")
    person.goes_through("clinic", "yes", "good", "Longer hours")
    answers = {row["question"]: row["value"] for row in rows(site.services, "answer")}
    assert answers == {"been": "yes", "liked": "good", "better": "Longer hours"}
    (version, *_) = survey_publishing.versions(site.services, ours, "clinic")
    assert version.campaigns == 1


def test_its_translations_are_gated_and_kept_in_the_database(site: Site) -> None:
    ours, me, name = site.organisation(), site.somebody("A"), f"{OURS}/clinic"
    survey_drafts.upload(site.services, ours, me, "clinic.md", FORM.encode())
    survey_publishing.publish(site.services, ours, me, "clinic", 1)
    real = replace(site.services, settings=replace(site.services.settings, demo=False))
    obstacles = translation.gate(real, name, "ur")
    assert "clinic/liked" in {one.context for one in obstacles}
    translation.record(real, name, "ur", Step.SIGN_OFF, by="Nadia", string="clinic/liked")
    with real.database.transaction() as work:
        desk = texts.open_desk(real, name, "ur", work.connection)
        (better,) = [one for one in desk.texts() if one.wording.context == "clinic/better"]
        new = Translation("clinic/better", better.wording.source, "ہم کیا بہتر کریں؟")
        desk.catalogue_for(better.wording).keep([new])
    found = {one.wording.context: one for one in texts.open_desk(real, name, "ur").texts()}
    assert found["clinic/liked"].status is Status.SIGNED_OFF
    assert found["clinic/better"].words == "ہم کیا بہتر کریں؟"
    assert (
        real.surveys.load(name).catalogues["ur"]["clinic/better", better.wording.source] == new.text
    )
    assert not real.voices.files.translations("ur").get(
        new.key
    )  # the house's words are the house's


def test_a_copy_of_the_library_keeps_its_translations_and_locks_its_scales(site: Site) -> None:
    browser, own = site.browser("R"), f"{SURVEYS}/own/wellbeing"
    assert post_copy(browser) == own
    assert post_copy(browser) == own
    assert "You have this survey already." in browser.text
    draft = survey_drafts.open_draft(site.services, site.organisation(), "wellbeing")
    place = next(row.place for row in survey_rows.rows(draft.form) if row.name == "who5")
    browser.get(f"{own}/{place}")
    assert "Its words, its options and their order can not be changed here" in browser.text
    assert "I have felt cheerful and in good spirits" in browser.text
    assert "<textarea" not in browser.page
    fields = {
        "edition": str(draft.edition),
        "label": "I felt great",
        "relevant": "${consent} = 'yes'",
    }
    assert browser.post(f"{own}/{place}", **fields).status_code == 303
    browser.get(f"{own}/{place}")
    assert "I have felt cheerful and in good spirits" in browser.text
    assert "I felt great" not in browser.text
    assert "Asked when the answer to" in browser.text
    browser.get(f"{own}/read?language=en&language=ur&language=bn&language=so")
    assert "languages-3" in browser.page
    assert '<div class="bubble" lang="ur" dir="rtl">' in browser.page
    browser.get(f"{own}/xlsform")
    assert browser.page.startswith("PK")


def post_copy(browser: Browser) -> str:
    answer = browser.post(f"{SURVEYS}/wellbeing/copy")
    browser.get(answer.headers["Location"])
    return answer.headers["Location"]


def test_whoever_was_slower_loses_nothing_and_overwrites_nothing(site: Site) -> None:
    first, second = site.browser("F"), site.browser("R")
    send(first)
    before = edition(second)
    assert post(first, f"{CLINIC}/2", label="What should change?") == 303
    late = {"edition": before, "label": "What would help you?"}
    answer = second.post(f"{CLINIC}/2", **late)
    assert answer.status_code == 409
    assert "Somebody else has changed this draft" in second.text
    assert "What would help you?" in second.text
    second.get(f"{CLINIC}/2")
    assert "What should change?" in second.text
    assert second.post(f"{CLINIC}/versions", edition=before).status_code == 409


def test_a_condition_is_said_in_words_and_its_mistakes_precisely(site: Site) -> None:
    browser = site.browser("F")
    send(browser)
    browser.get(f"{CLINIC}/1")
    assert "Asked when the answer to “\u2068Have you been to the clinic?\u2069” is" in browser.text
    for wrong, told in (
        ("${better} = 'x'", "“better” is asked later."),
        ("${nowhere} = 'x'", "There is no question “nowhere”."),
        ("${been} =", "This condition can not be read:"),
    ):
        assert post(browser, f"{CLINIC}/1", **{**LIKED, "relevant": wrong}) == 422
        assert told in browser.text
        assert f'value="{wrong}"'.replace("'", "&#39;") in browser.page
    assert post(browser, f"{CLINIC}/1", **{**LIKED, "label": " "}) == 422
    assert "Write what is asked." in browser.text


def test_questions_are_added_moved_and_removed(site: Site) -> None:
    browser = site.browser("F")
    send(browser)
    assert post(browser, f"{CLINIC}/questions", kind="integer", label="", after="2") == 422
    assert post(browser, f"{CLINIC}/questions", kind="king", label="Why?", after="2") == 422
    assert (
        post(browser, f"{CLINIC}/questions", kind="integer", label="How often?", after="2") == 303
    )
    assert "Added. Say more about it here." in browser.text
    typed = {"label": "How often?", "low": "x", "high": "3"}
    assert post(browser, f"{CLINIC}/3", **typed) == 422
    assert "Enter a number, such as 10." in browser.text
    assert post(browser, f"{CLINIC}/3", **{**typed, "low": "9"}) == 422
    assert post(browser, f"{CLINIC}/3", **{**typed, "low": "0", "required": "yes"}) == 303
    browser.get(f"{CLINIC}/read")
    assert "A number from 0 to 3." in browser.text
    assert post(browser, f"{CLINIC}/3/move", to="up") == 303
    kind = "instrument ons4"
    assert post(browser, f"{CLINIC}/questions", kind=kind, label="", after="-1") == 303
    assert post(browser, f"{CLINIC}/questions", kind="select_one", label="کیوں؟", after="0") == 303
    draft = survey_drafts.open_draft(site.services, site.organisation(), "clinic")
    names = [row.name for row in survey_rows.rows(draft.form)]
    assert names == ["ons4", "question", "been", "liked", "how_often", "better"]
    for place in ("0", "0"):
        assert post(browser, f"{CLINIC}/{place}/remove") == 303
    assert post(browser, f"{CLINIC}/9/remove") == 303
    assert post(browser, f"{CLINIC}/title", title="Our clinic") == 303
    assert post(browser, f"{CLINIC}/title", title="") == 422
    draft = survey_drafts.open_draft(site.services, site.organisation(), "clinic")
    assert draft.title == "Our clinic"
    assert sorted(draft.form.choices) == ["how", "yes_no"]
    # `been` taken out, `liked` looks at what is not there: the check says so, with the way to it.
    assert post(browser, f"{CLINIC}/0/remove") == 303
    assert "looks at `been`, which is not asked before it" in browser.text
    browser.get(f"{CLINIC}/try")
    assert "can not be tried before" in browser.text
    browser.get(f"{CLINIC}/read")
    assert "can not be read as a conversation" in browser.text
    assert browser.get(f"{CLINIC}/xlsform").status_code == 303


def test_a_draft_is_tried_in_the_page_and_nothing_of_it_is_stored(site: Site) -> None:
    browser = site.browser("T")
    send(site.browser("F"))
    browser.get(f"{CLINIC}/try")
    assert "Have you been to the clinic?" in browser.text
    browser.post(f"{CLINIC}/try", tap="been:yes", language="en")
    assert "How was it?" in browser.text
    said = re.findall(r'name="said" value="([^"]+)"', browser.page)
    data = {"form_key": browser.key(), "said": [*said, "say perhaps"], "reply": "good"}
    browser.page = browser.client.post(f"{CLINIC}/try", data=data).text
    assert "Not understood, asked again: liked" in browser.text
    assert "Read as the answer to liked : good" in browser.text
    ended = {"said": ["tap been:no", "say Nothing"], "reply": "more", "form_key": browser.key()}
    browser.page = browser.client.post(f"{CLINIC}/try", data=ended).text
    assert "The conversation has ended" in browser.text
    back = {"said": ["tap been:no"], "back": "yes", "form_key": browser.key()}
    browser.page = browser.client.post(f"{CLINIC}/try", data=back).text
    assert "What would make it better?" not in browser.text
    assert rows(site.services, "conversation") == []
    assert rows(site.services, "answer") == []


def test_what_can_not_be_a_survey_is_refused_row_by_row(site: Site) -> None:
    browser = site.browser("F")
    assert send(browser, FORM.replace("| text |", "| osm |")) == 422
    assert "Nothing was kept." in browser.text
    assert "sheet survey, row 6, column B" in browser.text
    assert send(browser, b"\x00\x01", "clinic.xlsx") == 422
    assert "is not a workbook" in browser.text
    assert browser.post(f"{SURVEYS}/own/upload").status_code == 422
    assert "Choose a spreadsheet." in browser.text
    assert rows(site.services, "own_survey") == []
    assert send(browser) == 200
    assert send(browser) == 422
    assert "You have a draft called “clinic” already." in browser.text
    assert send(browser, FORM.replace("| Clinic |", "| Ours |"), replace="yes") == 200
    browser.get(CLINIC)
    assert "Ours" in browser.text
    assert send(browser, "type,name,label\ntext,why,Why?\n", "why.csv") == 200
    assert browser.get(f"{SURVEYS}/own/why").status_code == 200


def test_a_downloaded_workbook_uploads_as_the_same_survey(site: Site, tmp_path: object) -> None:
    ours, me = site.organisation(), site.somebody("A")
    survey_drafts.upload(site.services, ours, me, "clinic.md", FORM.encode())
    before = survey_drafts.open_draft(site.services, ours, "clinic")
    content = survey_workbooks.of_draft(site.services, ours, "clinic")
    survey_drafts.upload(site.services, ours, me, "clinic.xlsx", content, replace=True)
    after = survey_drafts.open_draft(site.services, ours, "clinic")
    assert (before.survey, after.survey) != (None, None)
    assert after.survey.digest == before.survey.digest  # type: ignore[union-attr]
    assert after.catalogues == before.catalogues


def test_another_organisations_survey_is_not_there(site: Site) -> None:
    send(site.browser("F"))
    other = site.browser("a")
    theirs = f"/console/{THEIRS}/surveys"
    for end in ("", "/read", "/xlsform", "/0", "/try", "/versions", "/changes"):
        assert other.get(f"{theirs}/own/clinic{end}").status_code == 404, end
    for end in ("/0", "/questions", "/0/move", "/0/remove", "/title", "/versions", "/try"):
        fields = {"edition": "1", "label": "x", "kind": "text", "title": "x"}
        assert other.post(f"{theirs}/own/clinic{end}", **fields).status_code == 404, end
    other.get(theirs)
    assert "Clinic" not in other.text
    with pytest.raises(NoSuchSurvey):
        survey_drafts.copy(site.services, site.organisation(), site.somebody("A"), "nothing")
    assert site.browser("T").post(f"{CLINIC}/title", title="x", edition="1").status_code == 403
    assert site.browser("F").post(f"{CLINIC}/versions", edition="1").status_code == 403


def test_texts_of_an_own_survey_wait_for_the_translator_at_home(site: Site) -> None:
    ours, me = site.organisation(), site.somebody("A")
    survey_drafts.upload(site.services, ours, me, "clinic.md", FORM.encode())
    survey_publishing.publish(site.services, ours, me, "clinic", 1)
    with pytest.raises(NothingNew):
        survey_publishing.publish(site.services, ours, me, "clinic", 2)
    campaigns.create(
        site.services, name="Clinic", organisation=OURS, survey=f"{OURS}/clinic",
        languages=["en", "ur"],
    )  # fmt: skip
    (found,) = home.to_sign_off(site.services, ours)
    assert (found.survey, found.language) == (f"{OURS}/clinic", "ur")
    browser = site.browser("T")
    browser.get(f"/console/{OURS}/to-sign-off")
    assert f"{CLINIC}/read?language=en&amp;language=ur" in browser.page
    browser.get(f"{CLINIC}/read?language=en&language=ur")
    assert "Draft" in browser.text
    address = f"translations/{OURS}:clinic/ur"
    assert browser.get(f"/console/{OURS}/{address}").status_code == 200
    assert "How was it?" in browser.text
    browser.get(f"/console/{OURS}/translations")
    assert f"/console/{OURS}/{address}" in browser.page
    assert site.browser("a").get(f"/console/{THEIRS}/{address}").status_code == 404
    assert browser.get(f"/console/{OURS}/translations/{OURS}:none/ur").status_code == 404
    assert [one.form_id for one in versions.versions(site.services, f"{OURS}/clinic")] == ["clinic"]

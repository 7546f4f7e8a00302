"""You said, we did at the console: from the English to what became of it, without JavaScript."""

from __future__ import annotations

import io
import re

import pytest

from bot.usecases import campaign_state, campaigns, outbox
from tests.console.conftest import OURS, THEIRS, Site
from tests.support.feedback import DONE, HEARD, URDU, took_part
from tests.support.rows import rows
from tests.support.staff import Browser
from tests.support.waves import change

PAGES = f"/console/{OURS}/feedback"


@pytest.fixture
def campaign(site: Site) -> str:
    """A live campaign in English, Urdu and Sylheti, with somebody who answered in each of the first two."""
    slug = campaigns.create(
        site.services,
        name="Walks",
        organisation=OURS,
        survey="listening",
        languages=["en", "ur"],
    )
    campaign_state.launch(site.services, slug)
    change(site.services, slug, languages=["en", "ur", "syl"])
    took_part(site.services, slug, ["en", "ur"])
    return slug


def cells(browser: Browser) -> list[str]:
    """The cells of the page's tables, as text."""
    found = re.findall(r"<td[^>]*>(.*?)</td>", browser.page, flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def test_it_is_written_translated_signed_off_by_others_sent_and_counted(
    site: Site, campaign: str
) -> None:
    facilitator, translator, admin = (site.browser(letter) for letter in "FTA")
    facilitator.get(PAGES)
    assert "Nothing written yet" in facilitator.text
    one = f"{PAGES}/{campaign}"
    facilitator.get(f"{one}/english")
    assert "They were asked outside of the survey" in facilitator.text
    # The survey's own question is chosen until somebody chooses another, or none.
    assert '<option value="tell" selected>May we send you a message later' in facilitator.page
    assert facilitator.post(f"{one}/english", heard=HEARD, done="").status_code == 422
    assert "Write both" in facilitator.text
    assert facilitator.post(f"{one}/english", heard=HEARD, done=DONE).status_code == 303
    facilitator.get(f"{one}/english")
    assert '<option value="" selected>' in facilitator.page
    assert facilitator.post(f"{one}/send").status_code == 422
    assert "The English is not signed off yet." in facilitator.text
    urdu = f"{one}/languages/ur"
    assert translator.post(urdu, heard=URDU["heard"], done=URDU["done"]).status_code == 303
    assert translator.post(f"{urdu}/sign-off").status_code == 422
    assert "You wrote this yourself" in translator.text
    assert translator.post(f"{one}/languages/en/sign-off", comment="Clear.").status_code == 303
    assert admin.post(f"{urdu}/sign-off").status_code == 303
    admin.get(urdu)
    assert 'lang="ur" dir="rtl"' in admin.page
    assert "Signed off" in admin.text
    assert facilitator.post(f"{one}/send").status_code == 303
    outbox.send(site.services, [row["id"] for row in rows(site.services, "outbound")])
    facilitator.get(one)
    assert "Change the English" not in facilitator.text
    assert "Told before" in facilitator.text
    assert len([row for row in rows(site.services, "outbound") if row["feedback_id"]]) == 2
    assert cells(facilitator)[-20:-17] == ["English", "1", "0"]
    assert facilitator.post(f"{one}/english", heard="x", done="y").status_code == 422
    assert "It was sent" in facilitator.text


def test_a_recording_is_kept_heard_on_the_page_and_signed_off(site: Site, campaign: str) -> None:
    translator, admin = site.browser("T"), site.browser("A")
    one = f"{PAGES}/{campaign}"
    admin.post(f"{one}/english", heard=HEARD, done=DONE)
    sylheti = f"{one}/languages/syl"
    translator.get(sylheti)
    assert "Nothing is recorded yet." in translator.text
    assert translator.post(f"{sylheti}/recording").status_code == 422
    assert "does not play this file" in translator.text
    sent = {"form_key": translator.key(), "sound": (io.BytesIO(b"OggS told"), "told.ogg")}
    answer = translator.client.post(f"{sylheti}/recording", data=sent, buffered=True)
    assert answer.status_code == 303
    assert admin.post(f"{sylheti}/sign-off").status_code == 303
    admin.get(sylheti)
    found = re.search(r'<audio[^>]* src="(/audio/[0-9a-f]{64}\.ogg)"', admin.page)
    assert found is not None
    assert admin.get(found[1]).data == b"OggS told"


def test_anothers_campaign_and_a_language_that_is_not_spoken_are_not_there(
    site: Site, campaign: str
) -> None:
    admin, theirs = site.browser("A"), site.told(THEIRS)
    for end in ("", "/english", "/languages/en"):
        assert admin.get(f"{PAGES}/{theirs}{end}").status_code == 404, end
    for end in ("/send", "/languages/en/sign-off", "/languages/ur"):
        answer = admin.post(f"{PAGES}/{theirs}{end}", heard="a", done="b")
        assert answer.status_code == 404, end
    assert admin.get(f"{PAGES}/{campaign}/languages/ur").status_code == 404
    assert "Write the English first" in (admin.get(f"{PAGES}/{campaign}"), admin.text)[1]

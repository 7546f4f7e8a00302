"""Posters: a page that a person can read and a phone can join by."""

from __future__ import annotations

from dataclasses import replace

import pytest
import regex
import segno
from lxml import etree, html
from sqlalchemy import update

from bot.gateways import poster_page
from bot.gateways.addresses import Channel
from bot.gateways.interface import InterfaceFiles
from bot.store import inbox
from bot.usecases import posters
from bot.usecases.posters import PosterError
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign
from tests.support.people import Person

WHATSAPP = "https://wa.me/447700900100?text=SPRING"
SMS = "sms:+447700900100?body=SPRING"


def modules(svg: etree._Element) -> set[tuple[int, int]]:
    """The dark modules that an SVG draws: (row, column)."""
    (path,) = svg.xpath("//*[local-name()='path']")
    dark, x, y = set(), 0.0, 0.0
    for command, numbers in regex.findall(r"([Mmh])([^Mmhz]*)", path.get("d")):
        values = [float(number) for number in regex.findall(r"-?\d+(?:\.\d+)?", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            dark |= {(int(y), int(x) + step) for step in range(int(values[0]))}
            x += values[0]
    return dark


def expected(link: str) -> set[tuple[int, int]]:
    matrix = segno.make_qr(link, error="q").matrix
    return {(y + 4, x + 4) for y, row in enumerate(matrix) for x, bit in enumerate(row) if bit}


@pytest.fixture
def campaign(demo: Services) -> str:
    return open_campaign(
        demo, name="Spring", languages=("en", "bn", "ur", "pl"), keyword="Spring", walk_in=False
    )


def test_the_codes_open_a_message_to_us_with_the_keyword(demo: Services, campaign: str) -> None:
    page = html.fromstring(posters.poster(demo, campaign))
    figures = page.xpath("//figure")
    assert [figure.get("aria-label") for figure in figures] == [
        f"SMS: {SMS}",
        f"WhatsApp: {WHATSAPP}",
    ]
    for figure, link in zip(figures, (SMS, WHATSAPP), strict=True):
        assert modules(etree.fromstring(etree.tostring(figure.find("svg")))) == expected(link)


def test_whoever_sends_what_the_code_holds_joins(demo: Services, campaign: str) -> None:
    assert Person(demo).says("SPRING")
    assert Person(demo).conversation["campaign_id"]


def test_each_language_is_a_section_with_its_own_direction(demo: Services, campaign: str) -> None:
    page = html.fromstring(posters.poster(demo, campaign, languages=["ur", "bn", "ur"]))
    assert (page.get("lang"), page.get("dir")) == ("ur", "rtl")
    sections = page.xpath("//section")
    assert [(one.get("lang"), one.get("dir")) for one in sections] == [("ur", "rtl"), ("bn", "ltr")]
    for section in sections:
        said = section.text_content()
        assert "SPRING" in said
        assert "+44 7700 900100" in said
        assert "Aston Dars group" in said
        assert "Have your say" not in said
        assert [bdi.get("dir") for bdi in section.xpath(".//bdi")] == ["auto", "ltr", "auto"]


def test_a_languages_without_the_posters_texts_is_left_out_or_refused(
    demo: Services, campaign: str
) -> None:
    page = html.fromstring(posters.poster(demo, campaign))
    assert [one.get("lang") for one in page.xpath("//section")] == ["en", "bn", "ur"]
    with pytest.raises(PosterError, match="no poster in 'pl' yet"):
        posters.poster(demo, campaign, languages=["pl"])
    with pytest.raises(PosterError, match="not held in 'so'"):
        posters.poster(demo, campaign, languages=["so"])
    only = open_campaign(demo, name="Polish", languages=("pl",), keyword="warszawa", walk_in=False)
    with pytest.raises(PosterError, match="no poster yet in any language"):
        posters.poster(demo, only)


def test_unreviewed_texts_are_only_printed_as_a_draft(demo: Services, campaign: str) -> None:
    assert "Not for display" in posters.poster(demo, campaign)
    real = replace(demo, settings=replace(demo.settings, demo=False))
    with pytest.raises(PosterError, match="Nobody has reviewed the poster's texts in bn, ur"):
        posters.poster(real, campaign)
    assert "Not for display" in posters.poster(real, campaign, draft=True)
    english = posters.poster(real, campaign, languages=["en"], channels=[Channel.SMS])
    assert "Not for display" not in english
    assert "wa.me" not in english


def test_every_text_of_the_poster_is_found_and_translated() -> None:
    texts = poster_page.texts()
    assert len(texts) == 6
    files = InterfaceFiles()
    for code in files.codes():
        assert all(code == "en" or files.catalogue(code).gettext(one) != one for one in texts)
    assert files.drafts("cy") == frozenset()


def test_a_name_is_text_and_never_markup(demo: Services) -> None:
    page = poster_page.render(
        poster_page.Poster(
            organisation="<b>Tea & toast</b>",
            keyword="tea&toast",
            number="12345",
            codes=(poster_page.Code("SMS", "sms:12345?body=tea%26toast"),),
            sections=(poster_page.Section("en", "ltr", InterfaceFiles().catalogue("en")),),
            draft=False,
        )
    )
    assert "<b>" not in page
    assert page.count("&lt;b&gt;Tea &amp; toast&lt;/b&gt;") == 3


def test_a_campaign_that_nobody_could_join_has_no_poster(demo: Services, campaign: str) -> None:
    open_campaign(demo, name="Invited", walk_in=False)
    for slug, said in (("none", "no campaign"), ("invited", "has no keyword")):
        with pytest.raises(PosterError, match=said):
            posters.poster(demo, slug)
    with demo.database.transaction() as work:
        work.connection.execute(update(inbox.CAMPAIGN).values(state="closed"))
    with pytest.raises(PosterError, match="is closed"):
        posters.poster(demo, campaign)


def test_a_keyword_that_has_no_capitals_stays_as_it_is(demo: Services) -> None:
    slug = open_campaign(demo, name="Eid", keyword="ঈদ", languages=("bn",), walk_in=False)
    real = replace(demo, sms=replace_sender(demo, "12345"))
    page = posters.poster(real, slug)
    assert "sms:12345?body=%E0%A6%88%E0%A6%A6" in page
    assert ">12345<" in page


def replace_sender(services: Services, sender: str) -> object:
    services.sms.sender = sender
    return services.sms

"""A researcher signs in on a desktop, orders SPSS, watches it being made, and opens the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyotp
import pyreadstat

from bot.usecases import export_making, staff
from bot.usecases.permission import Role
from tests.browser.conftest import LiveServer, Visit
from tests.support.rows import rows
from tests.support.staff import PASSWORD, hire
from tests.support.waves import answered, who5

ORGANISATION = "demonstration-group"
NAME = "Rahima reads"


def test_a_researcher_signs_in_downloads_spss_and_the_file_opens_with_labels(
    visit: Callable[..., Visit], live_server: LiveServer, tmp_path: Path
) -> None:
    services = live_server.services
    staff_id = hire(services, Role.RESEARCHER, ORGANISATION, name=NAME, password=PASSWORD)
    assert staff.membership(services, staff_id, ORGANISATION) is not None
    answered(services, "wellbeing", [who5(40), who5(60)], language=["bn", "en"], first=900)
    page = visit().page
    page.goto(f"{live_server.url}/console/{ORGANISATION}/research/downloads/new")
    page.get_by_label("E-mail").fill("rahima.reads@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue", exact=True).click()
    secret = page.locator(".code").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_role("link", name="I have them, continue").click()
    page.get_by_role("link", name="Research").click()
    page.get_by_role("link", name="Downloads").click()
    page.get_by_role("button", name="Order a download").click()
    page.get_by_label("wellbeing").check()
    page.get_by_label("Format").select_option(label="SPSS (SAV)")
    page.get_by_label("Language of the labels").select_option("bn")
    page.get_by_role("button", name="Order it").click()
    page.get_by_text("Will be made in a moment").wait_for()
    # The worker, which this application has none of; the page looks again by itself.
    export_making.fulfil(services, [rows(services, "export_order")[-1]["id"]])
    with page.expect_download() as coming:
        page.get_by_role("button", name="Take the file").click()
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    frame, meta = pyreadstat.read_sav(path, output_format="polars")
    assert path.name == "wellbeing.sav"
    assert frame.height >= 2
    labels = meta.column_names_to_labels
    assert any("\u0980" <= letter <= "\u09ff" for letter in labels["who5_1"])
    values = meta.variable_value_labels["who5_1"]
    assert {float(one) for one in range(6)} <= {float(one) for one in values}
    assert any("\u0980" <= letter <= "\u09ff" for letter in values[5.0])

"""Translators get every text that the newer columns hold, under the name it is looked up by."""

from __future__ import annotations

import io

from flows.extract import extract
from flows.parsing import parse_survey

SURVEY = """
settings: {form_id: small}
choices:
  way:
    - {name: bus, label: By bus, whatsapp_button: Bus}
    - {name: foot, label: On foot}
  need:
    - {name: jobs, label: Jobs}
    - {name: other, label: Something else}
survey:
  - {type: begin_group, name: g, label: About you}
  - {type: select_one way or_other, name: way, label: "How?", sms: "How", other_label: Otherwise}
  - {type: select_one need or_other, name: need, label: "What?", or_other_label: "What else?"}
  - {type: end_group}
"""


def test_every_text_is_extracted_under_the_name_it_is_looked_up_by() -> None:
    survey = parse_survey(SURVEY, source="small.yaml", instruments={})
    found = {text: line for line, _, text, _ in extract(io.BytesIO(SURVEY.encode()), (), (), {})}
    said = (*survey.wordings(), *survey.short_wordings())
    assert set(found) == {(wording.context, wording.source) for wording in said}
    assert found["small/way/other", "Otherwise"] == 12
    assert found["small/need_other", "What else?"] == 13

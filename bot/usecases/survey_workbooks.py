"""Surveys as XLSForm workbooks: the library's, and an organisation's drafts."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.gateways.files import SurveyFile
from bot.gateways.workbooks import write_workbook
from bot.gateways.xlsform_files import XlsForms
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from bot.usecases.survey_drafts import NoSuchSurvey, open_draft


def of_library(services: Services, name: str) -> bytes:
    """A survey of the library as a workbook; raises NoSuchSurvey."""
    if name not in services.surveys.names():
        raise NoSuchSurvey(name)
    return _workbook(services, services.surveys.load(name), name)


def of_draft(services: Services, organisation: Organisation, code: str) -> bytes:
    """A draft as a workbook; raises NoSuchSurvey, or SurveyError for what can not be one yet."""
    draft = open_draft(services, organisation, code)
    file = SurveyFile(
        services.surveys.parse(draft.source, source=code), draft.source, draft.catalogues
    )
    return _workbook(services, file, code)


def _workbook(services: Services, file: SurveyFile, name: str) -> bytes:
    """A survey as an XLSForm workbook, in every language that has words of it.

    Raises:
        SurveyError: the survey has problems.
    """
    sheets, _ = XlsForms(services.surveys, services.voices.files).sheets_of(file, name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        write_workbook(sheets, path)
        return path.read_bytes()

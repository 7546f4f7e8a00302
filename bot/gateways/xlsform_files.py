"""XLSForm files: a workbook in, a survey's YAML with its catalogues out, and back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.gateways.files import LanguageFiles, SurveyFile, SurveyFiles, catalogue_beside
from bot.gateways.workbooks import read_workbook, write_workbook
from flows.form_text import form_text
from flows.parsing import form_of
from flows.reading import Vocabulary
from flows.reading.folding import fold
from flows.rows import Cells
from flows.xlsform import Imported, Sheet, Tongues, read_form, write_form

_HEAD = """#  {title} in {code}, imported from {source} and not reviewed by anyone here yet.
msgid ""
msgstr ""
"Project-Id-Version: {form_id}\\n"
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


class AlreadyThere(ValueError):
    """Files that an import would write over; the message is one line."""


@dataclass(frozen=True)
class Saved:
    """The files of an imported survey: the script first, then a catalogue for each language."""

    script: Path
    catalogues: tuple[Path, ...]


def tongues_of(vocabularies: Mapping[str, Vocabulary]) -> Tongues:
    """The languages of the house, by every name that a heading may use."""
    called: dict[str, str] = {}
    # A language that borrows comes last: `English` is English, not its Easy Read form.
    for code, found in sorted(vocabularies.items(), key=lambda one: one[1].borrows is not None):
        for name in (found.english_name, found.name, *found.called):
            called.setdefault(fold(name).strip(), code)
    return Tongues({code: found.english_name for code, found in vocabularies.items()}, called)


class XlsForms:
    """Reads and writes surveys as XLSForm."""

    def __init__(self, surveys: SurveyFiles, languages: LanguageFiles) -> None:
        self._surveys, self._languages = surveys, languages
        self._tongues = tongues_of(languages.vocabularies)

    def load(self, path: Path) -> Imported:
        """A survey from a workbook.

        Raises:
            UnreadableWorkbook: the file is no workbook.
            SurveyError: with every problem of the form.
        """
        return read_form(
            read_workbook(path),
            source=path.name,
            tongues=self._tongues,
            instruments=self._surveys.instruments,
            known={
                code: self._languages.translations(code) for code in self._languages.vocabularies
            },
        )

    def save(self, imported: Imported, folder: Path, *, replace: bool = False) -> Saved:
        """Write an imported survey into a folder: FORM_ID.yaml, and FORM_ID.LANGUAGE.po beside it.

        Raises:
            AlreadyThere: a file of that name says something else, and was not to be replaced.
            OSError: a file can not be written.
        """
        script = folder / f"{imported.survey.form_id}.yaml"
        remark = f"Imported from {imported.form.source}; the workbook stays the place to change it."
        texts = {script: form_text(imported.form, remark=remark)}
        for code, text in catalogues_of(imported).items():
            texts[catalogue_beside(script, code)] = text
        changed = [path for path, text in texts.items() if _differs(path, text)]
        if changed and not replace:
            names = ", ".join(path.name for path in changed)
            raise AlreadyThere(f"{folder} has another {names}; --replace writes over it.")
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            part = path.with_name(f".{path.name}.part")
            part.write_text(text, encoding="utf-8", newline="\n")
            part.replace(path)
        return Saved(script, tuple(list(texts)[1:]))

    def export(self, name: str, path: Path) -> tuple[str, ...]:
        """Write a survey as a workbook; the languages. Raises what `sheets` does, and OSError."""
        sheets, languages = self.sheets(name)
        write_workbook(sheets, path)
        return languages

    def sheets(self, name: str) -> tuple[list[Sheet], tuple[str, ...]]:
        """A survey as the sheets of a workbook, in every language that has words of it.

        Raises:
            FileNotFoundError: there is no such survey.
            SurveyError: the survey has problems.
        """
        return self.sheets_of(self._surveys.load(name), name)

    def sheets_of(self, file: SurveyFile, name: str) -> tuple[list[Sheet], tuple[str, ...]]:
        """The same for a survey at hand; the name is for messages."""
        wordings = (*file.survey.wordings(), *file.survey.short_wordings())
        said: dict[str, dict[tuple[str, str], str]] = {}
        for code in dict.fromkeys((*self._languages.vocabularies, *file.catalogues)):
            known = {**self._ours(code), **file.catalogues.get(code, {})}
            keys = ((w.context, w.source) for w in wordings if w.language != code)
            found = {key: known[key] for key in keys if key in known}
            if found:
                said[code] = found
        form = form_of(file.source, source=name)
        sheets = write_form(
            form, said, tongues=self._tongues, instruments=self._surveys.instruments
        )
        return sheets, tuple(dict.fromkeys((file.survey.source_language, *said)))

    def _ours(self, code: str) -> Mapping[tuple[str, str], str]:
        return self._languages.translations(code) if code in self._languages.vocabularies else {}


def catalogues_of(imported: Imported) -> dict[str, str]:
    """Language -> PO file with what a form says in it."""
    survey, source = imported.survey, imported.form.source
    found: dict[str, str] = {}
    for code, entries in imported.catalogues.items():
        if entries:
            head = _HEAD.format(
                title=_one_line(survey.title),
                code=code,
                source=_one_line(source),
                form_id=survey.form_id,
            )
            found[code] = head + _entries(entries, source)
    return found


def _entries(entries: Mapping[tuple[str, str], tuple[str, Cells]], source: str) -> str:
    catalogue = Catalog()
    for (context, original), (text, row) in entries.items():
        place = f"{_one_line(source)}, sheet {_one_line(row.sheet or '')}, row {row.line}"
        comment = f"imported from {place}; not reviewed"
        catalogue.add(original, text, context=context, user_comments=[comment])
    body = io.BytesIO()
    write_po(body, catalogue, width=100, omit_header=True)
    return body.getvalue().decode()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _differs(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") != text
    except FileNotFoundError:
        return False

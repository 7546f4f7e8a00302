"""DDI-Codebook 2.5: the study, the file, and every variable with its question in every language.

Elements and their order are those of the DDI Alliance's `codebook.xsd`, version 2.5 of 2012.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex
from lxml import etree

from bot.research.codebook import Codebook, rule_of
from bot.research.columns import Column, Measure, Part, Texts, Type
from bot.research.tables import MISSING_HIGH, MISSING_LABELS, MISSING_LOW

NAMESPACE = "ddi:codebook:2_5"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_XML = regex.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_FILE = "F1"


def document(book: Codebook, *, cases: int | None, file_name: str = "data/wide.csv") -> bytes:
    """The wide table as a DDI document.

    Args:
        book: what is told.
        cases: number of conversations; None where it is not known.
        file_name: where the table lies.
    """
    root = etree.Element(f"{{{NAMESPACE}}}codeBook", nsmap={None: NAMESPACE}, version="2.5")
    root.set(_LANG, "en")
    _study(_add(root, "stdyDscr"), book)
    text = _add(_add(root, "fileDscr", ID=_FILE), "fileTxt")
    _add(text, "fileName", file_name)
    size = _add(text, "dimensns")
    if cases is not None:
        _add(size, "caseQnty", str(cases))
    _add(size, "varQnty", str(len(book.wide)))
    _add(text, "fileType", "CSV, UTF-8")
    data = _add(root, "dataDscr")
    _groups(data, book)
    for place, column in enumerate(book.wide, 1):
        _variable(data, book, column, f"V{place}")
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def _add(
    parent: etree._Element, tag: str, text: str | None = None, **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    element.text = None if text is None else _NO_XML.sub("�", text)
    return element


def _spoken(parent: etree._Element, tag: str, texts: Texts) -> Iterator[etree._Element]:
    """An element for each language that it is written in."""
    for code, text in texts.items():
        if not text:
            continue
        element = _add(parent, tag, text)
        element.set(_LANG, code)
        yield element


def _study(study: etree._Element, book: Codebook) -> None:
    citation = _add(study, "citation")
    title = _add(citation, "titlStmt")
    _add(title, "titl", book.title)
    for campaign in book.campaigns:
        _add(title, "IDNo", campaign.slug, agency="awaaz")
    made = _add(citation, "prodStmt")
    for name in dict.fromkeys(campaign.organisation for campaign in book.campaigns):
        _add(made, "producer", name)
    _add(made, "software", "Awaaz")
    for version in book.versions:
        _add(_add(citation, "verStmt"), "version", version)
    about = _add(_add(study, "stdyInfo"), "sumDscr")
    for campaign in book.campaigns:
        began, ended = campaign.began, campaign.ended or book.newest
        for event, moment in (("start", began), ("end", ended)):
            day = f"{moment:%Y-%m-%d}"
            _add(about, "collDate", day, event=event, date=day, cycle=f"wave {campaign.wave}")
    _add(about, "anlyUnit", "Conversation: one participant's run through a survey")
    method = _add(_add(study, "method"), "dataColl")
    _add(method, "collMode", "Text messages (SMS, WhatsApp); the column `mode` says who typed")
    for tongue in book.tongues:
        _add(method, "collSitu", f"{tongue.english} ({tongue.code}): {tongue.standing}.")
    for instrument in book.instruments:
        cited = f"{instrument.title}. {' '.join(instrument.citation.split())} {instrument.licence}"
        _add(study, "notes", cited, type="instrument")


def _groups(data: etree._Element, book: Codebook) -> None:
    """The columns of each question of which several options can be chosen."""
    for number, merged in enumerate(book.questions, 1):
        members = [
            f"V{place}"
            for place, column in enumerate(book.wide, 1)
            if column.part is Part.INDICATOR and column.question == merged.name
        ]
        if members:
            group = _add(
                data, "varGrp", ID=f"G{number}", type="multipleResp", var=" ".join(members),
                name=merged.name,
            )  # fmt: skip
            list(_spoken(group, "labl", merged.labels))


def _variable(data: etree._Element, book: Codebook, column: Column, name: str) -> None:
    scale = column.measure is Measure.SCALE
    weight = {"wgt": "wgt"} if column.name == "weight" else {}
    variable = _add(
        data, "var", ID=name, name=column.name, files=_FILE,
        intrvl="contin" if scale else "discrete",
        nature="interval" if scale else column.measure.value, **weight,
    )  # fmt: skip
    for label in _spoken(variable, "labl", column.titles):
        label.set("level", "variable")
    merged = book.question(column.question) if column.part is Part.VALUE else None
    if merged is not None and merged.labels:
        question = _add(variable, "qstn", ID=f"Q{name}")
        list(_spoken(question, "qstnLit", merged.labels))
        list(_spoken(question, "ivuInstr", merged.hints))
    if column.missing:
        invalid = _add(variable, "invalrng")
        _add(invalid, "range", min=str(MISSING_LOW), max=str(MISSING_HIGH))
    _categories(variable, column)
    rule = next((rule_of(s) for s in book.scores if s.name == column.name), None)
    if column.part is Part.SCORE and rule is not None:
        _add(variable, "codInstr", rule)
    # The schema is "ISO" where nothing is said, and it is: our days and moments are those of ISO 8601.
    dated = {"category": "date"} if column.type in (Type.DAY, Type.MOMENT) else {}
    _add(variable, "varFormat", type="character" if _is_text(column) else "numeric", **dated)


def _categories(variable: etree._Element, column: Column) -> None:
    for option in column.options:
        category = _add(variable, "catgry")
        _add(category, "catValu", option.code)
        list(_spoken(category, "labl", option.labels))
    for code, label in MISSING_LABELS.items() if column.missing else ():
        category = _add(variable, "catgry", missing="Y")
        _add(category, "catValu", str(code))
        list(_spoken(category, "labl", {"en": label}))


def _is_text(column: Column) -> bool:
    return column.type in (Type.TEXT, Type.CODE, Type.DAY, Type.MOMENT)

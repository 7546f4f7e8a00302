"""Codings for NVivo, ATLAS.ti, MAXQDA and others: the REFI-QDA exchange standard, version 1.5 (2019).

A codebook (`.qdc`) is one XML document. A project (`.qdpx`) is a ZIP of `project.qde` with the sources as
plain text in `sources/`: UTF-8 without a byte order mark, lines ended by a line feed, positions counted in
Unicode code points. Identifiers are made from what they stand for: the same coding gives the same file.

The standard leaves choices, and readers do not follow all of them. We write what each reader that we tried
keeps (docs/open-text.md): a selection for each coding with the coder on both, reasons and notes a second time
as descriptions, and no name twice, since some readers know themes and people by their names alone.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import regex
from lxml import etree

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
_ORIGIN = "Awaaz"
_NAMES = uuid.UUID("5d0c8f3e-6a4b-5f0e-9d0e-2f1c7b8a9e10")
_NO_XML = regex.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_READABLE = 0o644 << 16
_COLOURS = (
    "#1B9E77", "#D95F02", "#7570B3", "#E7298A", "#66A61E", "#E6AB02", "#A6761D", "#666666",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Code:
    """A theme: its stable code, its name, and what it means."""

    code: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Given:
    """Themes that somebody gave a source.

    Attributes:
        user: key of who did, as in `Project.users`.
        themes: codes.
        note: why, where a reason was written down.
        decision: whether it settles what two others read differently.
    """

    user: str
    themes: Sequence[str]
    at: datetime
    note: str = ""
    decision: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was written about a source: a translation, or what a word means."""

    name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """One answer.

    Attributes:
        key: what it is known by here.
        text: its words.
        values: variable -> value, for the names in `Project.variables`.
    """

    key: str
    name: str
    text: str
    values: Mapping[str, str]
    given: Sequence[Given] = ()
    notes: Sequence[Note] = ()


@dataclass(frozen=True)
class Project:
    """Everything of one codebook.

    Attributes:
        key: what it is known by here; every identifier is made under it.
        users: key -> name of whoever coded or decided.
        made: when the codebook was begun.
    """

    key: str
    name: str
    description: str
    users: Mapping[str, str]
    codes: Sequence[Code]
    variables: Sequence[str]
    sources: Sequence[Source]
    made: datetime


def guid(*parts: str) -> str:
    """The identifier of something, always the same one."""
    return str(uuid.uuid5(_NAMES, "\x1f".join(parts)))


def codebook(key: str, codes: Sequence[Code]) -> bytes:
    """The themes alone, as a `.qdc` file."""
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap={None: CODEBOOK}, origin=_ORIGIN)
    _codes(root, CODEBOOK, key, codes)
    return _bytes(root)


def project(what: Project) -> bytes:
    """The whole project, as a `.qdpx` file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        _pack(archive, what, "project.qde", _document(what))
        for source in what.sources:
            name = f"sources/{guid(what.key, 'source', source.key)}.txt"
            _pack(archive, what, name, plain(source.text).encode())
    return packed.getvalue()


def plain(text: str) -> str:
    """A text as it lies in the project, which is what positions are counted in."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    clean: str = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", lines)
    return clean


def _pack(archive: zipfile.ZipFile, what: Project, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, what.made.astimezone(UTC).timetuple()[:6])
    info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, _READABLE, 3
    archive.writestr(info, content)


def _document(what: Project) -> bytes:
    root = etree.Element(f"{{{PROJECT}}}Project", nsmap={None: PROJECT})
    root.set("name", plain(what.name))
    root.set("origin", _ORIGIN)
    root.set("creationDateTime", _moment(what.made))
    users = _add(root, "Users")
    for key, name in _people(what).items():
        _add(users, "User", guid=key, name=name)
    if what.codes:
        _codes(_add(root, "CodeBook"), PROJECT, what.key, what.codes)
    variables = _add(root, "Variables")
    for name in what.variables:
        one = {"guid": guid(what.key, "variable", name), "name": name, "typeOfVariable": "Text"}
        _add(variables, "Variable", **one)
    notes: list[tuple[str, str, Note]] = []
    if what.sources:
        sources = _add(root, "Sources")
        for source in what.sources:
            notes += _source(sources, what, source)
    if notes:
        listed = _add(root, "Notes")
        for key, user, note in notes:
            _note(listed, key, user, note)
    _add(root, "Description", what.description)
    return _bytes(root)


def _people(what: Project) -> dict[str, str]:
    """Identifier -> name. Who decides does so as somebody else: two coders are compared without it."""
    given = [one for source in what.sources for one in source.given]
    deciders = [one.user for one in given if one.decision]
    coders = {one.user for one in given if not one.decision}
    people = {
        guid(what.key, "user", key): name
        for key, name in what.users.items()
        if key in coders or key not in deciders
    }
    people |= {
        guid(what.key, "decider", key): f"{what.users[key]} (decision)"
        for key in dict.fromkeys(deciders)
    }
    return dict(zip(people, _distinct(list(people.values())), strict=True))


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of which none is there twice, not even in other cases: the next one gets a number."""
    taken: set[str] = set()
    found = []
    for name in names:
        one, number = plain(name), 1
        while one.casefold() in taken:
            number += 1
            one = f"{plain(name)} ({number})"
        taken.add(one.casefold())
        found.append(one)
    return found


def _codes(parent: etree._Element, space: str, key: str, codes: Sequence[Code]) -> None:
    listed = etree.SubElement(parent, f"{{{space}}}Codes")
    names = _distinct([code.name for code in codes])
    for place, (code, name) in enumerate(zip(codes, names, strict=True)):
        element = etree.SubElement(
            listed,
            f"{{{space}}}Code",
            guid=guid(key, "code", code.code),
            name=name,
            isCodable="true",
            color=_COLOURS[place % len(_COLOURS)],
        )
        description = etree.SubElement(element, f"{{{space}}}Description")
        description.text = plain(code.description)


def _source(parent: etree._Element, what: Project, source: Source) -> list[tuple[str, str, Note]]:
    """Write a source; the notes that it refers to, as (identifier, user's identifier, note)."""
    own = guid(what.key, "source", source.key)
    element = _add(parent, "TextSource", guid=own, name=source.name)
    element.set("plainTextPath", f"internal://{own}.txt")
    beside = [(guid(own, "note", str(n)), "", note) for n, note in enumerate(source.notes)]
    for given in source.given:
        if given.note and not given.themes:
            note = Note("Decision: no theme", given.note, given.at)
            beside.append((_part(own, given), _user(what, given), note))
    if beside:
        told = "\n".join(f"{note.name}: {note.text}" for _key, _user, note in beside)
        _add(element, "Description", told)
    notes = [note for given in source.given for note in _given(element, what, source, given)]
    for key, _by, _note in beside:
        _add(element, "NoteRef", targetGUID=key)
    for name, value in source.values.items():
        holder = _add(element, "VariableValue")
        _add(holder, "VariableRef", targetGUID=guid(what.key, "variable", name))
        _add(holder, "TextValue", value)
    return notes + beside


def _given(
    element: etree._Element, what: Project, source: Source, given: Given
) -> list[tuple[str, str, Note]]:
    """Write a selection for each theme; people code an answer as a whole, so each holds all of it."""
    own, end = guid(what.key, "source", source.key), str(len(plain(source.text)))
    user, part, at = _user(what, given), _part(own, given), _moment(given.at)
    for theme in given.themes:
        selection = _add(element, "PlainTextSelection", guid=guid(part, "selection", theme))
        by = {"creatingUser": user, "creationDateTime": at}
        place = {"name": plain(source.name), "startPosition": "0", "endPosition": end}
        selection.attrib.update(place | by)
        if given.note:
            _add(selection, "Description", given.note)
        coding = _add(selection, "Coding", guid=guid(part, "coding", theme), **by)
        _add(coding, "CodeRef", targetGUID=guid(what.key, "code", theme))
        if given.note:
            _add(coding, "NoteRef", targetGUID=part)
    if not given.note or not given.themes:
        return []
    return [(part, user, Note("Decision", given.note, given.at))]


def _part(own: str, given: Given) -> str:
    """The identifier of what somebody gave a source, and of the reason for it."""
    kind = "decision" if given.decision else "coding"
    return guid(own, kind, given.user, _moment(given.at))


def _user(what: Project, given: Given) -> str:
    return guid(what.key, "decider" if given.decision else "user", given.user)


def _note(parent: etree._Element, key: str, user: str, note: Note) -> None:
    element = _add(parent, "Note", guid=key, name=note.name)
    if user:
        element.set("creatingUser", user)
    element.set("creationDateTime", _moment(note.at))
    _add(element, "PlainTextContent", note.text)


def _add(
    parent: etree._Element, tag: str, text: str | None = None, **attributes: str
) -> etree._Element:
    clean = {name: plain(value) for name, value in attributes.items()}
    element = etree.SubElement(parent, f"{{{PROJECT}}}{tag}", clean)
    element.text = None if text is None else plain(text)
    return element


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bytes(root: etree._Element) -> bytes:
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return found

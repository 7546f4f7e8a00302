"""Catalogues as files: every entry of a PO file, and new words put into it without touching the others."""

from __future__ import annotations

import fcntl
import io
import os
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.utils import parseaddr
from functools import cached_property, lru_cache
from pathlib import Path

import regex
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from flows.meaning import Key, Translation

MACHINE_DRAFT = "machine draft"
"""The comment of an entry that no person has written; whoever rewrites it takes it away."""

_IMPORTED = regex.compile(r"\bimported\b", regex.IGNORECASE)
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_LINE = regex.compile(
    rf"#.*|(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s*{_QUOTED}|{_QUOTED}"
)
_WIDTH = 100
_HEAD = """#  What Awaaz says in {code}: an entry with the comment `machine draft` was written by no person.
msgid ""
msgstr ""
"Project-Id-Version: Awaaz\\n"
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
_NO_LONGER = (
    # Sentences about a whole file that stop being true with the first text that a person gives it.
    (
        "Every entry is a machine draft until a community reviewer signs it off.",
        "An entry with the comment `machine draft` was written by no person.",
    ),
    ("machine draft; not reviewed, not signed off", "as the ledger says: awaaz translation status"),
)


class CatalogueError(ValueError):
    """A catalogue that can not be read or written; the message is one line."""


class Catalogue:
    """One PO file, which need not be there yet."""

    def __init__(self, path: Path, code: str) -> None:
        self.path, self.code = path, code

    @cached_property
    def _raw(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise CatalogueError(f"{self.path} can not be read: {error.strerror}.") from None

    @cached_property
    def _catalog(self) -> Catalog:
        return parse(self._raw, self.path.name)

    @property
    def exists(self) -> bool:
        """Whether there is such a file with something in it."""
        return bool(self._raw)

    @property
    def last_translator(self) -> str:
        """The person that the file's head names, or nobody."""
        # Babel makes up "FULL NAME <EMAIL@ADDRESS>" where the head names nobody.
        name, _ = parseaddr(self._catalog.last_translator or "")
        return "" if "FULL NAME" in (self._catalog.last_translator or "") else name

    def translations(self) -> list[Translation]:
        """Every entry, finished or not, in the order of the file."""
        return list(self._translations)

    @cached_property
    def _translations(self) -> tuple[Translation, ...]:
        return _every_entry(self._raw, self.path.name)

    def holds(self, key: Key) -> bool:
        """Whether the words of a text come from this file."""
        return any(found.key == key and found.finished for found in self._translations)

    def keep(self, new: Sequence[Translation]) -> None:
        """Write texts into the file; a file that is not there is made.

        Raises:
            CatalogueError: the file can not be written.
        """
        with self._alone():
            self._keep(new)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time: what another wrote meanwhile is read first, and stays."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            folder = os.open(self.path.parent, os.O_RDONLY)
        except OSError as error:
            raise self._refused(error) from None
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            self._forget()
            yield
        finally:
            os.close(folder)  # which lets the next one in

    def _forget(self) -> None:
        for read in ("_raw", "_catalog", "_translations"):
            self.__dict__.pop(read, None)

    def _refused(self, error: OSError) -> CatalogueError:
        return CatalogueError(
            f"{self.path} can not be written ({error.strerror}): translations are kept where the "
            "files of this installation can be changed."
        )

    def _keep(self, new: Sequence[Translation]) -> None:
        catalog = parse(self._raw, self.path.name)
        for translation in new:
            _put(catalog, translation)
        body = io.BytesIO()
        write_po(body, catalog, width=_WIDTH, omit_header=True)
        head = self._head(by_people=not all(translation.machine for translation in new))
        self._write(f"{head}\n\n{body.getvalue().decode()}")
        self._forget()

    def _write(self, text: str) -> None:
        part = self.path.with_name(f".{self.path.name}.part")
        try:
            part.write_text(text, encoding="utf-8", newline="\n")
            part.replace(self.path)
        except OSError as error:
            raise self._refused(error) from None
        finally:
            if part.is_file():
                part.unlink()

    def _head(self, *, by_people: bool) -> str:
        if not self.exists:
            return _HEAD.format(code=self.code).rstrip("\n")
        head, _, _ = self._raw.decode("utf-8").replace("\r\n", "\n").partition("\n\n")
        for before, after in _NO_LONGER if by_people else ():
            head = head.replace(before, after)
        return head


# The house's catalogues are read for every survey and page: what they hold is worked out once.
@lru_cache(maxsize=64)
def _every_entry(raw: bytes, name: str) -> tuple[Translation, ...]:
    catalog = parse(raw, name)
    return (
        *(_translation(message, finished=not message.fuzzy) for message in _messages(catalog)),
        *(_translation(m, finished=False) for m in catalog.obsolete.values() if m.id),
    )


def parse(raw: bytes, name: str) -> Catalog:
    """A PO file's content as Babel's value; raises CatalogueError."""
    try:
        for number, line in enumerate(raw.decode("utf-8-sig").splitlines(), 1):
            # Babel leaves out what is not well quoted; a translator would never hear of it.
            if line.strip() and not _LINE.fullmatch(line.strip()):
                raise CatalogueError(f"{name}, line {number}, is not as PO files are: {line[:40]}")
        return read_po(io.BytesIO(raw.removeprefix(BOM_UTF8)), charset="utf-8", abort_invalid=True)
    except CatalogueError:
        raise
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise CatalogueError(f"{name} is not a PO file in UTF-8: {reason}") from None


def _messages(catalog: Catalog) -> Iterable[Message]:
    return (message for message in catalog if message.id and isinstance(message.id, str))


def _translation(message: Message, *, finished: bool) -> Translation:
    text = message.string if isinstance(message.string, str) else ""
    return Translation(
        context=message.context or "",
        source=str(message.id),
        text=text,
        machine=is_machine_draft(message),
        finished=finished and bool(text.strip()),
    )


def is_machine_draft(message: Message) -> bool:
    """Whether an entry is marked as written by no person."""
    return any(MACHINE_DRAFT in comment for comment in message.user_comments)


def _put(catalog: Catalog, translation: Translation) -> None:
    message = catalog.get(translation.source, translation.context)
    if message is None:
        catalog.add(translation.source, context=translation.context)
        message = catalog.get(translation.source, translation.context)
        assert message is not None  # it was just added
    message.string = translation.text
    message.flags.discard("fuzzy")
    about_the_words = (MACHINE_DRAFT, *filter(_IMPORTED.search, message.user_comments))
    others = [c for c in message.user_comments if not any(a in c for a in about_the_words)]
    message.user_comments = [MACHINE_DRAFT, *others] if translation.machine else others


def by_key(*files: Iterable[Translation]) -> Mapping[Key, Translation]:
    """(context, source) -> the finished translation; what comes later wins."""
    return {t.key: t for translations in files for t in translations if t.finished}

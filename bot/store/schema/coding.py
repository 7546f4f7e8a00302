"""Themes in open answers, and who found which."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.columns import Base, Id, code, identity, long_text, maybe_moment, moment


class ThemeBook(Base):
    """A codebook of themes for one open question, in one campaign or several, and its two coders."""

    __tablename__ = "theme_book"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(String(128))
    # What the coders write in: themes, definitions, reasons.
    language: Mapped[code] = mapped_column(String(32))
    first_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"))
    second_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"))
    made_by: Mapped[str] = mapped_column(String(254))
    created: Mapped[moment]


class ThemeBookCampaign(Base):
    """A campaign whose answers a codebook of themes is for."""

    __tablename__ = "theme_book_campaign"
    __table_args__ = (UniqueConstraint("book_id", "campaign_id"),)
    id: Mapped[identity]
    book_id: Mapped[int] = mapped_column(Id, ForeignKey("theme_book.id"))
    campaign_id: Mapped[int] = mapped_column(Id, ForeignKey("campaign.id"), index=True)


class Theme(Base):
    """A theme. Its code never changes; one that is set aside is given to no further answer."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("book_id", "code"),)
    id: Mapped[identity]
    book_id: Mapped[int] = mapped_column(Id, ForeignKey("theme_book.id"))
    code: Mapped[code] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    definition: Mapped[long_text]
    example: Mapped[long_text]
    created: Mapped[moment]
    set_aside: Mapped[maybe_moment]


class Coding(Base):
    """The themes that one coder found in an answer, perhaps none; fixed once the other is done too."""

    __tablename__ = "coding"
    __table_args__ = (UniqueConstraint("book_id", "answer_id", "staff_id"),)
    id: Mapped[identity]
    book_id: Mapped[int] = mapped_column(Id, ForeignKey("theme_book.id"))
    answer_id: Mapped[int] = mapped_column(Id, ForeignKey("answer.id"), index=True)
    staff_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"))
    themes: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[moment]


class CodingDecision(Base):
    """What a named person decided where two coders differ, and why. Append only; the last one counts."""

    __tablename__ = "coding_decision"
    __table_args__ = (Index("ix_coding_decision_book_id_answer_id", "book_id", "answer_id"),)
    id: Mapped[identity]
    book_id: Mapped[int] = mapped_column(Id, ForeignKey("theme_book.id"))
    answer_id: Mapped[int] = mapped_column(Id, ForeignKey("answer.id"), index=True)
    staff_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"))
    themes: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[long_text]
    at: Mapped[moment]


class TermNote(Base):
    """A word of an answer that no other language has, explained. Append only."""

    __tablename__ = "term_note"
    id: Mapped[identity]
    answer_id: Mapped[int] = mapped_column(Id, ForeignKey("answer.id"), index=True)
    term: Mapped[str] = mapped_column(String(200))
    language: Mapped[code] = mapped_column(String(32))
    explanation: Mapped[long_text]
    who: Mapped[str] = mapped_column(String(200))
    at: Mapped[moment]

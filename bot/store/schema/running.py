"""What the processes tell each other: leases, pace, how far they have looked, alerts."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.columns import Base, Id, code, identity, maybe_moment, moment


class Lease(Base):
    """A turn at something that one process does at a time; `fence` rises with every holder."""

    __tablename__ = "lease"
    name: Mapped[code] = mapped_column(String(64), primary_key=True)
    holder: Mapped[code]
    expires: Mapped[moment]
    fence: Mapped[int] = mapped_column(Integer)


class Sender(Base):
    """The pace of one of our numbers: a bucket of tokens, and a pause of what we would begin."""

    __tablename__ = "sender"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    tokens: Mapped[float]
    refilled: Mapped[moment]
    paused_until: Mapped[maybe_moment]


class TimeTravel(Base):
    """How far a demonstration has moved its clock forward, in seconds; there is one row or none."""

    __tablename__ = "time_travel"
    id: Mapped[identity]
    seconds: Mapped[int] = mapped_column(Id)


class Watermark(Base):
    """Up to which moment something has been read."""

    __tablename__ = "watermark"
    name: Mapped[code] = mapped_column(String(64), primary_key=True)
    at: Mapped[moment]


class Alert(Base):
    """Something staff have to look at. While it is open, the same thing again only counts up."""

    __tablename__ = "alert"
    id: Mapped[identity]
    kind: Mapped[code] = mapped_column(String(32))
    error_code: Mapped[int | None] = mapped_column(Integer)
    campaign_id: Mapped[int | None] = mapped_column(Id, ForeignKey("campaign.id"), index=True)
    open_key: Mapped[str | None] = mapped_column(String(128), unique=True)
    count: Mapped[int] = mapped_column(Integer)
    first: Mapped[moment]
    last: Mapped[moment]
    acknowledged: Mapped[maybe_moment]

"""A thousand people of a list at a time: who they are, whether they may be asked, and their rows.

Who is who: a person of an organisation is known by her phone, and on a shared phone by her nickname. So the
same list again makes nobody twice, and a second campaign of the organisation finds the participants of the
first. A number is the same phone on both channels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.gateways import pins
from bot.gateways.keys import KeyRing
from bot.store import people as store
from bot.store.inbox import AnyRow
from bot.store.people import Known, Member
from bot.usecases.conversations import new_pseudonym
from bot.usecases.people_problems import Problem, problem
from bot.usecases.people_rows import Person
from flows.reading.folding import fold

SIZE = 1000

NICKNAME = "household.nickname"
UNSAID = "und"
"""BCP 47 for a language that nobody named."""

LEFT_OUT_NO_LONGER = frozenset({"undone", "opted_out", "closed"})
"""Why an enrolment was left out that counts again when a new list names the person, who may be written to."""


class Seen:
    """The people of a list so far: who stands in it twice."""

    def __init__(self) -> None:
        self._rows: dict[bytes, dict[str, int]] = {}

    def again(self, index: bytes, person: Person) -> int | None:
        """The row that this person, or her phone, stands in already; else she is noted down."""
        name = fold(person.nickname or "")
        rows = self._rows.setdefault(index, {})
        if rows and (not name or "" in rows or name in rows):
            return rows.get(name, next(iter(rows.values())))
        rows[name] = person.row
        return None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A person who will be asked, and what is known of her."""

    person: Person
    index: bytes
    member: Member | None
    listed_before: bool


@dataclass(frozen=True)
class Batch:
    """Some people of a list, in the organisation and the campaign they are put down for."""

    connection: Connection
    keys: KeyRing
    campaign: AnyRow
    people: Sequence[tuple[Person, bytes]]
    problems: list[Problem] = field(default_factory=list)

    def choose(self) -> list[Chosen]:
        """Those who can be asked; what is in the way of the others goes to `problems`."""
        addresses = defaultdict[bytes, list[Known]](list)
        organisation = self.campaign.organisation_id
        for known in store.known(self.connection, {i for _, i in self.people}, organisation):
            addresses[known.address_index].append(known)
        ids = {known.id: index for index, found in addresses.items() for known in found}
        members = defaultdict[bytes, list[Member]](list)
        everybody = store.members(self.connection, ids, organisation)
        for member in everybody:
            members[ids[member.contact_point_id]].append(member)
        participants = {member.participant_id for member in everybody}
        enrolled = store.enrolled(self.connection, participants, self.campaign.id)
        chosen: list[Chosen] = []
        for person, index in self.people:
            found = self._judge(person, index, addresses[index], members[index], enrolled)
            if isinstance(found, Chosen):
                chosen.append(found)
            else:
                self.problems.append(problem(person.row, person.column, found, person.number))
        return chosen

    def _judge(
        self,
        person: Person,
        index: bytes,
        addresses: Iterable[Known],
        members: list[Member],
        enrolled: dict[int, str | None],
    ) -> Chosen | str:
        """A person who can be asked, or the reason why not. Who is recognised is taken off `members`."""
        if any(known.opted_out for known in addresses):
            return "opted_out"
        channel = person.address.channel
        if any(known.closed and known.channel == channel for known in addresses):
            return "unreachable"
        same = self._recognise(person, members)
        if isinstance(same, str):
            return same
        if same is None:
            return Chosen(person, index, None, listed_before=False)
        members[:] = [one for one in members if one.participant_id != same.participant_id]
        if same.participant_id not in enrolled:
            return Chosen(person, index, same, listed_before=False)
        if enrolled[same.participant_id] not in LEFT_OUT_NO_LONGER:
            return "listed_already"
        return Chosen(person, index, same, listed_before=True)

    def _recognise(self, person: Person, members: Sequence[Member]) -> Member | str | None:
        """Which of a phone's people this is; None for somebody new."""
        names = {member: self._name(member) for member in members}
        if person.nickname is None:
            several = len({member.participant_id for member in members}) > 1
            return "whose" if several else next(iter(members), None)
        wanted = fold(person.nickname)
        called = [member for member, name in names.items() if name == wanted]
        unnamed = [member for member, name in names.items() if not name]
        # Whoever was put down without a name before is taken to be the first who gives one.
        return next(iter(called or unnamed), None)

    def _name(self, member: Member) -> str:
        if member.nickname is None:
            return ""
        return fold(self.keys.decrypt(member.nickname, column=NICKNAME))

    def write(
        self, chosen: Sequence[Chosen], *, now: datetime, source: str, import_id: int | None
    ) -> list[int]:
        """Put these people down for the campaign, with the consent they gave; their participant ids."""
        contacts = self._contacts(chosen, now)
        participants = self._participants(chosen, now)
        rows = [
            (one, contacts[one.person.address.channel.value, one.index], participant)
            for one, participant in zip(chosen, participants, strict=True)
        ]
        self._households(rows, now)
        self._enrolments(rows, now, import_id)
        store.add_all(
            self.connection,
            store.CONSENT,
            [
                {
                    "participant_id": participant,
                    "contact_point_id": contact,
                    "organisation_id": self.campaign.organisation_id,
                    "channel": one.person.address.channel.value,
                    "purpose": "contact",
                    "act": "given",
                    "source": source,
                    "language": one.person.language or UNSAID,
                    "raw": one.person.consent,
                    "at": now,
                }
                for one, contact, participant in rows
            ],
        )
        attributes = {participant: one.person.attributes for one, _, participant in rows}
        store.set_attributes(
            self.connection, {who: said for who, said in attributes.items() if said}
        )
        return participants

    def _contacts(self, chosen: Sequence[Chosen], now: datetime) -> dict[tuple[str, bytes], int]:
        values = {
            (one.person.address.channel.value, one.index): {
                "channel": one.person.address.channel.value,
                "address": self.keys.encrypt(
                    one.person.address.address, column="contact_point.address"
                ),
                "address_index": one.index,
                "simulated": False,
                "created": now,
            }
            for one in chosen
        }
        return store.add_contacts(self.connection, list(values.values()))

    def _participants(self, chosen: Sequence[Chosen], now: datetime) -> list[int]:
        pseudonyms = [None if one.member else new_pseudonym() for one in chosen]
        made = store.add_participants(
            self.connection,
            [
                {
                    "organisation_id": self.campaign.organisation_id,
                    "pseudonym": pseudonym,
                    "created": now,
                }
                for pseudonym in pseudonyms
                if pseudonym is not None
            ],
        )
        return [
            one.member.participant_id if one.member else made[pseudonym or ""]
            for one, pseudonym in zip(chosen, pseudonyms, strict=True)
        ]

    def _households(self, rows: Sequence[tuple[Chosen, int, int]], now: datetime) -> None:
        there = store.household_ids(self.connection, [participant for *_, participant in rows])
        values = [
            {
                "contact_point_id": contact,
                "participant_id": participant,
                "nickname": self._encrypted(one.person.nickname),
                "created": now,
            }
            for one, contact, participant in rows
            if (contact, participant) not in there
        ]
        store.add_all(self.connection, store.HOUSEHOLD, values)
        for one, _, _ in rows:
            member, name = one.member, self._encrypted(one.person.nickname)
            if name and member and member.household_id and member.nickname is None:
                store.name_member(self.connection, member.household_id, name)
        with_pin = [row for row in rows if row[0].person.pin]
        there = store.household_ids(self.connection, [who for *_, who in with_pin])
        for one, contact, participant in with_pin:
            household_id = there[contact, participant]
            hashed = pins.hash_pin(self.keys, household_id, one.person.pin or "")
            store.set_pin(self.connection, household_id, hashed)

    def _encrypted(self, nickname: str | None) -> bytes | None:
        return self.keys.encrypt(nickname, column=NICKNAME) if nickname else None

    def _enrolments(
        self, rows: Sequence[tuple[Chosen, int, int]], now: datetime, import_id: int | None
    ) -> None:
        values = []
        for one, contact, participant in rows:
            said = {
                "contact_point_id": contact,
                "language": one.person.language,
                "import_id": import_id,
                "created": now,
            }
            if one.listed_before:
                store.list_again(self.connection, self.campaign.id, participant, **said)
                continue
            who = {"campaign_id": self.campaign.id, "participant_id": participant}
            values.append({**who, **said, "state": "listed"})
        store.add_all(self.connection, store.ENROLMENT, values)

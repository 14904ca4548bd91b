"""The facts of a case that only a person or the platform can give, as frozen values.

Whatever nobody has answered is None, empty or `Answer.UNKNOWN`; nothing here is ever guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Answer(str, Enum):
    """A person's answer to a question about the conversation."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Role(str, Enum):
    """How an account takes part in what is reported. It describes the report, not a person."""

    REPORTED = "reported"
    RECIPIENT = "recipient"
    OTHER = "other"


class ZoneSource(str, Enum):
    """How the time zone of the messages is known."""

    EXPORT = "export"  # the export states it, or counts seconds since 1970
    PERSON = "person"  # somebody who knows it has said so
    UNKNOWN = "unknown"  # times are written without an offset, as the export shows them


@dataclass(frozen=True, slots=True)
class Platform:
    """The service that the conversation took place on; the country is where it is established (ISO 3166-1)."""

    name: str | None
    country: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Participant:
    """One account of the conversation.

    Attributes:
        speaker: neutral name (a, b, …), which messages refer to.
        role: as a person assigned it.
        platform_id: the platform's own id of the account.
        screen_name: the name that others see.
        profile_urls: addresses of the account's profile.
        claimed_age: age in years that the account claims, 0 to 150.
        age_assertion_discrepancy: whether the account claims different ages in different places.
    """

    speaker: str
    role: Role
    platform_id: str | None = field(repr=False)
    screen_name: str | None = field(repr=False)
    profile_urls: tuple[str, ...] = field(repr=False)
    claimed_age: int | None
    age_assertion_discrepancy: Answer


@dataclass(frozen=True, slots=True)
class Account:
    """An account elsewhere that the conversation mentions."""

    speaker: str
    service: str = field(repr=False)
    identifier: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Event:
    """An IP address or a device that the platform recorded; never collected by this library.

    Attributes:
        speaker: neutral name of the account.
        kind: ip or device.
        value: the address or the device's id.
        id_type: what the device's id is, such as IMEI; None for an address.
        port: of the address, 1 to 65535.
        possible_proxy: whether the address may be that of a proxy.
        event: Login, Registration, Purchase, Upload, Other or Unknown.
        at: RFC 3339.
    """

    speaker: str
    kind: str
    value: str = field(repr=False)
    id_type: str | None
    port: int | None
    possible_proxy: Answer
    event: str
    at: str | None


@dataclass(frozen=True, slots=True)
class Zone:
    """The time zone of `sent_at`, and how it is known. The name is one of IANA's, such as Europe/Madrid, or UTC."""

    name: str | None
    known_by: ZoneSource


@dataclass(frozen=True, slots=True)
class Preservation:
    """What the platform should keep, and for how long; this library keeps nothing."""

    until: str
    ids: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports, so that questions can be asked."""

    organization: str | None = field(repr=False)
    first_name: str | None = field(repr=False)
    last_name: str | None = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    country: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """The order of an authority that the hand-over answers, such as an e-Evidence production order."""

    reference: str
    authority: str | None
    deadline: str | None


@dataclass(frozen=True, slots=True)
class CyberTip:
    """What only a person may decide in a CyberTipline report.

    Attributes:
        incident_type: one of NCMEC's incident types, word for word.
        recipient_age: age of the child in years, as the person judges it.
        escalation: why the report is urgent.
        annotations: names of NCMEC's report annotations.
    """

    incident_type: str | None
    recipient_age: int | None
    escalation: str | None = field(repr=False)
    annotations: tuple[str, ...]

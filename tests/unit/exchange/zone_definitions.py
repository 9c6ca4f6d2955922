"""Zones as items define them, in Exchange's own words: built for tests, from what trackers show of real answers.

The European one is that of exchangelib's issue 1197 and of ews-managed-api's 148; names and ids are parameters.
"""

from lxml import etree

from calpair.exchange.soap import TYPES, Element
from simulators.exchange.zones import spell

Change = tuple[str, str, int, str, int]
"""To which period, TimeOffset, Month, DayOfWeek, Occurrence."""

EUROPE: tuple[Change, ...] = (
    ("Daylight", "PT2H", 3, "Sunday", -1),
    ("Standard", "PT3H", 10, "Sunday", -1),
)
AMERICA: tuple[Change, ...] = (
    ("Daylight", "PT2H", 3, "Sunday", 2),
    ("Standard", "PT2H", 11, "Sunday", 1),
)
SYDNEY: tuple[Change, ...] = (
    ("Daylight", "PT2H", 10, "Sunday", 1),
    ("Standard", "PT3H", 4, "Sunday", 1),
)


def element(inner: str, identifier: str = "", name: str = "", tag: str = "StartTimeZone") -> Element:
    """Give a zone's element with what stands in it."""
    found = etree.fromstring(f'<t:{tag} xmlns:t="{TYPES}">{inner}</t:{tag}>')
    found.set("Id", identifier)
    found.set("Name", name)
    return found


def yearly(changes: tuple[Change, ...], group: str = "0") -> str:
    """Give a group of yearly changes."""
    rows = "".join(
        f'<t:RecurringDayTransition><t:To Kind="Period">{to}</t:To><t:TimeOffset>{offset}</t:TimeOffset>'
        f"<t:Month>{month}</t:Month><t:DayOfWeek>{day}</t:DayOfWeek><t:Occurrence>{occurrence}</t:Occurrence>"
        "</t:RecurringDayTransition>"
        for to, offset, month, day, occurrence in changes
    )
    return f'<t:TransitionsGroup Id="{group}">{rows}</t:TransitionsGroup>'


def steady(period: str, group: str = "0") -> str:
    """Give a group without changes."""
    to = f'<t:Transition><t:To Kind="Period">{period}</t:To></t:Transition>'
    return f'<t:TransitionsGroup Id="{group}">{to}</t:TransitionsGroup>'


def periods(**biases: str) -> str:
    """Give periods by their ids."""
    return (
        "<t:Periods>"
        + "".join(f'<t:Period Bias="{bias}" Id="{key}"/>' for key, bias in biases.items())
        + "</t:Periods>"
    )


def turns(*groups: tuple[str, str]) -> str:
    """Give which group counts from when on: its id, and a date and time that is empty for the first."""
    rows = [
        f'<t:AbsoluteDateTransition><t:To Kind="Group">{group}</t:To><t:DateTime>{start}</t:DateTime></t:AbsoluteDateTransition>'
        if start
        else f'<t:Transition><t:To Kind="Group">{group}</t:To></t:Transition>'
        for group, start in groups
    ]
    return f"<t:Transitions>{''.join(rows)}</t:Transitions>"


def zone(standard: str, daylight: str, changes: tuple[Change, ...]) -> str:
    """Give what stands in a zone of one rule."""
    return (
        periods(Standard=standard, Daylight=daylight)
        + f"<t:TransitionsGroups>{yearly(changes)}</t:TransitionsGroups>"
        + turns(("0", ""))
    )


BERLIN = zone("-PT1H", "-PT2H", EUROPE)
NEW_YORK = zone("PT5H", "PT4H", AMERICA)
"""Local time there is behind: a positive Bias."""

NOWHERE = zone("-PT1H", "-PT2H", AMERICA)
"""Central Europe's offsets by America's calendar: the clocks of nobody."""


def own(name: str) -> str:
    """Give a zone that somebody made up and called something, as the simulator's hand takes it."""
    return spell(name, defined=f'<t:StartTimeZone xmlns:t="{TYPES}">{NOWHERE}</t:StartTimeZone>')

"""At which times of a day a rule has occurrences, for rules that repeat within a day as well. Pure.

Source: RFC 5545, 3.3.10. What the rule leaves open is the first occurrence's hour, minute and second. Rules that repeat
by the hour, minute or second are worked out day by day, by the remainder that their steps leave there: a rule whose
steps never meet its BY parts is known at once to have no occurrence.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from itertools import product
from math import gcd

from calpair.model.rule import Frequency, Rule

PER_DAY = {Frequency.HOURLY: 24, Frequency.MINUTELY: 24 * 60, Frequency.SECONDLY: 24 * 60 * 60}
"""How many steps of each frequency a day has."""


def of_day(rule: Rule, first: datetime) -> tuple[time, ...]:
    """Give the times of each day of a rule that repeats by the day or more seldom, ascending."""
    hours = sorted(set(rule.by_hour)) or [first.hour]
    minutes = sorted(set(rule.by_minute)) or [first.minute]
    seconds = sorted(set(rule.by_second)) or [first.second]
    return tuple(time(hour, minute, second) for hour, minute, second in product(hours, minutes, seconds))


def chosen(total: int, positions: Sequence[int]) -> list[int]:
    """Give the indices of BYSETPOS among `total`, ascending."""
    found = {place - 1 if place > 0 else total + place for place in positions if abs(place) <= total}
    return sorted(found)


class Steps:
    """The times of a rule that repeats by the hour, minute or second."""

    def __init__(self, rule: Rule, first: datetime) -> None:
        self.total = PER_DAY[rule.frequency]
        self.interval = rule.interval
        self.origin = (first.hour * 3600 + first.minute * 60 + first.second) * self.total // PER_DAY[Frequency.SECONDLY]
        self.within = _within(rule, first)
        apart = gcd(rule.interval, self.total)
        self.units = [
            unit for unit in range(self.origin % apart, self.total, apart) if _allowed(rule, unit * 86400 // self.total)
        ]
        """The steps of a day that some day has an occurrence in; none: the rule has no occurrence."""
        self._set = frozenset(self.units)

    def of_day(self, number: int) -> Iterator[time]:
        """Give the times of the day that is `number` days after the first, ascending."""
        rest = (self.origin - number * self.total) % self.interval
        if (self.total - rest) // self.interval < len(self.units):
            units: Iterator[int] = (unit for unit in range(rest, self.total, self.interval) if unit in self._set)
        else:
            units = (unit for unit in self.units if unit % self.interval == rest)
        length = 86400 // self.total
        for unit in units:
            for second in self.within:
                at = unit * length + second
                yield time(at // 3600, at // 60 % 60, at % 60)


def _within(rule: Rule, first: datetime) -> list[int]:
    """Give the seconds after the start of its hour or minute at which each step has an occurrence."""
    seconds = sorted(set(rule.by_second)) or [first.second]
    minutes = sorted(set(rule.by_minute)) or [first.minute]
    if rule.frequency is Frequency.SECONDLY:
        found = [0]
    elif rule.frequency is Frequency.MINUTELY:
        found = seconds
    else:
        found = [minute * 60 + second for minute, second in product(minutes, seconds)]
    return [found[place] for place in chosen(len(found), rule.by_position)] if rule.by_position else found


def _allowed(rule: Rule, at: int) -> bool:
    """Tell whether the step that starts `at` seconds after midnight passes the parts that limit it."""
    if rule.by_hour and at // 3600 not in rule.by_hour:
        return False
    if rule.frequency is Frequency.HOURLY:
        return True
    if rule.by_minute and at // 60 % 60 not in rule.by_minute:
        return False
    return rule.frequency is Frequency.MINUTELY or not rule.by_second or at % 60 in rule.by_second

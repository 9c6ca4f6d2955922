"""How many years of a recurrence set are looked at, to tell what it is: enough for it to show all it has. Pure."""

from math import ceil, lcm

from calpair.model.rule import Frequency, Recurrence, Rule

LEAST = 5
"""Years, whatever the rule."""

WEEKDAYS = 30
"""Years after which weekdays and dates have met in every way, for rules that are seldom enough to look that far."""

CYCLES = 2


def span(repeats: Recurrence) -> int:
    """Give the years to look at: five, two full cycles of every rule, and thirty where months or years count."""
    return max((_of(rule) for rule in (*repeats.rules, *repeats.except_rules)), default=LEAST)


def _of(rule: Rule) -> int:
    if rule.frequency is Frequency.YEARLY:
        return max(WEEKDAYS, CYCLES * rule.interval)
    if rule.frequency is Frequency.MONTHLY:
        return max(WEEKDAYS, CYCLES * lcm(rule.interval, 12) // 12)
    days = {Frequency.DAILY: 1.0, Frequency.WEEKLY: 7.0}.get(rule.frequency, 1 / 24)
    filtered = rule.by_month or rule.by_month_day or rule.by_year_day or rule.by_week
    return max(WEEKDAYS if filtered else LEAST, ceil(CYCLES * days * rule.interval / 365))

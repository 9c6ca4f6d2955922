"""When two accounts of an occurrence say the same, whoever spelled them. Pure.

Bodies are alike when a person reads the same words; times are, when the instants are: the zone of a moved occurrence is
its series' unless somebody wished otherwise, and not every server tells it again.
"""

from calpair.model.event import Event, Field
from calpair.model.when import When


def differing(one: Event, other: Event) -> frozenset[Field]:
    """Give the fields in which two events differ."""
    return frozenset(field for field in Field if not alike(field, one, other))


def same(one: Event, other: Event) -> bool:
    """Tell whether two events differ in nothing."""
    return not differing(one, other)


def alike(field: Field, one: Event, other: Event) -> bool:
    """Tell whether two events say the same in a field; what one of them does not carry at all is no difference."""
    if field is Field.BODY:
        return one.body == other.body or one.body.alike() == other.body.alike()
    if field is Field.WHEN:
        return together(one.when, other.when)
    if field is Field.CATEGORIES and None in (one.categories, other.categories):
        return True
    first, second = getattr(one, field.value), getattr(other, field.value)
    return bool(first == second)


def together(one: When, other: When) -> bool:
    """Tell whether two spans are the same days, or the same instants."""
    return (one.start, one.end) == (other.start, other.end)

"""GetServerTimeZones: the zones this server knows, by id, with the rule each keeps this year.

A real server tells a rule for each stretch of years; here there is one, that of the clock's year, for all of them.
Zones have no other name than their id. Source: the pages GetServerTimeZones, TimeZoneDefinition and its elements.
"""

from simulators.exchange import zones
from simulators.exchange.soap import Element, child, listed, m, t, text_of, truth
from simulators.exchange.turn import Outcome, Turn


def get_server_time_zones(turn: Turn, request: Element) -> Element:
    """Answer a GetServerTimeZones request; ErrorTimeZone when an id is not known."""
    ids = child(request, "Ids")
    full = truth(None, request.get("ReturnFullTimeZoneData") or "true")
    wanted = None if ids is None else [text_of(each) for each in listed(ids)]

    def tell(_: object) -> Outcome:
        names = list(zones.WINDOWS) if wanted is None else [zones.canonical(each) for each in wanted]
        year = turn.clock.now().year
        return Outcome((m("TimeZoneDefinitions", *(_definition(name, year, full=full) for name in names)),))

    return turn.batch([tell], lambda: (m("TimeZoneDefinitions"),))


def _definition(name: str, year: int, *, full: bool) -> Element:
    definition = t("TimeZoneDefinition", Id=name, Name=name)
    if full:
        definition.extend(zones.elements(name, year))
    return definition

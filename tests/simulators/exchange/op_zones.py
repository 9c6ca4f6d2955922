"""GetServerTimeZones: the zones this server knows, by id, with the rule each keeps this year.

A real server tells a rule for each stretch of years; here there is one, that of the clock's year, for all of them.
Zones have no other name than their id. Source: the pages GetServerTimeZones, TimeZoneDefinition and its elements.
"""

from simulators.exchange import rule, zones
from simulators.exchange.rule import WEEKDAYS, Half, RuleZone
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
        zone = rule.of_year(zones.rules(name), year)
        definition.extend(_content(name, zone))
    return definition


def _content(name: str, zone: RuleZone) -> list[Element]:
    halves = {"Standard": zone.standard, "Daylight": zone.daylight} if zone.turns else {"Standard": zone.standard}
    ids = {kind: f"trule:Microsoft/Registry/{name}/1-{kind}" for kind in halves}
    periods = [t("Period", Bias=_duration(half.bias), Name=kind, Id=ids[kind]) for kind, half in halves.items()]
    group = [_transition(ids[kind], halves[kind]) for kind in sorted(halves)]
    return [
        t("Periods", *periods),
        t("TransitionsGroups", t("TransitionsGroup", *group, Id="0")),
        t("Transitions", t("Transition", t("To", text="0", Kind="Group"))),
    ]


def _transition(to: str, half: Half) -> Element:
    target = t("To", text=to, Kind="Period")
    if not half.month:
        return t("Transition", target)
    minutes = half.at.hour * 60 + half.at.minute
    return t(
        "RecurringDayTransition",
        target,
        t("TimeOffset", text=_duration(minutes)),
        t("Month", text=str(half.month)),
        t("DayOfWeek", text=WEEKDAYS[half.weekday]),
        # A rule says -1 for the last one, where the TimeZone of a request says 5.
        t("Occurrence", text="-1" if half.order == rule.LAST else str(half.order)),
    )


def _duration(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return "-" * (minutes < 0) + "PT" + (f"{hours}H" * bool(hours) + f"{rest}M" * bool(rest) or "0S")

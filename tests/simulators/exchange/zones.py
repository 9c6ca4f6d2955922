"""Windows time zones, and times between wall clock and instant.

The table is CLDR's windowsZones for territory 001 (unicode.org, supplemental/windowsZones.xml). Ids outside it are
refused on the way in, as a server refuses zones it was never taught, unless the request defines the zone.

A zone is a text: its id, or, made by `spell()`, an id to show with a name and the rules behind it. `ODD` has those that
are met in the wild under ids nobody can look up (exchangelib's issues 255, 310, 314, 1197; facts 5 of the page on Google).
"""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from simulators.exchange import definition, rule
from simulators.exchange.errors import EwsError
from simulators.exchange.soap import Element, child

TZONE_UTC = "tzone://Microsoft/Utc"
TZONE_CUSTOM = "tzone://Microsoft/Custom"

_PART = "\x1f"

_TABLE = """
Dateline Standard Time=Etc/GMT+12|UTC-11=Etc/GMT+11|Aleutian Standard Time=America/Adak
Hawaiian Standard Time=Pacific/Honolulu|Marquesas Standard Time=Pacific/Marquesas
Alaskan Standard Time=America/Anchorage|UTC-09=Etc/GMT+9|Pacific Standard Time (Mexico)=America/Tijuana
UTC-08=Etc/GMT+8|Pacific Standard Time=America/Los_Angeles|US Mountain Standard Time=America/Phoenix
Mountain Standard Time (Mexico)=America/Mazatlan|Mountain Standard Time=America/Denver
Yukon Standard Time=America/Whitehorse|Central America Standard Time=America/Guatemala
Central Standard Time=America/Chicago|Easter Island Standard Time=Pacific/Easter
Central Standard Time (Mexico)=America/Mexico_City|Canada Central Standard Time=America/Regina
SA Pacific Standard Time=America/Bogota|Eastern Standard Time (Mexico)=America/Cancun
Eastern Standard Time=America/New_York|Haiti Standard Time=America/Port-au-Prince
Cuba Standard Time=America/Havana|US Eastern Standard Time=America/Indianapolis
Turks And Caicos Standard Time=America/Grand_Turk|Paraguay Standard Time=America/Asuncion
Atlantic Standard Time=America/Halifax|Venezuela Standard Time=America/Caracas
Central Brazilian Standard Time=America/Cuiaba|SA Western Standard Time=America/La_Paz
Pacific SA Standard Time=America/Santiago|Newfoundland Standard Time=America/St_Johns
Tocantins Standard Time=America/Araguaina|E. South America Standard Time=America/Sao_Paulo
SA Eastern Standard Time=America/Cayenne|Argentina Standard Time=America/Buenos_Aires
Greenland Standard Time=America/Godthab|Montevideo Standard Time=America/Montevideo
Magallanes Standard Time=America/Punta_Arenas|Saint Pierre Standard Time=America/Miquelon
Bahia Standard Time=America/Bahia|UTC-02=Etc/GMT+2|Azores Standard Time=Atlantic/Azores
Cape Verde Standard Time=Atlantic/Cape_Verde|UTC=Etc/UTC|GMT Standard Time=Europe/London
Greenwich Standard Time=Atlantic/Reykjavik|Sao Tome Standard Time=Africa/Sao_Tome
Morocco Standard Time=Africa/Casablanca|W. Europe Standard Time=Europe/Berlin
Central Europe Standard Time=Europe/Budapest|Romance Standard Time=Europe/Paris
Central European Standard Time=Europe/Warsaw|W. Central Africa Standard Time=Africa/Lagos
Jordan Standard Time=Asia/Amman|GTB Standard Time=Europe/Bucharest|Middle East Standard Time=Asia/Beirut
Egypt Standard Time=Africa/Cairo|E. Europe Standard Time=Europe/Chisinau|Syria Standard Time=Asia/Damascus
West Bank Standard Time=Asia/Hebron|South Africa Standard Time=Africa/Johannesburg
FLE Standard Time=Europe/Kiev|Israel Standard Time=Asia/Jerusalem|South Sudan Standard Time=Africa/Juba
Kaliningrad Standard Time=Europe/Kaliningrad|Sudan Standard Time=Africa/Khartoum
Libya Standard Time=Africa/Tripoli|Namibia Standard Time=Africa/Windhoek|Arabic Standard Time=Asia/Baghdad
Turkey Standard Time=Europe/Istanbul|Arab Standard Time=Asia/Riyadh|Belarus Standard Time=Europe/Minsk
Russian Standard Time=Europe/Moscow|E. Africa Standard Time=Africa/Nairobi|Iran Standard Time=Asia/Tehran
Arabian Standard Time=Asia/Dubai|Astrakhan Standard Time=Europe/Astrakhan|Azerbaijan Standard Time=Asia/Baku
Russia Time Zone 3=Europe/Samara|Mauritius Standard Time=Indian/Mauritius|Saratov Standard Time=Europe/Saratov
Georgian Standard Time=Asia/Tbilisi|Volgograd Standard Time=Europe/Volgograd|Caucasus Standard Time=Asia/Yerevan
Afghanistan Standard Time=Asia/Kabul|West Asia Standard Time=Asia/Tashkent|Qyzylorda Standard Time=Asia/Qyzylorda
Ekaterinburg Standard Time=Asia/Yekaterinburg|Pakistan Standard Time=Asia/Karachi
India Standard Time=Asia/Calcutta|Sri Lanka Standard Time=Asia/Colombo|Nepal Standard Time=Asia/Katmandu
Central Asia Standard Time=Asia/Bishkek|Bangladesh Standard Time=Asia/Dhaka|Omsk Standard Time=Asia/Omsk
Myanmar Standard Time=Asia/Rangoon|SE Asia Standard Time=Asia/Bangkok|Altai Standard Time=Asia/Barnaul
W. Mongolia Standard Time=Asia/Hovd|North Asia Standard Time=Asia/Krasnoyarsk
N. Central Asia Standard Time=Asia/Novosibirsk|Tomsk Standard Time=Asia/Tomsk|China Standard Time=Asia/Shanghai
North Asia East Standard Time=Asia/Irkutsk|Singapore Standard Time=Asia/Singapore
W. Australia Standard Time=Australia/Perth|Taipei Standard Time=Asia/Taipei
Ulaanbaatar Standard Time=Asia/Ulaanbaatar|Aus Central W. Standard Time=Australia/Eucla
Transbaikal Standard Time=Asia/Chita|Tokyo Standard Time=Asia/Tokyo|North Korea Standard Time=Asia/Pyongyang
Korea Standard Time=Asia/Seoul|Yakutsk Standard Time=Asia/Yakutsk|Cen. Australia Standard Time=Australia/Adelaide
AUS Central Standard Time=Australia/Darwin|E. Australia Standard Time=Australia/Brisbane
AUS Eastern Standard Time=Australia/Sydney|West Pacific Standard Time=Pacific/Port_Moresby
Tasmania Standard Time=Australia/Hobart|Vladivostok Standard Time=Asia/Vladivostok
Lord Howe Standard Time=Australia/Lord_Howe|Bougainville Standard Time=Pacific/Bougainville
Russia Time Zone 10=Asia/Srednekolymsk|Magadan Standard Time=Asia/Magadan|Norfolk Standard Time=Pacific/Norfolk
Sakhalin Standard Time=Asia/Sakhalin|Central Pacific Standard Time=Pacific/Guadalcanal
Russia Time Zone 11=Asia/Kamchatka|New Zealand Standard Time=Pacific/Auckland|UTC+12=Etc/GMT-12
Fiji Standard Time=Pacific/Fiji|Chatham Islands Standard Time=Pacific/Chatham|UTC+13=Etc/GMT-13
Tonga Standard Time=Pacific/Tongatapu|Samoa Standard Time=Pacific/Apia|Line Islands Standard Time=Pacific/Kiritimati
"""

WINDOWS = dict(pair.split("=", 1) for line in _TABLE.split("\n") for pair in line.split("|") if pair)
_BY_FOLDED = {name.casefold(): name for name in WINDOWS}


def canonical(zone: str) -> str:
    """The id as the server spells it (ids are compared without case). ErrorTimeZone for an id it does not know."""
    if zone.casefold() == TZONE_UTC.casefold():
        return TZONE_UTC
    known = _BY_FOLDED.get(zone.casefold())
    if known is None:
        raise EwsError("ErrorTimeZone", f"the time zone id {zone!r} is not known to this server")
    return known


def spell(zone_id: str, *, name: str = "", like: str = "", defined: str = "") -> str:
    """A zone that is shown under an id of any kind, and keeps the rules of a Windows zone or of a definition's text."""
    return _PART.join((zone_id, name, like, defined))


def shown_id(zone: str) -> str:
    """The id a zone is shown under."""
    return zone.partition(_PART)[0]


def shown_name(zone: str) -> str:
    """The name a zone is shown under."""
    if zone == TZONE_UTC:
        return "UTC"
    return zone.split(_PART)[1] if _PART in zone else "Customized Time Zone" if zone == TZONE_CUSTOM else zone


def read(element: Element) -> str:
    """The zone an element means: the one of its Id if the server knows it, else the one it defines."""
    zone = element.get("Id")
    known = zone is not None and zone.casefold() in (*_BY_FOLDED, TZONE_UTC.casefold())
    if not known and child(element, "Periods") is not None:
        return spell(TZONE_CUSTOM, name=element.get("Name") or "", defined=definition.read(element))
    if zone is None:
        raise EwsError("ErrorTimeZone", "a time zone needs an Id or a definition")
    return canonical(zone)


def elements(zone: str, year: int) -> list[Element]:
    """What defines a zone: as it was defined, else by the rule it keeps in a year."""
    if zone == TZONE_UTC:
        return definition.utc()
    _, _, like, defined = zone.split(_PART) if _PART in zone else ("", "", zone, "")
    if defined:
        return definition.parts(defined)
    return definition.content(shown_id(zone), rule.of_year(rules(like), year))


def rules(zone: str) -> tzinfo:
    """The rules of a zone; those made by hand with rules nobody can name (`tzone://`) run in UTC."""
    if _PART in zone:
        _, _, like, defined = zone.split(_PART)
        return definition.zone(defined) if defined else rules(like)
    name = WINDOWS.get(zone)
    return UTC if name is None else ZoneInfo(name)


def rezone(instant: datetime, old: str, new: str) -> datetime:
    """The instant at which the wall clock of `new` shows what that of `old` shows at `instant`."""
    return instant.astimezone(rules(old)).replace(tzinfo=rules(new)).astimezone(UTC)


def midnight_before(instant: datetime, zone: str) -> datetime:
    """The midnight of `zone` at or before an instant."""
    wall = instant.astimezone(rules(zone))
    return wall.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def midnight_after(instant: datetime, zone: str) -> datetime:
    """The midnight of `zone` at or after an instant."""
    floor = midnight_before(instant, zone)
    return floor if floor == instant else next_midnight(floor, zone)


def next_midnight(midnight: datetime, zone: str) -> datetime:
    """The midnight of `zone` one calendar day after a midnight of it."""
    day = midnight.astimezone(rules(zone)).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=rules(zone)).astimezone(UTC)


_BERLIN = "W. Europe Standard Time"
ODD = {
    "custom": spell(TZONE_CUSTOM, like=_BERLIN),
    "utc": TZONE_UTC,
    "customized": spell("Customized Time Zone", like=_BERLIN),
    "no_id": spell("", name="Pacific Standard Time", like="Pacific Standard Time"),
    "localised": spell("Mitteleurop\u00e4ische Zeit", like=_BERLIN),
    "localised_name": spell("", name="Mitteleurop\u00e4ische Zeit", like=_BERLIN),
    "display_name": spell("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", like=_BERLIN),
    "numbered": spell("Eastern Standard Time 1", like="Eastern Standard Time"),
    "newline": spell(f"{_BERLIN}\n", name=_BERLIN, like=_BERLIN),
    "unknown": spell("Atlantis Standard Time", name="Atlantis", like=_BERLIN),
}
"""Zones as a hand's `start_zone`, by what is odd about them; each keeps the rules of a zone there is."""

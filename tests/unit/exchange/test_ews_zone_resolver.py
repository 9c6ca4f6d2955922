"""What servers and programs call time zones, and which they mean."""

import pytest

from calpair.exchange import zones
from calpair.exchange.zone_displays import DISPLAYS
from calpair.exchange.zone_languages import NAMES
from calpair.exchange.zone_resolver import resolve
from calpair.model import iana


@pytest.mark.parametrize(
    ("words", "name"),
    [
        # Windows ids, whole and mangled
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("W. Europe Standard Time\n", "Europe/Berlin"),
        (" w.  europe standard time ", "Europe/Berlin"),
        ("Eastern Standard Time 1", "America/New_York"),
        ("GMT Standard Time 1", "Europe/London"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("UTC", "UTC"),
        ("UTC+12", "Etc/GMT-12"),
        # IANA names, old ones too
        ("Europe/Amsterdam", "Europe/Amsterdam"),
        ("america/new_york", "America/New_York"),
        ("/Europe/Paris", "Europe/Paris"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("est5edt", "EST5EDT"),
        # So many hours from Greenwich
        ("GMT-5", "Etc/GMT+5"),
        ("UTC+02:00", "Etc/GMT-2"),
        ("(UTC+01:00)", "Etc/GMT-1"),
        ("GMT+0", "UTC"),
        ("+1400", "Etc/GMT-14"),
        ("\u22125", "Etc/GMT+5"),
        ("UTC+05:30", ""),
        ("GMT-13", ""),
        ("GMT+99:99", ""),
        # As Windows shows them
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"),
        ("(GMT+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien", "Europe/Berlin"),
        ("(UTC+01:00) \u00c1msterdam, Berl\u00edn, Berna, Roma, Estocolmo, Viena", "Europe/Berlin"),
        ("(UTC+02:00) Helsinki, Kiev, Riga, Sofia, Tallinn, Vilnius", "Europe/Kyiv"),
        ("(GMT-08:00) Pacific Time (US & Canada); Tijuana", "America/Los_Angeles"),
        ("(UTC-06:00) Guadalajara, Mexico City, Monterrey - New", "America/Mexico_City"),
        ("(UTC) Coordinated Universal Time", "UTC"),
        ("(UTC-07:00) La Paz, Mazatlan", "America/Mazatlan"),
        ("(UTC-04:00) La Paz", "America/La_Paz"),
        ("La Paz", ""),
        ("(UTC+01:00) Atlantis", ""),
        # In other languages
        ("Mitteleurop\u00e4ische Zeit", "Europe/Berlin"),
        ("Mitteleurop\u00e4ische Sommerzeit", "Europe/Berlin"),
        ("Mitteleuropa\u0308ische Zeit", "Europe/Berlin"),
        ("heure d\u2019Europe centrale", "Europe/Paris"),
        ("Paris, Madrid", "Europe/Paris"),
        ("Hora est\u00e1ndar romance", "Europe/Madrid"),
        ("ora solare Europa occidentale", "Europe/Rome"),
        ("West-Europa (standaardtijd)", "Europe/Amsterdam"),
        ("Hora oficial do Brasil", "America/Sao_Paulo"),
        ("\u015arodkowoeuropejski czas stand.", "Europe/Warsaw"),
        # Nothing
        ("", ""),
        ("  \n", ""),
        ("Customized Time Zone", ""),
        ("tzone://Microsoft/Custom", ""),
        ("Factory", ""),
        ("../../etc/passwd", ""),
        ("Ana's own", ""),
        ("(" * 5000, ""),
        ("Europe/Paris" + " " * 100_000, "Europe/Paris"),
    ],
)
def test_a_zone_is_known_by_many_names(words: str, name: str) -> None:
    assert resolve(words) == name


def test_every_zone_as_windows_shows_it_is_that_zone() -> None:
    assert {resolve(shown) for shown in DISPLAYS.values()} <= set(zones.common())
    assert [windows_id for windows_id, shown in DISPLAYS.items() if zones.windows(resolve(shown)) != windows_id] == []
    assert len(DISPLAYS) == 139


def test_every_name_in_another_language_is_a_zone_and_names_one() -> None:
    names = [name for _, row in NAMES for name in row.split(" | ")]
    assert len(names) == len({name.casefold() for name in names})
    assert [zone for zone, _ in NAMES if iana.rules(zone) is None] == []
    # None of them is a place of Windows' English texts by chance, in another zone.
    assert [
        name for zone, row in NAMES for name in row.split(" | ") if resolve(name) not in (zone, "Europe/Paris")
    ] == []

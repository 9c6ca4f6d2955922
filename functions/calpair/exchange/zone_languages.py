"""Names of the main time zones in other languages, as (IANA name, names): data, and nothing else.

A localised Windows or Outlook may write its own language's name where an id belongs. Source: CLDR 49, `timeZoneNames` of
German, French, Spanish, Italian, Dutch, Portuguese and Polish (long names, summer time's too); where Windows' own
differ, as scripts on such machines print them ("GMT+0100 (West-Europa (standaardtijd))"). A name that fits many
countries stands for a zone of one that speaks it: the clocks are the same.
"""

NAMES = (
    # German
    ("UTC", "Mittlere Greenwich-Zeit"),
    ("Europe/Lisbon", "Westeuropäische Zeit | Westeuropäische Normalzeit | Westeuropäische Sommerzeit"),
    ("Europe/Berlin", "Mitteleuropäische Zeit | Mitteleuropäische Normalzeit | Mitteleuropäische Sommerzeit"),
    ("Europe/Bucharest", "Osteuropäische Zeit | Osteuropäische Normalzeit | Osteuropäische Sommerzeit"),
    ("Europe/Moscow", "Moskauer Zeit | Moskauer Normalzeit | Moskauer Sommerzeit"),
    (
        "America/New_York",
        "Nordamerikanische Ostküstenzeit | Nordamerikanische Ostküsten-Normalzeit | Nordamerikanische Ostküsten-Sommerzeit",
    ),
    (
        "America/Chicago",
        "Nordamerikanische Zentralzeit | Nordamerikanische Zentral-Normalzeit | Nordamerikanische Zentral-Sommerzeit",
    ),
    ("America/Denver", "Rocky-Mountains-Zeit | Rocky-Mountains-Normalzeit | Rocky-Mountains-Sommerzeit"),
    (
        "America/Los_Angeles",
        "Nordamerikanische Westküstenzeit | Nordamerikanische Westküsten-Normalzeit | Nordamerikanische Westküsten-Sommerzeit",
    ),
    ("America/Halifax", "Atlantik-Zeit | Atlantik-Normalzeit | Atlantik-Sommerzeit"),
    ("America/Sao_Paulo", "Brasília-Zeit | Brasília-Normalzeit | Brasília-Sommerzeit"),
    ("America/Argentina/Buenos_Aires", "Argentinische Zeit | Argentinische Normalzeit | Argentinische Sommerzeit"),
    # French
    ("UTC", "heure moyenne de Greenwich"),
    (
        "Europe/Lisbon",
        "heure d'Europe de l'Ouest | heure normale d'Europe de l'Ouest | heure d'été d'Europe de l'Ouest",
    ),
    (
        "Europe/Paris",
        "heure d'Europe centrale | heure normale d'Europe centrale | heure d'été d'Europe centrale | Paris, Madrid",
    ),
    ("Europe/Bucharest", "heure d'Europe de l'Est | heure normale d'Europe de l'Est | heure d'été d'Europe de l'Est"),
    ("Europe/Moscow", "heure de Moscou | heure normale de Moscou | heure d'été de Moscou"),
    (
        "America/New_York",
        "heure de l'Est nord-américain | heure normale de l'Est nord-américain | heure d'été de l'Est nord-américain",
    ),
    (
        "America/Chicago",
        "heure du centre nord-américain | heure normale du centre nord-américain | heure d'été du centre nord-américain",
    ),
    ("America/Denver", "heure des Rocheuses | heure normale des Rocheuses | heure d'été des Rocheuses"),
    (
        "America/Los_Angeles",
        "heure du Pacifique nord-américain | heure normale du Pacifique nord-américain | heure d'été du Pacifique nord-américain",
    ),
    ("America/Halifax", "heure de l'Atlantique | heure normale de l'Atlantique | heure d'été de l'Atlantique"),
    ("America/Sao_Paulo", "heure de Brasilia | heure normale de Brasilia | heure d'été de Brasilia"),
    ("America/Argentina/Buenos_Aires", "heure de l'Argentine | heure normale d'Argentine | heure d'été de l'Argentine"),
    # Spanish
    ("UTC", "hora del meridiano de Greenwich"),
    (
        "Europe/Lisbon",
        "hora de Europa occidental | hora estándar de Europa occidental | hora de verano de Europa occidental",
    ),
    (
        "Europe/Madrid",
        "hora de Europa central | hora estándar de Europa central | hora de verano de Europa central | Hora estándar romance",
    ),
    (
        "Europe/Bucharest",
        "hora de Europa oriental | hora estándar de Europa oriental | hora de verano de Europa oriental",
    ),
    ("Europe/Moscow", "hora de Moscú | hora estándar de Moscú | hora de verano de Moscú"),
    ("America/New_York", "hora oriental | hora estándar oriental | hora de verano oriental"),
    ("America/Chicago", "hora central | hora estándar central | hora de verano central"),
    (
        "America/Denver",
        "hora de las Montañas Rocosas | hora estándar de las Montañas Rocosas | hora de verano de las Montañas Rocosas",
    ),
    ("America/Los_Angeles", "hora del Pacífico | hora estándar del Pacífico | hora de verano del Pacífico"),
    ("America/Halifax", "hora del Atlántico | hora estándar del Atlántico | hora de verano del Atlántico"),
    ("America/Sao_Paulo", "hora de Brasilia | hora estándar de Brasilia | hora de verano de Brasilia"),
    ("America/Argentina/Buenos_Aires", "hora de Argentina | hora estándar de Argentina | hora de verano de Argentina"),
    # Italian
    ("UTC", "Ora del meridiano di Greenwich"),
    (
        "Europe/Lisbon",
        "Ora dell'Europa occidentale | Ora standard dell'Europa occidentale | Ora legale dell'Europa occidentale",
    ),
    (
        "Europe/Rome",
        "Ora dell'Europa centrale | Ora standard dell'Europa centrale | Ora legale dell'Europa centrale | ora solare Europa occidentale | ora legale Europa occidentale",
    ),
    (
        "Europe/Bucharest",
        "Ora dell'Europa orientale | Ora standard dell'Europa orientale | Ora legale dell'Europa orientale",
    ),
    ("Europe/Moscow", "Ora di Mosca | Ora standard di Mosca | Ora legale di Mosca"),
    ("America/New_York", "Ora orientale USA | Ora standard orientale USA | Ora legale orientale USA"),
    ("America/Chicago", "Ora centrale USA | Ora standard centrale USA | Ora legale centrale USA"),
    (
        "America/Denver",
        "Ora Montagne Rocciose USA | Ora standard Montagne Rocciose USA | Ora legale Montagne Rocciose USA",
    ),
    ("America/Los_Angeles", "Ora del Pacifico USA | Ora standard del Pacifico USA | Ora legale del Pacifico USA"),
    ("America/Halifax", "Ora dell'Atlantico | Ora standard dell'Atlantico | Ora legale dell'Atlantico"),
    ("America/Sao_Paulo", "Ora di Brasilia | Ora standard di Brasilia | Ora legale di Brasilia"),
    ("America/Argentina/Buenos_Aires", "Ora dell'Argentina | Ora standard dell'Argentina | Ora legale dell'Argentina"),
    # Dutch
    ("UTC", "Greenwich Mean Time"),
    ("Europe/Lisbon", "West-Europese tijd | West-Europese standaardtijd | West-Europese zomertijd"),
    (
        "Europe/Amsterdam",
        "Midden-Europese tijd | Midden-Europese standaardtijd | Midden-Europese zomertijd | West-Europa (standaardtijd) | West-Europa (zomertijd)",
    ),
    ("Europe/Bucharest", "Oost-Europese tijd | Oost-Europese standaardtijd | Oost-Europese zomertijd"),
    ("Europe/Moscow", "Moskou-tijd | Moskou-standaardtijd | Moskou-zomertijd"),
    ("America/New_York", "Eastern-tijd | Eastern-standaardtijd | Eastern-zomertijd"),
    ("America/Chicago", "Central-tijd | Central-standaardtijd | Central-zomertijd"),
    ("America/Denver", "Mountain-tijd | Mountain-standaardtijd | Mountain-zomertijd"),
    ("America/Los_Angeles", "Pacific-tijd | Pacific-standaardtijd | Pacific-zomertijd"),
    ("America/Halifax", "Atlantic-tijd | Atlantic-standaardtijd | Atlantic-zomertijd"),
    ("America/Sao_Paulo", "Braziliaanse tijd | Braziliaanse standaardtijd | Braziliaanse zomertijd"),
    ("America/Argentina/Buenos_Aires", "Argentijnse tijd | Argentijnse standaardtijd | Argentijnse zomertijd"),
    # Portuguese
    ("UTC", "Horário do Meridiano de Greenwich | Hora de Greenwich"),
    (
        "Europe/Lisbon",
        "Horário da Europa Ocidental | Horário Padrão da Europa Ocidental | Horário de Verão da Europa Ocidental | Hora da Europa Ocidental | Hora padrão da Europa Ocidental | Hora de verão da Europa Ocidental",
    ),
    (
        "Europe/Paris",
        "Horário da Europa Central | Horário Padrão da Europa Central | Horário de Verão da Europa Central | Hora da Europa Central | Hora padrão da Europa Central | Hora de verão da Europa Central",
    ),
    (
        "Europe/Bucharest",
        "Horário da Europa Oriental | Horário Padrão da Europa Oriental | Horário de Verão da Europa Oriental | Hora da Europa Oriental | Hora padrão da Europa Oriental | Hora de verão da Europa Oriental",
    ),
    (
        "Europe/Moscow",
        "Horário de Moscou | Horário Padrão de Moscou | Horário de Verão de Moscou | Hora de Moscovo | Hora padrão de Moscovo | Hora de verão de Moscovo",
    ),
    (
        "America/New_York",
        "Horário do Leste | Horário Padrão do Leste | Horário de Verão do Leste | Hora oriental norte-americana | Hora padrão oriental norte-americana | Hora de verão oriental norte-americana",
    ),
    (
        "America/Chicago",
        "Horário Central | Horário Padrão Central | Horário de Verão Central | Hora central norte-americana | Hora padrão central norte-americana | Hora de verão central norte-americana",
    ),
    (
        "America/Denver",
        "Horário das Montanhas | Horário Padrão das Montanhas | Horário de Verão das Montanhas | Hora de montanha norte-americana | Hora padrão de montanha norte-americana | Hora de verão de montanha norte-americana",
    ),
    (
        "America/Los_Angeles",
        "Horário do Pacífico | Horário Padrão do Pacífico | Horário de Verão do Pacífico | Hora do Pacífico norte-americana | Hora padrão do Pacífico norte-americana | Hora de verão do Pacífico norte-americana",
    ),
    (
        "America/Halifax",
        "Horário do Atlântico | Horário Padrão do Atlântico | Horário de Verão do Atlântico | Hora do Atlântico | Hora padrão do Atlântico | Hora de verão do Atlântico",
    ),
    (
        "America/Sao_Paulo",
        "Horário de Brasília | Horário Padrão de Brasília | Horário de Verão de Brasília | Hora de Brasília | Hora padrão de Brasília | Hora de verão de Brasília | Hora oficial do Brasil",
    ),
    (
        "America/Argentina/Buenos_Aires",
        "Horário da Argentina | Horário Padrão da Argentina | Horário de Verão da Argentina | Hora da Argentina | Hora padrão da Argentina | Hora de verão da Argentina",
    ),
    # Polish
    ("UTC", "czas uniwersalny"),
    (
        "Europe/Lisbon",
        "czas zachodnioeuropejski | czas zachodnioeuropejski standardowy | czas zachodnioeuropejski letni",
    ),
    (
        "Europe/Warsaw",
        "czas środkowoeuropejski | czas środkowoeuropejski standardowy | czas środkowoeuropejski letni | Środkowoeuropejski czas stand.",
    ),
    (
        "Europe/Bucharest",
        "czas wschodnioeuropejski | czas wschodnioeuropejski standardowy | czas wschodnioeuropejski letni",
    ),
    ("Europe/Moscow", "czas Moskwa | Moskwa (czas standardowy) | Moskwa (czas letni)"),
    (
        "America/New_York",
        "czas wschodnioamerykański | czas wschodnioamerykański standardowy | czas wschodnioamerykański letni",
    ),
    (
        "America/Chicago",
        "czas środkowoamerykański | czas środkowoamerykański standardowy | czas środkowoamerykański letni",
    ),
    ("America/Denver", "czas górski | czas górski standardowy | czas górski letni"),
    ("America/Los_Angeles", "czas pacyficzny | czas pacyficzny standardowy | czas pacyficzny letni"),
    ("America/Halifax", "czas atlantycki | czas atlantycki standardowy | czas atlantycki letni"),
    ("America/Sao_Paulo", "czas Brasília | Brasília (czas standardowy) | Brasília (czas letni)"),
    ("America/Argentina/Buenos_Aires", "czas Argentyna | Argentyna (czas standardowy) | Argentyna (czas letni)"),
)

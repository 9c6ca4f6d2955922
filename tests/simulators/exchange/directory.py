"""What the organization's directory knows of people without a mailbox here: contacts, and address spaces by domain.

    simulator.directory.add_contact("gus@g.test", "/o=First Organization/ou=.../cn=Recipients/cn=gus")
    simulator.directory.add_address_space("g.test", "PublicFolder")

An address space tells the Availability service where to ask for the free/busy of a contact whose address is of that
domain. Source: Add-AvailabilityAddressSpace (office-docs-powershell); SyncServiceGuide of googlearchive's
calendar-connectors, which set up `-AccessMethod PublicFolder`; MS-OXOPFFB and "Free/Busy Data in Exchange"
(openspecification blog, 2011) for the DN.
"""

METHODS = ("PerUserFB", "OrgWideFB", "OrgWideFBBasic", "PublicFolder", "InternalProxy")


class Directory:
    """Contacts by address, each with its legacyExchangeDN; access methods by domain."""

    def __init__(self) -> None:
        self.contacts: dict[str, str] = {}
        self.address_spaces: dict[str, str] = {}

    def add_contact(self, address: str, legacy_dn: str) -> None:
        """Add a contact, or give it another DN."""
        split(legacy_dn)
        self.contacts[address.lower()] = legacy_dn

    def remove_contact(self, address: str) -> None:
        """Take a contact out of the directory; KeyError when there is none."""
        del self.contacts[address.lower()]

    def add_address_space(self, domain: str, method: str = "PublicFolder") -> None:
        """Tell how the free/busy of a domain is found."""
        if method not in METHODS:
            raise ValueError(f"access method {method!r} is none of {', '.join(METHODS)}")
        self.address_spaces[domain.lower()] = method

    def remove_address_space(self, domain: str) -> None:
        """Take the address space of a domain away; KeyError when there is none."""
        del self.address_spaces[domain.lower()]


def split(legacy_dn: str) -> tuple[str, str]:
    """A DN's administrative group, as the name of its public folder, and the subject of its free/busy message.

    The folder is named `EX:` and everything before the first `/cn=`; the subject is `USER-` and every `/cn=` element in
    order, in upper case (MS-OXOPFFB; all elements, as the connectors' fix e382635 found out).
    """
    cut = legacy_dn.lower().find("/cn=")
    if not legacy_dn.lower().startswith("/o=") or cut < 0:
        raise ValueError(f"{legacy_dn!r} is no legacyExchangeDN of a person: /o=ORGANIZATION/ou=GROUP/cn=.../cn=NAME")
    names = [part for part in legacy_dn[cut:].upper().split("/") if part.startswith("CN=")]
    return f"EX:{legacy_dn[:cut]}", "USER-" + "".join(f"/{name}" for name in names)

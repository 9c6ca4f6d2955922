"""Which servers may be spoken to: a rule on spelled-out addresses, and the same rule on what a name resolved to. Pure.

    url_refused("https://mail.altostrat.com/EWS/Exchange.asmx", limits)     -> "" (allowed) or one sentence
    address_refused("mail.altostrat.com", ["169.254.169.254"], limits)      -> one sentence
    proxy_refused("mail.altostrat.com", limits)                             -> one sentence

The first is asked when a document is read; the second whenever a name has just been resolved to be connected to, and the
third where a proxy would do that (`names.py`). It stands below both documents and adapters, for each needs it and they
are strangers to one another. Administrators of different domains share one installation, so an address they write must
never reach what only the machine itself may reach: loopback, link-local addresses, and the platform's metadata
service, which hands out credentials (`169.254.169.254`; `fd20:ce::254` on Google Cloud; `fd00:ec2::254`,
`100.100.100.200` and `168.63.129.16` elsewhere).
Private networks are allowed: that is where Exchange stands.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from calpair.model.pair import Limits

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

BUILT_IN = frozenset(
    ("www.googleapis.com", "oauth2.googleapis.com", "iamcredentials.googleapis.com", "login.microsoftonline.com")
)
"""Where calpair goes when nobody writes anything else; `limits.hosts` need not name them."""

_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        ("169.254.169.254", "fd20:ce::254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"),
    )
)
_METADATA_NAMES = ("metadata", "metadata.google.internal")
_CARRY_IPV4 = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "::/96")))
_OLD_SPELLING = re.compile(r"[0-9a-fx.]+", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


def url_refused(url: str, limits: Limits) -> str:
    """Tell why this address may not be used, or give an empty text. Never repeats a name or password in it."""
    try:
        parts = urlsplit(url)
        host, _ = normal_host(parts.hostname or ""), parts.port
    except ValueError:
        return "this is not an address of a server; write https://HOST/PATH"
    trouble = _shape(url, parts, host)
    if trouble:
        return trouble
    if parts.scheme == "http" and not is_loopback(host):
        # What stands after a ? may be a secret.
        return f"http sends the password in the clear; write https{url.partition('?')[0][len(parts.scheme) :]}"
    return address_refused(host, (), limits)


def address_refused(host: str, addresses: Iterable[str], limits: Limits) -> str:
    """Tell why `host`, which resolved to `addresses`, may not be spoken to, or give an empty text.

    A host listed in `limits.hosts` may be on loopback or link-local; the metadata service must be listed by its
    address, so that a listed name which is later made to point at it is refused all the same.
    """
    name = normal_host(host)
    if limits.hosts and name not in BUILT_IN and not _listed(name, limits):
        return f"the operator has not listed {name} in limits.hosts"
    if name in _METADATA_NAMES and not _listed(name, limits):
        return f"{name} is the machine's metadata service"
    for text in (name, *addresses):
        address = _address(normal_host(text))
        trouble = _out_of_bounds(address) if address else "loopback" if text == name and is_loopback(name) else ""
        if trouble and not _listed(str(address), limits) and (address in _METADATA or not _listed(name, limits)):
            said = name if text == name else f"{name} ({address})"
            return f"{said} is a {trouble} address; the operator may list it in limits.hosts"
    return ""


def proxy_refused(host: str, limits: Limits) -> str:
    """Tell why `host` may not be reached through a proxy, or give an empty text.

    What a name stands for is then the proxy's to say and nobody here can look at it; so only names the operator has
    listed go there, and the built-in ones.
    """
    name = normal_host(host)
    if name in BUILT_IN or _listed(name, limits):
        return ""
    return f"a proxy hides where {name} leads; the operator may list it in limits.hosts, or name it in NO_PROXY"


def normal_host(host: str) -> str:
    """Give one spelling of a host: lower case ASCII, no final dot, no brackets, numbers as addresses are usually written."""
    name = host.strip().lower().removesuffix(".").removeprefix("[").removesuffix("]")
    # Clients spell a name in ASCII before they connect, and there wide digits and dots become ordinary ones.
    name = name if name.isascii() else _ascii(name).lower().removesuffix(".") or name
    address = _address(name)
    return str(address) if address else name


def is_host(host: str) -> bool:
    """Tell whether this is a host name or an address, without a port, scheme or path."""
    name = normal_host(host)
    return _address(name) is not None or bool(_HOST.fullmatch(_ascii(name)))


def is_loopback(host: str) -> bool:
    """Tell whether this spells the machine itself."""
    name = normal_host(host)
    address = _address(name)
    return address.is_loopback if address else name == "localhost" or name.endswith(".localhost")


def _shape(url: str, parts: SplitResult, host: str) -> str:
    if parts.scheme not in ("https", "http") or not host or any(letter.isspace() for letter in url):
        return "this is not an address of a server; write https://HOST/PATH"
    if "@" in parts.netloc:
        return "an address holds no name or password; they have fields of their own"
    if not is_host(host):
        return f"{host!a} is not the name of a host"
    return "an address of a server has no part after #" if parts.fragment else ""


def _ascii(name: str) -> str:
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return ""


def _address(text: str) -> _Address | None:
    """Read an address, also in the old spellings that resolvers still take (`127.1`, `0x7f000001`, `2130706433`)."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        if not _OLD_SPELLING.fullmatch(text):
            return None
        try:
            return ipaddress.IPv4Address(socket.inet_aton(text))
        except OSError:
            return None
    if isinstance(address, ipaddress.IPv6Address):
        # An IPv4 address in IPv6 clothes is still that IPv4 address.
        carried = address.ipv4_mapped or address.sixtofour
        if carried is None and int(address) > 1 and any(address in network for network in _CARRY_IPV4):
            carried = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return carried or address
    return address


def _out_of_bounds(address: _Address) -> str:
    if address in _METADATA:
        return "metadata service"
    if address.is_loopback:
        return "loopback"
    if address.is_link_local:
        return "link-local"
    # 0.0.0.0 and :: reach the machine itself; nothing answers HTTP on a multicast address.
    return "meaningless" if address.is_unspecified or address.is_multicast else ""


def _listed(host: str, limits: Limits) -> bool:
    return host in {normal_host(listed) for listed in limits.hosts}

"""Exchange Web Services as far as the demo needs them: an envelope out, the response messages in.

    ews = Ews("http://127.0.0.1:8081/EWS/Exchange.asmx", "ana@a.test", "secret")
    for message in ews.send("<m:GetItem>...</m:GetItem>"):
        message.code, message.element

Version Exchange2010_SP2 is asked for, which every server from 2010 on understands.
Source: Microsoft's EWS reference (CreateItem, GetItem, UpdateItem, DeleteItem, SyncFolderItems).
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape as _escape
from xml.sax.saxutils import quoteattr

from demo.wire import Wire

_TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
_MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_SPACES = {"t": _TYPES, "m": _MESSAGES, "s": _SOAP}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OK = 200
CALENDAR = "<t:DistinguishedFolderId Id='calendar'/>"

Element = ET.Element


class ExchangeError(Exception):
    """Exchange said no; the text is its own code."""


@dataclass(frozen=True, slots=True)
class Message:
    """One response message: its code (`NoError`) and its element."""

    code: str
    element: Element

    def checked(self) -> Element:
        """The element of a message that says yes; ExchangeError for any other."""
        if self.code != "NoError":
            raise ExchangeError(self.code)
        return self.element


class Ews:
    """One account's way to a server; `acts_as` names the mailbox it impersonates, empty for its own."""

    def __init__(self, url: str, username: str, password: str, acts_as: str = "") -> None:
        parts = urlsplit(url)
        token = base64.b64encode(f"{username}:{password}".encode()).decode()
        self.wire = Wire(f"{parts.scheme}://{parts.netloc}", lambda: {"Authorization": f"Basic {token}"})
        self._path = parts.path
        self._acts_as = acts_as

    def send(self, body: str) -> list[Message]:
        """Send one operation. ExchangeError: refused as a whole."""
        status, answer = self.wire.ask("POST", self._path, self._envelope(body), Content_Type="text/xml; charset=utf-8")
        try:
            # expat neither fetches external entities nor lets internal ones grow; the server is the mailbox's own
            root = ET.fromstring(answer)  # noqa: S314 - see above
        except ET.ParseError:
            raise ExchangeError(f"HTTP {status} without XML from {self.wire.base}{self._path}") from None
        fault = root.find(".//s:Fault", _SPACES)
        if fault is not None or status != _OK:
            codes = [each.text for each in root.iter() if each.tag.endswith("}ResponseCode")]
            raise ExchangeError(str(codes[0]) if codes else f"HTTP {status}")
        holder = root.find(".//m:ResponseMessages", _SPACES)
        return [Message(text(each, "m:ResponseCode"), each) for each in (holder if holder is not None else ())]

    def _envelope(self, body: str) -> bytes:
        header = "<t:RequestServerVersion Version='Exchange2010_SP2'/>"
        if self._acts_as:
            sid = f"<t:ConnectingSID><t:PrimarySmtpAddress>{escape(self._acts_as)}</t:PrimarySmtpAddress></t:ConnectingSID>"
            header += f"<t:ExchangeImpersonation>{sid}</t:ExchangeImpersonation>"
        spaces = f"xmlns:s='{_SOAP}' xmlns:t='{_TYPES}' xmlns:m='{_MESSAGES}'"
        return f"<s:Envelope {spaces}><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()


def escape(value: str) -> str:
    """A text as XML content; what XML has no way to write is left out."""
    return _escape(_NOT_XML.sub("", value))


def item_ids(ids: Iterable[str]) -> str:
    """An ItemIds element."""
    return f"<m:ItemIds>{''.join(f'<t:ItemId Id={quoteattr(each)}/>' for each in ids)}</m:ItemIds>"


def shape(*fields: str) -> str:
    """An ItemShape: the id, these fields, bodies as text."""
    more = "".join(f"<t:FieldURI FieldURI='{field}'/>" for field in fields)
    body = "<t:BodyType>Text</t:BodyType>" if "item:Body" in fields else ""
    added = f"<t:AdditionalProperties>{more}</t:AdditionalProperties>" if fields else ""
    return f"<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>{body}{added}</m:ItemShape>"


def first(element: Element, path: str) -> Element | None:
    """The first element at a path with the prefixes t and m."""
    return element.find(path, _SPACES)


def every(element: Element, path: str) -> list[Element]:
    """All elements at a path with the prefixes t and m."""
    return element.findall(path, _SPACES)


def text(element: Element, path: str) -> str:
    """The text at a path; empty when there is none."""
    return element.findtext(path, "", _SPACES) or ""

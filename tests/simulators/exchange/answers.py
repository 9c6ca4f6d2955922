"""Answers as HTTP: SOAP envelopes with the server's version, SOAP faults, and the pages of a server that is not well."""

from lxml import etree

from simulators.exchange.errors import EwsError
from simulators.exchange.soap import ERRORS, SOAP, TYPES, Element, t
from simulators.exchange.turn import message_xml
from simulators.exchange.versions import R2010, Version
from simulators.wire import Response

_XML = (("Content-Type", "text/xml; charset=utf-8"),)
_PREFIX = "s"
_HTML = (("Content-Type", "text/html; charset=utf-8"),)


def success(answer: Element, version: Version) -> Response:
    """The answer of an operation."""
    return Response(200, _envelope(answer, version), _XML)


def soap_fault(refused: EwsError, version: Version, *, tells_version: bool = True) -> Response:
    """A refusal of the whole request: HTTP 500 with the response code in the fault's detail (facts 2.10).

    The fault's own code is Client on Exchange 2007, whatever the detail says (the page UpdateItem (contact)).
    """
    fault = etree.Element(f"{{{SOAP}}}Fault", nsmap={"t": TYPES, "e": ERRORS})
    code = etree.SubElement(fault, "faultcode")
    code.text = f"t:{refused.code}" if version.rank >= R2010 else f"{_PREFIX}:Client"
    sentence = etree.SubElement(fault, "faultstring")
    sentence.text = refused.text
    detail = etree.SubElement(fault, "detail")
    etree.SubElement(detail, f"{{{ERRORS}}}ResponseCode").text = refused.code
    etree.SubElement(detail, f"{{{ERRORS}}}Message").text = refused.text
    values = message_xml(refused, t("MessageXml"))
    if values is not None:
        detail.append(values)
    return Response(500, _envelope(fault, version, tells_version=tells_version), _XML)


def unauthorized(challenges: tuple[str, ...], *, token: str = "") -> Response:
    """HTTP 401 with one WWW-Authenticate header for each way to sign in; `token` says what is wrong with a bearer token.

    Then the bearer challenge names the error (RFC 6750 3), and x-ms-diagnostics has the sentence.
    """
    if not token:
        return Response(401, b"", tuple(("WWW-Authenticate", challenge) for challenge in challenges))
    others = tuple(("WWW-Authenticate", each) for each in challenges if not each.lower().startswith("bearer"))
    bearer = ("WWW-Authenticate", 'Bearer realm="exchange.test", error="invalid_token"')
    diagnostics = ("x-ms-diagnostics", f'2000003;reason="{token}";error_category="invalid_token"')
    return Response(401, b"", (bearer, *others, diagnostics))


def page(status: int, title: str, retry_after: int = 0) -> Response:
    """A small HTML page, as a load balancer answers in Exchange's stead."""
    body = f"<html><head><title>{title}</title></head><body><h1>{status} {title}</h1></body></html>".encode()
    headers = (("Retry-After", str(retry_after)),) if retry_after else ()
    return Response(status, body, _HTML + headers)


def _envelope(content: Element, version: Version, *, tells_version: bool = True) -> bytes:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={_PREFIX: SOAP})
    if tells_version:
        etree.SubElement(envelope, f"{{{SOAP}}}Header").append(_version(version))
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(content)
    return etree.tostring(envelope, encoding="utf-8", xml_declaration=True)


def _version(version: Version) -> Element:
    major, minor, build, revision = (str(part) for part in version.build)
    return t(
        "ServerVersionInfo",
        MajorVersion=major,
        MinorVersion=minor,
        MajorBuildNumber=build,
        MinorBuildNumber=revision,
        Version=version.label,
    )

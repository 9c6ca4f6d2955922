"""How the simulated server says no: one error class that carries an EWS response code to where answers are built.

Raised by operations; `turn.py` turns it into an error message of one item, `simulator.py` into a SOAP fault for the
whole request when `fault` is set. Codes are those of ResponseCodeType in Microsoft's messages.xsd (facts 2.10).
"""


class EwsError(Exception):
    """A refusal: `code` is a ResponseCodeType value; `fault` refuses the whole request.

    `back_off_ms` adds BackOffMilliseconds, `inner` adds an InnerErrorResponseCode.
    """

    def __init__(self, code: str, text: str, *, back_off_ms: int = 0, inner: str = "", fault: bool = False) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.back_off_ms = back_off_ms
        self.inner = inner
        self.fault = fault


def not_modelled(what: str, *, fault: bool = False) -> EwsError:
    """Build the refusal of something a real server can do and this one cannot; never accept it silently."""
    return EwsError("ErrorInvalidOperation", f"the exchange simulator does not model {what}", fault=fault)

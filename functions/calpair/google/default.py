"""Application default credentials, as Google's library finds them, asked over our own wire.

The library's way of renewing them is not used: it goes by the machine's clock and sleeps between tries.
"""

from collections.abc import Sequence
from datetime import UTC

import google.auth
import google.auth.exceptions

from calpair.errors import UsageError
from calpair.google.asking import Library, refused
from calpair.google.http import Http
from calpair.google.tokens import Token


def by_default(scopes: Sequence[str], http: Http) -> tuple[Token, str]:
    """Give a token, and the project that pays for its requests (empty: the token's own)."""
    try:
        credentials, _ = google.auth.default(scopes=list(scopes))
        credentials.refresh(Library(http))  # type: ignore[no-untyped-call]
    except google.auth.exceptions.DefaultCredentialsError:
        raise UsageError(
            "google.auth adc: there are no application default credentials here; "
            "name an authorised user's file in google.secret"
        ) from None
    except google.auth.exceptions.GoogleAuthError as error:
        raise refused(error.args[1] if len(error.args) > 1 else None, " ".join(scopes)) from None
    # The library keeps naive UTC.
    until = credentials.expiry.replace(tzinfo=UTC) if credentials.expiry else None
    return Token(str(credentials.token), until), str(credentials.quota_project_id or "")

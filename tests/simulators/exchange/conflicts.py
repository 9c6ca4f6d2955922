"""ChangeKeys of updates under the three rules for conflicts (facts 2.2)."""

from simulators.exchange.errors import EwsError

RULES = ("NeverOverwrite", "AutoResolve", "AlwaysOverwrite")


def check_key(rule: str, key: str | None, current: str) -> None:
    """AlwaysOverwrite is lenient about a missing key: the pages disagree and clients rely on it (facts 2.2, 7)."""
    if not key and rule != "AlwaysOverwrite":
        raise EwsError("ErrorChangeKeyRequiredForWriteOperations", "the change key is required for this operation")
    if rule == "NeverOverwrite" and key != current:
        raise EwsError(
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change key is stale.",
        )

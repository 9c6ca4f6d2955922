"""What is said of a rule that cannot be."""


class RuleError(ValueError):
    """A rule that no calendar can mean, or a value that Exchange has no place for. Says in a short word what is wrong."""

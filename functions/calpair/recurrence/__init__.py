"""How events repeat, the same for both sides, and pure: texts, dates, what Exchange can hold of a rule, occurrences."""

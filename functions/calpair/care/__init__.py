"""Looking after pairs: their status, and the examination of a domain. Nothing here writes a calendar."""

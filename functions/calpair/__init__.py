"""calpair keeps Exchange mailboxes and Google calendars in step, both ways."""

"""All that is known of Exchange: its web service (EWS), its words for calendar items, its time zones."""

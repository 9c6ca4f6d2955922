"""All that is known of Google Calendar. `calendar.py` fits the Calendar port; the rest is what it is made of."""

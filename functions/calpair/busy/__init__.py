"""Free/busy: whom to ask about whom, and what to make of it."""

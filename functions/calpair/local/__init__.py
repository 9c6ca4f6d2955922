"""The one-machine ground: store, secrets, loop. Nothing here knows a calendar."""

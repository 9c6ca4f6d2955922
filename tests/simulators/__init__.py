"""Exchange, Google Calendar and two services of Google Cloud as calpair's tests meet them, in process or on a port.

Written from documented server behaviour alone; nothing here imports calpair. Each has a `README.md` that says what is
modelled, from which source, and what is not. Anything not modelled is refused.
"""

"""Exchange and Google Calendar as calpair's tests meet them: stateful, strict, in process or on a port.

Written from documented server behaviour alone; nothing here imports calpair. `README.md` says what is modelled, from
which source, and what is not. Anything not modelled is refused.
"""

"""The engine: one verb a file. `run.py` is the walk; `plan`, `match`, `merge` and `digest` are pure."""

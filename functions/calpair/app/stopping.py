"""Whether the platform has asked this process to end.

The server that serves functions (gunicorn) takes SIGTERM itself, lets requests under way finish and starts no more; it
tells nobody. Its handler of the signal is a method of its worker, and the worker knows that it is no longer to live.
"""

import signal


def asked() -> bool:
    """Tell whether requests under way should come to their end."""
    worker = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return getattr(worker, "alive", True) is False

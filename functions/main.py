"""What the platform starts from: the deployed functions, by name."""

from calpair.entrypoints import (
    dispatch,
    document_written,
    exchange_free_busy,
    google_free_busy,
    publish_free_busy,
    renew,
    sync_pair,
)

__all__ = [
    "dispatch",
    "document_written",
    "exchange_free_busy",
    "google_free_busy",
    "publish_free_busy",
    "renew",
    "sync_pair",
]

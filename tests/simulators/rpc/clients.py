"""Google's own clients on a channel of a simulator: `InProcessChannel(simulator.door)`, or grpc's to its port."""

from typing import Any

from google.cloud.secretmanager import SecretManagerServiceClient
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import SecretManagerServiceGrpcTransport
from google.cloud.tasks_v2 import CloudTasksClient
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport


def tasks_client(channel: Any) -> CloudTasksClient:
    """Google's client of Cloud Tasks, on this channel."""
    return CloudTasksClient(transport=CloudTasksGrpcTransport(channel=channel))


def secrets_client(channel: Any) -> SecretManagerServiceClient:
    """Google's client of Secret Manager, on this channel."""
    return SecretManagerServiceClient(transport=SecretManagerServiceGrpcTransport(channel=channel))

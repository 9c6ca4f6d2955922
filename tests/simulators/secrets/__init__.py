"""Secret Manager for tests: the v1 API over gRPC, in process or on a port. `README.md` says what it models.

simulator = SecretsSimulator(clock=clock)
simulator.add("projects/p/secrets/exchange", b"hunter2")
"""

from simulators.secrets.simulator import SecretsSimulator

__all__ = ["SecretsSimulator"]

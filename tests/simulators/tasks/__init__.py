"""Cloud Tasks for tests: the v2 API over gRPC, in process or on a port. `README.md` says what it models.

simulator = TasksSimulator(clock=clock)
stepper = Stepper(simulator, clock, post=lambda delivery: worker.handle(delivery.request()))
"""

from simulators.tasks.delivery import Delivery, Post
from simulators.tasks.dispatch import Attempt
from simulators.tasks.oidc import Issuer
from simulators.tasks.runner import Runner, over_http
from simulators.tasks.settings import Settings
from simulators.tasks.simulator import TasksSimulator
from simulators.tasks.stepper import Stepper

__all__ = ["Attempt", "Delivery", "Issuer", "Post", "Runner", "Settings", "Stepper", "TasksSimulator", "over_http"]

"""gRPC as the simulators of Google Cloud's services speak it: one door, mounted in process or on a port of loopback.

Google's Python packages carry the messages of a service and no server stubs, so a service is a table of `Method`s under
their full names (`door.py`); what is not in the table is UNIMPLEMENTED, as a gRPC server says it.

    with mounted(simulator.door) as address: grpc.insecure_channel(address)       over a socket
    InProcessChannel(simulator.door)                                              in the caller's own thread
"""

from simulators.rpc.channel import InProcessChannel
from simulators.rpc.door import Door, Method, RefusedError
from simulators.rpc.server import mounted, serve

__all__ = ["Door", "InProcessChannel", "Method", "RefusedError", "mounted", "serve"]

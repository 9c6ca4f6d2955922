"""stub"""

from collections.abc import Mapping
from demo.company import Ground


class Page:
    url = ""

    def __init__(self, pairs: Mapping[str, Ground]) -> None:
        pass

    def open(self) -> None:
        pass

    def wait(self) -> None:
        pass

    def close(self) -> None:
        pass

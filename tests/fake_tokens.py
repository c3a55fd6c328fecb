"""Synthetic credentials, made from a seed: no value in the test suite was ever anybody's."""

import base64
import random
import string

ALPHANUMERIC = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
URL_SAFE = ALPHANUMERIC + "-_"


# Every value made in this process: what commands print is searched for them (see command_line).
MADE: set[str] = set()


class FakeTokens:
    """Makes credentials of the shapes that providers give out. The same seed makes the same values."""

    def __init__(self, seed: int = 20261122) -> None:
        self._random = random.Random(seed)

    def of(self, alphabet: str, length: int) -> str:
        """A random string over an alphabet."""
        value = "".join(self._random.choice(alphabet) for _ in range(length))
        if length >= 16:
            MADE.add(value)
        return value

    def dwave(self) -> str:
        return "DEV-" + self.of(HEX, 40)

    def ionq(self) -> str:
        return self.of(ALPHANUMERIC, 32)

    def ibm_cloud(self) -> str:
        return self.of(ALPHANUMERIC, 43) + self.of(ALPHANUMERIC, 1)

    def ibm_legacy(self) -> str:
        return self.of(HEX, 128)

    def aws_access_key(self) -> str:
        return "AK" + "IA" + self.of(string.ascii_uppercase + "234567", 16)

    def aws_secret_key(self) -> str:
        return self.of(ALPHANUMERIC + "+/", 40)

    def jwt(self) -> str:
        def part(data: str) -> str:
            return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")

        header, body = '{"alg":"HS512","typ":"JWT"}', f'{{"sub":"{self.of(HEX, 16)}","exp":1900000000}}'
        return f"{part(header)}.{part(body)}.{self.of(URL_SAFE, 86)}"

    def quandela(self) -> str:
        return "_T_" + self.jwt()

    def github(self) -> str:
        return "gh" + "p_" + self.of(ALPHANUMERIC, 36)

"""The case file's scenes serve here too."""

from tests.cases.conftest import open_case, sign_in

__all__ = ["open_case", "sign_in"]

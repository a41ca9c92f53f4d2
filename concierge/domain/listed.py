"""How a case and its person are called in a list, whichever columns the list has read."""

from datetime import datetime


def reference_of(opened_at: datetime, case_id: int) -> str:
    """What people read to each other on the phone; it carries no meaning but the year."""
    return f"C-{opened_at.year}-{case_id:05d}"


class Named:
    """For rows with the four columns of a name."""

    __slots__ = ()
    native_name: str
    surname: str
    given_names: str
    called: str

    @property
    def latin_name(self) -> str:
        return f"{self.given_names} {self.surname}".strip()

    @property
    def display_name(self) -> str:
        return self.native_name or self.latin_name or self.called

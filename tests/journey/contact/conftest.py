"""What every test of the contact room may ask for."""

import pytest

from concierge.db import transaction
from tests.factories import hospitals


@pytest.fixture
def houses(session):
    """Both hospitals, committed."""
    with transaction() as writing:
        hospitals(writing)

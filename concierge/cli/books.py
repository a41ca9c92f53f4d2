"""`python -m concierge.cli.books`: does the journal of every case agree with its payments, refunds and letters?"""

import sys

from concierge import create_app
from concierge.jobs.books import check_books
from config import Config


def main() -> int:
    """0 when all agree; else 1, each fault on a line of its own."""
    with create_app(Config.from_env()).app_context():
        found = check_books()
    for fault in found:
        print(
            f"case {fault.case_id}: {fault.code}, {fault.currency} {fault.expected} expected, {fault.found} found"
        )
    print(f"{len(found)} faults")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())

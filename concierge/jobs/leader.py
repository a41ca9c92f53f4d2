"""Only one jobs process works at a time: an advisory lock on PostgreSQL, a lease row on SQLite.

Losing it is harmless, because every job claims its rows; leadership only saves work.
"""

import os
import socket
from datetime import timedelta

import sqlalchemy as sa

from concierge.db import db, transaction
from concierge.models import JobLease
from concierge.web.clock import now

NAME = "jobs"
ADVISORY_LOCK = 742_001
LEASE = timedelta(seconds=60)


class Leader:
    """`is_leading()` takes or renews the leadership; call it before each job.

    One for each thread of jobs, told apart by `number`: a connection serves one thread only.
    """

    def __init__(self, number: int = 0) -> None:
        self._name, self._lock = f"{NAME}{number or ''}", ADVISORY_LOCK + number
        self.me = f"{socket.gethostname()}:{os.getpid()}"
        self._connection: sa.Connection | None = None

    def is_leading(self) -> bool:
        if db.engine.dialect.name == "postgresql":
            return self._hold_lock()
        return self._hold_lease()

    def _hold_lock(self) -> bool:
        try:
            if self._connection is None:
                self._connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                return bool(
                    self._connection.scalar(
                        sa.text("SELECT pg_try_advisory_lock(:id)"), {"id": self._lock}
                    )
                )
            held = sa.text(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :id AND pid = pg_backend_pid()"
            )
            if self._connection.scalar(held, {"id": self._lock}):
                return True
            return bool(
                self._connection.scalar(sa.text("SELECT pg_try_advisory_lock(:id)"), {"id": self._lock})
            )
        except sa.exc.DBAPIError:
            self._connection = None
            return False

    def _hold_lease(self) -> bool:
        at = now()
        with transaction() as session:
            lease = session.get(JobLease, self._name, populate_existing=True)
            if lease is None:
                session.add(JobLease(name=self._name, holder=self.me, until=at + LEASE))
                return True
            if lease.holder != self.me and lease.until > at:
                return False
            lease.holder, lease.until = self.me, at + LEASE
            return True

"""What every test has at hand; each plugin below says what its fixtures give."""

import os

import pytest

from concierge.cli.catalogues import compile_stale

pytest_plugins = (
    "tests.support.databases",
    "tests.support.clock",
    "tests.support.sockets",
    "tests.support.live",
    "tests.support.browser",
)


def pytest_configure(config: pytest.Config) -> None:
    """A fresh clone has no compiled catalogues; compile them once, before any worker looks for a translation."""
    if not hasattr(config, "workerinput"):
        compile_stale()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """On the build machine a skipped test is a failure: nothing may be left out in silence."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("CI", "").lower() not in {"1", "true", "yes"}:
        return
    if reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED

"""The jobs process: `python -m concierge.jobs.scheduler`. APScheduler ticks; our tables are the schedule.

Jobs are declared here, in memory (two processes on one APScheduler store fired ticks twice when tried); each job is
one thin function of this folder and safe to run anywhere at any time.
"""

import signal
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from concierge import create_app
from concierge.db import db
from concierge.jobs.benefit_checks import warn_of_checks
from concierge.jobs.books import check_books
from concierge.jobs.cards import reconcile_cards, work_card_events
from concierge.jobs.deliver import deliver_due
from concierge.jobs.flights import follow_flights
from concierge.jobs.good_faith import plan_good_faith_estimates
from concierge.jobs.guarantees import watch_letters
from concierge.jobs.housekeeping import forget_kept_files, tidy, wake_cases, wake_tasks
from concierge.jobs.inbox import wake_talks
from concierge.jobs.leader import Leader
from concierge.jobs.lodging import end_holds, offer_rooms
from concierge.jobs.pages import call_again
from concierge.jobs.promises import warn_of_promises
from concierge.jobs.refunds import warn_of_refunds
from concierge.jobs.remind import enqueue_due
from concierge.jobs.shuttles import plan_shuttles
from concierge.jobs.translate import translate_due
from config import Config

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    run: Callable[[], object]
    seconds: int
    thread: str = "default"  # jobs of one thread wait for each other


JOBS = (
    Job(deliver_due, 2),
    Job(translate_due, 2, thread="translator"),  # a slow engine must not hold up the mail
    Job(enqueue_due, 20),
    Job(wake_talks, 20),
    Job(wake_cases, 300),
    Job(wake_tasks, 60),
    Job(end_holds, 30),
    Job(offer_rooms, 60),
    Job(work_card_events, 2, thread="cards"),  # nor must a card service that does not answer
    Job(reconcile_cards, 600, thread="cards"),
    Job(follow_flights, 600, thread="flights"),  # nor a feed of flights
    Job(tidy, 3600),
    Job(call_again, 30),
    Job(warn_of_promises, 60),
    Job(warn_of_checks, 60),
    Job(forget_kept_files, 3600),
    Job(plan_good_faith_estimates, 900),
    Job(watch_letters, 3600),
    Job(warn_of_refunds, 600),
    Job(check_books, 21600),
    Job(plan_shuttles, 3600),
)


def tick(app: Flask, leader: Leader, job: Job) -> None:
    """One run of one job; an error is logged and the next tick tries again."""
    with app.app_context():
        try:
            if leader.is_leading():
                job.run()
        except Exception:
            log.exception("job_failed", job=job.run.__name__)
        finally:
            db.session.remove()


def build(app: Flask) -> BlockingScheduler:
    """The scheduler with all jobs; one worker a thread, so that a slow job delays the others instead of racing them."""
    threads = sorted({job.thread for job in JOBS})
    scheduler = BlockingScheduler(
        timezone="UTC", executors={name: {"type": "threadpool", "max_workers": 1} for name in threads}
    )
    leaders = {name: Leader(number) for number, name in enumerate(threads)}
    for job in JOBS:
        scheduler.add_job(
            tick, "interval", seconds=job.seconds, args=(app, leaders[job.thread], job), id=job.run.__name__,
            executor=job.thread, coalesce=True, max_instances=1, misfire_grace_time=None,
        )  # fmt: skip
    return scheduler


def main() -> None:
    """Run until SIGINT or SIGTERM."""
    scheduler = build(create_app(Config.from_env()))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: scheduler.shutdown(wait=False))
    scheduler.start()


if __name__ == "__main__":
    main()

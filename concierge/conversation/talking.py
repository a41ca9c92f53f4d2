"""A talk as the team sees it with its boxes: in the inbox and on the case page."""

from dataclasses import dataclass

from concierge.cases.actions import TEAM
from concierge.conversation import actions, queries
from concierge.conversation.composer import Composer, compose
from concierge.conversation.forms import NoteForm, ReplyForm
from concierge.conversation.inbox.forms import SwitchForm
from concierge.conversation.live.presence import Live, live_of
from concierge.conversation.thread import Line, Reader, story_line, thread_of
from concierge.conversation.timeline import Timeline, timeline_of
from concierge.db import db, transaction
from concierge.domain.journey import Step
from concierge.models import Case, Enquiry
from concierge.web.access import current_actor, signed_in_staff
from concierge.web.clock import now
from concierge.web.forms import Form


@dataclass(frozen=True)
class Talk:
    """`enquiry` is what stood at the beginning, `story` its text; `is_first`: the case is still in its first step."""

    case: Case
    timeline: Timeline
    composer: Composer
    enquiry: Enquiry | None
    story: Line | None
    is_first: bool
    is_older: bool
    live: Live
    settle: Form
    switch: SwitchForm

    @property
    def is_untaken(self) -> bool:
        return bool(self.enquiry and not self.enquiry.taken_at and self.is_first)


def talk_of(
    case: Case, *, reply: ReplyForm | None = None, note: NoteForm | None = None, before: int | None = None
) -> Talk:
    """One page of the talk for the reader of this request; what is new on it counts as read by the team."""
    user, session = signed_in_staff(), db.session()
    reader = Reader(current_actor(), (user.language, *user.speaks), case.hospital.timezone)
    boxes = compose(
        case, reply=reply, note=note
    )  # first: what it says to have been seen stands in the thread below
    live = live_of(session, case, now())  # before the messages: what comes in between is asked for again
    unread = see(case) if before is None else []
    thread = thread_of(session, case, reader, unread=unread, before=before)
    enquiry = queries.enquiry_of(session, case)
    return Talk(
        case=case, timeline=timeline_of(session, case, reader, thread, is_newest=before is None), composer=boxes,
        enquiry=enquiry, is_first=case.step is Step.CONTACT, is_older=before is not None, live=live,
        story=story_line(session, enquiry, reader.languages) if enquiry and enquiry.story else None,
        settle=Form(formdata=None), switch=SwitchForm(formdata=None, data={"channel": "phone"}),
    )  # fmt: skip


def newest_of(case: Case, *, is_seen: bool) -> Timeline:
    """The newest page of the talk again, for a page that stays open; `is_seen`: somebody looks at it."""
    user = signed_in_staff()
    reader = Reader(current_actor(), (user.language, *user.speaks), case.hospital.timezone)
    thread = thread_of(db.session(), case, reader, unread=see(case) if is_seen else [])
    return timeline_of(db.session(), case, reader, thread, is_newest=True)


def see(case: Case) -> list[int]:
    """The unread ids; noted as read when the reader is of the team, so that a passing colleague hides nothing."""
    found = queries.unread(db.session(), case, is_staff=True)
    if found and signed_in_staff().id in {getattr(case, field) for field in TEAM.values()}:
        with transaction() as session:
            actions.mark_read(session, case, message_ids=found, now=now())
    return found

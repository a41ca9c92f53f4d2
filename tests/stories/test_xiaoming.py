"""Xiaoming lives in Singapore and reads Chinese; his insurer guarantees the costs: six steps, no deposit."""

from datetime import timedelta

import sqlalchemy as sa

from tests.factories import PASSWORD
from tests.records import samples
from tests.stories import steps
from tests.stories.conftest import Cast
from tests.stories.people import Staff
from tests.support.live import LiveServer

ANSWERS = [
    {"writer": "patient", "hospital": "jinghe"},
    {"help_wanted": "second_opinion"},
    {"illness": "lung", "story": "上个月的检查发现一个结节，想听听贵院专家的意见。"},
    {"country": "SG", "spoken": "zh_Hans", "channel": "phone", "hours": "morning"},
    {
        "name": "李小明",
        "called": "小明",
        "birth": "1971",
        "email": "xiaoming@family.example",
        "phone": "+65 8123 4567",
    },
]
PASSPORT = {"surname": "LI", "given_names": "XIAOMING", "passport_number": "K1234567E", "birth": "1971-05-02"}
PAYER = {"kind": "insurer", "payer_name": "Harbour Mutual (fictional)", "letter": "none"}
PAPERS = [
    ("summary", {"name": "病历摘要.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()}),
    ("pathology", {"name": "pathology.jpg", "mimeType": "image/jpeg", "buffer": samples.jpeg()}),
    ("imaging_report", {"name": "CT.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()}),
]
RECORDS = [kind for kind, _paper in PAPERS]


def test_a_chinese_speaking_patient_with_a_letter_of_guarantee_goes_all_six_steps(
    cast: Cast, house: LiveServer
) -> None:
    xiaoming = cast.patient("xiaoming", "zh_Hans", "Asia/Singapore", "xiaoming@family.example")
    chen = cast.staff("chen@jinghe.example")
    visit = steps.visit(house, "jinghe")

    steps.writes_to_us(xiaoming, "zh-Hans", ANSWERS)
    chen.goes("/desk/queue").presses("t")
    steps.answers_first(chen, "您好，我是陈静，全程由我陪您。", "zh_Hans")
    ref = chen.reference
    steps.notes_the_person(chen, ref, "knows", "本人决定", **PASSPORT)
    steps.holds_the_talk(chen, ref, PAYER, RECORDS)

    liu, sun = cast.staff("liu@jinghe.example"), cast.staff("sun@jinghe.example")
    steps.issues_the_estimate(liu, ref, "zh_Hans")
    xiaoming.signs_in()
    steps.understands_the_costs(xiaoming)
    notes_the_letter(liu, ref, visit)
    sun.opens(ref, "money").sends("/accept")
    assert nothing_is_asked_for(house, ref)

    zhao = cast.staff("dr.zhao@jinghe.example")
    steps.sends_documents(xiaoming, PAPERS)
    steps.files_the_documents(zhao, ref, len(PAPERS))
    steps.accepts(zhao, ref, "可以来院评估。", PASSWORD, language="zh_Hans")

    hu = cast.staff("hu@jinghe.example")
    steps.tells_the_answer(chen, ref)
    steps.says_yes(xiaoming)
    steps.holds_the_dates(hu, ref, visit)
    steps.sets_appointments(hu, ref, visit)
    steps.plans_the_trip(hu, ref, visit, ("Singapore (SIN)", "Shanghai (PVG)"))
    steps.confirms_the_trip(hu, ref)
    steps.sees_the_trip(xiaoming)

    gao = cast.staff("gao@jinghe.example")
    steps.writes_the_plan(gao, ref)
    steps.chooses(xiaoming, "start_now")
    steps.hands_over_the_folder(gao, ref)
    steps.takes_the_folder_home(xiaoming)
    steps.is_completed(house, ref)


def notes_the_letter(liu: Staff, ref: str, visit: steps.Visit) -> None:
    """As it is written; she cannot accept it herself."""
    liu.opens(ref, "money").sends(
        "/guarantees/record", issuer="Harbour Mutual (fictional)", number="HM-2026-118", person_name="LI XIAOMING",
        passport_number="K1234567E", ceiling="2,000,000", letter_currency="CNY",
        services=["review", "evaluation", "treatment", "stay"],
        valid_from=(visit.first_on - timedelta(days=60)).isoformat(),
        valid_until=(visit.last_on + timedelta(days=300)).isoformat(),
    )  # fmt: skip
    assert liu.page.locator("main form[action*='/accept']").count() == 0


def nothing_is_asked_for(house: LiveServer, ref: str) -> bool:
    """No deposit, and the case is with the doctors."""
    from concierge.db import db
    from concierge.models import Case, Deposit

    with house.app.app_context():
        case = db.session.get_one(Case, steps.case_id(ref))
        deposits = db.session.scalar(sa.select(sa.func.count()).where(Deposit.case_id == case.id))
        return case.step == "clinical" and deposits == 0

"""Noura, a patient in Riyadh with a phone, and five members of staff in Los Angeles walk all six steps."""

from tests.factories import PASSWORD
from tests.records import samples
from tests.stories import steps
from tests.stories.conftest import Cast
from tests.stories.people import Patient, Staff
from tests.support.live import LiveServer

EMAIL = "noura@family.example"
ANSWERS = [
    {"writer": "patient", "hospital": "alder-coast"},
    {"help_wanted": "treatment"},
    {
        "illness": "breast",
        "stage": "الثانية",
        "story": "وجد الطبيب كتلة في الشهر الماضي. أود أن أعرف ما يمكن فعله.",
    },
    {"country": "SA", "spoken": "ar", "channel": "email", "hours": "evening"},
    {
        "name": "نورة سعد المطيري",
        "called": "نورة",
        "birth": "١٩٦٨-٠٣-١٤",
        "email": EMAIL,
        "phone": "٠٥٠١٢٣٤٥٦٧",
    },
]
PASSPORT = {
    "surname": "AL MUTAIRI",
    "given_names": "NOURA SAAD",
    "passport_number": "P1234567",
    "birth": "1968-03-14",
}
PAPERS = [
    ("summary", {"name": "summary.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()}),
    ("pathology", {"name": "تقرير.jpg", "mimeType": "image/jpeg", "buffer": samples.jpeg()}),
    ("images", {"name": "IM0001.dcm", "mimeType": "application/dicom", "buffer": samples.dicom()}),
]
RECORDS = [kind for kind, _paper in PAPERS]


def test_an_arabic_speaking_patient_goes_all_six_steps(cast: Cast, house: LiveServer) -> None:
    noura = cast.patient("noura", "ar", "Asia/Riyadh", EMAIL)
    amal = cast.staff("amal@alder-coast.example")
    visit = steps.visit(house, "alder-coast")

    steps.writes_to_us(noura, "ar", ANSWERS)
    acknowledged(noura)
    ref = takes_the_case(amal)
    steps.notes_the_person(amal, ref, "knows", "تقرر بنفسها", **PASSPORT)
    steps.holds_the_talk(amal, ref, {"kind": "self_pay", "letter": "none"}, RECORDS)

    daniel = cast.staff("daniel@alder-coast.example")
    steps.issues_the_estimate(daniel, ref, "ar")
    noura.signs_in()
    steps.understands_the_costs(noura)
    daniel.opens(ref, "money").sends("/deposit/request")

    ruth = cast.staff("dr.ellis@alder-coast.example")
    steps.sends_documents(noura, PAPERS)
    steps.files_the_documents(ruth, ref, len(PAPERS))
    steps.accepts(ruth, ref, "We can help. Please come for four days.", PASSWORD)

    tom = cast.staff("tom@alder-coast.example")
    sees_no_answer_yet(noura)
    steps.tells_the_answer(amal, ref)
    steps.says_yes(noura)
    steps.holds_the_dates(tom, ref, visit)
    steps.sets_appointments(tom, ref, visit)
    steps.plans_the_trip(tom, ref, visit, ("Riyadh (RUH)", "Los Angeles (LAX)"), "ar")
    pays_by_card(noura)
    steps.confirms_the_trip(tom, ref)
    steps.sees_the_trip(noura)

    nora = cast.staff("nora@alder-coast.example")
    steps.writes_the_plan(nora, ref)
    steps.chooses(noura, "at_home")
    steps.hands_over_the_folder(nora, ref)
    steps.takes_the_folder_home(noura)
    steps.is_completed(house, ref)


def acknowledged(noura: Patient) -> None:
    """A mail in her language, at once."""
    mail, _name = noura.waits_for_mail(noura.email, "نورة", known=[])
    assert mail.language == "ar"


def takes_the_case(amal: Staff) -> str:
    """By one key; the case reference."""
    amal.goes("/desk/queue").presses("t")
    steps.answers_first(amal, "أهلا بك. أنا أمل، وأبقى معك في كل خطوة.", "ar")
    return amal.reference


def sees_no_answer_yet(noura: Patient) -> None:
    """It is signed, but nobody has told her: the page does not know it."""
    noura.opens("answer")
    assert "We can help" not in noura.page.content()
    assert noura.page.locator("form[action*='/answer/yes']").count() == 0


def pays_by_card(noura: Patient) -> None:
    """The bank refuses the first card and says why; the second pays."""
    noura.opens("pay").sends("/pay/card/start")
    noura.sends("card_number", card_number="4000 0000 0000 9995", refused=True)
    assert not_enough_money(noura) in noura.page.locator(".emsg").inner_text()
    noura.sends("card_number", card_number="4242424242424242")
    noura.opens("pay")
    assert noura.gets("a[href$='/receipt.pdf']").startswith(b"%PDF")


def not_enough_money(noura: Patient) -> str:
    """What the bank's refusal is called in her language."""
    from flask_babel import force_locale

    from concierge.journey.finance.cards.words import declined_text

    with noura.server.app.test_request_context(), force_locale(noura.language):
        return str(declined_text("insufficient_funds"))

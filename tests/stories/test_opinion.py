"""A second opinion from the first answer to the written opinion, without travel; then the family comes to us."""

from tests.factories import PASSWORD
from tests.records import samples
from tests.stories import steps
from tests.stories.conftest import Cast
from tests.stories.people import Staff
from tests.stories.test_at_once import a_case_now, scene
from tests.support.live import LiveServer

EMAIL = "opinion@family.example"
PAPER = ("summary", {"name": "summary.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()})


def test_an_opinion_is_written_told_and_kept_and_then_becomes_a_treatment(
    house: LiveServer, cast: Cast
) -> None:
    with scene(house) as session:
        a_case_now(session, email=EMAIL)
    amal, noura = cast.staff("amal@alder-coast.example"), cast.patient("noura", "ar", "Asia/Riyadh", EMAIL)

    ref = answers(amal)
    amal.opens(ref, "programme").sends(
        "/programme/change", programme="second_opinion", reason="She is too weak to fly."
    )
    has_steps(amal, 4)
    steps.holds_the_talk(amal, ref, {"kind": "self_pay", "letter": "none"}, ["summary"])

    daniel = cast.staff("daniel@alder-coast.example")
    steps.issues_the_estimate(daniel, ref, "ar")
    noura.signs_in()
    assert noura.page.locator(".steps li").count() == 4
    steps.understands_the_costs(noura)
    daniel.opens(ref, "money").sends("/deposit/request")

    ruth = cast.staff("dr.ellis@alder-coast.example")
    steps.sends_documents(noura, [PAPER])
    steps.files_the_documents(ruth, ref, 1)
    signs(ruth, ref)
    steps.tells_the_answer(amal, ref)
    steps.is_completed(house, ref)

    noura.opens("answer")
    assert "نقترح متابعة العلاج الحالي." in noura.page.content()
    assert noura.page.locator("form[action*='/answer/yes']").count() == 0
    assert noura.gets("a[href$='letter.pdf']").startswith(b"%PDF")

    amal.opens(ref, "programme").sends(
        "/programme/change", programme="treatment", reason="The family wants to come."
    )
    has_steps(amal, 6)
    steps.says_yes(noura)


def answers(amal: Staff) -> str:
    """Takes the next from her day, answers it, and notes what step 1 asks for; the reference."""
    amal.goes("/desk").presses("t")
    steps.answers_first(amal, "أهلا بك. أنا أمل، وأبقى معك في كل خطوة.", "ar")
    ref = amal.reference
    amal.opens(ref, "people").sends("/people/consent", given_by="نورة", how="spoken")
    amal.sends("/people/who-knows", knows="knows", who="")
    return ref


def signs(ruth: Staff, ref: str) -> None:
    """The opinion, in the family's language; there are no days to propose."""
    ruth.opens(ref, "review").sends(
        "outcome",
        outcome="accept",
        patient_text="نقترح متابعة العلاج الحالي.",
        text_language="ar",
        password=PASSWORD,
    )


def has_steps(somebody: Staff, count: int) -> None:
    assert somebody.page.locator(".rail li").count() == count
    assert bool(somebody.page.locator(".tabs a[href$='/travel']").count()) == (count == 6)
    assert somebody.page.locator("[data-next-action]").count() == 1

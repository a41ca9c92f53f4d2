"""Story 3: one woman writes as نورة المطيري, and a day later as Nora Almutairy from another phone format.

Nobody is made one person by the machine: the specialist sees both records side by side with the reasons, chooses
fact by fact, merges, and takes it back.
"""

import pytest

from tests.stories import steps
from tests.support.live import LiveServer

ARABIC = [
    {"writer": "patient", "hospital": "alder-coast"},
    {"help_wanted": "treatment"},
    {"illness": "breast", "story": "أخبرني الطبيب قبل شهرين. ماذا أفعل؟"},
    {"country": "SA", "spoken": "ar", "channel": "phone", "hours": "any"},
    {"name": "نورة المطيري", "birth": "1968-03-14", "email": "noura@family.example", "phone": "٠٥٠ ١٢٣ ٤٥٦٧"},
]
ENGLISH = [
    {"writer": "patient", "hospital": "alder-coast"},
    {"help_wanted": "treatment"},
    {"illness": "breast", "story": "Did you get my first message? I have new pictures."},
    {"country": "SA", "spoken": "ar", "channel": "email", "hours": "any"},
    {
        "name": "Nora Almutairy",
        "birth": "1968-03-14",
        "email": "nora.m@mail.example",
        "phone": "+966 50-123-4567",
    },
]


@pytest.mark.slow
def test_the_same_woman_writes_twice(house: LiveServer, cast) -> None:
    patient = cast.patient("noura", "ar", "Asia/Riyadh", "noura@family.example")
    steps.writes_to_us(patient, "ar", ARABIC)
    again = cast.patient("nora", "en", "Asia/Riyadh", "nora.m@mail.example")
    steps.writes_to_us(again, "en", ENGLISH)

    maria = cast.staff("maria@alder-coast.example")
    maria.goes("/desk/queue?show=all")
    maria.reads("May be known")
    maria.follows("tr:has-text('Nora Almutairy') td a")
    for words in (
        "May be known:",
        "The names sound alike",
        "Same phone",
        "Same birth date",
        "Did you get my first message?",
    ):
        maria.reads(words)

    maria.follows(".known a.btn.sec")
    maria.reads("نورة المطيري")
    maria.reads("nora.m@mail.example")
    maria.sends("survivor", fact_native_name="older", fact_channel="newer", survivor="older", is_checked=True)
    maria.reads("They are one person now.")
    kept = maria.reference
    maria.opens(kept)
    maria.reads("Did you get my first message?")

    maria.opens(kept, "same").sends("/undo/")
    maria.reads("Taken back. Both records are as they were.")
    maria.goes("/desk/queue?show=all")
    maria.reads("Nora Almutairy")
    maria.reads("نورة المطيري")

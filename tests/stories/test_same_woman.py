"""Story 3: one woman writes as نورة المطيري, and a day later as Nora Almutairy from another phone format.

Nobody is made one person by the machine: the specialist sees both records side by side with the reasons, chooses fact by
fact, merges, and takes it back.
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
    {"name": "Nora Almutairy", "birth": "1968-03-14", "email": "nora.m@mail.example", "phone": "+966 50-123-4567"},
]


@pytest.mark.slow
def test_the_same_woman_writes_twice(house: LiveServer, cast) -> None:
    patient = cast.patient("noura", "ar", "Asia/Riyadh", "noura@family.example")
    steps.writes_to_us(patient, "ar", ARABIC)
    again = cast.patient("nora", "en", "Asia/Riyadh", "nora.m@mail.example")
    steps.writes_to_us(again, "en", ENGLISH)

    amal = cast.staff("amal@alder-coast.example")
    amal.goes("/desk/queue?show=all")
    amal.reads("May be known")
    amal.follows("tr:has-text('Nora Almutairy') td a")
    for words in ("May be known:", "The names sound alike", "Same phone", "Same birth date", "Did you get my first message?"):
        amal.reads(words)

    amal.follows(".known a.btn.sec")
    amal.reads("نورة المطيري")
    amal.reads("nora.m@mail.example")
    amal.sends("survivor", fact_native_name="older", fact_channel="newer", survivor="older", is_checked=True)
    amal.reads("They are one person now.")
    kept = amal.reference
    amal.opens(kept)
    amal.reads("Did you get my first message?")

    amal.opens(kept, "same").sends("/undo/")
    amal.reads("Taken back. Both records are as they were.")
    amal.goes("/desk/queue?show=all")
    amal.reads("Nora Almutairy")
    amal.reads("نورة المطيري")

"""Walks one family through the steps, act by act, as far as demo/families.json says it stands today."""

from concierge.cli.demo.before import Before
from concierge.cli.demo.insurance import Insurance
from concierge.cli.demo.visit import Visit

# How far each standing goes: the acts are walked in order until the named one is done.
ORDER = (
    "contact",
    "contact_taken",
    "consult",
    "on_hold",
    "finance",
    "finance_issued",
    "finance_deposit",
    "clinical",
    "clinical_ready",
    "declined",
    "acceptance",
    "acceptance_yes",
    "evaluation",
    "evaluation_plan",
    "completed",
)


class Walk(Before, Visit, Insurance):
    """One family's way."""

    def go(self) -> None:
        """All acts up to the family's standing; a decline is a fork of its own."""
        last = ORDER.index(self.family["stands"])
        for name in ORDER[: last + 1]:
            if name in {"on_hold", "declined"} and name != self.family["stands"]:
                continue
            if name == "acceptance" and self.family["stands"] == "declined":
                break
            getattr(self, f"_{name}")()
            if name == "finance_issued" and self.family["payer_kind"] == "insurer":
                self._asks_insurer()
                self._insurer_answers()
        if self.family.get("has_second_payer"):
            self._second_payer()

"""Words for what money pages show: the part of web/labels.py that is about money and who pays."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _pl

from concierge.domain import vocabulary as v

MONEY: dict[type, dict] = {
    v.EstimateState: {
        v.EstimateState.DRAFT: _l("Draft"),
        v.EstimateState.ISSUED: _l("Issued"),
        v.EstimateState.SUPERSEDED: _l("Replaced by a newer version"),
    },
    v.Phase: {
        v.Phase.REVIEW: _l("Review of records"),
        v.Phase.EVALUATION: _l("Evaluation"),
        v.Phase.TREATMENT: _l("Treatment"),
        v.Phase.STAY: _l("Stay and travel"),
    },
    v.Validity: {
        v.Validity.TODAY: _pl("price", "Holds today"),
        v.Validity.FUTURE: _pl("price", "Begins later"),
        v.Validity.ENDED: _pl("price", "Has ended"),
        v.Validity.WITHDRAWN: _pl("price", "Never came into force"),
    },
    v.RangeSource: {
        v.RangeSource.ACTUALS: _l("What finished cases have cost"),
        v.RangeSource.TARIFF: _l("Today's tariffs"),
    },
    v.DepositState: {
        v.DepositState.REQUESTED: _l("Requested"),
        v.DepositState.ON_ITS_WAY: _l("On its way"),
        v.DepositState.PART_PAID: _l("Partly paid"),
        v.DepositState.PAID: _l("Paid"),
        v.DepositState.OVERPAID: _l("Paid too much"),
        v.DepositState.NEEDS_ATTENTION: _l("Needs attention"),
        v.DepositState.CANCELLED: _l("Cancelled"),
        v.DepositState.REFUNDED: _l("Refunded"),
    },
    v.BankLineState: {
        v.BankLineState.UNMATCHED: _l("To match"),
        v.BankLineState.PART_MATCHED: _l("Part matched"),
        v.BankLineState.MATCHED: _l("Matched"),
        v.BankLineState.SET_ASIDE: _l("Set aside"),
    },
    v.AsideReason: {
        v.AsideReason.NOT_A_PAYMENT: _l("No payment of a case"),
        v.AsideReason.SEND_BACK: _l("Not ours: send it back"),
    },
    v.PaymentMethod: {
        v.PaymentMethod.CARD: _l("Card"),
        v.PaymentMethod.BANK_TRANSFER: _l("Bank transfer"),
        v.PaymentMethod.COUNTER: _l("At the hospital's counter"),
    },
    v.PaymentState: {
        v.PaymentState.STARTED: _l("Started"),
        v.PaymentState.RECORDED: _l("Waiting for a second person"),
        v.PaymentState.CONFIRMED: _l("Confirmed"),
        v.PaymentState.FAILED: _l("Failed"),
        v.PaymentState.REJECTED: _l("Rejected"),
    },
    v.DisputeState: {
        v.DisputeState.OPEN: _l("Waits for our answer"),
        v.DisputeState.ANSWERED: _l("Answered, not decided"),
        v.DisputeState.WON: _l("Decided for us"),
        v.DisputeState.LOST: _l("Decided against us"),
        v.DisputeState.CLOSED: _l("Closed"),
    },
    v.ServiceState: {
        v.ServiceState.BOOKED: _pl("service", "Booked"),
        v.ServiceState.PERFORMED: _pl("service", "Performed"),
        v.ServiceState.BILLED: _pl("service", "Billed"),
        v.ServiceState.PAID: _l("Paid"),
        v.ServiceState.CANCELLED: _l("Cancelled"),
    },
    v.PayerStanding: {
        v.PayerStanding.NOT_CHECKED: _l("Not checked yet"),
        v.PayerStanding.ACCEPTED: _l("We take its letters"),
        v.PayerStanding.STOP_LISTED: _l("On the stop list"),
    },
    v.LiaisonWay: {
        v.LiaisonWay.CALL: _pl("talk with a payer", "Call"),
        v.LiaisonWay.MAIL: _l("E-mail"),
        v.LiaisonWay.MEETING: _pl("talk with a payer", "Meeting"),
    },
    v.RefundState: {
        v.RefundState.PROPOSED: _l("Waiting for a second person"),
        v.RefundState.APPROVED: _l("To be sent"),
        v.RefundState.SENDING: _l("Being sent"),
        v.RefundState.SENT: _l("Sent"),
        v.RefundState.DONE: _l("Arrived"),
        v.RefundState.CAME_BACK: _l("Came back"),
        v.RefundState.WITHDRAWN: _l("Withdrawn"),
        v.RefundState.REFUSED: _l("Refused"),
    },
    v.RefundReason: {
        v.RefundReason.NOT_ACCEPTED: _l("We cannot accept the patient"),
        v.RefundReason.CASE_ENDED: _l("The case ended before the evaluation"),
        v.RefundReason.OVERPAID: _l("More was paid than asked for"),
        v.RefundReason.PAID_TWICE: _l("Paid twice"),
        v.RefundReason.COVERED: _l("A letter of guarantee covers the costs"),
        v.RefundReason.COSTS_LESS: _l("It cost less than expected"),
        v.RefundReason.OTHER: _l("Another reason"),
    },
    v.GuaranteeState: {
        v.GuaranteeState.RECORDED: _l("Waiting for a second person"),
        v.GuaranteeState.ACCEPTED: _l("Accepted"),
        v.GuaranteeState.REFUSED: _l("Refused"),
    },
    v.WhoPays: {
        v.WhoPays.MYSELF: _l("I pay myself, or my family does"),
        v.WhoPays.INSURER: _l("An insurer"),
        v.WhoPays.SPONSOR: _l("An embassy, an employer or a sponsor"),
        v.WhoPays.NOT_SURE: _l("I am not sure"),
    },
    v.PayerKind: {
        v.PayerKind.SELF_PAY: _l("Pays alone"),
        v.PayerKind.INSURER: _l("Insurer"),
        v.PayerKind.EMBASSY: _l("Embassy or government"),
        v.PayerKind.EMPLOYER: _l("Employer"),
        v.PayerKind.US_GOVERNMENT: _l("US government programme"),
        v.PayerKind.SPONSOR: _l("Sponsor or charity"),
    },
    v.PaperKind: {
        v.PaperKind.CARD: _l("Insurance card"),
        v.PaperKind.REFERRAL: _l("Referral or approval letter"),
        v.PaperKind.GUARANTEE: _l("Letter of guarantee"),
    },
    v.CheckState: {
        v.CheckState.ASKED: _pl("insurance check", "Asked"),
        v.CheckState.NOT_REACHABLE: _l("Not reached yet"),
        v.CheckState.ANSWERED: _l("Answered"),
        v.CheckState.WITHDRAWN: _l("Withdrawn"),
    },
    v.CheckChannel: {
        v.CheckChannel.PHONE: _l("Phone call"),
        v.CheckChannel.EMAIL: _l("E-mail"),
        v.CheckChannel.WEBSITE: _l("Website of the insurer"),
        v.CheckChannel.FAX: _l("Fax"),
    },
    v.CoverVerdict: {
        v.CoverVerdict.ACTIVE: _l("The cover is active"),
        v.CoverVerdict.NOT_ACTIVE: _l("The cover is not active"),
        v.CoverVerdict.CANNOT_SAY: _l("The insurer cannot say"),
    },
    v.Network: {
        v.Network.IN: _l("In the network of the insurer"),
        v.Network.OUT: _l("Outside the network of the insurer"),
        v.Network.NOT_SAID: _l("Not said"),
    },
    v.YesNo: {
        v.YesNo.YES: _l("Yes"),
        v.YesNo.NO: _l("No"),
        v.YesNo.NOT_SAID: _l("Not said"),
    },
}

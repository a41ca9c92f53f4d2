"""Words for who pays and what insurers answer: the part of web/labels.py that only money pages show."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _pl

from concierge.domain import vocabulary as v

PAYERS: dict[type, dict] = {
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

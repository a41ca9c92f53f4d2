"""Our minor units (ISO 4217) and Stripe's are not the same for every currency.

Source: docs.stripe.com/currencies, "zero-decimal", "three-decimal" and "special case" currencies.
"""

from concierge.domain.money import Money, exponent

_NO_DECIMALS = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD JOD KWD OMR TND"
# Without decimals in ISO 4217, yet Stripe counts them in hundredths and wants the hundredths to be zero.
_SPECIAL = "ISK UGX"
_STRIPE_DECIMALS = {
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
    **dict.fromkeys(_SPECIAL.split(), 2),
}


class AmountNotPayable(ValueError):
    """The card network cannot carry this amount exactly (for example 0.001 KWD); nothing was sent."""


def to_provider(money: Money) -> int:
    """Stripe's integer for `money`. Raises AmountNotPayable when it would have to be rounded."""
    shift = _decimals(money.currency) - exponent(money.currency)
    if money.minor <= 0:
        raise AmountNotPayable("an amount to pay is more than zero")
    units, lost = (money.minor * 10**shift, 0) if shift >= 0 else divmod(money.minor, 10**-shift)
    if lost or (_decimals(money.currency) == 3 and units % 10):
        raise AmountNotPayable(f"{money.currency} cannot be charged to its last decimal")
    return units


def from_provider(units: int, currency: str) -> Money:
    """Money for Stripe's integer `units` in Stripe's lower-case `currency`."""
    code = currency.upper()
    shift = _decimals(code) - exponent(code)
    if shift <= 0:
        return Money(units * 10**-shift, code)
    minor, lost = divmod(units, 10**shift)
    if lost:
        raise AmountNotPayable(f"{code} came with a fraction that the currency does not have")
    return Money(minor, code)


def _decimals(currency: str) -> int:
    return _STRIPE_DECIMALS.get(currency, 2)

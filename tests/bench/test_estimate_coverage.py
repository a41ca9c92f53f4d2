"""`python -m bench.estimate_coverage` measures what it says."""

from random import Random

from bench.estimate_coverage import _invented, packages
from concierge.domain.estimate import LEAST_ACTUALS


def test_with_many_cases_three_in_five_lie_inside_and_with_few_hardly_less():
    usual = packages()[0]
    random = Random(1)
    pool = [usual.total(random) for _ in range(3000)]
    many, few = (_invented(usual, n, random, pool) for n in (200, LEAST_ACTUALS))
    assert 0.57 < many.by_percentile < 0.63
    assert 0.50 < few.by_percentile < many.by_percentile + 0.01
    assert many.by_tariff < 0.75  # the tariff knows nothing of complicated cases

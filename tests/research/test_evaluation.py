"""Before and after: the published vector to its digits, scipy's own word, and what a simulation says."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from scipy import stats

from bot.research import evaluation, verdicts
from bot.research.cautions import Caution, Wave, cautions, fasting
from bot.research.evaluation import attrition, detectable, paired, share_of
from bot.research.verdicts import CAUTIONS, SENTENCES, Verdict, judge
from bot.usecases.holy_days import RAMADAN

BEFORE = [32, 44, 28, 56, 40, 60, 36, 48, 52, 24, 64, 40]
AFTER = [48, 52, 40, 60, 44, 60, 56, 52, 48, 44, 72, 56]
MONTHS = [(first, last) for first, last, _ in RAMADAN]


def test_the_published_vector_comes_out_to_its_digits() -> None:
    found = paired(BEFORE, AFTER, threshold=10)
    assert found is not None
    assert found.interval is not None
    assert found.over is not None
    assert (found.n, found.mean, round(found.sd or 0, 3)) == (12, 9.0, 7.839)
    assert (round(found.interval.low, 3), round(found.interval.high, 3)) == (4.019, 13.981)
    assert (round(found.t or 0, 3), round(found.p or 0, 5)) == (3.977, 0.00217)
    assert (round(found.dz or 0, 3), found.w, round(found.w_p or 0, 5)) == (1.148, 2.5, 0.00488)
    assert (found.over.count, found.over.n) == (5, 12)
    assert round(found.over.interval.low, 3) == 0.193
    assert round(found.over.interval.high, 3) == 0.680


def test_the_vectors_verdict_is_better_but_perhaps_below_the_threshold() -> None:
    judgement = judge(paired(BEFORE, AFTER, threshold=10), threshold=10)
    assert judgement.verdict is Verdict.IMPROVED_BELOW
    assert verdicts.sentence(judgement, str) == (
        "On average the score of the people who answered both times was better by 9.0 points "
        "(between 4.0 and 14.0). This range includes changes smaller than the 10 points that count "
        "as a change people notice."
    )


@pytest.mark.parametrize(("n", "dz"), [(10, 1.00), (20, 0.66), (30, 0.53), (50, 0.40)])
def test_the_change_that_n_people_would_show_is_the_published_one(n: int, dz: float) -> None:
    found = detectable(n)
    assert found is not None
    assert round(found, 2) == dz
    assert evaluation.power_of(found, n) == pytest.approx(0.8)


def test_two_people_can_show_nothing() -> None:
    assert detectable(2) is None
    assert detectable(3) is not None


@pytest.mark.parametrize("n", [2, 5, 11, 14, 40, 80])
def test_scipy_says_the_same(n: int) -> None:
    random = np.random.default_rng(n)
    before, after = random.normal(50, 20, n), random.normal(55, 20, n)
    found = paired(before.tolist(), after.tolist())
    assert found is not None
    ours = stats.ttest_rel(after, before)
    interval = ours.confidence_interval()
    assert found.t == pytest.approx(ours.statistic)
    assert found.p == pytest.approx(ours.pvalue)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(interval))
    theirs = stats.wilcoxon(after - before)
    assert (found.w, found.w_p) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert found.over is None


def test_a_small_wilcoxon_is_counted_out_pattern_by_pattern() -> None:
    differences = [b - a for a, b in zip(BEFORE, AFTER, strict=True) if a != b]
    ranks = stats.rankdata(np.abs(differences))
    sums = np.zeros(1)
    for rank in ranks:
        sums = np.concatenate([sums, sums + rank])
    expected = 2 * np.mean(sums <= 2.5)
    found = paired(BEFORE, AFTER)
    assert found is not None
    assert found.w_p == pytest.approx(expected)


def test_nobody_one_person_and_people_who_all_moved_alike_give_no_test() -> None:
    assert paired([], []) is None
    one = paired([40], [52], threshold=10)
    assert one is not None
    assert (one.mean, one.sd, one.interval, one.t, one.p, one.dz) == (
        12,
        None,
        None,
        None,
        None,
        None,
    )
    alike = paired([40.1] * 12, [40.3] * 12)
    assert alike is not None
    assert (alike.t, alike.interval, alike.dz) == (None, None, None)
    still = paired([40] * 12, [40] * 12)
    assert still is not None
    assert (still.w, still.w_p) == (None, None)
    assert judge(alike, threshold=10).verdict is Verdict.UNCLEAR


def test_waves_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        paired([1, 2], [1])


def test_where_less_is_better_a_fall_is_an_improvement() -> None:
    found = paired(AFTER, BEFORE, threshold=10, lower_is_better=True)
    assert found is not None
    assert found.over is not None
    assert found.worse is not None
    assert (found.over.count, found.worse.count) == (5, 0)
    assert judge(found, threshold=10, lower_is_better=True).verdict is Verdict.IMPROVED_BELOW
    assert judge(found, threshold=10).verdict is Verdict.WORSENED_BELOW


def moved(by: float, n: int = 20) -> evaluation.Change:
    found = paired([40.0] * n, [40 + by + (-1) ** i for i in range(n)], threshold=10)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("by", "threshold", "verdict"),
    [
        (12, 10, Verdict.IMPROVED_MEANINGFULLY),
        (-12, 10, Verdict.WORSENED_MEANINGFULLY),
        (5, 10, Verdict.IMPROVED_BELOW),
        (-5, 10, Verdict.WORSENED_BELOW),
        (5, None, Verdict.IMPROVED),
        (-5, None, Verdict.WORSENED),
        (0.1, 10, Verdict.UNCLEAR),
    ],
)
def test_each_verdict_follows_from_the_interval(
    by: float, threshold: float | None, verdict: Verdict
) -> None:
    judgement = judge(moved(by), threshold=threshold)
    assert judgement.verdict is verdict
    text = verdicts.sentence(judgement, str)
    assert "{" not in text
    assert "-" not in text


def test_fewer_than_ten_people_get_no_verdict() -> None:
    assert judge(moved(20, n=8), threshold=10).verdict is Verdict.TOO_FEW
    assert judge(None, threshold=10).verdict is Verdict.TOO_FEW


def test_no_sentence_claims_a_cause() -> None:
    texts = [text.casefold() for text in (*SENTENCES.values(), *CAUTIONS.values())]
    assert set(SENTENCES) == set(Verdict)
    assert set(CAUTIONS) == set(Caution)
    for text in texts:
        for word in ("proves", "proven", "because of", "thanks to", "effect of", "significant"):
            assert word not in text


def test_a_translation_with_a_broken_placeholder_gives_way_to_english() -> None:
    judgement = judge(moved(5), threshold=None)
    broken = verdicts.sentence(judgement, lambda _: "{chnage}")
    assert broken == verdicts.sentence(judgement, str)
    assert verdicts.sentence(judgement, lambda _: "+{change}") == "+5.0"


def test_the_interval_covers_the_truth_nineteen_times_in_twenty() -> None:
    random = np.random.default_rng(7)
    runs, inside = 2000, 0
    for row in random.normal(3.0, 8.0, (runs, 12)):
        found = evaluation.mean_of(row.tolist())
        assert found is not None
        assert found.interval is not None
        inside += found.interval.low <= 3.0 <= found.interval.high
    # Three standard errors of a share of .95 in 2,000 runs.
    assert abs(inside / runs - 0.95) < 3 * math.sqrt(0.95 * 0.05 / runs)


def test_with_no_change_a_direction_is_spoken_of_at_most_once_in_twenty() -> None:
    random = np.random.default_rng(11)
    runs, wrong = 400, 0
    for _ in range(runs):
        # WHO-5 as it is: steps of four, from 0 to 100.
        before = np.clip(np.round(random.normal(50, 18, 20) / 4) * 4, 0, 100)
        after = np.clip(np.round((before + random.normal(0, 12, 20)) / 4) * 4, 0, 100)
        found = judge(paired(before.tolist(), after.tolist(), threshold=10), threshold=10)
        wrong += found.verdict is not Verdict.UNCLEAR
    assert wrong / runs <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)


def test_those_who_left_are_compared_with_those_who_stayed() -> None:
    kept, lost = [40.0, 50, 60, 44, 52, 48], [30.0, 36, 44, 28]
    found = attrition(kept, lost)
    theirs = stats.ttest_ind(lost, kept, equal_var=False)
    interval = theirs.confidence_interval()
    assert found.difference == pytest.approx(np.mean(lost) - np.mean(kept))
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(interval))
    assert attrition(kept, []).difference is None
    assert attrition(kept, [30.0]).interval is None


@pytest.mark.parametrize(("count", "n"), [(0, 7), (3, 12), (40, 40), (5, 12)])
def test_a_share_has_the_interval_that_scipy_gives_it(count: int, n: int) -> None:
    found = share_of(count, n)
    assert found is not None
    theirs = stats.binomtest(count, n).proportion_ci(0.95, method="wilson")
    assert (found.interval.low, found.interval.high) == pytest.approx((theirs.low, theirs.high))


def test_a_share_of_nobody_is_none() -> None:
    assert share_of(0, 0) is None
    found = share_of(3, 12)
    assert found is not None
    assert found.proportion == 0.25


SPRING, FAST = date(2026, 5, 1), date(2026, 3, 1)


def warned(before: Wave, after: Wave, **more: object) -> set[Caution]:
    given = {"n": 40, "lost": 0, "score": "who5", "ramadan": MONTHS} | more
    return set(cautions(before, after, **given))  # type: ignore[arg-type]


ALWAYS = {Caution.NO_CONTROL, Caution.REGRESSION}


def test_two_cautions_are_always_given_and_others_where_they_apply() -> None:
    same = Wave([SPRING], {"self": 40}, {"en": 20, "ur": 20})
    assert warned(same, same) == ALWAYS
    assert warned(same, same, n=12, lost=3) == ALWAYS | {Caution.SMALL, Caution.DROPPED_OUT}
    helped = Wave([SPRING], {"self": 20, "assisted": 20}, {"en": 35, "ur": 5})
    assert warned(same, helped) == ALWAYS | {Caution.MODE, Caution.LANGUAGE}
    assert warned(Wave([]), same) == ALWAYS


def test_one_wave_in_ramadan_is_told_and_whose_question_it_touches() -> None:
    spring, fast = Wave([SPRING]), Wave([FAST, SPRING])
    assert warned(spring, fast) == ALWAYS | {Caution.RAMADAN_WHO5}
    assert warned(fast, spring, score="ucla3") == ALWAYS | {Caution.RAMADAN}
    assert warned(fast, fast) == ALWAYS
    assert fasting([FAST, SPRING], MONTHS) == 0.5


def test_a_caution_says_how_large_a_change_would_have_shown() -> None:
    assert "about 0.7 standard deviations" in verdicts.caution(Caution.SMALL, str, moved(3))

"""Rules of counting: the worked examples of the field, and what holds for any ballots."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaisonbot import voting
from liaisonbot.vocabulary import Rating
from liaisonbot.voting import AppraisalRule, Ballot, Base, Comparison, Form, Rule, appraise, count, opinion_index


def a_rule(**changes: object) -> Rule:
    """Pick up to two, more than half of all."""
    values = {
        "key": "test",
        "form": Form.PICK,
        "places": 2,
        "threshold": Fraction(1, 2),
        "comparison": Comparison.MORE,
        "base": Base.ALL,
        "quorum": Fraction(0),
        "limited": True,
        **changes,
    }
    return Rule(**values)  # type: ignore[arg-type]


def ballots(*picks: str) -> list[Ballot]:
    """``"ab"``: the first and the second candidate."""
    return [Ballot(frozenset("abcdefgh".index(letter) for letter in pick)) for pick in picks]


def test_a_winner_needs_more_than_half_of_all_who_may_vote() -> None:
    """Five of ten is not more than half, however few came."""
    result = count(a_rule(), 3, 10, ballots(*["ab"] * 5, "a"))
    assert result.elected == (0,)
    assert result.needed == 6
    assert result.places_left == 1


def test_at_least_half_is_enough_where_the_rule_says_so() -> None:
    """``>`` or ``>=`` is a setting."""
    result = count(a_rule(comparison=Comparison.AT_LEAST), 3, 10, ballots(*["ab"] * 5))
    assert result.elected == (0, 1)
    assert result.needed == 5


def test_of_those_who_passed_the_most_approved_win() -> None:
    """Then by count."""
    result = count(a_rule(), 3, 5, ballots("ab", "bc", "bc", "bc", "ca"))
    assert [row.approved for row in result.candidates] == [4, 4, 2]
    assert result.elected == (1, 2)


def test_more_picks_than_places_spoil_a_ballot_and_fewer_do_not() -> None:
    """A spoiled one counts as present, and for nobody."""
    result = count(a_rule(), 3, 4, ballots("abc", "a", "a", "ab"))
    assert (result.present, result.spoiled, result.valid) == (4, 1, 3)
    assert result.elected == (0,)


def test_a_tie_at_the_cut_off_goes_to_a_second_round() -> None:
    """Among the tied, for the places that are left."""
    result = count(a_rule(), 4, 5, ballots("ab", "ab", "ac", "bc", "ac"))
    assert [(row.index, row.approved) for row in result.candidates] == [(0, 4), (1, 3), (2, 3), (3, 0)]
    assert result.elected == (0,)
    assert result.tied == (1, 2)
    assert result.places_left == 1


def test_equal_votes_above_the_cut_off_are_no_tie() -> None:
    """Both have a place."""
    result = count(a_rule(), 3, 3, ballots("ab", "ab", "ab"))
    assert (result.elected, result.tied) == ((0, 1), ())


def test_without_a_quorum_nothing_is_decided() -> None:
    """Whoever was approved."""
    result = count(a_rule(quorum=Fraction(2, 3)), 3, 9, ballots(*["ab"] * 5))
    assert not result.quorate
    assert (result.elected, result.tied, result.places_left) == ((), (), 2)
    assert count(a_rule(quorum=Fraction(2, 3)), 3, 9, ballots(*["ab"] * 6)).quorate


def test_each_candidate_is_approved_refused_or_abstained_from() -> None:
    """One who is both approved and refused spoils the ballot."""
    rule = a_rule(form=Form.EACH)
    given_ = [Ballot(frozenset({0}), frozenset({1})), Ballot(frozenset({0})), Ballot(frozenset({0}), frozenset({0}))]
    result = count(rule, 2, 3, given_)
    rows = [(row.approved, row.against, row.abstained) for row in result.candidates]
    assert rows == [(2, 0, 0), (0, 1, 1)]
    assert result.spoiled == 1


@pytest.mark.parametrize("base", list(Base))
def test_of_whom_the_half_is_depends_on_the_rule(base: Base) -> None:
    """All, those present, or the valid ballots."""
    result = count(a_rule(base=base, places=1), 2, 12, ballots("ab", "ab", "a", "a", "a", "b", "b"))
    assert result.needed == {Base.ALL: 7, Base.PRESENT: 4, Base.CAST: 3}[base]


@pytest.mark.parametrize("key", list(voting.rules()))
def test_every_rule_of_the_file_can_be_kept_and_read(key: str) -> None:
    """A poll keeps the rule it was opened with."""
    rule = Rule.preset(key, 10)
    assert Rule.from_json(rule.to_json()) == rule
    row = voting.rules()[key]
    assert all(row[name] for name in ("zh", "en", "source"))


_PICKS = st.lists(st.sets(st.integers(0, 5), max_size=6), max_size=40)
_RULES = st.builds(
    a_rule,
    form=st.sampled_from(Form),
    places=st.integers(1, 5),
    threshold=st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3)]),
    comparison=st.sampled_from(Comparison),
    base=st.sampled_from(Base),
    quorum=st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(2, 3)]),
    limited=st.booleans(),
)


@given(picks=_PICKS, rule=_RULES, absent=st.integers(0, 20), data=st.data())
def test_the_result_does_not_depend_on_the_order_of_the_ballots(
    picks: list[set[int]], rule: Rule, absent: int, data: st.DataObject
) -> None:
    """Nor are more places filled than there are; tied and elected never overlap; who ties could not all have won."""
    cast = [Ballot(frozenset(pick)) for pick in picks]
    shuffled = data.draw(st.permutations(cast))
    electors = len(cast) + absent
    result = count(rule, 6, electors, cast)

    assert count(rule, 6, electors, shuffled) == result
    assert len(result.elected) <= rule.places
    assert not set(result.elected) & set(result.tied)
    assert not result.tied or len(result.tied) > rule.places - len(result.elected) > 0
    approved = {row.index: row.approved for row in result.candidates}
    assert all(approved[index] >= result.needed for index in (*result.elected, *result.tied))
    assert all(row.approved + row.against + row.abstained == result.valid for row in result.candidates)


@pytest.mark.parametrize(
    ("members", "levels", "verdict"),
    [
        (182, (152, 30, 0, 0), Rating.SATISFIED),
        (193, (182, 10, 1, 0), Rating.SATISFIED),
        (29, (17, 11, 1, 0), Rating.SATISFIED),
        (40, (17, 11, 1, 0), Rating.FAIR),
        (80, (17, 11, 1, 0), Rating.DISSATISFIED),
        (10, (5, 0, 5, 0), Rating.SATISFIED),
        (10, (4, 1, 5, 0), Rating.FAIR),
        (10, (0, 0, 0, 10), Rating.DISSATISFIED),
    ],
)
def test_an_appraisal_follows_the_rule_of_zhenhai(
    members: int, levels: tuple[int, int, int, int], verdict: Rating
) -> None:
    """Half of all members satisfied; else half satisfied or fair; else not."""
    satisfied, fair, dissatisfied, abstained = levels
    rule = AppraisalRule.preset("zhenhai")
    outcome = appraise(
        rule, members=members, satisfied=satisfied, fair=fair, dissatisfied=dissatisfied, abstained=abstained
    )
    assert outcome.verdict is verdict
    assert AppraisalRule.from_json(rule.to_json()) == rule


def test_exactly_half_is_not_enough_where_more_is_asked() -> None:
    """``>`` or ``>=`` is a setting here too."""
    strict = AppraisalRule.preset("zhenhai_strict")
    assert appraise(strict, members=10, satisfied=5, fair=0, dissatisfied=5).verdict is Rating.DISSATISFIED
    assert appraise(strict, members=10, satisfied=6, fair=0, dissatisfied=4).verdict is Rating.SATISFIED


def test_the_opinion_index_by_rank() -> None:
    """A fifth of the candidates for each number of stars; equal votes, equal stars."""
    assert opinion_index("rank", [90, 80, 70, 60, 50], 100) == (5, 4, 3, 2, 1)
    assert opinion_index("rank", [10, 10, 10], 10) == (5, 5, 5)
    assert opinion_index("rank", [1, 3, 2], 5) == (2, 5, 4)


def test_the_opinion_index_by_share() -> None:
    """A star for each fifth of the voters, rounded up, one at least."""
    assert opinion_index("share", [0, 20, 21, 60, 95, 100], 100) == (1, 1, 2, 3, 5, 5)


def test_where_nobody_voted_there_are_no_stars() -> None:
    """Rather than one for everybody."""
    assert opinion_index("rank", [0, 0], 0) == (None, None)


@given(counts=st.lists(st.integers(0, 500), min_size=1, max_size=30), key=st.sampled_from(sorted(voting.index_rules())))
def test_more_votes_never_mean_fewer_stars(counts: list[int], key: str) -> None:
    """And there are one to five."""
    stars = opinion_index(key, counts, 500)
    pairs = sorted(zip(counts, stars, strict=True))
    assert all(star is not None and 1 <= star <= 5 for star in stars)
    assert [star for _, star in pairs] == sorted(star for _, star in pairs if star is not None)

"""Vehicles per terrain: the better model is taken, and its band holds new municipalities."""

from __future__ import annotations

import numpy as np
import pytest

from models.terrain_counts import FOLDS, CountModel, learn_counts


def log_linear_truth(rng: np.random.Generator, municipalities: int) -> tuple[np.ndarray, ...]:
    """Return counts, features and groups of a world that the GLM describes, places differing."""
    groups = np.repeat(np.arange(municipalities), rng.integers(4, 16, municipalities))
    log_ha = rng.normal(2.3, 1.1, groups.size)
    logistics = rng.random(groups.size)
    place = rng.normal(0, 0.3, municipalities)[groups]
    own = rng.normal(0, 0.35, groups.size)
    mean = np.exp(1.0 + 0.8 * log_ha + logistics + place + own)
    return rng.poisson(mean).astype(float), np.column_stack([log_ha, logistics]), groups


@pytest.fixture(scope="module")
def learned() -> CountModel:
    counts, features, groups = log_linear_truth(np.random.default_rng(11), 100)
    return learn_counts(counts, features, groups, rising_feature=0)


def test_a_ninety_per_cent_band_covers_84_to_95_per_cent_of_new_municipalities(
    learned: CountModel,
) -> None:
    covered = []
    for seed in range(5):
        counts, features, _ = log_linear_truth(np.random.default_rng(100 + seed), 80)
        low, high = learned.band(features, 0.9)
        covered.append(np.mean((counts >= low) & (counts <= high)))
    assert 0.84 <= np.mean(covered) <= 0.95


def test_the_band_holds_the_prediction_and_widens_with_its_level(learned: CountModel) -> None:
    _, features, _ = log_linear_truth(np.random.default_rng(5), 20)
    middle = learned.predict(features)
    narrow, wide = learned.band(features, 0.5), learned.band(features, 0.9)
    assert (wide[0] <= narrow[0]).all()
    assert (narrow[1] <= wide[1]).all()
    assert ((wide[0] < middle) & (middle < wide[1])).all()
    assert (wide[0] >= 0).all()


def test_the_glm_wins_where_its_form_is_true(learned: CountModel) -> None:
    assert learned.kind == "glm"
    assert learned.deviances["glm"] < learned.deviances["boosting"]
    # Means grow with the power 0.8 of the area: from 10 to 20 ha by 2 ** 0.8.
    pair = learned.predict(np.array([[np.log(10), 0.5], [np.log(20), 0.5]]))
    assert pair[1] / pair[0] == pytest.approx(2**0.8, rel=0.1)


def test_boosting_wins_where_area_acts_in_steps() -> None:
    rng = np.random.default_rng(4)
    groups = np.repeat(np.arange(80), 12)
    log_ha, port = rng.normal(2.3, 1.1, groups.size), rng.integers(0, 2, groups.size)
    mean = np.where(log_ha > 2.5, np.where(port == 1, 2.0, 80.0), np.where(port == 1, 40.0, 4.0))
    counts = rng.poisson(mean).astype(float)
    features = np.column_stack([log_ha, port])
    assert learn_counts(counts, features, groups, rising_feature=0).kind == "boosting"


def test_what_it_was_taught_on_is_counted(learned: CountModel) -> None:
    _, features, groups = log_linear_truth(np.random.default_rng(11), 100)
    assert (learned.terrains, learned.municipalities) == (len(features), 100)
    assert len(groups) == learned.terrains


def test_the_same_counts_teach_the_same(learned: CountModel) -> None:
    counts, features, groups = log_linear_truth(np.random.default_rng(11), 100)
    again = learn_counts(counts, features, groups, rising_feature=0)
    assert again.band(features, 0.8)[1].tobytes() == learned.band(features, 0.8)[1].tobytes()


def test_too_few_terrains_for_a_level_are_refused(learned: CountModel) -> None:
    with pytest.raises(ValueError, match="too few for a bound of 100%"):
        learned.band(np.zeros((1, 2)), 0.9999)


@pytest.mark.parametrize(
    ("counts", "groups", "text"),
    [
        pytest.param([1.0, -1.0], [0, 1], "not negative", id="negative"),
        pytest.param([1.0, np.nan], [0, 1], "finite", id="not a number"),
        pytest.param([0.0, 0.0], [0, 1], "no vehicles", id="nothing"),
        pytest.param([1.0, 2.0], [0, 1], f"in 2 municipalities; {FOLDS} are needed", id="few"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(
    counts: list[float], groups: list[int], text: str
) -> None:
    with pytest.raises(ValueError, match=text):
        learn_counts(np.array(counts), np.zeros((2, 1)), np.array(groups), rising_feature=0)

"""One contract for every model of adoption, and the traps of fitting shares."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from models.adoption import AdoptionModel, Belief, Observations, odds_gap
from models.binomial import fit_binomial
from models.sales_share import SalesShare
from models.stock import Lifetime, build_fleet
from models.stock_curves import Bass, Gompertz, Logistic

CEILING = 0.9
VAGUE = 100.0
MONTHS = 2010 + np.arange(1, 41 * 12 + 1) / 12
FLEET = build_fleet(MONTHS, np.full(MONTHS.size, 1e6), Lifetime(2.5, 16))
STEP = np.where(FLEET.mid_dates >= 2022, 1.0, 0.0)
DATES = np.arange(2014.0, 2034.0)

MODELS: dict[str, tuple[AdoptionModel, list[float]]] = {
    # With the parameters of a curve that it must find again.
    "logistic": (Logistic(CEILING, 0.0, 2025.0), [-3.0, 0.35]),
    "gompertz": (Gompertz(CEILING, 0.0, 2025.0), [1.2, 0.12]),
    "bass": (
        Bass(CEILING, 0.0, 2010.0, Belief(np.log(1e-3), VAGUE), Belief(np.log(0.3), VAGUE)),
        [np.log(4e-4), np.log(0.4)],
    ),
    "sales_share": (
        SalesShare(
            FLEET,
            CEILING,
            0.0,
            2025.0,
            {"step": STEP},
            {"step": Belief(0.0, VAGUE), "slope_per_year": Belief(0.3, VAGUE)},
        ),
        [-1.5, 0.30, 0.5],
    ),
}


def observed(shares: np.ndarray, dates: np.ndarray = DATES) -> Observations:
    return Observations(dates, shares, 1e-3 * shares, np.zeros(dates.size, dtype=bool))


@pytest.mark.parametrize("name", MODELS)
def test_contract(name: str) -> None:
    model, truth = MODELS[name]
    parameters = np.array(truth)
    exact = model.share(parameters[np.newaxis], DATES)[0]
    fit = model.fit(observed(exact))
    # fit: finds the curve that the shares were made with, and says how sure it is
    assert fit.model.name == name
    assert fit.estimate == pytest.approx(parameters, abs=2e-4)
    assert list(fit.parameters) == list(model.parameter_names)
    assert list(fit.parameters.values()) == fit.estimate.tolist()
    assert (np.diag(fit.covariance) > 0).all()
    assert fit.dispersion < 1e-3
    # project: the same curve, between nothing and the ceiling, never falling
    assert fit.project(DATES) == pytest.approx(exact, rel=1e-4)
    future = fit.project(np.arange(2011.0, 2051.0))
    assert ((future >= 0) & (future <= CEILING + 1e-12)).all()
    assert (np.diff(future) >= -1e-12).all()
    # draws: the same numbers, the same parameters; none, the estimate
    normals = np.random.default_rng(1).standard_normal((400, 5))
    assert (fit.draw_parameters(normals) == fit.draw_parameters(normals)).all()
    assert fit.draw_parameters(np.zeros((1, 5)))[0] == pytest.approx(fit.estimate)
    spread = fit.draw_parameters(normals).std(axis=0)
    assert spread == pytest.approx(np.sqrt(np.diag(fit.covariance)), rel=0.15)


@pytest.mark.parametrize("name", MODELS)
def test_fewer_points_than_parameters_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"too few for '{name}', which needs"):
        MODELS[name][0].fit(observed(np.array([0.01]), np.array([2020.0])))


@pytest.mark.parametrize("name", ["logistic", "gompertz", "bass"])
def test_shares_at_the_ceiling_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"reach the ceiling 0\.9 at 2021\.00"):
        MODELS[name][0].fit(observed(np.array([0.5, 0.95]), np.array([2020.0, 2021.0])))


def test_bass_before_its_launch_is_refused() -> None:
    with pytest.raises(ValueError, match=r"before the launch at 2009\.00"):
        MODELS["bass"][0].fit(observed(np.array([0.01, 0.02]), np.array([2009.0, 2012.0])))


def test_bass_is_the_published_curve() -> None:
    # Bass: at the time ln(q/p)/(p+q) of the peak of sales the share is 1/2 - p/(2q).
    p, q = 0.03, 0.38
    model = Bass(1.0, 0.0, 2000.0, Belief(0.0, 1.0), Belief(0.0, 1.0))
    peak = 2000 + np.log(q / p) / (p + q)
    share = model.share(np.log([[p, q]]), np.array([peak, 1999.0]))[0]
    assert share == pytest.approx([0.5 - p / (2 * q), 0.0])


def test_gompertz_gives_the_published_third_point() -> None:
    # 3 % in 2025 and 20 % in 2030 give 47.77 % in 2035: ln(-ln 0.03) = 1.2546 and
    # ln(-ln 0.2) = 0.4759 fall by 0.7787 in five years; exp(-exp(-0.3028)) = 0.4777.
    fit = Gompertz(1.0, 0.0, 2025.0).fit(observed(np.array([0.03, 0.20]), np.array([2025.0, 2030])))
    assert fit.project(np.array([2035.0]))[0] == pytest.approx(0.4777, abs=5e-5)


def test_logistic_through_two_points_has_their_slope() -> None:
    fit = Logistic(1.0, 0.0, 2025.0).fit(observed(np.array([0.1, 0.5]), np.array([2025.0, 2030])))
    assert fit.parameters["slope_per_year"] == pytest.approx(np.log(9) / 5)


def test_standard_errors_follow_the_rows_not_the_trials() -> None:
    """Pin the trap: given as trials, statsmodels divides the chi-square by their number."""
    trials = np.array([9e5, 9.2e5, 9.4e5, 9.6e5, 9.8e5, 1e6])
    counts = np.array([4000, 7500, 9000, 15500, 20000, 34000.0])
    design = sm.add_constant(np.arange(6.0))
    found = fit_binomial(counts / trials, design, trials, sm.families.links.Logit())
    fitted = 1 / (1 + np.exp(-design @ found.estimate))
    by_hand = ((counts - trials * fitted) ** 2 / (trials * fitted * (1 - fitted))).sum() / (6 - 2)
    assert by_hand > 100  # far more than chance
    assert found.dispersion == pytest.approx(by_hand, rel=1e-6)

    binomial = sm.families.Binomial()
    right = sm.GLM(counts / trials, design, binomial, var_weights=trials).fit(scale="X2")
    ours = np.sqrt(np.diag(found.covariance) * found.dispersion)
    assert ours == pytest.approx(right.bse, rel=1e-6)
    as_trials = sm.GLM(np.c_[counts, trials - counts], design, binomial).fit(scale="X2")
    as_frequencies = sm.GLM(counts / trials, design, binomial, freq_weights=trials).fit(scale="X2")
    assert as_trials.params == pytest.approx(found.estimate, rel=1e-6)
    assert (ours > 10 * as_trials.bse).all()
    assert (ours > 10 * as_frequencies.bse).all()


def test_a_share_of_none_has_finite_odds() -> None:
    gap = odds_gap(np.array([0.0, 0.45]), np.array([0.45, 0.45]), CEILING)
    assert np.isfinite(gap).all()
    assert gap[0] < -10
    assert gap[1] == 0


def sales_model(beliefs: dict[str, Belief]) -> SalesShare:
    return SalesShare(FLEET, CEILING, 0.0, 2025.0, {"step": STEP}, beliefs)


@pytest.mark.parametrize("too_low", [0.0, 0.1, 0.5, -1.0])
def test_the_last_residual_is_how_far_the_counts_lie_above_the_curve(too_low: float) -> None:
    model, truth = MODELS["sales_share"]
    assert isinstance(model, SalesShare)
    parameters = np.array(truth)
    exact = observed(model.share(parameters[np.newaxis], DATES)[0])
    lowered = parameters - [too_low, 0.0, 0.0]
    # Within a year the share is not constant, so that its mean is not quite on the curve.
    assert model.last_residual(exact, lowered) == pytest.approx(too_low, abs=0.002)


def test_a_firm_belief_holds_and_a_vague_one_yields() -> None:
    truth = np.array([-1.5, 0.30, 0.5])
    exact = observed(MODELS["sales_share"][0].share(truth[np.newaxis], DATES)[0])
    vague = Belief(0.3, VAGUE)
    firm = sales_model({"step": Belief(0.0, 1e-4), "slope_per_year": vague}).fit(exact)
    assert firm.parameters["step"] == pytest.approx(0.0, abs=1e-3)
    free = sales_model({"step": Belief(0.0, VAGUE), "slope_per_year": vague}).fit(exact)
    assert free.parameters["step"] == pytest.approx(0.5, abs=1e-3)


def test_a_term_without_data_keeps_its_belief() -> None:
    # The step begins after the last count: nothing can be learned of it.
    early = DATES[DATES < 2021]
    truth = np.array([-1.5, 0.30, 0.5])
    shares = MODELS["sales_share"][0].share(truth[np.newaxis], early)[0]
    beliefs = {"step": Belief(0.7, 0.2), "slope_per_year": Belief(0.3, VAGUE)}
    fit = sales_model(beliefs).fit(observed(shares, early))
    assert fit.parameters["step"] == pytest.approx(0.7, abs=1e-6)
    assert fit.covariance[2, 2] == pytest.approx(0.2**2, rel=1e-6)


def test_the_curve_passes_an_anchor_as_closely_as_it_is_trusted() -> None:
    counts = DATES[DATES < 2021]
    truth = np.array([-1.5, 0.30, 0.0])
    model = MODELS["sales_share"][0]
    own = model.share(truth[np.newaxis], np.array([2031.0]))[0, 0]
    shares = np.append(model.share(truth[np.newaxis], counts)[0], 0.7 * own)
    dates = np.append(counts, 2031.0)
    is_anchor = dates > 2030

    def reached(relative_sd: float) -> float:
        sd = np.where(is_anchor, relative_sd, 0.05) * shares
        beliefs = {"step": Belief(0.0, 0.5), "slope_per_year": Belief(0.3, 0.1)}
        fit = sales_model(beliefs).fit(Observations(dates, shares, sd, is_anchor))
        return float(fit.project(np.array([2031.0]))[0] / own)

    assert reached(0.001) == pytest.approx(0.7, abs=0.02)
    assert reached(0.001) < reached(0.3) < 1.02


def test_counted_stocks_are_met_by_the_cohorts() -> None:
    model = MODELS["sales_share"][0]
    assert isinstance(model, SalesShare)
    shares = np.array([0.001, 0.004, 0.006, 0.02])
    dates = np.array([2016.0, 2018.0, 2019.0, 2022.0])
    found = observed(shares, dates)
    sales = model.electric_sales(found, np.array([-2.0, 0.3, 0.0]))
    stock = FLEET.survivors(sales)
    assert stock[[FLEET.index(date) for date in dates]] == pytest.approx(shares * 1e6)


def test_an_electric_stock_that_falls_faster_than_it_leaves_is_refused() -> None:
    is_anchor = np.array([False, False, True])
    shares = np.array([0.01, 0.05, 0.001])
    found = Observations(np.array([2018.0, 2020.0, 2022.0]), shares, 0.1 * shares, is_anchor)
    with pytest.raises(ValueError, match=r"falls faster than vehicles leave, at 2022\.00"):
        MODELS["sales_share"][0].fit(found)


@pytest.mark.parametrize(
    ("dates", "shares", "sds", "text"),
    [
        pytest.param([2020, 2020], [0.1, 0.2], [0.1, 0.1], r"repeated.*2020\.00", id="repeated"),
        pytest.param([2021, 2020], [0.1, 0.2], [0.1, 0.1], r"out of order at 2020", id="order"),
        pytest.param([2020, 2021], [0.1, 1.2], [0.1, 0.1], r"0 to 1 at 2021", id="above one"),
        pytest.param([2020, 2021], [0.0, 0.2], [0.1, 0.1], r"0 to 1 at 2020", id="nothing"),
        pytest.param([2020, 2021], [0.1, np.nan], [0.1, 0.1], r"0 to 1 at 2021", id="no number"),
        pytest.param([2020, 2021], [0.3, 0.2], [0.1, 0.1], r"share falls at 2021", id="falling"),
        pytest.param([2020, 2021], [0.1, 0.2], [0.1, 0.0], r"not positive at 2021", id="no sd"),
    ],
)
def test_impossible_observations_name_their_dates(
    dates: list[float], shares: list[float], sds: list[float], text: str
) -> None:
    counted = np.zeros(2, dtype=bool)
    with pytest.raises(ValueError, match=text):
        Observations(np.array(dates, dtype=float), np.array(shares), np.array(sds), counted)

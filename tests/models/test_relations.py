"""What must hold between two answers of a model, whatever the right answer is.

Each module of ``models/`` has at least one such relation: scaling, order of the rows, more of
something never less of something else, or two ways to the same figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

import models
from models import (
    adoption,
    allocation,
    backtest,
    bands,
    binomial,
    companies,
    contract_room,
    daily_maximum,
    depot_schedule,
    electric_share,
    energy,
    headroom,
    kept,
    least_laxity,
    limited,
    mix,
    peak,
    pooled_band,
    profiles,
    queueing,
    regional,
    sales_share,
    sessions,
    siting,
    small_fleets,
    small_limits,
    smart,
    step_load,
    stock,
    stock_curves,
    terrain_counts,
    windows,
    year_simulation,
)
from tests.models.sessions import DEPOT, RIGID, TRACTOR, kinds_of

HELD: set[str] = set()
TRACTOR_ENERGY = energy.ClassEnergy(76_000, 0.63, 0.5, 1.25, 0.92, 260, 350, 0.5, 0.30, 0.34)
OPEN = sessions.open_all_day()
SHARES = st.floats(0.01, 0.99)


def relation(*of: Any) -> Callable[[Any], Any]:
    """Mark a test as a relation of modules."""
    HELD.update(Path(module.__file__).stem for module in of)
    return lambda test: test


def test_every_module_has_a_relation() -> None:
    folder = Path(next(iter(models.__path__)))
    found = {path.stem for path in folder.glob("*.py")} - {"__init__", "units"}
    assert found == HELD


@relation(adoption, stock_curves)
def test_only_the_part_of_the_ceiling_and_the_time_since_count() -> None:
    dates = np.arange(2018.0, 2026.0)
    shares = 0.9 / (1 + np.exp(-0.4 * (dates - 2030))) * (1 + 0.1 * np.cos(dates))

    def fitted(later: float, scale: float) -> adoption.Floats:
        points = adoption.Observations(
            dates + later,
            scale * shares,
            np.full(dates.size, scale * 0.01),
            np.zeros(dates.size, dtype=bool),
        )
        return stock_curves.Logistic(scale * 0.9, 0.0, 2025.0 + later).fit(points).estimate

    assert fitted(5.0, 1.0) == pytest.approx(fitted(0.0, 1.0))
    assert fitted(0.0, 0.5) == pytest.approx(fitted(0.0, 1.0))


@relation(binomial)
def test_a_row_twice_is_a_row_of_half_the_variance() -> None:
    shares, weights = np.array([0.1, 0.3, 0.4]), np.array([20.0, 10.0, 5.0])
    design = np.column_stack([np.ones(3), np.arange(3.0)])
    logit = sm.families.links.Logit()
    once = binomial.fit_binomial(shares, design, np.array([40.0, 10.0, 5.0]), logit)
    rows = [0, 0, 1, 2]
    twice = binomial.fit_binomial(shares[rows], design[rows], weights[rows], logit)
    assert twice.estimate == pytest.approx(once.estimate)
    assert twice.covariance == pytest.approx(once.covariance)


@relation(sales_share)
def test_a_policy_that_never_holds_changes_no_sales() -> None:
    dates = np.arange(2015.0, 2031.0)
    fleet = stock.build_fleet(dates, np.full(dates.size, 1000.0), stock.Lifetime(2.0, 12.0))
    none = {"tax": np.zeros(fleet.mid_dates.size)}
    model = sales_share.SalesShare(
        fleet, 0.9, 0.0, 2025.0, none, {"tax": adoption.Belief(0.0, 1.0)}
    )
    with_tax, without = (
        model.sales_share(np.array([[-1.0, 0.3, effect]])) for effect in (2.0, 0.0)
    )
    assert with_tax == pytest.approx(without)
    faster = model.sales_share(np.array([[-1.0, 0.4, 0.0]]))
    since = np.sign(fleet.mid_dates - 2025)
    assert (np.sign(faster[0] - without[0]) == since).all()


@relation(stock)
def test_a_fleet_of_twice_the_size_sells_twice_as_many() -> None:
    dates = np.arange(2015.0, 2031.0)
    wanted = np.linspace(900.0, 1400.0, dates.size)
    lifetime = stock.Lifetime(2.0, 12.0)
    one, two = (stock.build_fleet(dates, factor * wanted, lifetime) for factor in (1, 2))
    assert two.sales == pytest.approx(2 * one.sales)
    later = stock.build_fleet(dates + 3, wanted, lifetime)
    assert later.sales == pytest.approx(one.sales)


@relation(allocation)
@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=8), st.integers(0, 500))
def test_places_in_another_order_get_the_same(weights: list[float], total: int) -> None:
    given_weights = np.array(weights)
    order = np.argsort(given_weights)
    spread = allocation.proportional(float(total), given_weights)
    assert allocation.proportional(float(total), given_weights[order]) == pytest.approx(
        spread[order]
    )
    assert allocation.proportional(2.0 * total, given_weights) == pytest.approx(2 * spread)
    whole = allocation.largest_remainder(spread, total)
    assert whole.sum() == total
    assert (np.abs(whole - spread) < 1 + 1e-9).all()


@relation(backtest)
def test_a_score_has_no_unit() -> None:
    actual, forecast = np.array([5.0, 9.0, 2.0]), np.array([6.0, 7.0, 2.0])
    assert backtest.wape(10 * forecast, 10 * actual) == pytest.approx(
        backtest.wape(forecast, actual)
    )
    assert backtest.bias(10 * forecast, 10 * actual) == pytest.approx(
        backtest.bias(forecast, actual)
    )
    levels = np.array([0.1, 0.5, 0.9])
    band = np.stack([forecast - 2, forecast, forecast + 2])
    loss = backtest.pinball_loss(band, levels, actual)
    assert backtest.pinball_loss(10 * band, levels, 10 * actual) == pytest.approx(10 * loss)


@relation(bands)
def test_shocks_scale_with_their_spread_and_quantiles_ignore_the_order() -> None:
    yearly = np.random.default_rng(3).standard_normal((200, 5))
    one, two = (bands.autoregressive(yearly, 0.7, sd) for sd in (0.1, 0.2))
    assert two == pytest.approx(2 * one)
    order = np.random.default_rng(4).permutation(200)
    assert bands.quantiles(yearly[order]) == pytest.approx(bands.quantiles(yearly))


@relation(companies)
@given(st.floats(1, 1e5), st.floats(1, 1e5), st.floats(0.2, 3), st.floats(0.5, 20))
def test_only_the_ratio_of_company_and_limit_counts(
    mean: float, limit: float, log_sd: float, factor: float
) -> None:
    share = companies.share_below(np.array([mean]), limit, log_sd)
    scaled = companies.share_below(np.array([factor * mean]), factor * limit, log_sd)
    assert scaled == pytest.approx(share, abs=1e-9)
    assert (companies.share_below(np.array([mean]), 2 * limit, log_sd) >= share - 1e-12).all()


@relation(contract_room)
def test_a_kilowatt_more_in_the_contract_is_one_more_everywhere() -> None:
    load = np.random.default_rng(5).uniform(0, 300, 96 * 21)
    day, quarter = np.divmod(np.arange(load.size), 96)
    every = np.ones(load.size, dtype=bool)
    rooms = [contract_room.contract_room_kw(load, contract) for contract in (400.0, 401.0)]
    assert rooms[1] == pytest.approx(rooms[0] + 1)
    for which in (0, 1):
        less, more = (
            contract_room.room_by_quarter_kw(room, day, quarter, every)[which] for room in rooms
        )
        assert more == pytest.approx(less + 1)
    less, more = (contract_room.reliable_room_kw(room, day, every) for room in rooms)
    assert more == pytest.approx(less + 1)


@relation(depot_schedule)
def test_twice_the_energy_at_twice_the_charger_is_twice_the_load() -> None:
    days = depot_schedule.VehicleDays(
        np.array([17.0, 18.5, 5.0]), np.array([13.0, 11.0, 9.0]), np.array([120.0, 80.0, 200.0])
    )
    loads = [
        depot_schedule.depot_loads(
            days, consumption_kwh_per_km=factor * 1.2, charger_kw=factor * 50, vehicles=20
        )
        for factor in (1, 2)
    ]
    for strategy, one in loads[0].items():
        two = loads[1][strategy]
        assert two.mean_day_kw == pytest.approx(2 * one.mean_day_kw)
        assert two.design_peak_kw == pytest.approx(2 * one.design_peak_kw)
        assert two.served_share == pytest.approx(one.served_share)


@relation(electric_share)
@given(SHARES, SHARES, SHARES, SHARES, st.integers(2026, 2034))
def test_a_terrain_that_is_the_nation_stays_it_and_one_ahead_stays_ahead(
    first: float, last: float, between: float, ahead: float, year: int
) -> None:
    nation = {2025: first, 2035: last, year: between}
    same = electric_share.share_in(year, {2025: first, 2035: last}, nation)
    assert same == pytest.approx(between)
    higher = {name: nation[name] + ahead * (1 - nation[name]) for name in (2025, 2035)}
    assert electric_share.share_in(year, higher, nation) > between
    assert electric_share.share_in(2025, higher, nation) == higher[2025]


@relation(energy)
@given(st.floats(0.1, 10))
def test_energy_goes_with_the_distance_and_reach_serves_more(factor: float) -> None:
    one = energy.energy_kwh_per_vehicle_year(50_000.0, TRACTOR_ENERGY)
    assert energy.energy_kwh_per_vehicle_year(factor * 50_000.0, TRACTOR_ENERGY) == pytest.approx(
        factor * one
    )
    near, far = (energy.battery_served_share(300.0, reach, 0.4) for reach in (200.0, 400.0))
    assert near < far
    assert energy.battery_served_share(300 * factor, 200 * factor, 0.4) == pytest.approx(near)


@relation(headroom)
def test_room_scales_with_the_area_and_a_queue_only_takes() -> None:
    priors = headroom.HeadroomPriors(0.05, (0.4, 1.0), (0.1, 0.5), 1.5, 4.0)
    ends = np.arange(2026.0, 2036.0)
    draws = headroom.draw([[1]], 50)

    def room(factor: float, queue_kw: float) -> np.ndarray:
        one = np.ones(1)
        figures = headroom.AreaFigures(
            factor * 1e5 * one, factor * 8e4 * one, factor * queue_kw * one, 2030 * one, 2030 * one
        )
        return headroom.headroom_kw(figures, ends, draws, priors)

    assert room(2, 1e4) == pytest.approx(2 * room(1, 1e4))
    assert (room(1, 2e4) <= room(1, 1e4)).all()
    assert headroom.draw([[2], [1]], 50).figure[1] == pytest.approx(draws.figure[0])


@relation(kept)
def test_a_step_is_made_once_and_the_oldest_goes() -> None:
    made: list[str] = []

    def get(key: str, *steps: int) -> None:
        def make(lacking: Sequence[int]) -> dict[int, tuple[np.ndarray, ...]]:
            made.extend(f"{key}{step}" for step in lacking)
            return {step: (np.zeros(step, dtype=np.float32),) for step in lacking}

        assert [*held.get(key, steps, make)] == [*steps]

    held = kept.KeptSteps(4 * 10)
    get("a", 4)
    get("a", 4)
    get("b", 4)
    assert made == ["a4", "b4"]
    get("a", 4)  # now b was asked for longest ago
    get("c", 4)
    get("a", 4)
    assert made == ["a4", "b4", "c4"]
    get("b", 4)
    get("b", 6)
    assert made == ["a4", "b4", "c4", "b4", "b6"]
    get("d", 50)  # too large for the bound, and yet kept alone
    get("d", 50)
    get("b", 4)
    assert made == ["a4", "b4", "c4", "b4", "b6", "d50", "b4"]


@relation(least_laxity)
def test_more_room_never_leaves_more_lacking() -> None:
    rng = np.random.default_rng(6)
    arrive, stay = rng.uniform(0, 40, (1, 12)), rng.uniform(8, 40, (1, 12))
    wanted, power = rng.uniform(10, 80, (1, 12)), np.full((1, 12), 22.0)
    lacking = [
        least_laxity.charge_by_laxity(arrive, arrive + stay, wanted, power, np.full((1, 96), room))[
            1
        ].sum()
        for room in (20.0, 40.0, 400.0)
    ]
    assert lacking[0] >= lacking[1] >= lacking[2]


@relation(limited)
@given(
    st.lists(st.floats(0, 50), min_size=4, max_size=12),
    st.floats(1, 60),
    st.floats(0.5, 4),
)
def test_under_a_limit_nothing_is_lost_or_above_it(
    wanted: list[float], limit: float, factor: float
) -> None:
    room, is_open = [limit] * len(wanted), [True] * len(wanted)
    series = limited.limited_series_kw(wanted, room, is_open)
    assert max(series) <= limit
    assert sum(series) <= sum(wanted) + 1e-9
    scaled = limited.limited_series_kw(
        [factor * each for each in wanted], [factor * limit] * len(wanted), is_open
    )
    assert scaled == pytest.approx([factor * each for each in series])
    year, lacking = limited.limited_year_kw(wanted, room, is_open)
    assert sum(year) + lacking == pytest.approx(sum(wanted))
    assert lacking == pytest.approx(max(sum(wanted) - limit * len(wanted), 0), abs=1e-9)
    day = limited.limited_curve_kw(wanted, room, is_open)
    assert day == pytest.approx(year, abs=1e-9) or lacking > 0
    closed = [False, *is_open[1:]]
    assert limited.limited_curve_kw(wanted, room, closed)[0] == 0


@relation(mix, profiles)
def test_a_fleet_is_the_sum_of_its_parts() -> None:
    counts = np.array([[3.0, 0.0], [0.0, 2.0], [3.0, 2.0], [6.0, 4.0]])
    each = np.array([[1.5, 2.0, 0.1], [7.0, 0.3, 1.1]])
    mixed = mix.mix(counts, each)
    assert mixed[2] == pytest.approx(mixed[0] + mixed[1])
    assert mixed[3] == pytest.approx(2 * mixed[2])
    assert (mix.mix(counts[2:3], each)[0] == mixed[2]).all()
    parts = [profiles.session_profile(kind.pattern) for kind in kinds_of(DEPOT, RIGID)]
    moments = profiles.fleet_moments(counts, parts)
    assert moments.mean_kw[2] == pytest.approx(moments.mean_kw[0] + moments.mean_kw[1])
    assert moments.variance_kw2[3] == pytest.approx(2 * moments.variance_kw2[2])


@relation(daily_maximum)
@pytest.mark.parametrize(("times", "hours"), [(2.0, 0), (1.0, 5), (0.3, 13)])
def test_a_load_times_as_large_or_at_another_hour_has_its_maximum_times_as_large(
    times: float, hours: int
) -> None:
    session = sessions.charge_on_arrival(DEPOT)
    profile = profiles.session_profile(session, day_effect_sd=0.08)
    moments = profiles.fleet_moments(np.array([[120.0]]), [profile])
    powers = {"mean_kw": 1, "variance_kw2": 2, "third_kw3": 3, "lag_covariance_kw2": 2}
    other = profiles.FleetMoments(
        **{
            name: np.roll(getattr(moments, name) * times**power, 4 * hours, axis=1)
            for name, power in powers.items()
        },
    )
    most = np.array([120 * DEPOT.power_kw])
    quantile = daily_maximum.maximum_quantile_kw(moments, most, 0.95)
    assert 0 < quantile[0] < most[0]
    found = daily_maximum.maximum_quantile_kw(other, most * times, 0.95)
    assert found == pytest.approx(times * quantile, rel=2 * daily_maximum.TOLERANCE_SHARE)


@relation(peak)
def test_sites_and_kinds_in_another_order_peak_the_same() -> None:
    fleets = np.array([[40.0, 3.0], [5.0, 0.0], [0.0, 900.0]])
    kinds = kinds_of(DEPOT, RIGID)
    peaks, turned, swapped = peak.daily_peaks(
        [
            peak.Fleets(fleets, kinds, 0.08),
            peak.Fleets(fleets[::-1], kinds, 0.08),
            peak.Fleets(fleets[:, ::-1], kinds[::-1], 0.08),
        ]
    )
    assert turned.design_kw[::-1] == pytest.approx(peaks.design_kw)
    assert swapped.design_kw == pytest.approx(peaks.design_kw)
    assert peak.installed_kw(2 * fleets, kinds) == pytest.approx(
        2 * peak.installed_kw(fleets, kinds)
    )


@relation(pooled_band)
@given(st.lists(st.tuples(st.floats(0.1, 100), st.floats(0, 1)), min_size=1, max_size=6))
def test_a_sum_has_the_doubt_of_none_of_its_units(parts: list[tuple[float, float]]) -> None:
    doubt = pooled_band.pooled_log_sd(parts)
    assert pooled_band.pooled_log_sd([(7 * size, sd) for size, sd in parts]) == pytest.approx(doubt)
    assert pooled_band.pooled_log_sd(parts[::-1]) == pytest.approx(doubt)
    assert doubt <= max(sd for _, sd in parts) + 1e-9
    assert pooled_band.pooled_ratio(1.4, doubt) >= 1.4 - 1e-9


@relation(queueing)
@given(st.integers(1, 20), st.floats(0.05, 0.95))
def test_a_point_more_never_means_a_longer_wait(points: int, usage: float) -> None:
    load = np.array([points * usage])
    fewer, more = (queueing.waiting_probability(each, load) for each in (points, points + 1))
    assert more <= fewer
    one = np.array([0.5])
    wait = queueing.mean_wait_hours(points, load, one, one)
    assert queueing.mean_wait_hours(points, load, 2 * one, one) == pytest.approx(2 * wait)


@relation(regional)
@given(st.lists(st.integers(-100, 100), min_size=3, max_size=8), st.integers(-2, 2))
def test_what_all_places_gain_the_mean_gains(places: list[int], shift: int) -> None:
    effects, variances = np.array(places) / 100, np.full(len(places), 0.04)
    one = regional.pool_effects(effects, variances)
    other = regional.pool_effects(effects + shift, variances)
    assert other.mean == pytest.approx(one.mean + shift, abs=1e-6)
    assert other.effects == pytest.approx(one.effects + shift, abs=1e-6)
    assert other.between_sd == pytest.approx(one.between_sd, abs=1e-6)


@relation(sessions, windows)
def test_an_hour_later_is_the_same_an_hour_later() -> None:
    later = sessions.SessionType(DEPOT.arrival_hour + 1, *list(vars(DEPOT).values())[1:])
    arrivals = [sessions.arrival_probability(each) for each in (DEPOT, later)]
    assert arrivals[1] == pytest.approx(np.roll(arrivals[0], 4))
    every = windows.open_windows(OPEN)
    rolled = np.roll(every, 4, axis=1)
    first = windows.forced_demand([DEPOT], OPEN, every, day_effect_sd=0.08)
    second = windows.forced_demand([later], OPEN, rolled, day_effect_sd=0.08)
    assert second.mean_kwh == pytest.approx(first.mean_kwh)
    assert second.variance_kwh2 == pytest.approx(first.variance_kwh2)
    wider = every | np.roll(every, 1, axis=1)
    more = windows.forced_demand([DEPOT], OPEN, wider, day_effect_sd=0.08)
    assert (more.mean_kwh >= first.mean_kwh - 1e-9).all()
    # The whole day takes all that the stay can hold.
    whole = windows.forced_demand([DEPOT], OPEN, OPEN[np.newaxis], day_effect_sd=0.08)
    assert whole.mean_kwh == pytest.approx(22.0, rel=1e-3)


@relation(siting)
def test_places_in_another_order_get_hubs_at_the_same_places() -> None:
    from scipy import sparse

    demand = np.array([5.0, 1.0, 3.0, 8.0, 2.0])
    reach = np.eye(5, dtype=bool)
    reach[0, 1] = reach[1, 0] = reach[3, 4] = reach[4, 3] = True
    order = np.array([3, 0, 4, 2, 1])
    hubs, _ = siting.site_hubs(demand, sparse.csr_array(reach), least_demand=4.0)
    turned, _ = siting.site_hubs(
        demand[order], sparse.csr_array(reach[np.ix_(order, order)]), least_demand=4.0
    )
    assert set(order[turned]) == set(hubs)
    scaled, _ = siting.site_hubs(10 * demand, sparse.csr_array(reach), least_demand=40.0)
    assert list(scaled) == list(hubs)


@relation(small_fleets, small_limits)
def test_small_fleets_grow_with_their_vehicles_and_their_power() -> None:
    fleets = np.array([[3.0], [4.0], [9.0]])
    strong = sessions.SessionType(17, 1.8, 44, 0.45, 22, 13)  # twice that of DEPOT
    peaks, twice = (
        small_fleets.drawn_peaks_kw(
            fleets, [sessions.charge_on_arrival(each)], [0], day_effect_sd=0.08
        )
        for each in (DEPOT, strong)
    )
    assert (np.diff(peaks, axis=0) >= 0).all()
    assert twice == pytest.approx(2 * peaks, rel=1e-5)
    limits, double = (
        small_limits.drawn_limits_kw(fleets, [each], OPEN, day_effect_sd=0.08)[0]
        for each in (DEPOT, strong)
    )
    assert (np.diff(limits) >= 0).all()
    assert double == pytest.approx(2 * limits, rel=1e-5)
    assert (limits <= peaks[:, 0] * (1 + 1e-5)).all()


@relation(smart)
@given(st.floats(5, 60), st.floats(1.05, 3))
def test_a_higher_limit_needs_no_larger_battery(limit: float, factor: float) -> None:
    load = 30 + 40 * np.sin(np.arange(96) / 96 * 2 * np.pi).clip(0)
    least = smart.battery_kwh(load, limit, 0.9)
    more = smart.battery_kwh(load, factor * limit, 0.9)
    if least is not None:
        assert more is not None
        assert more <= least
        scaled = smart.battery_kwh(factor * load, factor * limit, 0.9)
        assert scaled == pytest.approx(factor * least)


@relation(step_load)
@given(
    st.lists(st.tuples(st.floats(0, 90), st.floats(0, 8), st.floats(0, 50)), min_size=1, max_size=5)
)
def test_steps_add_up_to_the_energy(of: list[tuple[float, float, float]]) -> None:
    begin, length, power = np.array(of).T
    load = np.zeros(101)
    for at, change in step_load.changes(begin, length, power):
        np.add.at(load, at, change)
    found = load.cumsum()
    assert found.sum() == pytest.approx((length * power).sum(), abs=1e-6)
    assert found.min() >= -1e-6
    assert found.max() <= power.sum() + 1e-6


@relation(terrain_counts)
def test_twice_the_vehicles_everywhere_are_twice_as_many_foreseen() -> None:
    rng = np.random.default_rng(7)
    groups = np.repeat(np.arange(30), 8)
    log_ha = rng.normal(2.3, 1.0, groups.size)
    features = np.column_stack([log_ha, rng.random(groups.size)])
    counts = rng.poisson(np.exp(1 + 0.8 * log_ha)).astype(float)
    one = terrain_counts.learn_counts(counts, features, groups, rising_feature=0)
    two = terrain_counts.learn_counts(2 * counts, features, groups, rising_feature=0)
    if one.kind == two.kind == "glm":
        assert two.predict(features) == pytest.approx(2 * one.predict(features), rel=0.02)


@relation(year_simulation)
def test_a_kind_more_adds_its_energy_and_half_the_chance_is_half_the_days() -> None:
    patterns = [sessions.charge_on_arrival(each) for each in (DEPOT, TRACTOR)]
    chance, factor = np.ones((2, 200)), np.ones((2, 200))

    def energy_kwh(vehicles: list[int], scale: float) -> float:
        load = year_simulation.simulate_year(
            vehicles, patterns, scale * chance, factor,
            day_effect_sd=0.0, rng=np.random.default_rng(8),
        )  # fmt: skip
        return float(load.sum() / 4)

    both, vans = energy_kwh([40, 5], 1.0), energy_kwh([40, 0], 1.0)
    assert both - vans == pytest.approx(5 * 200 * 300, rel=0.05)
    assert energy_kwh([40, 5], 0.5) == pytest.approx(both / 2, rel=0.05)

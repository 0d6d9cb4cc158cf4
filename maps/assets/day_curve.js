// The load of a terrain through a winter working day, computed as forecast/day_curve.py does: the
// load of one session times the sessions of the day; a steered depot is held under what the hub
// leaves of the peak of the terrain, and what can't be charged then waits.

const inStress = (quarter) => {
  const [start, end] = DATA.day.stressHours;
  const hour = quarter / DATA.day.quartersPerHour;
  return hour >= start && hour < end;
};

// Every day like the one before: what waits at midnight is charged after it.
function limitedCurve(wanted, room, isOpen) {
  const curve = new Array(wanted.length);
  let waiting = 0;
  for (let day = 0; day < DATA.day.settlingDays; day += 1) {
    for (let quarter = 0; quarter < wanted.length; quarter += 1) {
      waiting += wanted[quarter];
      curve[quarter] = isOpen(quarter) ? Math.min(waiting, room[quarter]) : 0;
      waiting -= curve[quarter];
    }
  }
  return curve;
}

function fleetCurve(index, year, scenario, place, strategy) {
  const curve = new Array(DATA.day.quarters).fill(0);
  for (const kind of DATA.vehicleClasses) {
    const session = DATA.day.meanKw[[year, scenario, place, strategy, kind].join('|')];
    const count = at(T.sessions, index, year, scenario, place, kind) || 0;
    if (session) session.forEach((kw, quarter) => { curve[quarter] += count * kw; });
  }
  return curve;
}

function dayCurves(index, year, scenario) {
  const free = fleetCurve(index, year, scenario, 'depot', 'unmanaged');
  const curves = {};
  for (const strategy of DATA.strategies) {
    const atHub = fleetCurve(index, year, scenario, 'shared_hub', strategy);
    let atDepot = free;
    if (strategy !== 'unmanaged') {
      const limit = at(T.peak, index, year, scenario, strategy) || 0;
      const room = atHub.map((visits) => Math.max(limit - visits, 0));
      atDepot = limitedCurve(free, room, (quarter) => strategy !== 'night_block' || !inStress(quarter));
    }
    curves[strategy] = atDepot.map((kw, quarter) => kw + atHub[quarter]);
  }
  return curves;
}

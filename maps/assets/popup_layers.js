// What a zone, a supply area and a site along the road tell when they are clicked.

function zonePopup(zone) {
  return make('article', { class: 'sheet' },
    popupHead(say('map.zone.kind'), zone.name,
      zone.area ? say('map.zone.size', { area: exact(zone.area, 2) }) : null),
    make('p', {}, zone.startText), make('p', { class: 'small' }, zone.edge));
}

function areaPopup(area) {
  const known = (value) => (value === null ? say('common.unknown') : exact(value));
  return make('article', { class: 'sheet' }, popupHead(say('map.area.kind'), area.id),
    facts([
      [say('map.area.operator'), area.operator],
      [say('map.area.status'), say('common.area_status.' + area.status)],
      [say('map.area.available'), known(area.available)],
      [say('map.area.required'), known(area.required)],
      [say('map.area.queue'), known(area.queue)],
      [say('map.area.relief'), area.relief === null ? say('common.unknown') : String(area.relief)],
    ]),
    area.isOutline ? null : make('p', { class: 'small' }, say('map.layer.areas_note')));
}

function sitePopup(index, state) {
  const sites = DATA.sites;
  const values = DATA.years.map((year) => at(sites.energy, index, year, state.scenario));
  const years = shownYears(state.year);
  const placed = values.some((value) => value !== null && value !== undefined);
  return make('article', { class: 'sheet' },
    popupHead(say('map.site.' + sites.kind[index]), sites.name[index] || say('map.site.unnamed'),
      sites.road[index] || null),
    placed ? facts([[say('map.site.energy', { scenario: say('common.scenario.' + state.scenario) }),
      ...years.map((year) => year + ': ' + figure(at(sites.energy, index, year, state.scenario)))]])
      : make('p', {}, say('map.site.no_energy')));
}

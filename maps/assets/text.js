// Texts and numbers. Everything is put in the page as text, never as HTML: a name from a register
// can't become markup.

const DATA = JSON.parse(document.getElementById('plan-data').textContent);
const T = DATA.terrains;
const LOCALE = { nl: 'nl-NL', en: 'en-GB' }[DATA.language];

// A name that turns the direction of text is kept from turning the sentence it stands in.
const TURNING = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const isolated = (text) => (TURNING.test(text) ? '\u2068' + text + '\u2069' : text);

function say(key, fields) {
  return DATA.words[key].replace(/\{(\w+)\}/g, (mark, name) =>
    fields && name in fields ? isolated(String(fields[name])) : mark);
}

function exact(value, decimals) {
  return new Intl.NumberFormat(LOCALE, { minimumFractionDigits: decimals || 0,
    maximumFractionDigits: decimals === undefined ? 1 : decimals }).format(value);
}

// No more digits than a forecast can carry: about two.
function figure(value) {
  if (value === null || value === undefined) return '–';
  if (value === 0) return '0';
  if (Math.abs(value) < 10) return exact(value, 1);
  const unit = 10 ** (String(Math.trunc(Math.abs(value))).length - 2);
  return exact(Math.round(value / unit) * unit, 0);
}

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const at = (columns, index, ...choice) => (columns[choice.join('|')] || [])[index];
const named = (column, index) => column.names[column.index[index]];
const planClassAt = (index, year, scenario) =>
  DATA.planClasses[Number((T.planClass[year + '|' + scenario] || '')[index])] || 'not_known';

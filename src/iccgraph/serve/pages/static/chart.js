/* Numbers of an answer as bars, where each row has a name and a number. */

import { element, number, say } from "./page.js";
import { isGeometry, isNumber, link, words } from "./terms.js";

const MOST = 60;
/** A year or a decade, as a figure, as `xsd:gYear` or in words such as “1990s”. */
const YEAR = /^\d{4}s?$/;
const PLACE = /^(lat|latitude|long|lon|lng|longitude)$/i;

/** Return the columns of numbers and those that name a row; nothing if no chart fits. */
export function chartColumns(names, rows) {
  if (rows.length < 2) return null;
  const columns = (fits) => names.filter((name) => rows.every((row) => row[name] && fits(row[name])));
  const times = columns(isYear).filter((name) => !numbered(name, rows));
  const numbers = columns((term) => isNumber(term) && Number(term.value) >= 0)
    .filter((name) => !PLACE.test(name) && !times.includes(name));
  const texts = columns(isShortText);
  const things = columns((term) => term.type === "uri");
  const labels = naming(times, rows) ?? naming(texts, rows) ?? naming(things, rows);
  return numbers.length && labels ? { numbers, labels, thing: things[0] } : null;
}

function isShortText(term) {
  return term.type === "literal" && !isNumber(term) && !isGeometry(term) && term.value.length < 80;
}

const isYear = (term) => YEAR.test(term.value) && term.type === "literal";

/** Return whether figures like years are no years: their column is not called so. */
const numbered = (name, rows) =>
  rows.every((row) => isNumber(row[name])) && !/year|ann[ée]e|decade|décennie/i.test(name);

/** Return the rows in the order of their years, with an empty one for each that is missing. */
function onScale(rows, [name, ...more]) {
  if (more.length || !rows.every((row) => isYear(row[name]))) return rows;
  const years = new Map(rows.map((row) => [parseInt(row[name].value, 10), row]));
  if (years.size < rows.length) return rows;
  const known = [...years.keys()].sort((a, b) => a - b);
  const ten = known.every((year) => year % 10 === 0);
  const sample = rows[0][name];
  const scale = [];
  for (let year = known[0]; year <= known.at(-1) && scale.length <= MOST; year += ten ? 10 : 1) {
    const value = String(year) + (sample.value.endsWith("s") ? "s" : "");
    scale.push(years.get(year) ?? { [name]: { ...sample, value } });
  }
  return scale.length > MOST ? rows : scale;
}

/** Return the one column that tells rows apart, else all of them together if they do. */
function naming(columns, rows) {
  const named = (row, some) => some.map((name) => words(row[name])).join("\n");
  const apart = (some) => new Set(rows.map((row) => named(row, some))).size === rows.length;
  const one = columns.find((name) => apart([name]));
  if (one) return [one];
  return columns.length > 1 && columns.length < 4 && apart(columns) ? columns : null;
}

/** Draw the bars into a panel. */
export function drawChart(panel, rows, { numbers, labels, thing }) {
  const list = element("ul", { class: "bars chart" });
  const drawn = onScale(rows, labels).slice(0, MOST);
  const draw = (name) => {
    const top = Math.max(...rows.slice(0, MOST).map((row) => Number(row[name].value))) || 1;
    const bars = drawn.map((row) => bar(row, labels, thing, row[name], top));
    list.replaceChildren(...bars);
  };
  if (numbers.length > 1) {
    const options = numbers.map((name) => element("option", {}, name));
    const choice = element("select", { id: "chart-of", change: () => draw(choice.value) }, ...options);
    const label = element("label", { for: "chart-of" }, say("chartOf"));
    panel.append(element("div", { class: "tools" }, label, choice));
  } else {
    const name = element("strong", {}, numbers[0]);
    panel.append(element("p", { class: "muted" }, say("chartOf"), " ", name));
  }
  draw(numbers[0]);
  panel.append(list);
  if (rows.length > MOST) {
    const cut = { count: MOST, all: rows.length };
    panel.append(element("p", { class: "muted" }, say("drawn", cut)));
  }
}

/** Return one bar; a year without a row has none, and no number. */
function bar(row, labels, thing, term, top) {
  const text = labels.map((name) => words(row[name])).join(" · ");
  const length = term ? element("span") : null;
  if (length) length.style.inlineSize = `${(100 * Number(term.value)) / top}%`;
  const track = element("span", { class: "bar", "aria-hidden": "true" }, length);
  return element(
    "li", {},
    element("span", { class: "bar-name" }, row[thing] ? link(row[thing].value, text) : text),
    track,
    element("span", { class: "bar-count" }, term ? number(Number(term.value)) : "–"),
  );
}

/* Numbers of an answer as bars, where each row has a name and a number. */

import { element, number, say } from "./page.js";
import { isGeometry, isNumber, link, words } from "./terms.js";

const MOST = 60;
const PLACE = /^(lat|latitude|long|lon|lng|longitude)$/i;

/** Return the columns of numbers and those that name a row; nothing if no chart fits. */
export function chartColumns(names, rows) {
  if (rows.length < 2) return null;
  const columns = (fits) => names.filter((name) => rows.every((row) => row[name] && fits(row[name])));
  const numbers = columns((term) => isNumber(term) && Number(term.value) >= 0)
    .filter((name) => !PLACE.test(name));
  const texts = columns(isShortText);
  const things = columns((term) => term.type === "uri");
  const labels = naming(texts, rows) ?? naming(things, rows);
  return numbers.length && labels ? { numbers, labels, thing: things[0] } : null;
}

function isShortText(term) {
  return term.type === "literal" && !isNumber(term) && !isGeometry(term) && term.value.length < 80;
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
  const drawn = rows.slice(0, MOST);
  const draw = (name) => {
    const top = Math.max(...drawn.map((row) => Number(row[name].value))) || 1;
    const bars = drawn.map((row) => bar(row, labels, thing, Number(row[name].value), top));
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

function bar(row, labels, thing, value, top) {
  const text = labels.map((name) => words(row[name])).join(" · ");
  const track = element("span", { class: "bar", "aria-hidden": "true" }, element("span"));
  track.firstChild.style.inlineSize = `${(100 * value) / top}%`;
  return element(
    "li", {},
    element("span", { class: "bar-name" }, thing ? link(row[thing].value, text) : text),
    track,
    element("span", { class: "bar-count" }, number(value)),
  );
}

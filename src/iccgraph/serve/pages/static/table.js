/* The rows of an answer as a table that can be searched, sorted and turned page by page. */

import { element, finder, number, page, plain, quiet, say } from "./page.js";
import { isFigure, isNumber, shown, words } from "./terms.js";

const ON_PAGE = 50;
const order = new Intl.Collator(page.lang, { numeric: true });

function compare(one, other) {
  if (isNumber(one) && isNumber(other)) return Number(one.value) - Number(other.value);
  if (!one || !other) return one ? -1 : other ? 1 : 0;
  return order.compare(words(one), words(other));
}

/** Draw the table into a panel. */
export function drawTable(panel, names, rows) {
  const look = names.map((name) => looks(rows.map((row) => row[name]).filter(Boolean)));
  const state = { first: 0, by: "", down: false, find: "" };
  const body = element("tbody");
  const heads = names.map((name, index) => head(name, look[index], state, draw));
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body);
  const none = element("p", { class: "empty", hidden: true }, say("noRow"));
  const pager = element("nav", { class: "pager", "aria-label": say("table") });
  const boxed = { class: "scroll", tabindex: "0", role: "group", "aria-label": say("table") };
  const box = element("div", boxed, table);

  function draw() {
    const fits = (row) => names.some((name) => plain(words(row[name])).includes(state.find));
    const found = state.find ? rows.filter(fits) : [...rows];
    if (state.by) found.sort((a, b) => compare(a[state.by], b[state.by]) * (state.down ? -1 : 1));
    if (state.first >= found.length) state.first = 0;
    body.replaceChildren(...found.slice(state.first, state.first + ON_PAGE).map((row) => line(row, names, look)));
    none.hidden = found.length > 0;
    box.hidden = found.length === 0;
    turn(pager, state, found.length, draw);
  }

  const find = finder(say("filterRows"), (text) => {
    Object.assign(state, { find: text, first: 0 });
    draw();
  });
  draw();
  if (rows.length > 10) panel.append(element("div", { class: "tools" }, find));
  panel.append(box, none, pager);
}

/** Return how a column is set: as figures, as IRIs, as long texts, or as usual. */
function looks(terms) {
  if (terms.length && terms.every((term) => term.type === "uri")) return "iri";
  if (terms.length && terms.every(isFigure)) return "num";
  return terms.reduce((sum, term) => sum + words(term).length, 0) > 60 * terms.length && "long";
}

function line(row, names, look) {
  const cells = names.map((name, index) => element("td", { class: look[index] }, shown(row[name])));
  return element("tr", {}, ...cells);
}

function head(name, look, state, draw) {
  const cell = element("th", { scope: "col", class: look });
  const click = () => {
    Object.assign(state, { down: state.by === name && !state.down, by: name, first: 0 });
    for (const other of cell.parentElement.children) other.removeAttribute("aria-sort");
    cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    draw();
  };
  cell.append(element("button", { type: "button", class: "sort", click }, name));
  return cell;
}

function turn(pager, state, count, draw) {
  const pages = Math.ceil(count / ON_PAGE);
  const at = state.first / ON_PAGE;
  const step = (way) => () => {
    state.first += way * ON_PAGE;
    draw();
    pager.parentElement.querySelector(".scroll").focus({ preventScroll: true });
    pager.parentElement.scrollIntoView({ block: "nearest" });
  };
  pager.hidden = pages < 2;
  pager.replaceChildren(
    ...(at > 0 ? [quiet(say("previous"), step(-1))] : []),
    element("span", {}, say("page", { page: number(at + 1), pages: number(pages) })),
    ...(at + 1 < pages ? [quiet(say("next"), step(1))] : []),
  );
}

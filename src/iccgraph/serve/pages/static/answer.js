/* The answer to a query: what it is, its views, its downloads. */

import { chartColumns, drawChart } from "./chart.js";
import { ask, download, formats, isGraph } from "./endpoint.js";
import { drawMap, places } from "./map.js";
import { statements } from "./ntriples.js";
import { element, quiet, say } from "./page.js";
import { drawTable } from "./table.js";

const MOST_TEXT = 200000;

/** Show an answer and return a line about it; `wanted` names the view to begin with, if it fits. */
export function showAnswer(section, { query, text, seconds }, wanted) {
  const views = [];
  const count = isGraph(query) ? graphViews(views, query, text) : tableViews(views, query, text);
  const said = [count, say("seconds", { count: seconds })].filter(Boolean).join(" · ");
  section.replaceChildren(
    element("h2", { id: "answer", tabindex: "-1" }, say("answer")),
    element("div", { class: "row spread" }, element("p", {}, said), downloads(query)),
    ...tabs(views, wanted),
  );
  return said;
}

/** Add the views of a table or a yes or no, and return how much there is. */
function tableViews(views, query, text) {
  const result = JSON.parse(text);
  const raw = { name: "raw", draw: (panel) => drawRaw(panel, query, text) };
  if (typeof result.boolean === "boolean") {
    views.push(verdict(result.boolean), raw);
    return "";
  }
  const names = result.head.vars;
  const rows = result.results.bindings;
  if (rows.length) views.push({ name: "table", draw: (panel) => drawTable(panel, names, rows) });
  else views.push(empty("table", "empty"));
  const found = places(names, rows);
  if (found.length) views.push({ name: "map", draw: (panel) => drawMap(panel, names, found) });
  const columns = chartColumns(names, rows);
  if (columns) views.push({ name: "chart", draw: (panel) => drawChart(panel, rows, columns) });
  views.push(raw);
  return say("rows", { count: rows.length });
}

/** Add the views of a graph that came as N-Triples, and return how much there is. */
function graphViews(views, query, text) {
  const names = ["subject", "predicate", "object"];
  const rows = statements(text);
  if (!text.trim()) views.push(empty("table", "emptyGraph"));
  else if (rows) views.push({ name: "table", draw: (panel) => drawTable(panel, names, rows) });
  views.push({ name: "graph", draw: (panel) => drawRaw(panel, query) });
  return rows ? say("statements", { count: rows.length }) : "";
}

const empty = (name, words) => ({
  name,
  draw: (panel) => panel.append(element("p", { class: "empty" }, say(words))),
});

const verdict = (yes) => ({
  name: "answer",
  draw: (panel) => panel.append(element("p", { class: "verdict-word" }, say(yes ? "yes" : "no"))),
});

function downloads(query) {
  const links = formats(query).map(([format, name]) =>
    element("li", {}, download(element("a", {}, name), query, format)));
  return element(
    "div", { class: "downloads" },
    element("span", { id: "downloads" }, say("download")),
    element("ul", { class: "formats", "aria-labelledby": "downloads" }, ...links),
  );
}

/** Return a list of tabs and the panel below it (ARIA Authoring Practices, tabs). */
function tabs(views, wanted) {
  const panel = element("div", { id: "view", role: "tabpanel", tabindex: "0" });
  const choose = (view, focus) => {
    for (const tab of list.children) {
      const on = tab.id === `view-${view.name}`;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      if (on && focus) tab.focus();
    }
    panel.className = `view view-${view.name}`;
    panel.setAttribute("aria-labelledby", `view-${view.name}`);
    panel.replaceChildren();
    const fail = (error) => panel.append(element("p", { class: "empty" }, error.message));
    Promise.resolve(view.draw(panel)).catch(fail);
  };
  const buttons = views.map((view) => element("button", {
    type: "button", role: "tab", id: `view-${view.name}`, "aria-controls": "view",
    click: () => { choose(view); history.replaceState(history.state, "", `#${view.name}`); },
  }, say(view.name)));
  const keydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement);
    choose(views[(at + step + views.length) % views.length], true);
  };
  const named = { class: "tabs", role: "tablist", "aria-label": say("views"), keydown };
  const list = element("div", named, ...buttons);
  choose(views.find((view) => view.name === wanted) ?? views[0]);
  return [list, panel];
}

/** Draw the text of the answer in any format; JSON results are there already, and are indented. */
function drawRaw(panel, query, json) {
  const code = element("code");
  const cut = element("p", { class: "muted", hidden: true }, say("cut"));
  const status = element("span", { role: "status" });
  let whole = "";
  const show = (content) => {
    whole = content;
    code.textContent = content.slice(0, MOST_TEXT);
    cut.hidden = content.length <= MOST_TEXT;
  };
  const fill = async () => {
    const asked = choice.value;
    const content = asked === "json"
      ? JSON.stringify(JSON.parse(json), null, 1)
      : await ask(query, asked).catch((error) => error.message);
    if (asked === choice.value) show(content);
  };
  const options = formats(query).map(([format, name]) =>
    element("option", { value: format, selected: format === "json" }, name));
  const choice = element("select", { id: "raw-format", change: fill }, ...options);
  const copy = quiet(say("copy"), () => copied(whole, status));
  panel.append(
    element(
      "div", { class: "tools" },
      element("label", { for: "raw-format" }, say("format")), choice, copy, status,
    ),
    cut,
    element("pre", { tabindex: "0", role: "group", "aria-label": say("raw") }, code),
  );
  return fill();
}

/** Put a text on the clipboard, and say so. */
export async function copied(text, status) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // without https there is no clipboard to write to but this one
    const field = element("textarea", { class: "unseen" }, text);
    (status.closest("dialog") ?? document.body).append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  status.textContent = say("copied");
  setTimeout(() => { status.textContent = ""; }, 3000);
}

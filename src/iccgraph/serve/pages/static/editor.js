/* Makes the query form of /sparql an editor, and shows answers without leaving the page. */

import { showAnswer } from "./answer.js";
import { openEditor } from "./completion.js";
import { ask, hints, isGraph, shared } from "./endpoint.js";
import { examplePicker } from "./examples.js";
import { element, number, page, quiet, say, translated } from "./page.js";
import { share } from "./share.js";

const VIEWS = ["table", "map", "chart", "raw", "graph"];

const form = document.querySelector("form.query");
const area = form.querySelector("textarea");
const button = form.querySelector("button[type=submit]");
const bench = document.querySelector(".workbench");
const section = document.querySelector("section.answer")
  ?? element("section", { class: "answer", "aria-label": say("answer") });
const status = element("p", { class: "unseen", role: "status" });
let running = null;
let asked = null;
let mark = null;

const editor = openEditor(form, area.value, () => run());
const markExample = examplePicker(document.querySelector(".examples"), (query, result) => {
  write(query);
  run({ view: result });
});

/** Put a query into the editor. */
function write(query) {
  editor.setValue(query.trimEnd());
  editor.getDoc().clearHistory();
}

/** Ask the endpoint what the editor holds, and show the answer; or stop asking. */
async function run({ view = hashView(), keep = true, focus = true } = {}) {
  running?.abort();
  const query = editor.getValue();
  if (!query.trim()) return editor.focus();
  const mine = (running = asked = new AbortController());
  const began = performance.now();
  busy(true);
  status.textContent = say("running");
  clearMark();
  try {
    const text = await ask(query, isGraph(query) ? "nt" : "json", mine.signal);
    if (running !== mine) return;
    const seconds = (performance.now() - began) / 1000;
    if (keep) remember(query, view);
    status.textContent = showAnswer(section, { query, text, seconds }, view);
    markExample(query);
    if (focus) toAnswer();
    hint(query, mine);
  } catch (error) {
    if (running !== mine) return;
    refuse(error);
    if (focus && error.name !== "AbortError") toAnswer();
  } finally {
    if (running === mine) busy(false);
  }
}

/** Say above an answer which terms of its query can have none. */
async function hint(query, mine) {
  const found = await hints(query);
  if (asked !== mine || !found.length) return;
  const said = found.map(({ detail, line, column }) => {
    const words = translated(detail);
    const ended = (text) => (/[.!?…]$/.test(text) ? text : `${text}.`);
    const go = () => { editor.getDoc().setCursor({ line: line - 1, ch: column - 1 }); editor.focus(); };
    return element(
      "p", { class: "hint", lang: words ? null : "en" },
      sentence(ended(words || detail)), " ",
      quiet(say("goTo", { line: number(line), column: number(column) }), go),
    );
  });
  section.querySelector("h2").after(element("div", { role: "status" }, ...said));
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Move the focus to the answer: whoever hears the page hears it next, and its controls follow. */
const toAnswer = () => section.querySelector("h2").focus();

function busy(on) {
  if (!on) running = null;
  button.textContent = say(on ? "stop" : "run");
  form.setAttribute("aria-busy", String(on));
  section.classList.toggle("old", on);
  section.hidden = false;
}

const hashView = () => VIEWS.find((view) => location.hash === `#${view}`) ?? "";

/** Make the address of this page that of the query, so that it can be kept and sent. */
function remember(query, view) {
  const address = new URL(shared(query));
  address.pathname = location.pathname; // which may begin with a language
  if (view && !address.hash) address.hash = view;
  const before = new URL(location.href).searchParams.get("query");
  const same = history.state?.query === query || before === query;
  history[same ? "replaceState" : "pushState"]({ query }, "", address);
}

/** Say why there is no answer, and where the query is wrong. */
function refuse(error) {
  const stopped = error.name === "AbortError";
  const words = stopped ? say("stopped") : translated(error.message);
  const parts = [words
    ? element("p", {}, words)
    : element("p", { lang: error.status ? "en" : null }, error.message)];
  if (error.line) {
    const place = { line: error.line - 1, ch: Math.max(0, (error.column || 1) - 1) };
    mark = editor.addLineClass(place.line, "background", "wrong-line");
    const go = () => { editor.getDoc().setCursor(place); editor.focus(); };
    const at = { line: number(error.line), column: number(error.column || 1) };
    parts.push(quiet(say("goTo", at), go));
  }
  if (error.parser) parts.push(parserWords(error.parser));
  if (error.wait) parts.push(element("p", {}, say("wait", { count: error.wait })));
  section.replaceChildren(
    element("h2", { id: "answer", tabindex: "-1" }, say(stopped ? "answer" : "failed")),
    element("div", { class: stopped ? "empty" : "refusal", role: "alert" }, ...parts),
  );
}

/** Return what the parser has against the query, folded. */
function parserWords(text) {
  const code = element("code", { lang: "en" }, text);
  const box = element("pre", { tabindex: "0", role: "group", "aria-label": say("parser") }, code);
  return element("details", {}, element("summary", {}, say("parser")), box);
}

function clearMark() {
  if (mark) editor.removeLineClass(mark, "background", "wrong-line");
  mark = null;
}

/** Take the form's place: hide what the editor makes needless, add what it needs. */
function furnish() {
  area.hidden = true;
  area.required = false;
  form.querySelector("label[for=query]").addEventListener("click", () => editor.focus());
  form.querySelector("label[for=format]").hidden = form.querySelector("#format").hidden = true;
  area.after(editor.rootEl);
  const sharing = quiet(say("share"), () => share(editor.getValue()));
  button.after(sharing, element("p", { class: "keys muted" }, say("keys")), status);
  form.after(section);
  bench.classList.add("live");
  section.hidden = !page.queried;
  document.querySelector("#prefixes + p").textContent = say("prefixes");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) running.abort();
    else run();
  });
  editor.on("change", clearMark);
  editor.refresh();
}

/** Open what the address names: `?query=` is run, `#query=` is only shown. */
function open() {
  const behind = new URLSearchParams(location.hash.slice(1)).get("query");
  const asked = new URL(location.href).searchParams.get("query");
  if (behind !== null) write(behind);
  else if (asked !== null) write(asked);
  else if (!page.queried) return;
  if (behind !== null) return;
  const { refused } = page;
  page.refused = null;
  if (refused) refuse({ ...refused, message: refused.detail, status: 400 });
  else run({ keep: false, focus: false });
}

window.addEventListener("popstate", (event) => {
  const query = event.state?.query ?? new URL(location.href).searchParams.get("query");
  if (query && query !== editor.getValue()) open();
  if (query || location.hash) return;
  write(area.defaultValue);
  section.hidden = true;
});

furnish();
open();

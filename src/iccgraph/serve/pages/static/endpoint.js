/* Asks the endpoint that the page names (SPARQL 1.1 Protocol, section 2.1). */

import { page, say } from "./page.js";

/** Beyond so many characters a query is sent in a body: proxies cut or refuse long addresses. */
const LONGEST = 6000;

/** IRIs, texts and comments: what looks like a word of SPARQL in them is none. */
const NOT_CODE = new RegExp([
  /<[^<>"{}|^`\\\s]*>/, /"""[^]*?"""/, /'''[^]*?'''/, /"(?:\\.|[^"\\\n])*"/, /'(?:\\.|[^'\\\n])*'/, /#.*/,
].map((one) => one.source).join("|"), "g");
const FORM = /(?<![\w:?$.-])(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:-])/i;

/** What the endpoint says when it does not answer. */
export class Refusal extends Error {
  constructor(problem, status, wait) {
    super(problem.detail || problem.title || String(status));
    const { line, column, parser } = problem;
    Object.assign(this, { line, column, parser, status, wait });
  }
}

/** The formats of tables: name in an address, and what people call it; the page has those of graphs. */
const TABLES = [["csv", "CSV"], ["tsv", "TSV"], ["json", "JSON"], ["xml", "XML"]];

/** Return SELECT, ASK, CONSTRUCT or DESCRIBE: the first such word outside texts and comments. */
export const form = (query) =>
  (query.replace(NOT_CODE, " ").match(FORM)?.[1] ?? "SELECT").toUpperCase();

export const isGraph = (query) => ["CONSTRUCT", "DESCRIBE"].includes(form(query));

export const formats = (query) => (isGraph(query) ? page.graphs : TABLES);

/** Return the address of an answer, or nothing if it would be too long. */
export function address(query, format) {
  const values = new URLSearchParams(format ? { query, format } : { query });
  const whole = new URL(`${page.endpoint}?${values}`, location.href).href;
  return whole.length > LONGEST ? "" : whole;
}

/** Return the address that opens the editor with the query; a long one is behind a `#`. */
export function shared(query) {
  const behind = `#${new URLSearchParams({ query })}`;
  return address(query) || new URL(page.endpoint + behind, location.href).href;
}

function send(query, format, signal) {
  const short = address(query, format);
  const asked = { headers: { Accept: "application/json, */*;q=0.5" }, signal };
  if (short) return fetch(short, asked);
  const body = new URLSearchParams({ query, format });
  return fetch(page.endpoint, { ...asked, method: "POST", body });
}

/** Return the text of an answer in a format. */
export async function ask(query, format, signal) {
  const response = await send(query, format, signal).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Refusal({ detail: say("unreachable") }, 0, 0);
  });
  const text = await response.text();
  if (response.ok) return text;
  let problem = {};
  try {
    problem = JSON.parse(text);
  } catch { /* something in between answered for the server; its status has to do */ }
  throw new Refusal(problem, response.status, Number(response.headers.get("Retry-After")) || 0);
}

/** Return what may be wrong with the terms of a query, nothing if that cannot be asked. */
export async function hints(query) {
  const address = `${page.hints}?${new URLSearchParams({ query })}`;
  if (address.length > LONGEST) return [];
  const response = await fetch(address).catch(() => null);
  return response?.ok ? (await response.json()).hints : [];
}

/** Return a link that downloads the answer in a format. */
export function download(link, query, format) {
  link.download = `answer.${format}`;
  link.href = address(query, format);
  if (link.getAttribute("href")) return link;
  link.href = shared(query);
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const file = document.createElement("a");
    file.href = URL.createObjectURL(new Blob([await ask(query, format)]));
    file.download = link.download;
    file.click();
    setTimeout(() => URL.revokeObjectURL(file.href), 60000);
  });
  return link;
}

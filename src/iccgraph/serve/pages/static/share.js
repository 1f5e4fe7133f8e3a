/* The address of a query, and the same question for the command line. */

import { copied } from "./answer.js";
import { address, shared } from "./endpoint.js";
import { element, page, quiet, say } from "./page.js";

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Show a window with the address of the query. */
export function share(query) {
  const endpoint = new URL(page.endpoint, location.href).href;
  const view = location.hash.includes("=") ? "" : location.hash;
  const whole = shared(query) + (address(query) ? view : "");
  const accept = quoted("Accept: text/csv, text/turtle");
  const command = `curl ${endpoint} --header ${accept} --data-urlencode ${quoted(`query=${query}`)}`;
  const close = quiet(say("close"), () => dialog.close());
  const dialog = element(
    "dialog", { class: "share", "aria-label": say("share"), close: () => dialog.remove() },
    field("share-link", say("link"), whole, 3),
    address(query) ? null : element("p", { class: "muted" }, say("longLink")),
    field("share-command", say("commandLine"), command, 7),
    element("div", { class: "row spread" }, element("span"), close),
  );
  document.body.append(dialog);
  dialog.showModal();
}

function field(id, label, text, rows) {
  const focus = () => area.select();
  const area = element("textarea", { id, rows: String(rows), readonly: true, spellcheck: "false", focus }, text);
  const status = element("span", { role: "status" });
  const copy = quiet(say("copy"), () => copied(text, status), { "aria-describedby": `${id}-label` });
  return element(
    "div", { class: "share-field" },
    element("label", { for: id, id: `${id}-label` }, label), area,
    element("div", { class: "row" }, copy, status),
  );
}

/* The example queries beside the editor: found by words, loaded and run by a click. */

import { element, finder, plain, say } from "./page.js";

/** Make the list of examples a picker; `pick` gets the query and the view that shows it best. */
export function examplePicker(section, pick) {
  const list = section.querySelector("ul");
  const items = [...list.children].map((item) => {
    const link = item.querySelector("a");
    const query = new URL(link.href).searchParams.get("query");
    return { item, link, query, result: item.dataset.result, text: plain(`${item.textContent} ${query}`) };
  });
  const none = element("p", { class: "muted", hidden: true }, say("noExample"));
  const find = finder(say("filterExamples"), (words) => {
    for (const one of items) one.item.hidden = !words.split(/\s+/).every((word) => one.text.includes(word));
    none.hidden = items.some((one) => !one.item.hidden);
  });
  for (const { item, link, query, result } of items) {
    if (result !== "table") link.after(" ", element("span", { class: "kind" }, say(result)));
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      pick(query, result);
    });
    item.classList.add("example");
  }
  list.classList.replace("links", "example-list");
  const wide = matchMedia("(min-width: 60rem)");
  const title = element("summary", {}, say("examples"), " ", element("span", { class: "count" }, String(items.length)));
  const fold = element("details", { class: "picker" }, title, find, none, list);
  const open = () => { fold.open = wide.matches; };
  wide.addEventListener("change", open);
  open();
  section.querySelector("h2").classList.add("unseen");
  section.append(fold);
  return (query) => {
    for (const one of items) {
      one.link.removeAttribute("aria-current");
      if (one.query.trim() !== query.trim()) continue;
      one.link.setAttribute("aria-current", "true");
      const below = one.item.offsetTop + one.item.offsetHeight - list.clientHeight;
      list.scrollTop = Math.min(Math.max(list.scrollTop, below), one.item.offsetTop);
    }
    if (!wide.matches) fold.open = false;
  };
}

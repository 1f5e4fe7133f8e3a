/* What the server wrote into the page for the editor, and the making of elements. */

export const page = JSON.parse(document.getElementById("editor-page").textContent);

const numbers = new Intl.NumberFormat(page.lang, { maximumFractionDigits: 3 });

/** Return a number as readers of the page's language write it. */
export const number = (value) => numbers.format(value);

const forms = new Intl.PluralRules(page.lang);
const CATEGORIES = ["zero", "one", "two", "few", "many", "other"]
  .filter((category) => forms.resolvedOptions().pluralCategories.includes(category));

/** Return words of the page, with the values in their places; `count` chooses among their forms. */
export function say(name, values = {}) {
  const words = [page.words[name]].flat();
  const form = words.length > 1 ? CATEGORIES.indexOf(forms.select(values.count)) : 0;
  return filled(words[Math.min(form, words.length - 1)], values);
}

function filled(words, values) {
  const shown = (value) => (typeof value === "number" ? number(value) : value);
  return words.replace(/\{(\w+)\}/g, (_, key) => shown(values[key]));
}

const PATTERNS = Object.entries(page.details).map(([english, translated]) => {
  const parts = english.split(/\{(\w+)\}/).map((part, at) =>
    (at % 2 ? `(?<${part}>.*?)` : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")));
  return [english, new RegExp(`^${parts.join("")}$`, "s"), translated];
});

/** Return what an error says in the page's language, nothing if there is no translation. */
export function translated(detail) {
  for (const [english, pattern, words] of PATTERNS) {
    const found = detail.match(pattern);
    if (!found) continue;
    const values = Object.entries(found.groups ?? {}).map(([name, value]) =>
      [name, english.includes(`“{${name}}”`) ? value : value.replace(/^['"“]|['"”]$/g, "")]);
    return filled(words, Object.fromEntries(values));
  }
  return "";
}

/** Return an element; attributes that are functions listen, null and false ones are left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Return a button that is not the main one of its place. */
export function quiet(words, click, attributes = {}) {
  return element("button", { type: "button", class: "button quiet", click, ...attributes }, words);
}

/** Return the text without case and accents, for finding. */
export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Return a search field that calls back with the folded words that were typed. */
export function finder(label, found) {
  const field = element("input", {
    type: "search", "aria-label": label, placeholder: label, autocomplete: "off",
    input: () => found(plain(field.value.trim())),
    keydown: (event) => { if (event.key === "Enter") event.preventDefault(); },
  });
  return field;
}

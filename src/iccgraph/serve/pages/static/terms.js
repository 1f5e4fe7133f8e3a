/* RDF terms of an answer, as people read them (SPARQL 1.1 Query Results JSON, section 3.2.2). */

import { element, page } from "./page.js";

const XSD = page.prefixes.xsd;
const NUMERIC = new Set([
  "integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger",
  "positiveInteger",
].map((name) => XSD + name));
const WKT = `${page.prefixes.geosparql}wktLiteral`;
/** What is no page comes in no language: dumps, the JSON-LD context, and what programs look for. */
const FILE = /^(?:data\/[^?#]|context\.jsonld|\.well-known\/)/;
const POINT = /^\s*(?:<([^>]*)>\s*)?POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)\s*$/i;

export const isNumber = (term) => NUMERIC.has(term?.datatype) && Number.isFinite(Number(term.value));
export const isGeometry = (term) => term?.datatype === WKT;

/** Return whether a term is set in figures: numbers, years and dates. */
export const isFigure = (term) =>
  isNumber(term) || /#(gYear|gYearMonth|date|dateTime)$/.test(term?.datatype ?? "");

/** Return latitude and longitude of a WKT point; without a reference system longitude comes first. */
export function position(term) {
  const found = isGeometry(term) && term.value.match(POINT);
  if (!found) return null;
  const first = [Number(found[2]), Number(found[3])];
  return /EPSG\/0\/4326$/.test(found[1] ?? "") ? first : first.reverse();
}

/** Return the prefixed name of an IRI, or nothing: the longest start that fits wins. */
export function short(iri) {
  let best = "";
  for (const [prefix, start] of Object.entries(page.prefixes)) {
    if (!iri.startsWith(start) || start.length <= (page.prefixes[best]?.length ?? 0)) continue;
    if (/^[\w-]+$/.test(iri.slice(start.length))) best = prefix;
  }
  return best && `${best}:${iri.slice(page.prefixes[best].length)}`;
}

/** Return a link to an IRI: one of ours leads to the page of this site. */
export function link(iri, words = "") {
  const text = words || short(iri) || iri;
  const name = text.length < 33 && "name";
  if (iri.startsWith(page.base)) {
    const path = iri.slice(page.base.length).replace(/^[/\\]+/, "");
    const home = FILE.test(path) ? page.files_home : page.home;
    return element("a", { class: name, href: home + path }, text);
  }
  if (!/^https?:\/\//.test(iri)) return element("span", {}, text);
  return element("a", { class: name, href: iri, rel: "noopener external" }, text);
}

/** Return what a term looks like in a cell. */
export function shown(term) {
  if (!term) return "";
  if (term.type === "uri") return link(term.value);
  if (term.type === "bnode") return element("code", {}, `_:${term.value}`);
  if (term.type === "triple") {
    const parts = ["subject", "predicate", "object"].flatMap((part) => [shown(term.value[part]), " "]);
    return element("span", {}, "<< ", ...parts, ">>");
  }
  const tongue = term["xml:lang"];
  const text = element("span", { lang: tongue && tongue !== page.lang ? tongue : null }, term.value);
  if (!tongue) return text;
  return element("span", {}, text, " ", element("small", { class: "muted" }, tongue));
}

/** Return a term as plain text, for sorting, finding and labels. */
export function words(term) {
  if (!term) return "";
  return term.type === "uri" ? short(term.value) || term.value : String(term.value);
}

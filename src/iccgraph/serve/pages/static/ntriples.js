/* Reads N-Triples into the rows of a table (RDF 1.1 N-Triples, section 7). */

const TERM = String.raw`(?:<([^>]*)>|(_:\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?)`;
const LINE = new RegExp(String.raw`^\s*${TERM}\s+${TERM}\s+${TERM}\s*\.\s*$`);
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

const unescaped = (text) => text.replace(/\\(?:u([0-9A-F]{4})|U([0-9A-F]{8})|(.))/gi, (_, short, long, one) =>
  (one ? ESCAPES[one] ?? one : String.fromCodePoint(parseInt(short ?? long, 16))));

function term([iri, blank, text, tongue, datatype]) {
  if (iri !== undefined) return { type: "uri", value: unescaped(iri) };
  if (blank !== undefined) return { type: "bnode", value: blank.slice(2) };
  const found = { type: "literal", value: unescaped(text) };
  if (tongue) found["xml:lang"] = tongue;
  if (datatype) found.datatype = datatype;
  return found;
}

/** Return a row for each statement; nothing if there are statements about statements. */
export function statements(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  const rows = lines.map((line) => line.match(LINE));
  if (rows.some((row) => !row)) return null;
  return rows.map((row) => ({
    subject: term(row.slice(1, 6)),
    predicate: term(row.slice(6, 11)),
    object: term(row.slice(11, 16)),
  }));
}

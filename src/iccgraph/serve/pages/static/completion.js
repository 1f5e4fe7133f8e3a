/* YASQE, the editor of YASGUI, with prefixes and terms of this graph: its own calls to prefix.cc and
 * to Linked Open Vocabularies are replaced by the page's prefixes and our own endpoint. */

import { ask } from "./endpoint.js";
import { element, page, plain, say } from "./page.js";
import { short } from "./terms.js";

/** The classes and properties that the release says it uses (VoID), the most used first. */
const TERMS = `PREFIX rdfs: <${page.prefixes.rdfs}>
PREFIX void: <${page.prefixes.void}>
SELECT ?class ?property ?uses ?label WHERE {
  { ?part void:class ?class ; void:entities ?uses . BIND (?class AS ?term) }
  UNION
  { ?part void:property ?property ; void:triples ?uses . BIND (?property AS ?term) }
  OPTIONAL { ?term rdfs:label ?label . FILTER (LANG(?label) = "${page.lang}") }
}
ORDER BY DESC(?uses)`;

const labels = new Map();
let asked = null;

async function terms(kind) {
  asked ??= ask(TERMS, "json").then((text) => JSON.parse(text).results.bindings, () => []);
  const rows = (await asked).filter((row) => row[kind]);
  for (const row of rows) if (row.label) labels.set(row[kind].value, row.label.value);
  return [...new Set(rows.map((row) => row[kind].value))];
}

/** Return whether what was typed begins the IRI or its prefixed name, or is in its label. */
function fits(iri, typed) {
  const name = plain(short(iri));
  const start = plain(typed);
  return iri.startsWith(typed) || name.startsWith(start) || name.split(":").pop().startsWith(start)
    || plain(labels.get(iri) ?? "").includes(start);
}

function termCompleter(name, built) {
  return {
    ...built,
    autoShow: true,
    get: async (_, token) => {
      const typed = token?.autocompletionString ?? "";
      return (await terms(name)).filter((iri) => fits(iri, typed)).slice(0, 60);
    },
    postProcessSuggestion: (yasqe, token, iri) => short(iri) || built.postProcessSuggestion(yasqe, token, iri),
    postprocessHints: (_, hints) => hints.map((hint) => ({ ...hint, render: describe })),
  };
}

function describe(item, _, hint) {
  const [prefix, local] = hint.text.split(":");
  const label = labels.get(`${page.prefixes[prefix] ?? ""}${local}`);
  item.append(hint.text, ...(label ? [" ", element("small", {}, label)] : []));
}

/** Return the editor, drawn into an element, with a text in it; `run` is called by Ctrl+Enter. */
export function openEditor(parent, value, run) {
  const { Yasqe } = window;
  const known = Yasqe.Autocompleters;
  const declared = Object.entries(page.prefixes).map(([prefix, start]) => `${prefix}: <${start}>`);
  Yasqe.registerAutocompleter({ ...known.prefixes, get: () => declared, persistenceId: null });
  for (const name of ["class", "property"]) Yasqe.registerAutocompleter(termCompleter(name, known[name]));
  const editor = new Yasqe(parent, {
    value,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    queryingDisabled: "",
    viewportMargin: Infinity,
    inputStyle: "contenteditable",
    screenReaderLabel: say("editor"),
    extraKeys: {
      Tab: false, "Shift-Tab": false, Esc: false, "Ctrl-S": false, "Ctrl-Enter": run, "Cmd-Enter": run,
    },
  });
  completeOnlyWhatIsTyped(editor);
  knowPrefixes(editor);
  explainWrongLine(editor);
  return editor;
}

/** Offer words while someone types, not while the cursor only passes by. */
function completeOnlyWhatIsTyped(editor) {
  const complete = editor.autocomplete;
  let typed = false;
  editor.on("change", (_, change) => { typed = change.origin === "+input"; });
  editor.autocomplete = (byItself = false) => {
    if (byItself && !typed) return;
    typed = false;
    complete(byItself);
  };
  editor.showNotification = () => {};
}

/** Leave unmarked what uses the release's prefixes without declaring them, as the endpoint does.
 *
 * They are inherited by the declared ones, so that the editor still declares a prefix that is typed:
 * a query should also work elsewhere.
 */
function knowPrefixes(editor) {
  const mode = editor.getMode();
  const { startState } = mode;
  mode.startState = () => Object.assign(startState(), { prefixes: Object.create(page.prefixes) });
  const known = editor.getPrefixesFromQuery;
  editor.getPrefixesFromQuery = () => ({ ...known.call(editor) });
  editor.setValue(editor.getValue());
  editor.clearHistory();
}

/** Say in the reader's language, at its mark, that a line does not fit. */
function explainWrongLine(editor) {
  const check = editor.checkSyntax;
  editor.checkSyntax = () => {
    check();
    editor.getDoc().eachLine((line) => {
      const mark = line.gutterMarkers?.gutterErrorBar;
      if (mark) Object.assign(mark, { onmouseover: null, onmouseout: null, title: say("badLine") });
    });
  };
  editor.checkSyntax();
}

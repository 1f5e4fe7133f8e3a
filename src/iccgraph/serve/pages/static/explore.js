/* Sorts the matrix without a reload and moves in it by arrow keys, tells the years of a timeline
   under the pointer, and brings out what a dot of the network is joined with. */

const SVG = "http://www.w3.org/2000/svg";

/** Makes one number of the matrix a stop of the Tab key; arrows lead from number to number. */
function moveIn(table) {
  const body = table.tBodies[0];
  const links = () => [...body.querySelectorAll("td a")];
  let here = links()[0];
  for (const other of links()) other.tabIndex = -1;
  const stop = (link) => {  // two changes, however many numbers there are
    here.tabIndex = -1;
    here = link;
    here.tabIndex = 0;
  };
  stop(here);
  body.addEventListener("focusin", (event) => {
    if (event.target.matches("td a")) stop(event.target);
  });
  const next = (cell, across, down) => {
    let row = cell.parentElement.sectionRowIndex;
    let column = cell.cellIndex;
    for (;;) {
      row += down;
      column += across;
      const other = body.rows[row]?.cells[column];
      if (!other) return null;
      const link = other.tagName === "TD" && other.querySelector("a");
      if (link) return link;
    }
  };
  const ends = (cell, key, whole) => {
    const found = whole ? links() : [...cell.parentElement.querySelectorAll("td a")];
    return key === "Home" ? found[0] : found.at(-1);
  };
  body.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td");
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (!cell || event.altKey || event.metaKey || (step && event.ctrlKey)) return;
    if (!step && event.key !== "Home" && event.key !== "End") return;
    const link = step ? next(cell, ...step) : ends(cell, event.key, event.ctrlKey);
    event.preventDefault();
    if (!link) return;
    link.focus({ preventScroll: true });
    intoView(table.parentElement, link);
  });
}

/** Scrolls a frame so that a link is not below its sticky heads. */
function intoView(frame, link) {
  const outer = frame.getBoundingClientRect();
  const inner = link.getBoundingClientRect();
  const head = frame.querySelector("thead th").getBoundingClientRect();
  const side = frame.querySelector("tbody th").getBoundingClientRect();
  if (inner.top < head.bottom) frame.scrollTop -= head.bottom - inner.top;
  if (inner.bottom > outer.bottom) frame.scrollTop += inner.bottom - outer.bottom + 12;
  if (inner.left < side.right) frame.scrollLeft -= side.right - inner.left;
  if (inner.right > outer.right) frame.scrollLeft += inner.right - outer.right + 12;
  link.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Sorts rows and columns where they stand; the address changes as that of the link would. */
function sortIn(table) {
  const body = table.tBodies[0];
  const order = new Intl.Collator(document.documentElement.lang);
  const name = (element) => element.querySelector("a").textContent;
  const number = (element) => Number(element.textContent.replace(/\D/g, ""));
  const by = {
    rows: {
      practices: (a, b) => number(b.cells[1]) - number(a.cells[1]),
      name: () => 0,
      country: (a, b) => order.compare(a.dataset.country, b.dataset.country),
    },
    columns: {
      practices: (a, b) => number(b.querySelector(".count")) - number(a.querySelector(".count")),
      name: () => 0,
    },
  };
  const sorters = {
    rows(value) {
      const rows = [...body.rows];
      rows.sort((a, b) => by.rows[value](a, b) || order.compare(name(a.cells[0]), name(b.cells[0])));
      body.append(...rows);
    },
    columns(value) {
      const heads = [...table.tHead.rows[0].cells].slice(2);
      const places = heads.map((head) => head.cellIndex);
      heads.sort((a, b) => by.columns[value](a, b) || order.compare(name(a), name(b)));
      const sorted = heads.map((head) => places.indexOf(head.cellIndex) + 2);
      for (const row of [table.tHead.rows[0], ...body.rows]) {
        const cells = [...row.cells];
        row.append(...sorted.map((place) => cells[place]));
      }
    },
  };
  for (const nav of document.querySelectorAll("[data-sorts]")) {
    nav.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      sorters[nav.dataset.sorts](link.dataset.value);
      for (const other of nav.querySelectorAll("a")) other.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      const address = new URL(location.href);
      const usual = nav.querySelector("a").dataset.value === link.dataset.value;
      if (usual) address.searchParams.delete(nav.dataset.sorts);
      else address.searchParams.set(nav.dataset.sorts, link.dataset.value);
      history.replaceState(null, "", address);
      for (const other of document.querySelectorAll("[data-sorts]")) {
        if (other === nav) continue;
        for (const one of other.querySelectorAll("a")) {
          const target = new URL(one.href);
          if (usual) target.searchParams.delete(nav.dataset.sorts);
          else target.searchParams.set(nav.dataset.sorts, link.dataset.value);
          one.href = target;
        }
      }
    });
  }
}

/** Tells year and number where the pointer is; the same numbers stand in the table. */
function tellYears(timeline) {
  const first = Number(timeline.dataset.first);
  const span = Number(timeline.dataset.last) - first + 1;
  const forms = JSON.parse(timeline.dataset.practices);
  const rules = new Intl.PluralRules(document.documentElement.lang);
  const shown = document.createElement("span");
  shown.className = "topic-years-at";
  shown.ariaHidden = "true";
  const said = (count) => {
    const form = forms[rules.select(count) === "one" || forms.length === 1 ? 0 : forms.length - 1];
    return form.replace("{count}", count);
  };
  for (const strip of timeline.querySelectorAll(".topic-years-strip")) {
    const counts = new Map(strip.dataset.years.split(" ").map((pair) => pair.split(":").map(Number)));
    strip.addEventListener("pointermove", (event) => {
      const box = strip.getBoundingClientRect();
      const share = Math.min(0.999, Math.max(0, (event.clientX - box.left) / box.width));
      const year = first + Math.floor(share * span);
      shown.textContent = `${year}: ${said(counts.get(year) ?? 0)}`;
      shown.style.insetInlineStart = `${Math.min(share * 100, 75)}%`;
      strip.append(shown);
    });
    strip.addEventListener("pointerleave", () => shown.remove());
  }
}

/** Brings out the dots and lines that a dot is joined with, while it is pointed at or in focus. */
function light(network) {
  const dots = new Map();
  const key = (kind, name) => `${kind}/${name}`;
  for (const dot of network.querySelectorAll(".node")) dots.set(key(dot.dataset.kind, dot.dataset.key), dot);
  const near = new Map([...dots.keys()].map((one) => [one, []]));
  for (const [one, dot] of dots) {
    for (const topic of (dot.dataset.to ?? "").split(" ").filter(Boolean)) {
      near.get(one).push(key("topic", topic));
      near.get(key("topic", topic))?.push(one);
    }
  }
  const lines = document.createElementNS(SVG, "path");
  lines.setAttribute("class", "edge now");
  const put = (dot) => {
    const others = near.get(key(dot.dataset.kind, dot.dataset.key)).map((one) => dots.get(one)).filter(Boolean);
    const at = (one) => `${one.dataset.x} ${one.dataset.y}`;
    lines.setAttribute("d", others.map((other) => `M${at(dot)}L${at(other)}`).join(""));
    network.insertBefore(lines, network.querySelector(".node"));
    for (const other of [dot, ...others]) other.classList.add("near");
    network.classList.add("lit");
  };
  const clear = () => {
    lines.remove();
    network.classList.remove("lit");
    for (const other of network.querySelectorAll(".near")) other.classList.remove("near");
  };
  const over = (event) => {
    const dot = event.target.closest?.(".node");
    clear();
    if (dot) put(dot);
  };
  network.addEventListener("pointerover", over);
  network.addEventListener("focusin", over);
  network.addEventListener("pointerleave", clear);
  network.addEventListener("focusout", clear);
}

const matrix = document.querySelector(".matrix");
if (matrix?.querySelector("td a")) moveIn(matrix);
if (matrix && "whole" in matrix.dataset) sortIn(matrix);
document.querySelectorAll(".topic-years").forEach(tellYears);
document.querySelectorAll(".network").forEach(light);

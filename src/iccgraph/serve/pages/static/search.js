/* Completes the search field while somebody types, finds values in long filters, and the city that
   is nearest to whoever asks. */

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Proposes names below a field, as a combobox with a list (ARIA Authoring Practices). */
function complete(field) {
  const list = document.createElement("ul");
  const kinds = JSON.parse(field.dataset.kinds);
  let asked = 0;
  list.id = `${field.id}-names`;
  list.className = "names";
  list.role = "listbox";
  list.ariaLabel = field.dataset.names;
  list.hidden = true;
  field.parentElement.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) field.setAttribute(name, value);

  function choose(option) {
    for (const other of list.children) other.ariaSelected = String(other === option);
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function show(found) {
    list.replaceChildren(...found.map((one, at) => {
      const option = document.createElement("li");
      const kind = document.createElement("span");
      option.id = `${list.id}-${at}`;
      option.role = "option";
      option.dataset.path = one.path;
      option.dataset.key = one.key;
      option.lang = one.language;
      option.append(one.label, " ", kind);
      kind.className = "muted";
      kind.lang = document.documentElement.lang;
      kind.textContent = `${kinds[one.scheme || one.kind] ?? kinds[one.kind]} · ${one.practices}`;
      return option;
    }));
    list.hidden = found.length === 0;
    field.ariaExpanded = String(!list.hidden);
    choose(null);
  }

  /** Goes to what was chosen, or has the form of the field take its key. */
  function take(option) {
    if (!field.dataset.kind) return location.assign(field.dataset.home + option.dataset.path);
    field.value = option.dataset.key;
    field.form.requestSubmit();
  }

  async function ask() {
    const turn = ++asked;
    const text = field.value.trim();
    if (text.length < 2) return show([]);
    const query = new URLSearchParams({ q: text.slice(0, 100), lang: field.dataset.lang });
    try {
      const answer = await fetch(`${field.dataset.suggest}?${query}`);
      if (!answer.ok || turn !== asked) return;
      const { result } = await answer.json();
      show(result.filter((one) => !field.dataset.kind || one.kind === field.dataset.kind));
    } catch {
      show([]);  // without names, the search itself still works
    }
  }

  let pause;
  field.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(ask, 120); });
  field.addEventListener("blur", () => show([]));
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("li");
    if (option) take(option);
  });
  field.addEventListener("keydown", (event) => {
    const chosen = list.querySelector("[aria-selected=true]");
    const options = [...list.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (list.hidden) return;
    if (step) {
      const at = options.indexOf(chosen) + step;
      choose(options[at < -1 ? options.length - 1 : at] ?? null);
      event.preventDefault();
    } else if (event.key === "Enter" && chosen) {
      take(chosen);
      event.preventDefault();
    } else if (event.key === "Escape") {
      show([]);
      event.preventDefault();
    }
  });
}

/** Puts a field above a filter with many values, which shows only those that have what is typed. */
function findIn(filter) {
  const items = [...filter.querySelectorAll("ul:not(.choice) > li")];
  if (items.length <= 12) return;
  const field = document.createElement("input");
  const rest = filter.querySelector("details.rest");
  const wasOpen = rest?.open;
  field.type = "search";
  field.className = "find";
  field.placeholder = field.ariaLabel = filter.dataset.find;
  field.addEventListener("input", () => {
    const wanted = folded(field.value.trim());
    for (const item of items) item.hidden = !folded(item.textContent).includes(wanted);
    if (rest) rest.open = wanted ? true : wasOpen;
  });
  (filter.querySelector(".choice") ?? filter.querySelector("summary")).after(field);
}

/** Offers to choose the city nearest to the reader, whose position stays in the browser. */
function nearest(select) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = select.dataset.here;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const narrowing = Math.cos(coords.latitude * Math.PI / 180);
      const far = (option) => {
        const [latitude, longitude] = option.dataset.at.split(",").map(Number);
        const across = Math.abs(longitude - coords.longitude);
        return Math.hypot(latitude - coords.latitude, Math.min(across, 360 - across) * narrowing);
      };
      const cities = [...select.options].filter((option) => option.dataset.at);
      cities.sort((one, other) => far(one) - far(other))[0].selected = true;
      select.form.requestSubmit();
    }, () => { button.textContent = select.dataset.failed; });
  });
  select.parentElement.append(button);
}

const select = document.getElementById("near");
if (select && navigator.geolocation) nearest(select);
document.querySelectorAll("input[data-suggest]").forEach(complete);
document.querySelectorAll("details[data-find]").forEach(findIn);

/* Places of an answer on a map: points from WKT or from latitude and longitude. */

import { FILES, openMap, prepare } from "./outlines.js";
import { element, page, say } from "./page.js";
import { isNumber, link, position, shown, words } from "./terms.js";

const LATITUDE = /^lat(itude)?$/i;
const LONGITUDE = /^(long?|lng|longitude)$/i;
/** So many places are drawn at most: beyond, a browser is slow and a reader sees no more. */
const MOST = 2000;

/** Return the rows that have a place, with their latitude and longitude. */
export function places(names, rows) {
  if (!FILES.every((name) => page.files[name])) return [];
  const latitude = names.find((name) => LATITUDE.test(name));
  const longitude = names.find((name) => LONGITUDE.test(name));
  return rows.flatMap((row) => {
    const pair = [row[latitude], row[longitude]];
    const point = names.map((name) => position(row[name])).find(Boolean)
      ?? (pair.every(isNumber) ? pair.map((term) => Number(term.value)) : null);
    return point && Math.abs(point[0]) <= 90 && Math.abs(point[1]) <= 180 ? [{ row, point }] : [];
  });
}

/** Draw the map into a panel. */
export async function drawMap(panel, names, all) {
  const found = all.slice(0, MOST);
  const box = element("div", { class: "atlas", role: "region", "aria-label": say("map") });
  const note = element("p", { class: "muted" });
  panel.append(box, note);
  await prepare(page.files).catch(() => { throw new Error(say("unreachable")); });
  if (!box.isConnected) return;
  const map = await openMap(box, page.words);
  const { L } = window;
  const bounds = L.latLngBounds(most(found.map((one) => one.point))).pad(0.08);
  map.fitBounds(bounds, { maxZoom: 6, animate: false });
  const beyond = found.filter(({ point }) => !map.getBounds().contains(point)).length;
  const counts = { count: found.length, beyond, all: all.length };
  note.textContent = say(beyond ? "mapBeyond" : "mapNote", counts);
  if (all.length > MOST) note.append(" ", say("drawn", counts));
  const columns = roles(names, found);
  found.sort((a, b) => width(b.row, columns.size) - width(a.row, columns.size));
  for (const { row, point } of found) spot(row, point, columns).addTo(map);
}

/** Return which column names a place, which is its IRI, which its size; the rest tells more. */
function roles(names, found) {
  const others = names.filter((name) => !LATITUDE.test(name) && !LONGITUDE.test(name));
  const every = (fits) => others.find((name) => found.every(({ row }) => fits(row[name])));
  const title = others.find((name) => /label$/i.test(name))
    ?? others.find((name) => /^(name|title)/i.test(name));
  const thing = every((term) => term?.type === "uri");
  const size = every((term) => isNumber(term) && Number(term.value) >= 0);
  return { title, thing, size, rest: others.filter((name) => name !== title && name !== thing) };
}

function spot(row, point, { title, thing, size, rest }) {
  const { L } = window;
  const text = words(row[title] ?? row[thing] ?? Object.values(row)[0]);
  return L.circleMarker(point, { className: "spot", radius: width(row, size), weight: 1.5, fillOpacity: 0.85 })
    .bindTooltip(element("span", {}, text), { direction: "top", offset: [0, -4] })
    .bindPopup(() => card(row, text, row[thing], rest), { maxWidth: 280, autoPanPadding: [24, 24] });
}

/** Return the points to look at first: all, or without the few that lie far from the rest. */
function most(points) {
  if (points.length < 10) return points;
  const ends = [0, 1].map((axis) => {
    const sorted = points.map((point) => point[axis]).sort((a, b) => a - b);
    const [low, high] = [0.25, 0.75].map((share) => sorted[Math.round((sorted.length - 1) * share)]);
    const reach = Math.max(3 * (high - low), 5);
    return [low - reach, high + reach];
  });
  return points.filter((point) =>
    ends.every(([low, high], axis) => point[axis] >= low && point[axis] <= high));
}

function width(row, size) {
  if (!size) return 6;
  return Math.min(Math.max(3 + 2 * Math.sqrt(Number(row[size].value)), 4), 16);
}

function card(row, text, thing, rest) {
  const lines = rest.filter((name) => row[name] && !position(row[name])).map((name) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, shown(row[name]))));
  const name = thing ? link(thing.value, text) : text;
  return element("div", {}, element("p", { class: "card-name" }, name), element("dl", {}, ...lines));
}

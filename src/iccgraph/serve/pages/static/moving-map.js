/* The places of a map as dots on one that zooms and moves; dots that would overlap are one dot, which
 * opens when it is zoomed. */

import { openMap, prepare } from "./outlines.js";

/** So many pixels lie between the centres of two dots. */
const APART = 34;
/** Places that are still one dot this near are listed instead of being zoomed to. */
const NEAREST = 9;

/** Put a map that moves in the place of the server's drawing, with the same view and places. */
export async function move(frame, data, words) {
  await prepare(words.files);
  const drawing = frame.querySelector("svg");
  const box = element("div", { className: "atlas places" });
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", drawing.getAttribute("aria-label") ?? words.map);
  drawing.replaceWith(box);
  const map = await openMap(box, words);
  const [[, west], [, east]] = data.view;
  const places = data.places.map(([label, lat, lon, count, path], at) => ({
    label, count, path, here: data.here && at === 0,
    point: [lat, lon < west && lon + 360 <= east ? lon + 360 : lon],
  }));
  map.fitBounds(data.view, { animate: false });
  const dots = window.L.layerGroup().addTo(map);
  const say = speech(words);
  const draw = () => {
    const held = dots.getLayers().find((one) => one.getElement() === document.activeElement);
    dots.clearLayers();
    for (const group of grouped(map, places)) {
      const made = dot(map, group, say).addTo(dots);
      if (held && group.includes(held.place)) made.getElement().focus({ preventScroll: true });
    }
  };
  map.on("zoomend", draw);
  draw();
  box.focus({ preventScroll: true });
}

/** Return the places in groups whose first ones are not too near to each other on the screen. */
function grouped(map, places) {
  const groups = [];
  for (const place of places) {
    const at = map.latLngToLayerPoint(place.point);
    const near = groups.find((group) => group.at.distanceTo(at) < APART);
    if (near) near.places.push(place);
    else groups.push({ at, places: [place] });
  }
  return groups.map((group) => group.places);
}

function dot(map, places, say) {
  const { L } = window;
  const counts = places.map((place) => place.count).filter((count) => count !== null);
  const count = counts.length ? counts.reduce((sum, one) => sum + one, 0) : null;
  const many = places.length > 1;
  const shown = many ? count ?? places.length : count > 1 ? count : null;
  const size = Math.min(14 + 3 * Math.sqrt(count ?? 1) + (many ? 6 : 0), APART - 4);
  const face = element("span", {}, shown === null ? "" : say.short(shown));
  face.style.inlineSize = face.style.blockSize = `${shown === null ? size : Math.max(size, 24)}px`;
  const kinds = [many && "many", count === 0 && "empty", places[0].here && "here"];
  const marker = L.marker(places[0].point, {
    icon: L.divIcon({
      html: face, iconSize: [APART, APART], className: ["dot", ...kinds.filter(Boolean)].join(" "),
    }),
    title: say.title(places, count),
    riseOnHover: true,
  });
  marker.place = places[0];
  const bounds = L.latLngBounds(places.map((place) => place.point));
  if (!many || map.getBoundsZoom(bounds.pad(0.2)) > NEAREST || map.getZoom() >= NEAREST) {
    return marker.bindPopup(() => card(places, say), {
      maxWidth: 300, maxHeight: 240, autoPanPaddingTopLeft: [56, 12],
    });
  }
  return marker.on("click keypress", ({ type, originalEvent }) => {
    if (type === "keypress" && originalEvent.key !== "Enter") return;
    map.fitBounds(bounds.pad(0.2), { maxZoom: NEAREST });
  });
}

function card(places, say) {
  return element("ul", {}, ...places.map((place) => {
    const name = place.path
      ? element("a", { href: place.path }, place.label)
      : element("span", {}, place.label);
    const count = place.count === null ? "" : say.practices(place.count);
    return element("li", {}, name, element("span", {}, count));
  }));
}

/** Return what says numbers in the language of the page. */
function speech(words) {
  const rules = new Intl.PluralRules(words.lang);
  const categories = ["zero", "one", "two", "few", "many", "other"]
    .filter((category) => rules.resolvedOptions().pluralCategories.includes(category));
  const numbers = new Intl.NumberFormat(words.lang);
  const short = new Intl.NumberFormat(words.lang, { notation: "compact" });
  const form = (forms, count) => forms[Math.min(categories.indexOf(rules.select(count)), forms.length - 1)];
  const counted = (forms, count) => form(forms, count).replace("{count}", numbers.format(count));
  const practices = (count) => counted(words.practices, count);
  const title = (places, count) => [
    places.length > 1 ? counted(words.places, places.length) : places[0].label,
    ...(count === null ? [] : [practices(count)]),
  ].join(", ");
  return { practices, title, short: (count) => short.format(count) };
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/* A map of the world by Leaflet, on outlines that this site serves itself. No tile is asked for. */

/** The files from npm that a map needs. */
export const FILES = ["leaflet.js", "leaflet.css", "countries-50m.json"];
let land = null;

/** Load Leaflet and the outlines, once in a page, from their addresses by name. */
export async function prepare(files) {
  land ??= load(files);
  await land;
}

/** Return a map in a box, after `prepare`; the words are `zoomIn`, `zoomOut` and `outlines`. */
export async function openMap(box, words) {
  const { L } = window;
  const map = L.map(box, {
    zoomControl: false, minZoom: 1, maxZoom: 9, zoomSnap: 0.5, maxBounds: [[-85, -220], [85, 260]],
  });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  map.attributionControl.setPrefix(false).addAttribution(words.outlines);
  const style = { className: "land", fillOpacity: 1, weight: 0.8 };
  map.setView([50, 10], 3);
  L.geoJSON(await land, { interactive: false, style }).addTo(map);
  return map;
}

async function load(files) {
  try {
    const [outlines] = await Promise.all([
      fetch(files["countries-50m.json"]).then((response) => response.json()),
      loaded("script", { src: files["leaflet.js"] }),
      loaded("link", { rel: "stylesheet", href: files["leaflet.css"] }),
      loaded("link", { rel: "stylesheet", href: new URL("map.css", import.meta.url).href }, "append"),
    ]);
    return countries(outlines);
  } catch (error) {
    land = null;
    throw error;
  }
}

function loaded(name, attributes, place = "prepend") {
  const part = Object.assign(document.createElement(name), attributes);
  return new Promise((resolve, reject) => {
    part.addEventListener("load", resolve);
    part.addEventListener("error", () => reject(new Error(part.src || part.href)));
    document.head[place](part);
  });
}

/** Return the outlines as GeoJSON; arcs are steps on a grid (TopoJSON, section 2.1.4). */
function countries(topology) {
  const { scale, translate } = topology.transform;
  const arcs = topology.arcs.map((steps) => {
    let x = 0;
    let y = 0;
    return steps.map(([dx, dy]) => {
      x += dx;
      y += dy;
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
  });
  const ring = (indexes) => {
    const points = indexes.flatMap((index, at) =>
      (index < 0 ? [...arcs[~index]].reverse() : arcs[index]).slice(at ? 1 : 0));
    const jumps = points.some(([x], at) => at && Math.abs(x - points[at - 1][0]) > 180);
    return jumps ? points.map(([x, y]) => [x < 0 ? x + 360 : x, y]) : points;
  };
  const polygons = ({ type, arcs: own }) =>
    (type === "Polygon" ? [own] : own ?? []).map((rings) => rings.map(ring));
  return topology.objects.countries.geometries
    .filter((country) => country.id !== "010")
    .map((country) => ({ type: "MultiPolygon", coordinates: polygons(country) }));
}

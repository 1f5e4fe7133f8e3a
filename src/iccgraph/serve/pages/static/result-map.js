/* The maps of a page, drawn by the server: each becomes one that zooms and moves if a reader asks. */

for (const figure of document.querySelectorAll(".map-figure")) {
  const button = figure.querySelector(".map-zoom");
  if (!button?.hidden) continue;
  const read = (name) => JSON.parse(figure.querySelector(`.map-${name}`).textContent);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const words = read("terms");
    figure.querySelector("[role=alert]")?.remove();
    button.disabled = true;
    try {
      const { move } = await import("./moving-map.js");
      await move(figure.querySelector(".map-frame"), read("places"), words);
      button.remove();
    } catch {
      const note = document.createElement("p");
      note.setAttribute("role", "alert");
      note.textContent = words.failed;
      button.after(note);
      button.disabled = false;
    }
  });
}

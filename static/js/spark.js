// Pointing at a word-sized line tells the month that is pointed at; by keyboard, the newest one, and
// the arrow keys lead to the others. What is told stands in the drawing's description already.
(() => {
  const INSET = 3;
  let tip, mark, shown;

  const drawingOf = (event) => event.target.closest?.(".spark-link, .spark")?.closest("td")?.querySelector(".spark");
  const monthsOf = (drawing) => drawing.querySelector("desc")?.textContent.split("; ") ?? [];

  const tell = (drawing, index) => {
    const months = monthsOf(drawing);
    if (!months.length) return;
    const title = drawing.querySelector("title");
    if (title) {
      // The browser's own hint would lie over ours.
      drawing.setAttribute("aria-label", title.textContent);
      title.remove();
    }
    shown = { drawing, index: Math.min(Math.max(index, 0), months.length - 1) };
    const width = drawing.viewBox.baseVal.width;
    const x = INSET + ((width - 2 * INSET) / Math.max(months.length - 1, 1)) * shown.index;
    mark ??= document.createElementNS("http://www.w3.org/2000/svg", "line");
    mark.setAttribute("class", "spark-mark");
    for (const [name, value] of [["x1", x], ["x2", x], ["y1", 0], ["y2", drawing.viewBox.baseVal.height]]) {
      mark.setAttribute(name, value);
    }
    drawing.append(mark);
    if (!tip) {
      tip = document.createElement("div");
      tip.className = "spark-tip";
      tip.setAttribute("aria-hidden", "true");
      document.body.append(tip);
    }
    tip.textContent = months[shown.index];
    tip.hidden = false;
    const box = drawing.getBoundingClientRect();
    const room = document.documentElement.clientWidth - tip.offsetWidth - 4;
    const left = box.left + (x / width) * box.width - tip.offsetWidth / 2;
    tip.style.left = `${Math.max(4, Math.min(left, room)) + scrollX}px`;
    tip.style.top = `${box.top - tip.offsetHeight - 4 + scrollY}px`;
  };
  const rest = () => {
    if (tip) tip.hidden = true;
    mark?.remove();
    shown = undefined;
  };

  document.addEventListener("pointermove", (event) => {
    const drawing = drawingOf(event);
    if (!drawing) {
      if (shown && document.activeElement?.closest(".spark-link") === null) rest();
      return;
    }
    const box = drawing.getBoundingClientRect();
    const along = ((event.clientX - box.left) / box.width) * drawing.viewBox.baseVal.width - INSET;
    const step = (drawing.viewBox.baseVal.width - 2 * INSET) / Math.max(monthsOf(drawing).length - 1, 1);
    tell(drawing, Math.round(along / step));
  });
  document.addEventListener("focusin", (event) => {
    const drawing = event.target.closest?.(".spark-link")?.querySelector(".spark");
    if (drawing) tell(drawing, Infinity);
    else if (shown) rest();
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.closest?.(".spark-link")) rest();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) rest();
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || !shown || !document.activeElement?.closest(".spark-link")) return;
    event.preventDefault();
    tell(shown.drawing, shown.index + step);
  });
})();

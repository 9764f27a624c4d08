// Pointing at a month, or reaching it by keyboard, writes its figures into the chart's read-out.
(() => {
  const slotOf = (event) => event.target.closest?.("[data-readout]");
  const say = (slot) => {
    const chart = slot.closest("[data-chart]");
    const readout = chart.querySelector("[data-chart-readout]");
    readout.dataset.newest ??= readout.textContent;
    readout.textContent = slot.dataset.readout;
    for (const other of chart.querySelectorAll(".is-pointed")) other.classList.remove("is-pointed");
    slot.classList.add("is-pointed");
  };
  const rest = (chart) => {
    const readout = chart.querySelector("[data-chart-readout]");
    if (readout?.dataset.newest) readout.textContent = readout.dataset.newest;
    for (const other of chart.querySelectorAll(".is-pointed")) other.classList.remove("is-pointed");
  };
  for (const name of ["pointerover", "focusin"]) {
    document.addEventListener(name, (event) => {
      const slot = slotOf(event);
      if (slot) say(slot);
    });
  }
  for (const name of ["pointerout", "focusout"]) {
    document.addEventListener(name, (event) => {
      const slot = slotOf(event);
      const chart = slot?.closest("[data-chart]");
      if (chart && !chart.contains(event.relatedTarget)) rest(chart);
    });
  }
})();

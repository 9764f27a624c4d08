// A step's form: rows are added in place, tables follow the chosen method, and what is typed is
// kept while it is typed. Without script the buttons do the same by sending the form.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const PAUSE = 1500;
  const RETRY = 5000;
  const status = form.querySelector("[data-autosave-said]");
  const seen = form.elements.namedItem("seen");
  let changed = 0;
  let kept = 0;
  let timer = 0;
  let busy = false;
  let stopped = false;

  const say = (text) => { if (status.textContent !== text) status.textContent = text; };

  // -- rows ------------------------------------------------------------------
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-entry]");
    if (!button) return;
    event.preventDefault();
    const table = button.closest("[data-entries]");
    const entries = table.querySelectorAll("[data-entry]");
    const spare = table.querySelector("template[data-spare]");
    const added = spare.content.cloneNode(true);
    for (const part of added.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for"]) {
        if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace("__row__", String(entries.length)));
      }
    }
    added.querySelector("[data-entry-number]").textContent = String(entries.length + 1);
    spare.before(added);
    const fresh = table.querySelectorAll("[data-entry]");
    fresh[fresh.length - 1].querySelector("input, select, textarea").focus();
  });

  // -- tables that belong to a method ------------------------------------------
  const follow = () => {
    for (const table of form.querySelectorAll("[data-needs]")) {
      const chosen = form.elements.namedItem(table.dataset.needs).value;
      table.hidden = chosen !== table.dataset.needsValue;
    }
  };
  form.addEventListener("change", follow);
  follow();

  // -- keeping -----------------------------------------------------------------
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(keep, wait);
  };

  async function keep() {
    if (stopped || kept === changed) return;
    if (busy) { later(PAUSE); return; }
    busy = true;
    const sending = changed;
    say(form.dataset.saving);
    try {
      const response = await fetch(form.getAttribute("action"), { // form.action is a button of that name
        method: "POST",
        body: new FormData(form),
        headers: { "X-Autosave": "1" },
        credentials: "same-origin",
        keepalive: document.visibilityState === "hidden",
      });
      const type = response.headers.get("Content-Type") || "";
      if (!type.startsWith("application/json")) throw new Error(String(response.status));
      const answer = await response.json();
      say(answer.said);
      if (response.ok) {
        seen.value = String(answer.seen);
        kept = sending;
      } else if (response.status === 409) {
        stopped = true;
      }
    } catch {
      say(form.dataset.failed);
      later(RETRY);
    } finally {
      busy = false;
    }
    if (!stopped && kept !== changed) later(PAUSE);
  }

  form.addEventListener("input", () => {
    changed += 1;
    if (!stopped) say(form.dataset.unsaved);
    later(PAUSE);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
  addEventListener("beforeunload", (event) => {
    if (kept !== changed) event.preventDefault();
  });

  // A save that is under way ends before the form is sent, or both would name the same version.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!busy) { kept = changed; stopped = true; return; }
    event.preventDefault();
    const pressed = event.submitter;
    const wait = setInterval(() => {
      if (busy) return;
      clearInterval(wait);
      form.requestSubmit(pressed);
    }, 50);
  });
})();

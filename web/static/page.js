// Comfort on top of pages that are complete without it: facets that submit themselves, a search inside long lists, keys, a walk through hits.
"use strict";
document.documentElement.classList.add("js");

(() => {
  const drawers = window.matchMedia("(max-width: 720px)");
  const remembered = "juanzong.focus";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Beside the results a filter acts at once; in the drawer of a phone several are chosen first, and the button stays.
  function fit() {
    document.body.classList.toggle("wide", !drawers.matches);
  }

  function submitFilters(control) {
    try {
      sessionStorage.setItem(remembered, JSON.stringify([control.name, control.type === "checkbox" ? control.value : null]));
    } catch { /* storage may be forbidden; then the focus is not kept */ }
    document.getElementById("ask").requestSubmit();
  }

  function restoreFocus() {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(remembered));
      sessionStorage.removeItem(remembered);
    } catch { return; }
    if (!kept) return;
    const control = all(`aside [name="${CSS.escape(kept[0])}"]`).find((found) => kept[1] === null || found.value === kept[1]);
    if (!control) return;
    const folded = control.closest("details.rest");
    if (folded) folded.open = true;
    control.focus({ preventScroll: true });
  }

  function prepareForm() {
    const form = document.getElementById("ask");
    form.addEventListener("submit", () => {
      // An empty date says nothing: it stays out of the address.
      for (const name of ["from", "to"]) {
        const input = document.getElementById(name);
        if (input && !input.value) {
          input.disabled = true;
          setTimeout(() => { input.disabled = false; });
        }
      }
    });
    for (const control of all("aside [form=ask]")) {
      control.addEventListener("change", () => {
        if (!drawers.matches && control.validity.valid) submitFilters(control);
      });
    }
  }

  function prepareWithin() {
    for (const field of all("input.within")) {
      const facet = field.closest("fieldset");
      const rest = facet.querySelector("details.rest");
      field.hidden = false;
      let composing = false;
      const filter = () => {
        const sought = field.value.trim().toLowerCase();
        for (const label of all("label", facet)) label.hidden = Boolean(sought) && !label.textContent.toLowerCase().includes(sought);
        if (rest) rest.open = Boolean(sought) || rest.open;
      };
      field.addEventListener("compositionstart", () => { composing = true; });
      field.addEventListener("compositionend", () => { composing = false; filter(); });
      field.addEventListener("input", () => { if (!composing) filter(); });
      field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) event.preventDefault(); });
    }
  }

  // --- the walk: results on one page, marks on the other ---
  const bar = document.getElementById("walkbar");
  const steps = bar ? all("main mark[id^=hit-]") : all(".hits article");
  let at = -1;

  function walk(by) {
    if (!steps.length) return;
    if (at >= 0) steps[at].classList.remove(bar ? "now" : "at");
    at = at < 0 ? (by > 0 ? 0 : steps.length - 1) : (at + by + steps.length) % steps.length;
    const step = steps[at];
    step.classList.add(bar ? "now" : "at");
    step.scrollIntoView({ block: bar ? "center" : "nearest" });
    if (bar) {
      bar.querySelector("output").textContent = `${at + 1} / ${steps.length}`;
      history.replaceState(history.state, "", `#${step.id}`);
    } else {
      step.querySelector("h2 a").focus({ preventScroll: true });
    }
  }

  function findPlace() {
    // A link to a paragraph or a mark says where the walk begins: at the first mark that stands there or after it.
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!bar || !target) return;
    const first = steps.findIndex((mark) => mark === target || target.contains(mark) ||
      target.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (at >= 0) steps[at].classList.remove("now");
    at = first;
    if (first >= 0) {
      steps[first].classList.add("now");
      bar.querySelector("output").textContent = `${first + 1} / ${steps.length}`;
    }
  }

  function prepareKeys() {
    const keys = document.getElementById("keys");
    document.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target.closest("input, textarea, select, [contenteditable]") || (keys.open && event.key !== "?")) return;
      if (event.key === "/") {
        event.preventDefault();
        const box = document.getElementById("q");
        box.focus();
        box.select();
      } else if (event.key === "j" || event.key === "k") {
        walk(event.key === "j" ? 1 : -1);
      } else if (event.key === "Enter" && !bar && at >= 0 && event.target === document.body) {
        steps[at].querySelector("h2 a").click();
      } else if (event.key === "?") {
        if (keys.open) keys.close(); else keys.showModal();
      }
    });
  }

  function prepareWalk() {
    for (const link of all("[data-walk]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        walk(Number(link.dataset.walk));
      });
    }
    window.addEventListener("hashchange", findPlace);
    findPlace();
  }

  fit();
  drawers.addEventListener("change", fit);
  prepareForm();
  prepareWithin();
  prepareKeys();
  prepareWalk();
  restoreFocus();
})();

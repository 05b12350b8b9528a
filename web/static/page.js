// Comfort on top of pages that are complete without it: facets that submit themselves, a search inside long lists, references in place, keys,
// a walk through hits.
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

  // A search inside a facet: values that are shown at once, and those beyond them as the server knows them.
  const PAUSE = 120;
  const MOST = 50;

  function box(facet, value, number) {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "checkbox", name: facet.dataset.facet, value });
    input.setAttribute("form", "ask");
    input.addEventListener("change", () => { if (!drawers.matches) submitFilters(input); });
    const name = Object.assign(document.createElement("bdi"), { textContent: value, lang: "zh" });
    const span = document.createElement("span");
    span.append(name);
    label.append(input, span, Object.assign(document.createElement("small"), { textContent: number }));
    return label;
  }

  function prepareWithin() {
    for (const field of all("input.within")) {
      const facet = field.closest("fieldset");
      const more = facet.querySelector(".more");
      const own = all("label", facet);
      let composing = false;
      let timer = 0;
      let asking = null;
      field.hidden = false;

      const fetched = () => all("label", facet).filter((label) => !own.includes(label));
      const ask = async (sought) => {
        asking = new AbortController();
        try {
          const url = facet.dataset.values;
          const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}contains=${encodeURIComponent(sought)}`, { signal: asking.signal });
          if (!answer.ok) return;
          const known = new Set(own.map((label) => label.querySelector("input").value));
          const found = (await answer.json()).values.filter((value) => !known.has(value.value)).slice(0, MOST);
          for (const label of fetched()) if (!label.querySelector("input").checked) label.remove();
          const held = new Set(fetched().map((label) => label.querySelector("input").value));
          more.before(...found.filter((value) => !held.has(value.value)).map((value) => box(facet, value.value, value.count)));
        } catch { /* asked anew, or the server is away: what is shown stays */ }
      };
      const filter = () => {
        clearTimeout(timer);
        asking?.abort();
        const sought = field.value.trim();
        for (const label of own) label.hidden = Boolean(sought) && !label.textContent.toLowerCase().includes(sought.toLowerCase());
        if (sought) timer = setTimeout(ask, PAUSE, sought);
        else for (const label of fetched()) if (!label.querySelector("input").checked) label.remove();
      };
      field.addEventListener("compositionstart", () => { composing = true; });
      field.addEventListener("compositionend", () => { composing = false; filter(); });
      field.addEventListener("input", () => { if (!composing) filter(); });
      field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) event.preventDefault(); });
    }
  }

  // “Cite” shows the reference where the reader is; without scripting it leads to a page with all forms.
  function prepareCitations() {
    for (const link of all(".foot .cite")) {
      link.addEventListener("click", async (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        const foot = link.closest(".foot");
        const open = foot.querySelector(".cited");
        if (open) {
          open.remove();
          return;
        }
        const [path] = link.getAttribute("href").split("?");
        const answer = await fetch(`${path}.txt`).catch(() => null);
        if (!answer?.ok) {
          location.assign(link.href);
          return;
        }
        const cited = Object.assign(document.createElement("div"), { className: "cited" });
        const reference = Object.assign(document.createElement("p"), { className: "reference", lang: "zh", textContent: (await answer.text()).trim() });
        const forms = document.createElement("p");
        forms.append(...[["bib", "BibTeX"], ["json", "CSL JSON"]].flatMap(([form, name], n) =>
          [n ? " · " : "", Object.assign(document.createElement("a"), { href: `${path}.${form}`, textContent: name, rel: "nofollow" })]));
        cited.append(reference, forms);
        foot.append(cited);
        link.focus();
      });
    }
  }

  // --- the walk: results on one page, marks on the other ---
  const bar = document.getElementById("walkbar");
  const steps = bar ? all("main mark[id^=hit-]") : all(".hits article");
  let at = -1;

  function tell() {
    for (const output of all(".walk output")) output.textContent = at < 0 ? "" : `${at + 1} / ${steps.length}`;
  }

  // The image of the page goes along: the box of the hit is shown in it, or the page that has it is fetched.
  let fetching = null;

  async function look(link) {
    const sheet = document.getElementById("sheet");
    if (!sheet || at < 0) return;
    fetching?.abort();
    const [before, now] = [sheet.dataset.pages.split(" ")[at], sheet.dataset.page];
    if (before !== now) {
      fetching = new AbortController();
      const answer = await fetch(link, { signal: fetching.signal }).catch(() => null);
      if (!answer?.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("sheet");
      if (!fresh) return;
      sheet.replaceWith(fresh);
      prepareSteps(fresh);
      tell();
      show(fresh);
      return;
    }
    for (const box of all("svg .now", sheet)) box.classList.remove("now");
    const boxes = all(`svg [data-hit="${at + 1}"]`, sheet);
    for (const box of boxes) box.classList.add("now");
    const paragraph = steps[at].closest(".para");
    for (const box of all("svg .here", sheet)) box.classList.toggle("off", box.dataset.paragraph !== paragraph?.id);
    const source = sheet.querySelector("source");
    if (source && boxes.length) {
      const sides = boxes.slice(0, 4).map((box) => {
        const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(box.getAttribute(name)));
        return `&box=${x},${y},${x + width},${y + height}`;
      });
      source.srcset = `${sheet.dataset.base}?n=${now}${sides.join("")}&shape=narrow`;
    }
    show(sheet);
  }

  function show(sheet) {
    const plate = sheet.querySelector(".plate");
    const box = sheet.querySelector("svg .now") || sheet.querySelector("svg .here:not(.off)");
    if (!plate || !box) return;
    const place = () => {
      const [inner, outer] = [box.getBoundingClientRect(), plate.getBoundingClientRect()];
      plate.scrollTop += inner.top + inner.height / 2 - outer.top - outer.height / 2;
      plate.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
    };
    const image = sheet.querySelector("img");
    if (image.complete) place(); else image.addEventListener("load", place, { once: true });
  }

  function walk(by) {
    if (!steps.length) return;
    if (at >= 0) steps[at].classList.remove(bar ? "now" : "at");
    at = at < 0 ? (by > 0 ? 0 : steps.length - 1) : (at + by + steps.length) % steps.length;
    const step = steps[at];
    step.classList.add(bar ? "now" : "at");
    step.scrollIntoView({ block: bar ? "center" : "nearest" });
    if (bar) {
      tell();
      const sheet = document.getElementById("sheet");
      const url = new URL(location.href);
      url.hash = step.id;
      if (sheet) {
        url.searchParams.set("hit", String(at + 1));
        url.searchParams.delete("sheet");
      }
      history.replaceState(history.state, "", url);
      look(url);
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
      tell();
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

  function prepareSteps(within = document) {
    for (const link of all("[data-walk]", within)) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        walk(Number(link.dataset.walk));
      });
    }
  }

  function prepareWalk() {
    prepareSteps();
    const sheet = document.getElementById("sheet");
    // beside an image the numbers in the margin move it too
    for (const link of sheet ? all(".beside .walk a") : []) {
      link.addEventListener("click", (event) => {
        const to = steps.findIndex((mark) => mark.id === link.hash.slice(1));
        if (to < 0) return;
        event.preventDefault();
        if (at >= 0) steps[at].classList.remove("now");
        at = to;
        walk(0);
      });
    }
    window.addEventListener("hashchange", findPlace);
    findPlace();
    if (sheet) show(sheet);
  }

  fit();
  drawers.addEventListener("change", fit);
  prepareForm();
  prepareWithin();
  prepareCitations();
  prepareKeys();
  prepareWalk();
  restoreFocus();
})();

// Suggestions below the search box while something is typed: a combobox with a list (WAI-ARIA), asked of this server only.
// The form works without it, nothing is chosen unless the reader chooses it, and an input method that is composing is left alone.
"use strict";

(() => {
  const box = document.getElementById("q");
  const list = document.getElementById("suggestions");
  const spoken = document.getElementById("suggested");
  const PAUSE = 70;
  let shown = [];
  let active = -1;
  let typed = box.value;
  let composing = false;
  let timer = 0;
  let asking = null;

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-haspopup", "listbox");
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-controls", list.id);
  list.setAttribute("role", "listbox");

  function part(tag, text, lang) {
    const element = document.createElement(tag);
    element.textContent = text;
    if (lang) element.lang = lang;
    return element;
  }

  function option(found, number) {
    const item = document.createElement("li");
    item.id = `suggestion-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.append(part("bdi", found.text, "zh"), part("small", `${list.dataset[found.kind] ?? ""} ${found.count}`));
    // The box keeps the focus, so that a click is no blur.
    item.addEventListener("pointerdown", (event) => event.preventDefault());
    item.addEventListener("click", () => take(number));
    return item;
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    shown = [];
    active = -1;
    list.hidden = true;
    list.replaceChildren();
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function show(found) {
    close();
    shown = found;
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    box.setAttribute("aria-expanded", String(found.length > 0));
    const sentence = found.length === 1 ? list.dataset.foundOne : found.length ? list.dataset.found : list.dataset.none;
    spoken.textContent = sentence.replace("{n}", found.length);
  }

  function point(at) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = at;
    const item = list.children[active];
    if (item) {
      item.setAttribute("aria-selected", "true");
      item.scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", item.id);
      box.value = shown[active].q;
    } else {
      box.removeAttribute("aria-activedescendant");
      box.value = typed;
    }
  }

  function take(at) {
    box.value = shown[at].q;
    close();
    box.form.requestSubmit();
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const signal = asking.signal;
    try {
      const answer = await fetch(`/api/suggest?limit=8&q=${encodeURIComponent(typed)}`, { signal });
      const body = answer.ok ? await answer.json() : { suggestions: [] };
      if (!signal.aborted && document.activeElement === box) show(body.suggestions.filter((found) => found.q !== typed));
    } catch { /* aborted, or the server is gone: then there are none */ }
  }

  function changed() {
    clearTimeout(timer);
    if (composing) return;
    typed = box.value;
    if (typed.trim()) timer = setTimeout(ask, PAUSE);
    else close();
  }

  function key(event) {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.altKey) {
      if (!shown.length) {
        if (event.key === "ArrowDown" && box.value.trim()) { typed = box.value; ask(); }
        return;
      }
      event.preventDefault();
      // Past either end lies what was typed.
      const places = shown.length + 1;
      point((active + 1 + (event.key === "ArrowDown" ? 1 : places - 1)) % places - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      take(active);
    } else if (event.key === "Escape" && shown.length) {
      event.preventDefault();
      box.value = typed;
      close();
    } else if (event.key === "Tab") {
      close();
    }
  }

  box.addEventListener("compositionstart", () => { composing = true; close(); });
  box.addEventListener("compositionend", () => { composing = false; changed(); });
  box.addEventListener("input", changed);
  box.addEventListener("keydown", key);
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
})();

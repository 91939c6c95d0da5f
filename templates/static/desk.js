// Small comforts of the desk; every page works without them. Ctrl+K goes to the find box, which then lists people while one
// types (GET data-find?q= answers `<a role="option" id href>` rows and an optional `<p data-find-note>`), arrows walk cards.
(() => {
  const box = document.querySelector("[data-find]");
  if (box) {
    const make = (tag, props) => Object.assign(document.createElement(tag), props);
    const panel = make("div", { className: "find-results", hidden: true });
    const list = make("div", { id: "find-list", role: "listbox", ariaLabel: box.dataset.findLabel });
    const note = make("div", { className: "hint" });
    const said = make("p", { className: "sr", role: "status" });
    panel.append(list, note);
    box.after(panel, said);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "find-list"]]) box.setAttribute(name, value);
    let at = -1, wait, asked = 0;
    const rows = () => [...list.children];
    const open = (on) => { panel.hidden = !on; box.setAttribute("aria-expanded", on); if (!on) choose(-1); };
    const choose = (index) => {
      at = index;
      rows().forEach((row, i) => row.setAttribute("aria-selected", i === at));
      const row = rows()[at];
      if (row) { box.setAttribute("aria-activedescendant", row.id); row.scrollIntoView({ block: "nearest" }); }
      else box.removeAttribute("aria-activedescendant");
    };
    open(false);
    const ask = async () => {
      const mine = ++asked, q = box.value.trim();
      if (q.length < 2) return open(false);
      const answer = await fetch(box.dataset.find + "?" + new URLSearchParams({ q })).catch(() => null);
      if (!answer?.ok || answer.redirected || mine !== asked) return;
      const part = make("template", { innerHTML: await answer.text() }).content;
      if (mine !== asked) return;
      const words = part.querySelector("[data-find-note]");
      list.replaceChildren(...part.querySelectorAll('[role="option"]'));
      rows().forEach((row, i) => { row.id ||= "find-" + i; row.tabIndex = -1; });
      note.replaceChildren(...(words ? [words] : []));
      said.textContent = words?.textContent ?? "";
      open(true);
      choose(-1);
    };
    box.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(ask, 80); });
    box.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], n = rows().length;
      if (step && n && !panel.hidden) { event.preventDefault(); choose((at + step + n) % n); }
      else if (event.key === "Enter" && rows()[at]) { event.preventDefault(); rows()[at].click(); }
      else if (event.key === "Escape" && !panel.hidden) { event.preventDefault(); open(false); }
    });
    box.form.addEventListener("focusout", (event) => { if (!box.form.contains(event.relatedTarget)) setTimeout(() => open(false), 150); });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); box.focus(); box.select(); }
    });
  }
  for (const tick of document.querySelectorAll("[data-reveal]")) {
    tick.closest("[hidden]").hidden = false;
    tick.addEventListener("change", () => { document.getElementById(tick.dataset.reveal).type = tick.checked ? "text" : "password"; });
  }
  // A search under way: its sentence and the cells of its table follow the server; the end shows the whole page.
  const run = document.querySelector("[data-run-events]");
  if (run && window.EventSource) {
    const source = new EventSource(run.dataset.runEvents);
    source.addEventListener("progress", (event) => { run.textContent = event.data; });
    source.addEventListener("row", (event) => {
      const { id, text } = JSON.parse(event.data), cell = document.getElementById(id);
      if (cell) cell.textContent = text;
    });
    source.addEventListener("done", () => { source.close(); location.reload(); });
  }
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("details.menu[open]");
    if (event.key === "Escape" && menu) { menu.open = false; menu.firstElementChild.focus(); }
    const card = event.target.closest?.(".board .card");
    if (!card || event.target.matches("input, select, textarea") || !event.key.startsWith("Arrow")) return;
    const columns = [...document.querySelectorAll(".board .column")].map((c) => [...c.querySelectorAll(".card")]).filter((c) => c.length);
    const x = columns.findIndex((c) => c.includes(card)), y = columns[x].indexOf(card);
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const column = columns[x + dx], next = column?.[Math.min(y + dy, dx ? column.length - 1 : Infinity)];
    if (next) { event.preventDefault(); (next.querySelector(".name") ?? next).focus(); }
  });
})();

"use strict";
(() => {
  const table = document.querySelector("table");
  const tools = document.querySelector(".tools");
  if (!table || !tools) return;
  const rows = [...table.querySelectorAll("tbody tr[data-state]")];
  const texts = new Map();
  const initial = [...table.tBodies].map((body) => ({ body, head: body.querySelector("tr.group"), rows: rows.filter((r) => r.parentNode === body) }));
  const order = new Map(rows.map((row, at) => [row, at]));
  const search = tools.querySelector("#q");
  const state = tools.querySelector("#state");
  const confidence = tools.querySelector("#confidence");
  const group = tools.querySelector("#group");
  const status = tools.querySelector("[role=status]");
  const sort = { column: "", down: false };
  const columns = ["state", "title", "place", "reason", "last"];
  const thousands = (count) => count.toLocaleString("en");
  const collator = new Intl.Collator(undefined, { numeric: true });

  // There may be thousands of rows: what one says is read when it is first asked for.
  const said = (row, selector) => row.querySelector(selector)?.textContent.trim() || "";
  const urlOf = (row) => row.dataset.url || row.querySelector(".title a")?.getAttribute("href") || "";
  const readers = {
    title: (row) => said(row, ".title"),
    place: (row) => said(row, ".where code"),
    reason: (row) => said(row, ".why strong") + " (" + said(row, ".why code") + ")",
    host: (row) => URL.parse?.(urlOf(row))?.hostname || urlOf(row).split("/")[2] || "",
    seed: (row) => key(row, "place").replace(/:\d+$/, ""),
    last: (row) => said(row, ".last:not(:has(.muted))"),
  };
  const key = (row, name) => (readers[name] ? readers[name](row) : row.dataset[name] || "");
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };
  const plainHash = () => !location.hash.includes("=");

  function readHash() {
    if (plainHash()) return;
    const wanted = new URLSearchParams(location.hash.slice(1));
    search.value = wanted.get("q") || "";
    const choose = (select, otherwise) => {
      const value = wanted.get(select.id);
      select.value = [...select.options].some((option) => option.value === value) ? value : otherwise;
    };
    choose(state, "");
    choose(confidence, "");
    choose(group, "finding");
    sort.column = columns.includes(wanted.get("sort")) ? wanted.get("sort") : "";
    sort.down = wanted.get("down") === "1";
  }

  function writeHash() {
    const view = new URLSearchParams();
    if (search.value) view.set("q", search.value);
    if (state.value) view.set("state", state.value);
    if (confidence.value) view.set("confidence", confidence.value);
    if (group.value !== "finding") view.set("group", group.value);
    if (sort.column) view.set("sort", sort.column);
    if (sort.down) view.set("down", "1");
    const text = view.toString();
    history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  }

  function matches(row, words) {
    const marked = ["new", "recovered"].includes(state.value);
    if (marked ? !row.hasAttribute("data-" + state.value) : state.value && key(row, "state") !== state.value) return false;
    if (confidence.value && key(row, "confidence") !== confidence.value) return false;
    return words.every((word) => textOf(row).includes(word));
  }

  function sorted(rows) {
    if (!sort.column) return [...rows].sort((a, b) => order.get(a) - order.get(b));
    const keys = new Map(rows.map((row) => [row, key(row, sort.column)]));
    const way = sort.down ? -1 : 1;
    return [...rows].sort((a, b) => way * collator.compare(keys.get(a), keys.get(b)) || order.get(a) - order.get(b));
  }

  function heading(text) {
    const row = document.createElement("tr");
    row.className = "group";
    const cell = document.createElement("th");
    cell.colSpan = 5;
    cell.scope = "rowgroup";
    cell.textContent = text;
    row.append(cell);
    return row;
  }

  function groups() {
    if (group.value === "finding") return initial;
    const found = new Map();
    for (const row of rows) {
      const name = key(row, group.value) || "(none)";
      if (!found.has(name)) {
        const body = document.createElement("tbody");
        found.set(name, { body, head: heading(name), rows: [] });
      }
      found.get(name).rows.push(row);
    }
    return [...found.entries()].sort((a, b) => a[0].localeCompare(b[0])).map((entry) => entry[1]);
  }

  // The page comes grouped by finding, in the order of the lists; rows are moved only when they are to stand elsewhere.
  let parts = initial;
  let arrangement = "finding";
  function arrange() {
    const wanted = [group.value, sort.column, sort.down ? "down" : ""].filter(Boolean).join();
    if (wanted === arrangement) return;
    arrangement = wanted;
    for (const body of [...table.tBodies]) body.remove();
    parts = groups();
    for (const part of parts) {
      part.body.replaceChildren(part.head, ...sorted(part.rows));
      table.append(part.body);
    }
  }

  function show() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let seen = 0;
    arrange();
    for (const part of parts) {
      let any = false;
      for (const row of part.rows) {
        const hidden = !matches(row, words);
        if (row.hidden !== hidden) row.hidden = hidden;
        if (!hidden) { seen += 1; any = true; }
      }
      part.body.hidden = !any;
    }
    status.textContent = (seen === rows.length ? "" : thousands(seen) + " of ") + thousands(rows.length) + (rows.length === 1 ? " link" : " links");
    for (const [at, th] of [...table.tHead.rows[0].cells].entries()) {
      if (columns[at] === sort.column) th.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
  }

  function changed() { writeHash(); show(); }

  for (const [at, th] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = th.textContent;
    button.addEventListener("click", () => {
      sort.down = sort.column === columns[at] && !sort.down;
      sort.column = columns[at];
      changed();
    });
    th.replaceChildren(button);
  }

  async function copy(text) {
    try { await navigator.clipboard.writeText(text); } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  // Rows get their buttons as they come into sight. There is room for them before, so that nothing moves when they come.
  table.classList.add("with-copies");
  function equip(row) {
    // Their words are not the row's.
    textOf(row);
    const [url, title] = [urlOf(row), key(row, "title")];
    const forms = { URL: url, Markdown: "[" + title.replace(/[\\[\]]/g, "\\$&") + "](" + url.replace(/[()\s]/g, encodeURIComponent) + ")", wikitext: "[" + url.replace(/[\s\[\]]/g, encodeURIComponent) + " " + title.replace(/[\[\]]/g, "") + "]" };
    const place = row.querySelector(".copies");
    place.append("Copy ");
    for (const [name, text] of Object.entries(forms)) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = name;
      button.setAttribute("aria-label", "copy " + name);
      button.addEventListener("click", () => { copy(text); status.textContent = name + " copied"; });
      place.append(button);
    }
  }

  const sight = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      sight.unobserve(entry.target);
      equip(entry.target);
    }
  }, { rootMargin: "400px" });
  for (const row of rows) sight.observe(row);

  // Nothing that is gone to may lie below what sticks to the top.
  function measure() {
    const root = document.documentElement.style;
    const sticks = getComputedStyle(tools).position === "sticky";
    root.setProperty("--bar", (sticks ? Math.floor(tools.getBoundingClientRect().height) : 0) + "px");
    root.setProperty("--head", table.tHead.offsetHeight + "px");
  }

  for (const link of document.querySelectorAll(".counts a[data-state]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); state.value = link.dataset.state; changed(); search.focus(); });
  }
  search.addEventListener("input", changed);
  state.addEventListener("change", changed);
  confidence.addEventListener("change", changed);
  group.addEventListener("change", changed);
  tools.querySelector("#reset").addEventListener("click", () => {
    search.value = ""; state.value = ""; confidence.value = ""; group.value = "finding"; sort.column = ""; sort.down = false; changed();
  });
  addEventListener("hashchange", () => { readHash(); show(); });
  addEventListener("beforeprint", () => { for (const d of document.querySelectorAll("details")) d.open = true; });
  tools.hidden = false;
  measure();
  addEventListener("resize", measure);
  new ResizeObserver(measure).observe(tools);
  readHash();
  show();
})();

"use strict";
(() => {
  const table = document.querySelector("table");
  const tools = document.querySelector(".tools");
  if (!table || !tools) return;
  const rows = [...table.querySelectorAll("tbody tr[data-state]")];
  const texts = new Map();
  const part = (body, head, rows) => ({ body, head, rows, number: head.querySelector(".number"), total: head.querySelector(".number").textContent });
  const initial = [...table.tBodies].map((body) => part(body, body.querySelector("tr.group"), [...body.querySelectorAll("tr[data-state]")]));
  const order = new Map(rows.map((row, at) => [row, at]));
  const search = tools.querySelector("#q");
  const state = tools.querySelector("#state");
  const confidence = tools.querySelector("#confidence");
  const group = tools.querySelector("#group");
  const status = tools.querySelector("[role=status]");
  const narrowed = document.createElement("p");
  narrowed.className = "narrowed";
  table.before(narrowed);
  let pause = 0;
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
    // From the worst to the best, the surest first.
    state: (row) => [state, confidence].map((choice) => [...choice.options].findIndex((option) => option.text === row.dataset[choice.id])).join(),
    last: (row) => said(row, ".last:not(:has(.muted))"),
  };
  const key = (row, name) => (readers[name] ? readers[name](row) : row.dataset[name] || "");
  // A link belongs to every list it stands in.
  const listsOf = (row) => [...new Set([...row.querySelectorAll(".where code")].map((place) => place.textContent.replace(/:\d+$/, "")))];
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

  function view() {
    const view = new URLSearchParams();
    if (search.value) view.set("q", search.value);
    if (state.value) view.set("state", state.value);
    if (confidence.value) view.set("confidence", confidence.value);
    if (group.value !== "finding") view.set("group", group.value);
    if (sort.column) view.set("sort", sort.column);
    if (sort.down) view.set("down", "1");
    return view.toString();
  }

  function writeHash() {
    const text = view();
    history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  }

  // What a choice of `Show` that is no state stands for: the row is marked so.
  const MARKS = ["new", "recovered", "changed", "listed"];
  function matches(row, words) {
    const marked = MARKS.includes(state.value);
    if (marked ? !row.hasAttribute("data-" + state.value) : state.value && row.dataset.state !== state.value) return false;
    if (confidence.value && row.dataset.confidence !== confidence.value) return false;
    return words.every((word) => textOf(row).includes(word));
  }

  function sorted(rows) {
    if (!sort.column) return [...rows].sort((a, b) => order.get(a) - order.get(b));
    const keys = new Map(rows.map((row) => [row, key(row, sort.column)]));
    const way = sort.down ? -1 : 1;
    return [...rows].sort((a, b) => way * collator.compare(keys.get(a), keys.get(b)) || order.get(a) - order.get(b));
  }

  function heading(text, count) {
    const row = document.createElement("tr");
    row.className = "group";
    const cell = document.createElement("th");
    cell.colSpan = 5;
    cell.scope = "rowgroup";
    const number = document.createElement("span");
    number.className = "number";
    number.textContent = thousands(count);
    cell.append(text + " (", number, ")");
    row.append(cell);
    return row;
  }

  // The row once more, for a further list it stands in.
  const doubles = new Set();
  function double(row) {
    const copy = row.cloneNode(true);
    copy.querySelector(".copies").replaceChildren();
    texts.set(copy, textOf(row));
    order.set(copy, order.get(row));
    doubles.add(copy);
    sight.observe(copy);
    return copy;
  }

  function groups() {
    for (const copy of doubles) { sight.unobserve(copy); texts.delete(copy); order.delete(copy); }
    doubles.clear();
    if (group.value === "finding") return initial;
    const found = new Map();
    const put = (name, row) => { if (found.has(name)) found.get(name).push(row); else found.set(name, [row]); };
    for (const row of rows) {
      const [first = "(none)", ...further] = group.value === "seed" ? listsOf(row) : [key(row, group.value) || "(none)"];
      put(first, row);
      for (const name of further) put(name, double(row));
    }
    const named = [...found.entries()].sort((a, b) => collator.compare(a[0], b[0]));
    return named.map(([name, rows]) => {
      const body = document.createElement("tbody");
      // There may be as many groups as rows.
      if (rows.length < 10) body.className = "short";
      return part(body, heading(name, rows.length), rows);
    });
  }

  // The page comes grouped by finding, in the order of the lists; rows are moved only when they are to stand elsewhere, and
  // all at once.
  let parts = initial;
  let arrangement = "finding";
  function arrange() {
    const wanted = [group.value, sort.column, sort.down ? "down" : ""].filter(Boolean).join();
    if (wanted === arrangement) return;
    arrangement = wanted;
    for (const body of [...table.tBodies]) body.remove();
    parts = groups();
    const page = document.createDocumentFragment();
    for (const part of parts) {
      part.body.replaceChildren(part.head, ...sorted(part.rows));
      page.append(part.body);
    }
    table.append(page);
  }

  function show() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let seen = 0;
    arrange();
    for (const part of parts) {
      let own = 0;
      for (const row of part.rows) {
        const hidden = !matches(row, words);
        if (row.hidden !== hidden) row.hidden = hidden;
        if (hidden) continue;
        own += 1;
        if (!doubles.has(row)) seen += 1;
      }
      part.body.hidden = own === 0;
      part.number.textContent = own === part.rows.length ? part.total : thousands(own) + " of " + part.total;
    }
    const count = (seen === rows.length ? "" : thousands(seen) + " of ") + thousands(rows.length) + (rows.length === 1 ? " link" : " links");
    status.textContent = count;
    // On paper, where no tools are to be seen, a part must not pass for the whole.
    const chosen = [state, confidence].filter((choice) => choice.value).map((choice) => choice.selectedOptions[0].text);
    if (search.value.trim()) chosen.unshift("\u201c" + search.value.trim() + "\u201d");
    narrowed.hidden = seen === rows.length;
    narrowed.classList.toggle("nothing", seen === 0);
    narrowed.textContent = (seen ? "Only " + count + " shown: " : "No link fits: ") + chosen.join(", ") + ".";
    for (const [at, th] of [...table.tHead.rows[0].cells].entries()) {
      if (columns[at] === sort.column) th.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
  }

  function changed() { clearTimeout(pause); writeHash(); show(); }

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

  // Tells readers of screens what the button shows.
  const heard = document.createElement("span");
  heard.className = "heard";
  heard.setAttribute("role", "status");
  document.body.append(heard);

  async function copied(text) {
    try { await navigator.clipboard.writeText(text); return true; } catch {
      const [focus, area] = [document.activeElement, document.createElement("textarea")];
      area.className = "heard";
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      focus?.focus({ preventScroll: true });
      return done;
    }
  }

  async function copy(button, name, text) {
    const done = await copied(text);
    button.textContent = done ? "Copied" : "Not copied";
    heard.textContent = name + (done ? " copied" : " could not be copied");
    setTimeout(() => { button.textContent = name; }, 2000);
  }

  // Titles and addresses are other people's: none of them may become markup where it is put in.
  const percent = (text) => [...new TextEncoder().encode(text)].map((byte) => "%" + byte.toString(16).toUpperCase().padStart(2, "0")).join("");
  const reference = (text) => [...text].map((sign) => "&#" + sign.codePointAt(0) + ";").join("");
  const address = (url) => url.replace(/[\s"'<>\\^`{|}()[\]]/g, percent).replace(/(&#?[a-z\d]+);/gi, "$1%3B");
  const markdown = (text) => text.replace(/[\\`*_[\]<>|~^#@$]|&(?=[#a-z\d])|:(?=\/\/)|(?<=www)\./gi, "\\$&");
  const wikitext = (text) => text.replace(/[[\]{}<>&~|]|''+|__+|==+|--+|:(?=\/\/)/g, reference);
  function forms(row) {
    const [url, title] = [urlOf(row), key(row, "title").replace(/\s+/g, " ")];
    if (!/^https?:\/\//i.test(url)) return { URL: url };
    return { URL: url, Markdown: "[" + markdown(title) + "](" + address(url) + ")", wikitext: "[" + address(url) + " " + wikitext(title) + "]" };
  }

  // Rows get their buttons as they come into sight. There is room for them before, so that nothing moves when they come.
  table.classList.add("with-copies");
  function equip(row) {
    // Their words are not the row's.
    textOf(row);
    const place = row.querySelector(".copies");
    if (place.firstChild) return;
    place.append("Copy ");
    for (const [name, text] of Object.entries(forms(row))) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = name;
      button.setAttribute("aria-label", "copy " + name + " of " + key(row, "title"));
      button.addEventListener("click", () => copy(button, name, text));
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

  // A count counts all of them.
  for (const link of document.querySelectorAll(".counts a[data-state]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      search.value = ""; confidence.value = ""; state.value = link.dataset.state;
      changed();
      search.focus();
    });
  }
  // Many rows are gone through when the typing pauses.
  search.addEventListener("input", () => {
    clearTimeout(pause);
    if (rows.length > 1000) pause = setTimeout(changed, 150);
    else changed();
  });
  state.addEventListener("change", changed);
  confidence.addEventListener("change", changed);
  group.addEventListener("change", changed);
  tools.querySelector("#reset").addEventListener("click", () => {
    search.value = ""; state.value = ""; confidence.value = ""; group.value = "finding"; sort.column = ""; sort.down = false; changed();
  });
  // A place in the page takes the view's place in the address; the view is put back when the place was gone to.
  addEventListener("hashchange", () => {
    if (plainHash()) { if (view()) writeHash(); return; }
    readHash(); show();
  });
  // Paper has the details of what it shows.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")].filter((details) => !details.closest("[hidden]"));
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of opened.splice(0)) details.open = false; });
  tools.hidden = false;
  measure();
  addEventListener("resize", measure);
  new ResizeObserver(measure).observe(tools);
  readHash();
  show();
  // Rows that come into sight take more or less room than was thought, so a place in the page is gone to once more.
  const place = plainHash() && document.getElementById(location.hash.slice(1));
  if (place && performance.getEntriesByType("navigation")[0]?.type === "navigate") {
    let steps = 3;
    const settle = () => { place.scrollIntoView(); if ((steps -= 1)) requestAnimationFrame(settle); };
    settle();
  }
})();

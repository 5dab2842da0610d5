"use strict";
(() => {
  const tools = document.querySelector(".tools");
  const entries = [...document.querySelectorAll("article")];
  if (!tools || !entries.length) return;
  const sections = [...document.querySelectorAll("main section")];
  const texts = new Map(entries.map((entry) => [entry, entry.textContent.toLowerCase()]));
  const search = tools.querySelector("#q");
  const choices = [...tools.querySelectorAll("select")];
  const status = tools.querySelector("[role=status]");
  const part = document.createElement("p");
  part.className = "narrowed";
  document.querySelector("main").prepend(part);
  const thousands = (count) => count.toLocaleString("en");

  // A section takes in those below it; an entry may have changed in several ways.
  const SECTIONS = " \u203A ";
  const between = { section: SECTIONS, change: "|" };
  function valuesOf(entry, name) {
    const value = entry.dataset[name] || "";
    if (!value) return [];
    const parts = between[name] ? value.split(between[name]) : [value];
    return name === "section" ? parts.map((_, at) => parts.slice(0, at + 1).join(SECTIONS)) : parts;
  }

  for (const choice of choices) {
    const values = new Map();
    for (const entry of entries) {
      for (const value of valuesOf(entry, choice.id)) values.set(value, (values.get(value) || 0) + 1);
    }
    const names = [...values.keys()];
    if (choice.id === "year") names.sort().reverse();
    else if (choice.id !== "section") names.sort((a, b) => a.localeCompare(b));
    for (const name of names) {
      const option = document.createElement("option");
      option.value = name;
      const path = choice.id === "section" ? name.split(SECTIONS) : [name];
      option.textContent = "\u00a0\u00a0".repeat(path.length - 1) + path[path.length - 1] + " (" + values.get(name) + ")";
      choice.append(option);
    }
    if (names.length < 2) choice.parentNode.hidden = true;
    choice.addEventListener("change", changed);
  }

  function readHash() {
    if (!location.hash.includes("=")) return;
    const wanted = new URLSearchParams(location.hash.slice(1));
    search.value = wanted.get("q") || "";
    for (const choice of choices) {
      const value = wanted.get(choice.id) || "";
      choice.value = [...choice.options].some((option) => option.value === value) ? value : "";
    }
  }

  function view() {
    const view = new URLSearchParams();
    if (search.value) view.set("q", search.value);
    for (const choice of choices) if (choice.value) view.set(choice.id, choice.value);
    return view.toString();
  }

  function writeHash() {
    const text = view();
    history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  }

  function show() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const narrowed = words.length > 0 || choices.some((choice) => choice.value);
    let seen = 0;
    for (const entry of entries) {
      const text = texts.get(entry);
      const fits = choices.every((choice) => !choice.value || valuesOf(entry, choice.id).includes(choice.value));
      entry.hidden = !(fits && words.every((word) => text.includes(word)));
      if (!entry.hidden) seen += 1;
    }
    for (const section of sections) {
      const any = section.querySelector("article:not([hidden])");
      const empty = narrowed && !any;
      section.hidden = empty;
      const line = document.querySelector('nav.contents a[href="#' + section.id + '"]');
      if (line) line.parentNode.hidden = empty;
    }
    const count = (seen === entries.length ? "" : thousands(seen) + " of ") + thousands(entries.length) + (entries.length === 1 ? " resource" : " resources");
    status.textContent = count;
    // On paper, where no tools are to be seen, a part must not pass for the whole.
    const chosen = choices.filter((choice) => choice.value).map((choice) => choice.value);
    if (search.value.trim()) chosen.unshift("\u201c" + search.value.trim() + "\u201d");
    part.hidden = seen === entries.length;
    part.classList.toggle("nothing", seen === 0);
    part.textContent = (seen ? "Only " + count + " shown: " : "No resource fits: ") + chosen.join(", ") + ".";
  }

  function changed() { writeHash(); show(); }

  // Nothing that is gone to may lie below what sticks to the top.
  function measure() {
    const sticks = getComputedStyle(tools).position === "sticky";
    const height = sticks ? Math.floor(tools.getBoundingClientRect().height) : 0;
    document.documentElement.style.setProperty("--bar", height + "px");
  }

  search.addEventListener("input", changed);
  tools.querySelector("#reset").addEventListener("click", () => {
    search.value = "";
    for (const choice of choices) choice.value = "";
    changed();
  });
  // A place in the page takes the view's place in the address; the view is put back when the place was gone to.
  addEventListener("hashchange", () => {
    if (!location.hash.includes("=")) { if (view()) writeHash(); return; }
    readHash(); show();
  });
  // Paper has what changed in full.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of opened.splice(0)) details.open = false; });
  tools.hidden = false;
  measure();
  addEventListener("resize", measure);
  new ResizeObserver(measure).observe(tools);
  readHash();
  show();
})();

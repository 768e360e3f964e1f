// The page's script: what all parts use, and what starts them. Text only ever goes into text nodes.
#include "reports/html_page.hh"

namespace fwsim {

const std::string_view html_script_base = R"js("use strict";
const report = JSON.parse(document.getElementById("report").textContent);
const $ = (id) => document.getElementById(id);
const severities = ["error", "warning", "note"];
let at = 0;                        // the ruleset that is shown
const ruleset = () => report.rulesets[at];

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {}))
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  for (const child of children) if (child !== null && child !== undefined && child !== "") node.append(child);
  return node;
}
const el = (tag, attributes, ...children) => filled(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
const plural = (n, what) => grouped(n) + " " + what + (n === 1 ? "" : "s");
const hash = (words) => "#" + new URLSearchParams(report.rulesets.length > 1 ? { f: at, ...words } : words);
// A place is [table, chain, rule]; the rule is its index, the chain's length for what comes after the last, -1 for the chain.
const chainOf = (place) => ruleset().tables[place[0]].chains[place[1]];
const chainName = (place) => ruleset().tables[place[0]].name + "/" + chainOf(place).name;
function nameOf(place) {
  const chain = chainOf(place);
  if (place[2] < 0) return chainName(place);
  return chainName(place) + "/" + (place[2] < chain.rules.length ? place[2] + 1 : chain.hook ? "policy" : "return");
}
function lineOf(place) {
  const chain = chainOf(place);
  return place[2] >= 0 && place[2] < chain.rules.length ? chain.rules[place[2]][0] : chain.line;
}
const placeLink = (place) => el("a", { href: hash({ rule: place.join(".") }) }, nameOf(place));
const tag = (severity, text) => el("span", { class: "tag " + severities[severity] }, text);

// Findings of the shown ruleset by chain and by rule: key -> indices.
let byChain = new Map(), byRule = new Map();
function indexFindings() {
  byChain = new Map();
  byRule = new Map();
  ruleset().findings.forEach((finding, i) => {
    const chain = finding.place[0] + "." + finding.place[1], rule = finding.place.join(".");
    for (const [map, key] of [[byChain, chain], [byRule, rule]]) map.has(key) ? map.get(key).push(i) : map.set(key, [i]);
  });
}
const worst = (indices) => Math.min(...(indices || []).map((i) => ruleset().findings[i].severity), 3);

// Rows come a hundred at a time, as they are scrolled to.
function grow(parent, items, make, step = 100) {
  let done = 0;
  const end = el("div", { class: "soft" });
  const more = (upto = done + step) => {
    const rows = document.createDocumentFragment();
    for (; done < Math.min(upto, items.length); ++done) rows.append(make(items[done], done));
    end.before(rows);
    if (done >= items.length) { watcher.disconnect(); end.remove(); } else end.textContent = grouped(items.length - done) + " more below";
  };
  const watcher = new IntersectionObserver((entries) => { if (entries.some((e) => e.isIntersecting)) more(); }, { rootMargin: "600px" });
  parent.replaceChildren(end);
  more();
  if (done < items.length) watcher.observe(end);
  return { upto: (n) => { if (n >= done && n < items.length) more(n + 1); }, all: () => { if (done < items.length) more(items.length); },
           stop: () => watcher.disconnect() };
}

function point(node) {
  for (const old of document.querySelectorAll(".target")) old.classList.remove("target");
  node.classList.add("target");
  node.scrollIntoView({ block: "center" });
}
)js";

const std::string_view html_script_start = R"js(
function show(index) {
  at = index;
  document.title = "fwsim lint: " + ruleset().file;
  $("ruleset").value = String(index);
  indexFindings();
  showSummary();
  fillChecks();
  showFindings();
  showChains();
  showWay();
  showPackets();
  showServices();
  showTables();
}

// #q=..., severity=..., check=... filter; rule=, finding= and packet= (with step=) go there; f= is the ruleset; to= a section.
function follow() {
  const words = new URLSearchParams(location.hash.slice(1));
  const index = words.has("f") ? Number(words.get("f")) : at;
  if (index !== at && report.rulesets[index]) show(index);
  if (["q", "severity", "check"].some((word) => words.has(word))) {
    filter.q = words.get("q") || "";
    filter.check = words.get("check") || "";
    filter.severity = new Set(words.has("severity") ? words.get("severity").split(",").map((w) => severities.indexOf(w)) : [0, 1, 2]);
    $("q").value = filter.q;
    showFindings();
  }
  if (words.has("rule")) goToRule(words.get("rule").split(".").map(Number));
  if (words.has("finding")) goToFinding(Number(words.get("finding")));
  if (words.has("packet")) goToStep(Number(words.get("packet")), Number(words.get("step") || 0));
  if (words.has("to") && $(words.get("to"))) $(words.get("to")).scrollIntoView();
}

function start() {
  report.rulesets.forEach((one, i) => $("ruleset").append(el("option", { value: i }, one.file)));
  $("ruleset").hidden = report.rulesets.length < 2;
  $("ruleset").addEventListener("change", () => { location.hash = "#f=" + $("ruleset").value; });
  const root = document.documentElement;
  try { if (localStorage.fwsimTheme) root.dataset.theme = localStorage.fwsimTheme; } catch (e) { /* no storage: the system's theme */ }
  $("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.fwsimTheme = root.dataset.theme; } catch (e) { /* it holds for this visit */ }
  });
  if (report.rulesets.length === 0) return;
  startFindings();
  startRules();
  startSteps();
  show(0);
  follow();
  addEventListener("hashchange", follow);
  addEventListener("click", (event) => {   // the same link again, after scrolling away
    const link = event.target.closest("a");
    if (link && link.getAttribute("href") === location.hash) follow();
  });
  addEventListener("beforeprint", () => { shownFindings.all(); openAll(true); });
}
start();
)js";

}  // namespace fwsim

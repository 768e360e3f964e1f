// The rules of each chain, on the page. A chain's rows are made when it is opened.
#include "reports/html_page.hh"

namespace fwsim {

const std::string_view html_script_rules = R"js(
const small = 300;                 // up to so many rules all chains are open at once
let chainNodes = new Map();        // "table.chain" -> {node, rows, build}

function hits(packets, bytes, most) {
  return el("span", { class: packets ? "hits" : "hits none", title: plural(packets, "packet") + ", " + plural(bytes, "byte") },
            packets ? el("i", { style: "width:" + Math.max(0.7, (100 * packets) / most) + "%" }) : null, el("span", {}, grouped(packets)));
}
const findingTags = (key) => el("span", {}, ...(byRule.get(key) || []).map((i) => {
  const f = ruleset().findings[i];
  return el("a", { href: hash({ finding: i }), title: f.check + ": " + f.text, class: "tag " + severities[f.severity] }, f.id);
}));

function ruleRow(place, most, full) {
  const r = ruleset(), chain = chainOf(place), key = place.join("."), rule = chain.rules[place[2]];
  const text = rule ? rule[1] : chain.hook ? "policy " + chain.policy : "back to the caller";
  const [packets, bytes] = rule ? [rule[2], rule[3]] : [chain.packets, chain.bytes];
  const counted = r.counted && (rule || chain.hook);
  const name = full ? placeLink(place) : el("a", { href: hash({ rule: key }) }, rule ? place[2] + 1 : "");
  return el("div", { class: "row", id: full ? null : "rule-" + key }, name, el("span", { title: "line" }, lineOf(place) || ""),
            r.counted ? (counted ? hits(packets, bytes, most) : el("span")) : null,
            el("span", { class: rule ? "rule" : "soft" }, text, ...called(place, rule)), findingTags(key));
}

// " -> CHAIN" as a link, for rules that jump or go there.
function called(place, rule) {
  if (!rule || rule[4] === undefined) return [];
  return [" ", el("a", { href: hash({ rule: [place[0], rule[4], -1].join(".") }), title: "to this chain" }, "\u2192")];
}

function chainNode(t, c) {
  const r = ruleset(), chain = r.tables[t].chains[c], key = t + "." + c, found = byChain.get(key) || [];
  const counts = severities.map((_, s) => found.filter((i) => r.findings[i].severity === s).length);
  const rows = el("div", {}), head = el("div", { class: "row head", "aria-hidden": "true" }, el("span", {}, "rule"), el("span", {}, "line"), r.counted ? el("span", {}, "packets") : null);
  const node = el("details", { class: "chain", id: "chain-" + key, "data-rules": chain.rules.length },
    el("summary", {}, el("b", {}, r.tables[t].name + "/" + chain.name),
       el("span", { class: "soft" }, (chain.hook ? "policy " + chain.policy + ", " : "") + plural(chain.rules.length, "rule") + " "),
       ...counts.flatMap((n, s) => (n ? [tag(s, plural(n, severities[s]))] : [])), findingTags(key + ".-1")), el("div", { class: r.counted ? "counted" : "" }, head, rows));
  const most = Math.max(1, chain.hook ? chain.packets || 0 : 0, chain.rules.reduce((m, rule) => Math.max(m, rule[2] || 0), 0));
  const places = Array.from({ length: chain.rules.length + 1 }, (_, i) => [t, c, i]);
  let grown = null;
  const build = () => (grown = grown || grow(rows, places, (place) => ruleRow(place, most, false), 200));
  node.addEventListener("toggle", () => { if (node.open) build(); });
  return { node, build, stop: () => { if (grown) grown.stop(); } };
}

function showChains() {
  for (const old of chainNodes.values()) old.stop();
  chainNodes = new Map();
  const all = document.createDocumentFragment();
  let rules = 0;
  ruleset().tables.forEach((table, t) => table.chains.forEach((chain, c) => {
    const made = chainNode(t, c);
    chainNodes.set(t + "." + c, made);
    all.append(made.node);
    rules += chain.rules.length;
  }));
  $("chains").replaceChildren(all);
  if (rules <= small) openAll(false, (node) => node.dataset.rules !== "0");
  searchRules();
}

function openAll(whole, wanted = () => true) {
  for (const { node, build } of chainNodes.values()) {
    if (!wanted(node)) continue;
    node.open = true;
    const rows = build();
    if (whole) rows.all();
  }
}

function goToRule(place) {
  const made = chainNodes.get(place[0] + "." + place[1]);
  if (!made) return;
  made.node.open = true;
  if (place[2] < 0) return point(made.node);
  made.build().upto(place[2]);
  const row = $("rule-" + place.join("."));
  if (row) point(row);
}

let shownRules = { stop() {} };
function searchRules() {
  const words = $("rule-q").value.toLowerCase().split(/\s+/).filter((word) => word !== ""), found = [];
  shownRules.stop();
  $("chains").hidden = words.length > 0;
  $("rule-count").textContent = "";
  $("rule-list").replaceChildren();
  if (words.length === 0) return;
  let most = 1;
  ruleset().tables.forEach((table, t) => table.chains.forEach((chain, c) => chain.rules.forEach((rule, i) => {
    const text = rule[1].toLowerCase();
    if (!words.every((word) => text.includes(word))) return;
    found.push([t, c, i]);
    most = Math.max(most, rule[2] || 0);
  })));
  $("rule-count").textContent = plural(found.length, "rule");
  $("rule-list").className = "found" + (ruleset().counted ? " counted" : "");
  shownRules = grow($("rule-list"), found, (place) => ruleRow(place, most, true));
}

function startRules() {
  $("rule-q").addEventListener("input", searchRules);
  $("open-all").addEventListener("click", () => openAll(false));
  $("close-all").addEventListener("click", () => { for (const { node } of chainNodes.values()) node.open = false; });
}
)js";

}  // namespace fwsim

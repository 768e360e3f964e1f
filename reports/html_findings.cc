// Summary and findings of the page.
#include "reports/html_page.hh"

namespace fwsim {

const std::string_view html_script_findings = R"js(
const checkOf = (id) => report.checks.find((check) => check.id === id);

function showSummary() {
  const r = ruleset(), counts = [0, 0, 0], byCheck = new Map();
  for (const f of r.findings) {
    ++counts[f.severity];
    byCheck.set(f.id, (byCheck.get(f.id) || 0) + 1);
  }
  const card = (kind, n, what) => el("div", { class: "card " + kind }, el("b", {}, grouped(n)), what);
  const cards = el("div", { class: "cards" });
  severities.forEach((word, i) => { if (counts[i]) cards.append(card(word, counts[i], word + (counts[i] === 1 ? "" : "s"))); });
  if (r.findings.length === 0) cards.append(card("good", 0, r.known ? "new findings" : "findings"));
  if (r.known) cards.append(card("", r.known, "known, left out"));
  if (r.undecided.length) cards.append(card("", r.undecided.length, "not decided"));
  const chains = r.tables.reduce((n, table) => n + table.chains.length, 0);
  cards.append(card("", r.tables.reduce((n, t) => n + t.chains.reduce((m, c) => m + c.rules.length, 0), 0), "rules"), card("", chains, "chains"));
  const most = Math.max(1, ...byCheck.values()), table = el("div", { class: "by-check" });
  for (const [id, n] of [...byCheck].sort((a, b) => b[1] - a[1]))
    table.append(el("a", { href: hash({ check: id, to: "findings" }), title: (checkOf(id) || {}).title }, id + " " + ((checkOf(id) || {}).name || "")),
                 el("span", { class: "bar", style: "width:" + (100 * n) / most + "%" }), el("span", {}, grouped(n)));
  $("summary").replaceChildren(el("p", { class: "file" }, r.file + ", " + (r.family === "ipv4" ? "IPv4" : "IPv6") + (report.version ? ", by fwsim " + report.version : "")), cards, table);
  if (r.undecided.length)
    $("summary").append(el("details", {}, el("summary", {}, plural(r.undecided.length, "question") + " not decided"),
                           el("ul", {}, ...r.undecided.map((u) => el("li", {}, u.check + ": ", placeLink(u.place))))));
}

const filter = { q: "", check: "", severity: new Set([0, 1, 2]) };
let matching = [], shownFindings = { all() {}, upto() {}, stop() {} };

// The page is about one file: "rules.v4:12" is line 12.
const short = (text) => text.replaceAll(ruleset().file + ":", "line ");
const textOf = (f) => [f.id, f.check, nameOf(f.place), f.text, f.rule, f.packet, f.hint].join("\n").toLowerCase();

function showFindings() {
  const words = filter.q.toLowerCase().split(/\s+/).filter((word) => word !== "");
  matching = [];
  ruleset().findings.forEach((f, i) => {
    if (!filter.severity.has(f.severity) || (filter.check && f.id !== filter.check)) return;
    f.words = f.words || textOf(f);
    if (words.every((word) => f.words.includes(word))) matching.push(i);
  });
  $("count").textContent = grouped(matching.length) + " of " + plural(ruleset().findings.length, "finding");
  $("check").value = filter.check;
  for (const button of $("severities").children) button.setAttribute("aria-pressed", filter.severity.has(Number(button.dataset.severity)));
  shownFindings.stop();
  shownFindings = grow($("list"), matching, findingCard);
}

function findingCard(i) {
  const f = ruleset().findings[i], more = el("dl", {});
  const add = (word, ...what) => more.append(el("dt", {}, word), el("dd", {}, ...what));
  if (f.packet) add("packet", el("code", {}, f.packet), ...stepLink(f.packet));
  if (f.proof) add("proof", f.proof);
  if (f.hint) add("hint", short(f.hint));
  if (f.by.length) add("see", ...f.by.flatMap((place, n) => [n ? ", " : "", placeLink(place)]));
  return el("article", { class: "finding " + severities[f.severity], id: "finding-" + i },
            el("p", {}, tag(f.severity, severities[f.severity]), " ",
               el("a", { href: hash({ finding: i }), title: (checkOf(f.id) || {}).why }, f.id + " " + f.check), " \u00b7 ", placeLink(f.place),
               el("span", { class: "soft" }, f.line ? " line " + f.line : "")),
            el("p", {}, (f.may ? "perhaps " : "") + short(f.text)), f.rule ? el("span", { class: "rule" }, f.rule) : null, more.children.length ? more : null);
}

function goToFinding(i) {
  if (!ruleset().findings[i]) return;
  if (!matching.includes(i)) clearFilter();
  shownFindings.upto(matching.indexOf(i));
  point($("finding-" + i));
}

function clearFilter() {
  filter.q = filter.check = $("q").value = "";
  filter.severity = new Set([0, 1, 2]);
  showFindings();
}

// What is searched for stands in the address, so that it can be sent to somebody.
function remember() {
  const words = {};
  if (filter.q) words.q = filter.q;
  if (filter.check) words.check = filter.check;
  if (filter.severity.size < 3) words.severity = [...filter.severity].sort().map((s) => severities[s]).join(",");
  try { history.replaceState(null, "", hash(words)); } catch (e) { /* not everywhere */ }
}

function fillChecks() {
  const ids = [...new Set(ruleset().findings.map((f) => f.id))].sort();
  $("check").replaceChildren(el("option", { value: "" }, "all checks"), ...ids.map((id) => el("option", { value: id }, id + " " + ((checkOf(id) || {}).name || ""))));
  if (!ids.includes(filter.check)) filter.check = "";
}

function startFindings() {
  severities.forEach((word, i) => $("severities").append(el("button", {
    type: "button", "data-severity": i, "aria-pressed": "true", class: "tag " + word,
    click: () => { if (!filter.severity.delete(i)) filter.severity.add(i); remember(); showFindings(); } }, word)));
  $("q").addEventListener("input", () => { filter.q = $("q").value; remember(); showFindings(); });
  $("check").addEventListener("change", () => { filter.check = $("check").value; remember(); showFindings(); });
  $("clear").addEventListener("click", () => { clearFilter(); remember(); });
}
)js";

}  // namespace fwsim

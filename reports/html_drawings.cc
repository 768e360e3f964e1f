// The drawings of the page: the packet's way through hooks and tables, and which chain calls which.
#include "reports/html_page.hh"

namespace fwsim {

const std::string_view html_script_drawings = R"js(
const arrow = () => svg("defs", {}, svg("marker", { id: "arrow", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" },
                                        svg("path", { d: "M0,0L10,5L0,10z" })));
const edge = (d, kind) => svg("path", { class: "edge " + (kind || ""), d, "marker-end": "url(#arrow)" });
// With a viewBox it shrinks to a printed page.
const canvas = (width, height, what) => svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": what }, arrow());
const label = (x, y, text, attributes) => svg("text", { x, y, ...attributes }, text);

// Where each hook stands: x and y of its box.
const hookPlaces = { PREROUTING: [50, 110], INPUT: [330, 250], FORWARD: [420, 20], OUTPUT: [700, 210], POSTROUTING: [850, 20] };
const hookWidth = 220, lineHeight = 21;
const hookHeight = (hook) => 34 + lineHeight * hook.stages.length;

function hookBox(hook) {
  const [x, y] = hookPlaces[hook.name], g = svg("g", {});
  g.append(svg("rect", { class: "box", id: "hook-" + hook.name, x, y, width: hookWidth, height: hookHeight(hook), rx: 8 }), label(x + 12, y + 20, hook.name, { class: "head" }));
  hook.stages.forEach((stage, i) => {
    const line = y + 40 + lineHeight * i;
    g.append(svg("rect", { class: "stage", id: "stage-" + hook.name + "-" + stage, x: x + 1, y: line - 15, width: hookWidth - 2, height: lineHeight }));
    const t = ruleset().tables.findIndex((table) => table.name === stage);
    const c = t < 0 ? -1 : ruleset().tables[t].chains.findIndex((chain) => chain.hook === hook.name);
    if (c < 0) return g.append(label(x + 12, line, stage + (hook.tables.includes(stage) ? " (no rules)" : ruleset().unused.includes(stage) ? " (not asked for)" : ""), { class: "soft" }));
    const chain = ruleset().tables[t].chains[c], severity = worst(byChain.get(t + "." + c));
    g.append(svg("a", { href: hash({ rule: [t, c, -1].join(".") }) }, label(x + 12, line, stage)),
             label(x + hookWidth - 12, line, plural(chain.rules.length, "rule") + ", " + chain.policy, { "text-anchor": "end" }));
    if (severity < 3) g.append(svg("circle", { cx: x + 5, cy: line - 4, r: 3, style: "fill:var(--" + severities[severity] + ")" }));
  });
  return g;
}

function showWay() {
  const hooks = Object.fromEntries(report.hooks.map((hook) => [hook.name, hook])), mid = (name) => hookPlaces[name][1] + hookHeight(hooks[name]) / 2;
  const bottom = (name) => hookPlaces[name][1] + hookHeight(hooks[name]);
  const pre = mid("PREROUTING"), forward = mid("FORWARD"), input = mid("INPUT"), out = mid("OUTPUT");
  const drawing = canvas(1130, Math.max(bottom("OUTPUT"), bottom("INPUT")) + 20, "hooks and tables in the order in which packets come to them");
  drawing.append(edge(`M10,${pre}H48`), label(8, pre - 8, "in", { class: "soft" }),
                 edge(`M270,${pre}H302`), svg("circle", { class: "box", cx: 330, cy: pre, r: 28 }), label(330, pre + 4, "routing", { "text-anchor": "middle" }),
                 edge(`M345,${pre - 24}L418,${forward}`), edge(`M345,${pre + 24}L400,248`),
                 edge(`M640,${forward}H848`), edge(`M550,${input}H578`),
                 svg("rect", { class: "box", x: 580, y: input - 24, width: 90, height: 48, rx: 24 }), label(625, input + 4, "programs", { "text-anchor": "middle" }),
                 edge(`M670,${input}L698,${out}`), edge(`M880,208V${bottom("POSTROUTING") + 2}`),
                 edge(`M1070,${mid("POSTROUTING")}H1110`), label(1090, mid("POSTROUTING") - 8, "out", { class: "soft" }));
  for (const hook of report.hooks) drawing.append(hookBox(hook));
  $("way-drawing").replaceChildren(drawing);
}

// The report has each chain's box and the lines to those that it calls.
function showGraph(t) {
  for (const button of $("tables").children) button.setAttribute("aria-pressed", Number(button.dataset.table) === t);
  const table = ruleset().tables[t];
  if (!table) return $("graph-drawing").replaceChildren();
  const [width, tall, height] = table.drawing, called = new Set();
  const drawing = canvas(width, tall, "call graph of table " + table.name);
  table.chains.forEach((chain) => chain.calls.forEach(([to, times, go, path]) => {
    const line = edge(path, go ? "go" : "");
    line.append(svg("title", {}, chain.name + (go ? " goes to " : " calls ") + table.chains[to].name + (times > 1 ? ", " + times + " times" : "")));
    drawing.append(line);
    called.add(to);
  }));
  table.chains.forEach((chain, c) => {
    const [x, y, width] = chain.box, severity = worst(byChain.get(t + "." + c)), lonely = !chain.hook && !called.has(c);
    drawing.append(svg("a", { href: hash({ rule: [t, c, -1].join(".") }) },
      svg("rect", { class: "box " + (severities[severity] || "") + (lonely ? " lonely" : "") + (chain.hook ? " base" : ""), x, y, width, height, rx: 5 }),
      label(x + 12, y + 16, chain.name + " (" + chain.rules.length + ")"), lonely ? svg("title", {}, "no rule calls it") : null));
  });
  $("graph-drawing").replaceChildren(drawing);
}

function showTables() {
  const tables = ruleset().tables;
  $("tables").replaceChildren(...tables.map((table, t) => el("button", { type: "button", "data-table": t, click: () => showGraph(t) }, table.name)));
  const most = (table) => table.chains.filter((chain) => !chain.hook).length;
  showGraph(tables.reduce((best, table, t) => (most(table) > most(tables[best]) ? t : best), 0));
}
)js";

}  // namespace fwsim

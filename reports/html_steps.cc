// A packet stepped through the hooks, on the page: the drawing shows where it is, the list what each rule does with it.
#include "reports/html_page.hh"

namespace fwsim {

const std::string_view html_script_steps = R"js(
let packetAt = -1, stepAt = 0, stepsShown = [];   // stepsShown: [way, index in it] of each row that is a step
const packetOf = (question) => ruleset().packets.findIndex((p) => p.question === question);
function stepLink(question) {
  const n = packetOf(question);
  return n < 0 ? [] : [" ", el("a", { href: hash({ packet: n, step: 0 }) }, "step through")];
}

function showPackets() {
  const groups = [["packets of findings", []], ["packets of services", []]];
  const finding = new Map();
  for (const f of ruleset().findings) if (f.packet && !finding.has(f.packet)) finding.set(f.packet, f);
  ruleset().packets.forEach((p, n) => {
    const f = finding.get(p.question);
    groups[f ? 0 : 1][1].push(el("option", { value: n }, (f ? f.id + " " + nameOf(f.place) + ": " : "") + p.question));
  });
  $("packet").replaceChildren(el("option", { value: -1 }, "no packet: " + (ruleset().packets.length ? "choose one to step through" : "there is none to step through")),
                              ...groups.filter(([, options]) => options.length).map(([label, options]) => el("optgroup", { label }, ...options)));
  choosePacket(-1);
}

function choosePacket(n) {
  packetAt = ruleset().packets[n] ? n : -1;
  $("packet").value = packetAt;
  stepsShown = [];
  const all = document.createDocumentFragment();
  if (packetAt >= 0) ruleset().packets[packetAt].ways.forEach((way, w) => all.append(...wayRows(way, w)));
  $("steps").replaceChildren(all);
  showStep(0);
}

const kind = (fate) => (["forwarded", "delivered", "sent", "bridged"].includes(fate) ? "good" : ["dropped", "stolen", "ignored"].includes(fate) ? "bad" : "open");

// Rules between two steps in a chain were asked and did not match: a row says so.
function wayRows(way, w) {
  const rows = [], packet = ruleset().packets[packetAt];
  rows.push(el("p", {}, w === 0 ? el("code", {}, packet.packet) : ["answer (" + way.cause + "): ", el("code", {}, way.packet)].reduce((p, c) => (p.append(c), p), el("span")),
               way.in ? " in by " + way.in : ""));
  let hook = -1, next = new Map();   // chain -> the rule it goes on with
  way.steps.forEach((step, i) => {
    if (step[0] !== hook) next = new Map();
    const first = step[0] !== hook;
    hook = step[0];
    const name = report.hooks[hook].name, place = step.slice(1);
    let what;
    if (step.length === 4) {
      const key = place[0] + "." + place[1], from = next.get(key) || 0, rule = chainOf(place).rules[place[2]];
      if (place[2] > from)
        rows.push(el("div", { class: "row skip soft" }, el("span"), el("span"), el("span", {}, (place[2] - from === 1 ? "rule " + (from + 1) + " does" : "rules " + (from + 1) + " to " + place[2] + " do") + " not match")));
      next.set(key, place[2] + 1);
      if (rule && rule[4] !== undefined) next.set(place[0] + "." + rule[4], 0);
      what = rule ? el("span", { class: "rule" }, rule[1]) : el("span", { class: "soft" }, chainOf(place).hook ? "policy " + chainOf(place).policy : "end of the chain: back to the caller");
    } else what = el("span", {}, step[1]);
    const n = stepsShown.length;
    stepsShown.push(el("div", { class: "row step", id: "step-" + n, click: (event) => { if (!event.target.closest("a")) goToStep(packetAt, n); } },
                       el("span", {}, first ? name : ""), step.length === 4 ? placeLink(place) : el("span"), what, step.length === 4 ? findingTags(place.join(".")) : el("span")));
    stepsShown[n].step = step;
    rows.push(stepsShown[n]);
  });
  for (const record of way.records) rows.push(el("p", { class: "soft" }, "log: " + record));
  rows.push(el("p", {}, el("span", { class: "verdict " + kind(way.fate) }, short(way.verdict)), way.out ? " out by " + way.out : "", " ", el("code", { class: "soft" }, way.end)));
  return rows;
}

// The stage of the drawing that a step belongs to.
function stageOf(step) {
  if (step.length !== 4) return null;
  return $("stage-" + report.hooks[step[0]].name + "-" + ruleset().tables[step[1]].name);
}

function showStep(n) {
  stepAt = Math.max(0, Math.min(n, stepsShown.length - 1));
  for (const old of document.querySelectorAll("#way-drawing .passed, #way-drawing .here")) old.classList.remove("passed", "here");
  stepsShown.forEach((row, i) => {
    row.classList.toggle("here", i === stepAt);
    row.classList.toggle("ahead", i > stepAt);
    if (i > stepAt) return;
    $("hook-" + report.hooks[row.step[0]].name).classList.add("passed");
    const stage = stageOf(row.step);
    if (!stage) return;
    stage.classList.toggle("passed", i < stepAt);
    stage.classList.toggle("here", i === stepAt);
  });
  $("step-count").textContent = stepsShown.length ? "step " + (stepAt + 1) + " of " + stepsShown.length : "";
  $("step-back").disabled = stepAt === 0;
  $("step-on").disabled = stepAt + 1 >= stepsShown.length;
}

function goToStep(packet, step) {
  const came = packet !== packetAt;
  if (came) choosePacket(packet);
  showStep(step);
  try { history.replaceState(null, "", hash(packetAt < 0 ? {} : { packet: packetAt, step: stepAt })); } catch (e) { /* not everywhere */ }
  if (came) $("way").scrollIntoView();
}

function startSteps() {
  $("packet").addEventListener("change", () => goToStep(Number($("packet").value), 0));
  $("step-back").addEventListener("click", () => goToStep(packetAt, stepAt - 1));
  $("step-on").addEventListener("click", () => goToStep(packetAt, stepAt + 1));
  addEventListener("keydown", (event) => {
    if (packetAt < 0 || event.target.closest("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowRight") goToStep(packetAt, stepAt + 1);
    else if (event.key === "ArrowLeft") goToStep(packetAt, stepAt - 1);
  });
}
)js";

}  // namespace fwsim

// The service matrix of the page: services down, where they are reached from across.
#include "reports/html_page.hh"

namespace fwsim {

const std::string_view html_script_services = R"js(
const columnsShown = 8;

// "filter/INPUT/3" as a link; chains may have a slash in their names.
function namedLink(name, text) {
  const cut = name.indexOf("/"), last = name.lastIndexOf("/"), t = ruleset().tables.findIndex((table) => table.name === name.slice(0, cut));
  const c = t < 0 ? -1 : ruleset().tables[t].chains.findIndex((chain) => chain.name === name.slice(cut + 1, last));
  if (c < 0) return el("span", {}, text);
  const rule = name.slice(last + 1), index = /^\d+$/.test(rule) ? Number(rule) - 1 : ruleset().tables[t].chains[c].rules.length;
  return el("a", { href: hash({ rule: [t, c, index].join(".") }), title: name }, text);
}

function serviceCell(source) {
  const packet = packetOf(source.packet), may = source.may ? "may, " : "";
  return [el("span", {}, may), source.by ? namedLink(source.by, source.by.replace(/^filter\//, "")) : el("span", {}, "no rule"),
          ...(packet < 0 ? [] : [" ", el("a", { href: hash({ packet, step: 0 }), title: "step through: " + source.packet }, "\u25b6")])];
}

function serviceTable(rows) {
  const times = new Map();
  for (const row of rows) for (const source of row.sources) times.set(source.from, (times.get(source.from) || 0) + 1);
  // "anywhere" first, then those that reach most.
  const sorted = [...times.keys()].sort((a, b) => (b === "anywhere") - (a === "anywhere") || times.get(b) - times.get(a));
  const columns = sorted.length <= columnsShown + 1 ? sorted : sorted.slice(0, columnsShown);
  const others = sorted.length > columns.length || rows.some((row) => row.more > 0);
  const head = el("tr", {}, el("th", {}, "service"), el("th", {}, "to"), ...columns.map((from) => el("th", {}, from)), others ? el("th", {}, "from others") : null);
  const body = el("tbody");
  const line = (row) => {
    const tr = el("tr", {}, el("td", {}, row.protocol + " " + (row.ports || "any")), el("td", {}, (row.to || "any") + (row.translated ? " \u2192 " + row.translated : "")));
    for (const from of columns) {
      const source = row.sources.find((s) => s.from === from);
      tr.append(source ? el("td", { class: "cell " + (source.may ? "may" : "yes") }, ...serviceCell(source)) : el("td", { class: "cell" }));
    }
    if (others) tr.append(el("td", {}, ...row.sources.filter((s) => !columns.includes(s.from)).map((s) => el("div", {}, s.from + ": ", ...serviceCell(s))),
                               row.more ? el("div", { class: "soft" }, "and " + grouped(row.more) + " more (fwsim reach --all)") : null));
    return tr;
  };
  const most = 100;
  rows.slice(0, most).forEach((row) => body.append(line(row)));
  const table = el("div", { class: "matrix" }, el("table", {}, el("thead", {}, head), body));
  if (rows.length > most) {
    const more = el("button", { type: "button", click: () => { rows.slice(most).forEach((row) => body.append(line(row))); more.remove(); } }, plural(rows.length - most, "service") + " more");
    table.append(more);
  }
  return table;
}

function showServices() {
  const services = ruleset().services, all = document.createDocumentFragment();
  if (!services) return $("service-tables").replaceChildren(el("p", { class: "soft" }, "Left out: there are very many rules. fwsim reach shows them."));
  for (const [way, title] of [["input", "To this host"], ["forward", "Through it"]]) {
    const rows = services.rows.filter((row) => row.way === way);
    all.append(el("h3", {}, title), rows.length ? serviceTable(rows) : el("p", { class: "soft" }, "nothing: no new connection passes"));
  }
  if (!services.complete) all.append(el("p", { class: "soft" }, "The ruleset is too large: not all was looked at."));
  all.append(el("p", { class: "soft" }, "New connections, after translation too. In each field the rule or policy by which they pass; \u25b6 steps such a packet through the hooks."));
  $("service-tables").replaceChildren(all);
}
)js";

}  // namespace fwsim

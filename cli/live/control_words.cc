// What a running fwsim can be asked and told.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "cli/live/control.hh"
#include "cli/live/session.hh"
#include "cli/live/trace_filter.hh"
#include "model/diagnostic.hh"
#include "parser/print.hh"
#include "simulator/conntrack_config.hh"
#include "simulator/conntrack_text.hh"

namespace fwsim {
namespace {

void status(const ControlWord& word, Session& session, ControlSocket&, Asker& asker, const LiveRequest&) {
  asker.out += status_json(word.name, session.status());
}

// A large table goes out in pieces, between which packets have their turn.
void conntrack(const ControlWord& word, Session& session, ControlSocket&, Asker& asker, const LiveRequest&) {
  const Conntrack& table = session.engine().world().conntrack;
  const std::int64_t now = session.now();
  auto entries = std::make_shared<std::vector<CtRef>>(table.entries(now));
  asker.more = [entries, now, at = std::size_t{0}, name = word.name, accounting = table.config().accounting, ended = false]() mutable {
    std::string piece;
    for (; at < entries->size() && piece.size() < ControlSocket::most_in; ++at) piece += item_json(name, connection_text(*(*entries)[at], now, accounting) + "\n");
    if (piece.empty() && !std::exchange(ended, true)) piece = answer_json(name, true);
    return piece;
  };
}

void counters(const ControlWord& word, Session& session, ControlSocket&, Asker& asker, const LiveRequest&) {
  for (const Family family : {Family::v4, Family::v6})
    if (session.rules(family)) asker.out += ruleset_json(word.name, family, print_ruleset(session.engine().with_counters(family), {.counters = true}));
  asker.out += answer_json(word.name, true);
}

void trace(const ControlWord& word, Session& session, ControlSocket& control, Asker& asker, const LiveRequest& request) {
  auto filter = std::make_shared<TraceFilter>(request.filter);
  if (const auto why = filter->error()) {
    asker.out += answer_json(word.name, false, *why, "it should be an expression of tcpdump: 'tcp port 22 and host 192.0.2.1'");
    return;
  }
  if (asker.listener != 0) session.unlisten(asker.listener);
  asker.out += answer_json(word.name, true);
  asker.listener = session.listen([&session, &control, &asker, filter, name = word.name](const Result& result) {
    if (asker.broken || !filter->matches(result.packet)) return;
    if (asker.out.size() >= ControlSocket::most_out) {
      ++asker.lost;
      return;
    }
    if (asker.lost != 0) asker.out += lost_json(name, std::exchange(asker.lost, 0));
    const std::int64_t time = result.packet.time != 0 ? result.packet.time : session.now();   // of what is no IP packet
    const Traced traced{.number = session.counts().packets, .time = time, .flow = packet_text(as_it_came(result.packet)), .result = result};
    const ReportContext context = session.plain_context();
    const std::string after = packet_text(result.packet);
    std::string text = fmt::format("{}\n{}", line_of(traced, context), path_of(result, context));
    if (after != traced.flow) text += fmt::format("      translated: {}\n", after);
    asker.out += traced_json(name, traced, text, context);
    control.send(asker);
  });
}

void reload(const ControlWord& word, Session& session, ControlSocket&, Asker& asker, const LiveRequest&) {
  std::string why;
  if (!session.reload(why)) {
    why += "fwsim: the new rules are refused, the old ones stay";
    fmt::print(stderr, "{}\n", why);   // for who reads the log, as after SIGHUP
    asker.out += answer_json(word.name, false, why);
    return;
  }
  std::string text = "the rules are new\n";
  if (const auto left = session.confirm_within())
    text += fmt::format("the old ones come back in {:.0f} s, unless 'fwsim live confirm' is given\n", *left);
  fmt::print(stderr, "fwsim: the rules are new\n");
  asker.out += answer_json(word.name, true, text);
}

void confirm(const ControlWord& word, Session& session, ControlSocket&, Asker& asker, const LiveRequest&) {
  if (session.confirm())
    asker.out += answer_json(word.name, true, "the new rules stay\n");
  else
    asker.out += answer_json(word.name, false, "nothing waits to be confirmed");
}

void stop(const ControlWord& word, Session& session, ControlSocket&, Asker& asker, const LiveRequest&) {
  asker.out += answer_json(word.name, true, "it ends\n");
  session.stop();
}

}  // namespace

const std::vector<ControlWord>& control_words() {
  static const std::vector<ControlWord> words{{"status", "what it does and has counted", status},
                                              {"conntrack", "the connections it knows", conntrack},
                                              {"counters", "its rules with their counters, as iptables-save -c", counters},
                                              {"trace", "the way of the packets that a tcpdump expression takes", trace},
                                              {"reload", "read the rules again", reload},
                                              {"confirm", "the rules of the last reload stay", confirm},
                                              {"stop", "end", stop}};
  return words;
}

std::string control_hint(std::string_view word) {
  std::vector<std::string_view> names;
  for (const ControlWord& w : control_words()) names.push_back(w.name);
  const std::string near = did_you_mean(word, names);
  return near.empty() ? fmt::format("one of {}", fmt::join(names, ", ")) : fmt::format("did you mean '{}'?", near);
}

}  // namespace fwsim

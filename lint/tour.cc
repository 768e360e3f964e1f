#include "lint/tour.hh"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/engine.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

constexpr std::int64_t begin = 1'700'000'000'000'000'000, apart = 1'000'000'000;   // a packet each second

class Guide {
 public:
  explicit Guide(const Facts& facts) : facts_(facts), family_(facts.ruleset().family) {
    tour_.made = !facts.host();
    tour_.host = facts.host() ? *facts.host() : default_host();
  }

  Tour make() {
    for (const RuleId& id : facts_.all()) tour_.stops.push_back({.rule = id});
    // What makes the host comes first, then what is forwarded past it.
    for (Way way : {Way::input, Way::output, Way::forward})
      for (Stop& stop : tour_.stops) plan(stop, way);
    walk();
    return std::move(tour_);
  }

 private:
  void plan(Stop& stop, Way way) {
    const Explorer::Reached& reached = facts_.reach(stop.rule);
    using Answer = Explorer::Reached::Answer;
    if (reached.answer == Answer::never) stop.kind = Stop::Kind::never;
    if (reached.answer == Answer::gave_up) stop.kind = Stop::Kind::undecided;
    if (reached.answer == Answer::never || reached.answer == Answer::gave_up || reached.way != way) return;
    auto witness = confirmed_witness(facts_.explorer(), reached, stop.rule, tour_.made && way != Way::forward ? nullptr : known());
    if (!witness && tour_.made) witness = confirmed_witness(facts_.explorer(), reached, stop.rule, nullptr);
    if (!witness) return;
    QuestionFault fault;
    auto question = read_question(witness->question, fault);
    if (!question || question->quoted) return;
    if (tour_.made) describe(*question);
    visits_.push_back({&stop, std::move(*question), witness->question});
  }

  // The host so far; with nothing known of it, none.
  const Host* known() const { return is_described(tour_.host) ? &tour_.host : nullptr; }

  // What the question needs of the host is added, once.
  void describe(Question& question) {
    Host more = default_host();
    const Ruleset* rules = &facts_.ruleset();
    describe_by_question(more, question, family_ == Family::v4 ? rules : nullptr, family_ == Family::v6 ? rules : nullptr);
    for (const Interface& i : more.interfaces) {
      if (i.loopback) continue;
      assume_device(tour_.host, i.name);
      for (const InterfaceAddress& a : i.addresses) {
        const Interface* have = tour_.host.find(i.name);
        if (std::find(have->addresses.begin(), have->addresses.end(), a) == have->addresses.end()) assume_address(tour_.host, family_, a.address, i.name);
      }
    }
    const bool forwarded = !question.in.empty() && !question.out.empty(), sent = question.in.empty();
    const u128 dst = question.packet.fields.get(Field::dst), src = question.packet.fields.get(Field::src);
    if (forwarded || sent) route(dst, question.out);
    if (!sent) route(src, question.in);
    if (forwarded) tour_.host.sysctls[family_ == Family::v4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding"] = "1";
  }

  void route(u128 address, const std::string& device) {
    const Prefix to{address, family_ == Family::v4 ? u128{0xffffffff} : all_ones};
    for (const Route& r : tour_.host.routes)
      if (r.destination == to) return;
    tour_.host.routes.push_back({.family = family_, .destination = to, .hops = {{.device = device}}});
  }

  struct Visit {
    Stop* stop;
    Question question;
    std::string text;
  };

  // Through one engine, in order, as a trace of the capture will go.
  void walk() {
    const Ruleset* rules = &facts_.ruleset();
    Engine engine(family_ == Family::v4 ? rules : nullptr, family_ == Family::v6 ? rules : nullptr, tour_.host, {.paths = true});
    for (Visit& visit : visits_) {
      if (visit.stop->kind == Stop::Kind::shown) continue;
      if (visit.question.established && !open(engine, visit)) continue;
      const Result result = go(engine, visit.question.packet, visit.question.in, visit.question.out, visit.text);
      note(result);
    }
  }

  // A packet the other way begins the connection.
  bool open(Engine& engine, const Visit& visit) {
    const Packet& p = visit.question.packet;
    const auto end = [&](Field address, Field port) {
      const std::string text = address_text(family_, p.fields.get(address));
      if (!p.fields.has(port)) return text;
      return family_ == Family::v4 ? fmt::format("{}:{}", text, p.fields.number(port)) : fmt::format("[{}]:{}", text, p.fields.number(port));
    };
    const char* names = p.protocol == 6 ? "tcp" : p.protocol == 17 ? "udp" : "";
    if (*names == '\0') return false;
    QuestionFault fault;
    auto opener = read_question(fmt::format("{} {} -> {}{}", names, end(Field::dst, Field::dport), end(Field::src, Field::sport), p.protocol == 6 ? " syn" : ""), fault);
    if (!opener) return false;
    note(go(engine, opener->packet, visit.question.out, visit.question.in, ""));
    return true;
  }

  Result go(Engine& engine, Packet packet, const std::string& in, const std::string& out, const std::string& text) {
    packet.time = begin + static_cast<std::int64_t>(tour_.packets.size()) * apart;
    packet.number = tour_.packets.size() + 1;
    const bool sent = in.empty();
    tour_.packets.push_back({packet, sent ? out : in, sent, text});
    engine.world().now = packet.time;
    return sent ? engine.send(packet) : engine.receive(packet, in);
  }

  // Every rule on the way that was not shown yet is shown by this packet.
  void note(const Result& result) {
    for (Stop& stop : tour_.stops)
      if (stop.kind == Stop::Kind::perhaps && passed_by(result, facts_.ruleset(), stop.rule)) {
        stop.kind = Stop::Kind::shown;
        stop.packet = tour_.packets.size() - 1;
      }
  }

  const Facts& facts_;
  Family family_;
  Tour tour_;
  std::vector<Visit> visits_;
};

}  // namespace

Tour make_tour(const Facts& facts) { return Guide(facts).make(); }

}  // namespace fwsim

#include "lint/tour.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "simulator/engine.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

constexpr unsigned tries = 12;
constexpr std::size_t most_pieces = 4;
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
    // Packets that the rule asks for, as usual as can be; what reach() found comes last, as it may be the only one.
    std::vector<Piece> pieces;
    for (Piece& piece : facts_.wanted(stop.rule))
      if (Piece both = facts_.explorer().plan(way).start; narrow(both, piece)) pieces.push_back(std::move(both));
    if (pieces.size() > most_pieces) pieces.resize(most_pieces);
    pieces.push_back(reached.packets);
    // A connection that is there already is more easily begun over UDP.
    for (const unsigned protocol : {17U, 6U})
      for (const Piece& piece : pieces)
        for (unsigned nth = 0; nth < tries; ++nth)
          if (add(stop, make_witness(facts_.space(), way, piece, facts_.host(), nth), protocol)) return;
  }

  bool add(Stop& stop, const std::optional<Witness>& witness, unsigned protocol) {
    if (witness && witness->established && witness->packet.protocol != protocol) return false;
    if (!witness) return false;
    // On a host that is made, other addresses will do where these are taken.
    for (unsigned more = 0; more < (tour_.made ? 4U : 1U); ++more) {
      Witness moved = *witness;
      if (more > 0) move(moved, more * 16);
      QuestionFault fault;
      auto question = read_question(moved.question, fault);
      // A capture tells no marks.
      if (!question || question->quoted || question->packet.fields.number(Field::mark) != 0 || !passed_by(replay(moved, facts_.ruleset()), facts_.ruleset(), stop.rule)) continue;
      if (tour_.made && !describe(*question)) continue;
      visits_.push_back({&stop, std::move(*question), moved.question});
      return true;
    }
    return false;
  }

  // Both addresses of the question, by so much.
  void move(Witness& witness, u128 by) const {
    for (Field field : {Field::src, Field::dst}) {
      const u128 address = witness.packet.fields.get(field);
      const std::string was = address_text(family_, address), now = address_text(family_, address + by);
      if (const auto at = witness.question.find(was); at != witness.question.npos) witness.question.replace(at, was.size(), now);
    }
  }

  // What the question needs of the host is added, once. False when that contradicts what earlier ones needed.
  bool describe(Question& question) {
    Host more = default_host();
    const Ruleset* rules = &facts_.ruleset();
    describe_by_question(more, question, family_ == Family::v4 ? rules : nullptr, family_ == Family::v6 ? rules : nullptr);
    const bool sent = question.in.empty(), leaves = !question.out.empty();
    const u128 dst = question.packet.fields.get(Field::dst), src = question.packet.fields.get(Field::src);
    const u128 far = sent ? dst : src, other = leaves ? (sent ? src : dst) : dst;
    if (own_.contains(far) || (leaves && !sent ? own_.contains(dst) : far_.contains(other))) return false;
    if (!fits(far, sent ? question.out : question.in) || (leaves && !sent && !fits(dst, question.out))) return false;
    for (const Interface& i : more.interfaces) {
      assume_device(tour_.host, i.name);
      for (const InterfaceAddress& a : i.addresses)
        if (!i.loopback && own_.insert(a.address).second) assume_address(tour_.host, family_, a.address, i.name);
    }
    route(far, sent ? question.out : question.in);
    if (leaves && !sent) {
      route(dst, question.out);
      tour_.host.sysctls[family_ == Family::v4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding"] = "1";
    }
    return true;
  }

  bool fits(u128 address, const std::string& device) const {
    const auto found = far_.find(address);
    return found == far_.end() || found->second == device;
  }

  void route(u128 address, const std::string& device) {
    if (device == "lo" || !far_.emplace(address, device).second) return;
    const Prefix to{address, family_ == Family::v4 ? u128{0xffffffff} : all_ones};
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
  std::set<u128> own_;                    // of a host that is made: its addresses
  std::map<u128, std::string> far_;       // and those behind each device
};

}  // namespace

Tour make_tour(const Facts& facts) { return Guide(facts).make(); }

}  // namespace fwsim

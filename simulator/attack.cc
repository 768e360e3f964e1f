#include "simulator/attack.hh"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include "model/value.hh"
#include "simulator/conntrack_config.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

constexpr std::int64_t start = 1'700'000'000'000'000'000;   // any moment: only -m time looks at it
constexpr std::size_t fill_points = 24;

bool public_v4(u128 a) {
  constexpr struct {
    std::uint32_t address, length;
  } others[] = {{0x0a000000, 8}, {0x64400000, 10}, {0x7f000000, 8}, {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24},
                {0xc0000200, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24}};
  return std::none_of(std::begin(others), std::end(others), [&](const auto& o) { return (a & prefix_mask(Family::v4, o.length)) == o.address; });
}

void mend(Packet& packet) {
  if (packet.family == Family::v4) fix_header_checksum(packet);
  decode(packet);
  fix_checksums(packet);
  decode(packet);
}

// "martian source 127.3.1.2 on eth0" is the same reason for each address.
std::string without_addresses(std::string_view reason) {
  std::string out;
  for (std::string_view word : split(reason, ' ')) {
    const std::string_view bare = word.substr(0, word.find_last_not_of(",:;") + 1);
    if (read_address(bare.find(':') == bare.npos ? Family::v4 : Family::v6, bare) && bare.find_first_of(".:") != bare.npos) continue;
    out += (out.empty() ? "" : " ") + std::string(word);
  }
  return out;
}

// The engine for an attack: of the host as it is described, or as the first packet says.
struct Scene {
  Question question;
  std::unique_ptr<Engine> engine;

  Scene(const AttackTarget& target, const std::string& text) {
    QuestionFault fault;
    question = *read_question(text, fault);
    Host host = target.host;
    const Ruleset *v4 = target.family() == Family::v4 ? target.ruleset : nullptr, *v6 = target.family() == Family::v6 ? target.ruleset : nullptr;
    if (!target.described) describe_by_question(host, question, v4, v6);
    if (question.in.empty() && !question.out.empty()) question.sent = true;
    engine = std::make_unique<Engine>(v4, v6, std::move(host), EngineOptions{}, target.seed);
  }

  Result take(Packet packet, std::int64_t now) {
    engine->world().now = packet.time = now;
    return question.sent ? engine->send(std::move(packet)) : engine->receive(std::move(packet), question.in);
  }

  // The SYN/ACK of a service: it shortens how long the connection is remembered.
  void answer(const Packet& delivered, std::int64_t now) {
    Packet reply;
    reply.family = delivered.family;
    reply.bytes = delivered.bytes;
    const bool v4 = reply.family == Family::v4;
    put_address(reply.family, reply.bytes, v4 ? 12 : 8, delivered.fields.get(Field::dst));
    put_address(reply.family, reply.bytes, v4 ? 16 : 24, delivered.fields.get(Field::src));
    const std::size_t l4 = delivered.l4;
    put16(reply.bytes, l4, delivered.fields.number(Field::dport));
    put16(reply.bytes, l4 + 2, delivered.fields.number(Field::sport));
    put32(reply.bytes, l4 + 4, 5000);
    put32(reply.bytes, l4 + 8, u128{be32(delivered.bytes, l4 + 4)} + 1 > 0xffffffff ? 0 : be32(delivered.bytes, l4 + 4) + 1);
    reply.bytes[l4 + 13] = 0x12;
    mend(reply);
    engine->world().now = reply.time = now;
    engine->send(std::move(reply));
  }
};

bool is_reject(const Result& result) {
  return std::any_of(result.generated.begin(), result.generated.end(), [](const Result& r) { return r.cause == "REJECT"; });
}

class Experiment {
 public:
  Experiment(const AttackTarget& target, AttackResult& out) : target_(target), out_(out), plan_(out.plan), scene_(target, plan_.question) {}

  void run() {
    Random random(target_.seed);
    std::set<u128> sources;
    const std::int64_t step = static_cast<std::int64_t>(1e9 / plan_.rate), all = step * static_cast<std::int64_t>(plan_.packets);
    Conntrack& conntrack = scene_.engine->world().conntrack;
    const bool tracks = conntrack.active[static_cast<std::size_t>(target_.family())];
    if (tracks) out_.fill_max = conntrack.config().max;
    for (std::uint64_t k = 0; k < plan_.packets; ++k) {
      const std::int64_t now = start + step * static_cast<std::int64_t>(k);
      Packet packet = scene_.question.packet;
      if (plan_.vary) plan_.vary(packet, k, random);
      sources.insert(packet.fields.get(Field::src));
      const Result result = scene_.take(packet, now);
      note(result, packet, k + 1);
      if (plan_.answered && result.fate == Fate::delivered) scene_.answer(result.packet, now);
      while (tracks && out_.fill.size() < fill_points && now - start + step >= all / static_cast<std::int64_t>(fill_points) * static_cast<std::int64_t>(out_.fill.size() + 1))
        out_.fill.push_back(conntrack.count(now));
    }
    if (tracks)
      if (const auto entries = conntrack.entries(start + all); !entries.empty()) out_.lifetime = static_cast<double>(entries.back()->expires - entries.back()->seen) / 1e9;
    out_.sources = sources.size();
    std::stable_sort(out_.rules.begin(), out_.rules.end(), [](const DecidingRule& a, const DecidingRule& b) { return a.passed + a.dropped + a.rejected > b.passed + b.dropped + b.rejected; });
    find_limit();
  }

 private:
  void note(const Result& r, const Packet& packet, std::uint64_t number) {
    if (r.fate == Fate::unknown) {
      ++out_.unknown;
      ++out_.reasons[r.undecided.empty() ? without_addresses(r.reason) : r.undecided.front().why + ": " + r.undecided.front().rule.name()];
      return;
    }
    const bool through = gets_through(r.fate), reject = !through && is_reject(r);
    if (r.fate == Fate::queued)
      ++out_.held;
    else if (through)
      ++(plan_.meant && plan_.meant(packet) ? out_.meant : out_.passed);
    else
      ++(reject ? out_.rejected : out_.dropped);
    if (through && plan_.kind && out_.kinds.size() < 1000) ++out_.kinds[plan_.kind(packet)];
    if (!through && r.fate != Fate::queued && stopped_.size() < 100'000) stopped_.push_back({number, packet.bytes, r.decided_by});
    if (!r.decided_by) {
      if (!r.reason.empty()) ++out_.reasons[without_addresses(r.reason)];
      return;
    }
    auto at = std::find_if(out_.rules.begin(), out_.rules.end(), [&](const DecidingRule& d) {
      return d.rule.table == r.decided_by->table && d.rule.chain == r.decided_by->chain && d.rule.index == r.decided_by->index;
    });
    if (at == out_.rules.end()) at = out_.rules.insert(at, {*r.decided_by});
    ++(through ? at->passed : reject ? at->rejected : at->dropped);
  }

  // Packets that were stopped are tried alone: those that pass then were stopped for what was before them.
  void find_limit() {
    if (out_.passed + out_.meant == 0 || stopped_.empty()) return;
    std::set<std::size_t> tried;
    for (std::size_t i = 0; i < std::min<std::size_t>(4, stopped_.size()); ++i) tried.insert(i);
    for (std::size_t i = 0; i < 4; ++i) tried.insert(stopped_.size() * i / 4);
    for (std::size_t i : tried) {
      const Stopped& s = stopped_[i];
      Scene alone(target_, plan_.question);
      Packet packet = scene_.question.packet;
      packet.bytes = s.bytes;
      decode(packet);
      if (!gets_through(alone.take(std::move(packet), start).fate)) continue;
      out_.limited_from = s.number;
      out_.limited_by = s.by;
      return;
    }
  }

  struct Stopped {
    std::uint64_t number = 0;
    std::vector<std::uint8_t> bytes;
    std::optional<RuleRef> by;
  };
  const AttackTarget& target_;
  AttackResult& out_;
  const AttackPlan& plan_;
  Scene scene_;
  std::vector<Stopped> stopped_;
};

AttackVerdict judge(const AttackResult& r) {
  if (r.passed == 0 && r.unknown == 0) return AttackVerdict::stopped;
  if (r.unknown > 0) return AttackVerdict::depends;
  return r.limited_from != 0 ? AttackVerdict::limited : AttackVerdict::open;
}

}  // namespace

std::string_view verdict_name(AttackVerdict verdict) {
  constexpr std::string_view names[] = {"stopped", "limited", "open", "depends", "not applicable"};
  return names[static_cast<std::size_t>(verdict)];
}

bool gets_through(Fate fate) { return fate == Fate::forwarded || fate == Fate::delivered || fate == Fate::sent || fate == Fate::bridged; }

u128 random_source(Family family, Random& random) {
  if (family == Family::v6) return make_u128(0x2a00000000000000 | (random() & 0x000fffffffffffff), random() | 1);
  for (;;) {
    const u128 a = 0x01000000 + random() % 0xdeffffff;   // below 224.0.0.0
    if (public_v4(a) && (a & 0xff) != 0 && (a & 0xff) != 255) return a;
  }
}

void set_source(Packet& packet, u128 address) {
  put_address(packet.family, packet.bytes, packet.family == Family::v4 ? 12 : 8, address);
  mend(packet);
}
void set_destination(Packet& packet, u128 address) {
  put_address(packet.family, packet.bytes, packet.family == Family::v4 ? 16 : 24, address);
  mend(packet);
}
void set_ports(Packet& packet, std::uint16_t source, std::uint16_t destination) {
  put16(packet.bytes, packet.l4, source);
  put16(packet.bytes, packet.l4 + 2, destination);
  mend(packet);
}

Result try_packet(const AttackTarget& target, const std::string& question) {
  Scene scene(target, question);
  return scene.take(scene.question.packet, start);
}

AttackResult run_attack(const Attack& attack, const AttackTarget& target) {
  AttackResult out{.name = attack.name, .title = attack.title, .plan = attack.plan(target)};
  if (!out.plan.not_applicable.empty()) return out;
  if (out.plan.rate == 0) out.plan.rate = target.rate;
  if (out.plan.packets == 0) out.plan.packets = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(out.plan.rate * target.seconds));
  Experiment(target, out).run();
  out.verdict = judge(out);
  if (attack.judge) attack.judge(target, out);
  return out;
}

}  // namespace fwsim

#include "tests/kernel/dump.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "parser/ipset.hh"
#include "simulator/ipsets.hh"
#include "simulator/oracles/recent.hh"
#include "tests/kernel/dump_parts.hh"
#include "tests/kernel/hex.hh"

namespace fwsim::kernel {

std::string proto_text(unsigned proto) {
  switch (proto) {
    case 1: return "icmp";
    case 6: return "tcp";
    case 17: return "udp";
    case 47: return "gre";
    case 58: return "icmpv6";
    case 132: return "sctp";
    case 136: return "udplite";
    default: return std::to_string(proto);
  }
}

Json tuple_json(const Tuple& t) {
  Json j{{"src", address_text(t.family, t.src)}, {"dst", address_text(t.family, t.dst)}};
  if (t.proto == 1 || t.proto == 58) {
    j["id"] = t.sport;
    j["type"] = t.dport >> 8;
    j["code"] = t.dport & 0xff;
  } else if (t.proto == 6 || t.proto == 17 || t.proto == 47 || t.proto == 132 || t.proto == 136) {
    // The others have no ports (nf_conntrack_proto_generic.c).
    j["sport"] = t.sport;
    j["dport"] = t.dport;
  }
  return j;
}

namespace {

struct Bit {
  std::uint32_t bit;
  const char* name;
};
constexpr std::array status_bits{Bit{0x1, "EXPECTED"},    Bit{0x2, "SEEN_REPLY"}, Bit{0x4, "ASSURED"},
                                 Bit{0x8, "CONFIRMED"},   Bit{0x10, "SNAT"},      Bit{0x20, "DNAT"},
                                 Bit{0x40, "SEQ_ADJUST"}, Bit{0x200, "DYING"},    Bit{0x400, "FIXED_TIMEOUT"},
                                 Bit{0x2000, "HELPER"}};

Json entry_json(const CtEntry& e, std::int64_t now, bool accounted) {
  Json j{{"orig", tuple_json(e.original())}, {"proto", proto_text(e.proto)}, {"reply", tuple_json(e.reply())}};
  j["status"] = Json::array();
  for (const Bit& bit : status_bits)
    if (e.status & bit.bit) j["status"].push_back(bit.name);
  if (e.proto == 6) j["state"] = tcp_state_name(e.tcp.state);
  if (e.proto == 132) j["state"] = fmt::format("SCTP_{}", static_cast<unsigned>(e.ext().sctp.state));
  const CtExtension& ext = e.ext();
  if (!ext.helper.empty()) j["helper"] = ext.helper;
  j["timeout"] = (e.expires - now) / 1'000'000'000;
  j["mark"] = e.mark;
  if (accounted) {
    const Counters there = e.counters(false), back = e.counters(true);
    j["packets"] = {there.packets, back.packets};
    j["bytes"] = {there.bytes, back.bytes};
  }
  if (ext.master) j["master"] = tuple_json(ext.master->original());
  if (e.zone[0] == e.zone[1] && e.zone[0] != 0) j["zone"] = e.zone[0];
  if (e.zone[0] != e.zone[1]) {
    if (e.zone[0] != 0) j["orig"]["zone"] = e.zone[0];
    if (e.zone[1] != 0) j["reply"]["zone"] = e.zone[1];
  }
  if (ext.labels[0] || ext.labels[1]) {
    std::string text;
    for (const std::uint64_t word : ext.labels)
      for (unsigned byte = 0; byte < 8; ++byte) text += fmt::format("{:02x}", (word >> (8 * byte)) & 0xff);
    j["labels"] = text;
  }
  return j;
}

std::string state_text(CtState state, bool reply) {
  switch (state) {
    case CtState::invalid: return "INVALID";
    case CtState::fresh: return "NEW";
    case CtState::untracked: return "UNTRACKED";
    case CtState::related: return reply ? "RELATED reply" : "RELATED original";
    case CtState::established: return reply ? "ESTABLISHED reply" : "ESTABLISHED original";
  }
  return {};
}

// The identification of packets that a kernel makes is left to chance: both sides show 0.
std::string masked_hex(const Packet& packet) {
  Packet copy = packet;
  if (copy.family == Family::v4 && copy.bytes.size() >= 20 && be16(copy.bytes, 4) != 0) {
    put16(copy.bytes, 4, 0);
    fix_header_checksum(copy);
  }
  return to_hex(copy.bytes);
}

// Protocol and addresses: what a TEE copy has in common with the original.
std::vector<std::uint8_t> identity(const Packet& p) {
  const Bytes b = p.all();
  const bool v4 = p.family == Family::v4;
  if (b.size() < (v4 ? 20U : 40U)) return {};
  std::vector<std::uint8_t> id{b[v4 ? 9 : 6]};
  const auto at = v4 ? 12 : 8, size = v4 ? 8 : 32;
  id.insert(id.end(), b.begin() + at, b.begin() + at + size);
  return id;
}

struct Journeys {
  std::vector<const Result*> list;
  void add(const Result& r) {
    if (r.last_hook) list.push_back(&r);
    for (const Result& g : r.generated) add(g);
  }
};

// A recorder takes what a hook let go and nothing saw again for dropped: fragments that wait for others
// behind PREROUTING, after other hooks, or behind other extension headers.
bool seems_dropped(const Result& r) {
  if (r.fate != Fate::queued) return r.fate == Fate::dropped || r.fate == Fate::stolen;
  const bool seen_by_rules = std::any_of(r.path.begin(), r.path.end(), [](const Step& s) { return s.rule.has_value(); });
  const bool plain = r.packet.family == Family::v4 || byte_at(r.packet.bytes, 6) == 44;
  return !r.dropped_at || seen_by_rules || !plain;
}

void put_end(Json& j, const Result& r) {
  if (seems_dropped(r)) {
    if (r.dropped_at) {
      j["dropped_at"] = hook_name(*r.dropped_at);
      for (const Step& step : r.path)
        if (step.hook == *r.dropped_at && step.rule) j["last_rule"] = rule_key(*step.rule);
    } else if (r.last_hook && r.last_hook != Hook::postrouting) {
      j["dropped_at"] = fmt::format("after {} (routing)", hook_name(*r.last_hook));
    }
  }
  if (!r.out_if.empty() && r.out_if != "lo" && (r.fate == Fate::sent || r.fate == Fate::forwarded || r.fate == Fate::bridged)) j["out_if"] = r.out_if;
  if (r.ct_state) j["ctstate"] = state_text(*r.ct_state, r.ct_reply);
}

std::string fate_text(const Result& r) {
  const bool behind_all = r.fate == Fate::dropped && !r.dropped_at && r.last_hook == Hook::postrouting;
  if (behind_all) return "lost_after_postrouting";
  if (seems_dropped(r) || r.fate == Fate::ignored) return "dropped";
  if (r.fate == Fate::sent && r.out_if == "lo") return "lost_after_postrouting";   // in fragments: each is seen by itself
  return r.fate == Fate::queued ? "fragment_queued" : std::string(fate_name(r.fate));
}

Json journey_json(const Result& r, const Result& first) {
  Json j;
  j["kind"] = &r == &first ? "injected" : r.cause == "copy" ? "copy" : "generated";
  j["fate"] = r.fate == Fate::forwarded ? "sent" : fate_text(r);
  put_end(j, r);
  j["path"] = Json::array();
  for (const Step& step : r.path)
    if (step.rule) j["path"].push_back(rule_key(*step.rule));
  if (r.fate == Fate::unknown) j["why"] = r.reason;
  return j;
}

}  // namespace

std::string rule_key(Family family, const Table& table, std::uint32_t chain, std::uint32_t index) {
  const Chain& c = table.chains[chain];
  const char* kind = index < c.rules.size() ? "rule" : c.hook ? "policy" : "return";
  return fmt::format("{}{}:{}:{}:{}", family == Family::v6 ? "6:" : "", table_name(table.id), c.name, kind, index + 1);
}

std::string rule_key(const RuleRef& r) { return rule_key(r.family, *r.table, r.chain, r.index); }

Json counters_json(const Engine& engine) {
  Json j = Json::object();
  for (const Family family : {Family::v4, Family::v6})
    for (std::size_t t = 0; t < table_count; ++t) {
      const Program* p = engine.program(family, static_cast<TableId>(t));
      if (!p) continue;
      const auto put = [&](std::uint32_t chain, std::uint32_t index, const Counters& c) {
        j[rule_key(family, *p->table, chain, index)] = {c.packets, c.bytes};
      };
      for (const RuleCode& code : p->rules) put(code.chain, code.index, code.counters);
      for (std::uint32_t c = 0; c < p->policies.size(); ++c)
        put(c, static_cast<std::uint32_t>(p->table->chains[c].rules.size()), p->policies[c]);
    }
  return j;
}

Json conntrack_json(Engine& engine) {
  World& world = engine.world();
  Json j = Json::array();
  const auto acct = world.host.sysctls.find("net.netfilter.nf_conntrack_acct");
  const bool accounted = acct != world.host.sysctls.end() && acct->second != "0";
  for (const auto& entry : world.conntrack.entries(world.now)) j.push_back(entry_json(*entry, world.now, accounted));
  return j;
}

Json sets_json(World& world) {
  Json j = Json::object();
  const SetStore& store = ipsets(world);
  for (std::size_t i = 0; i < store.size(); ++i) {
    const IpSet set = store.state(static_cast<int>(i), world.now);
    std::vector<std::string> elements;
    for (const SetElement& e : set.elements) elements.push_back(print_element(set, e));
    std::sort(elements.begin(), elements.end());
    j[set.name] = elements;
  }
  return j;
}

Json recent_json(const World& world) {
  Json j = Json::object();
  for (const auto& [name, text] : recent_lists(world)) {
    std::vector<Json> rows;
    for (std::size_t at = 0; at < text.size();) {
      const std::string line = text.substr(at, text.find('\n', at) - at);
      at += line.size() + 1;
      const auto word = [&](const char* key) {
        const std::size_t from = line.find(key) + std::string_view(key).size();
        return line.substr(from, line.find(' ', from) - from);
      };
      const std::string stamps = line.substr(line.find("oldest_pkt: "));
      rows.push_back({{"src", word("src=")},
                      {"ttl", std::stoi(word("ttl: "))},
                      {"oldest_pkt", std::stoi(word("oldest_pkt: "))},
                      {"stamps", 1 + std::count(stamps.begin(), stamps.end(), ',')}});
    }
    std::sort(rows.begin(), rows.end(), [](const Json& a, const Json& b) { return a["src"] < b["src"]; });
    j[name] = rows;
  }
  return j;
}

Json packet_json(const Result& result, bool sent) {
  Json j;
  Journeys journeys;
  journeys.add(result);
  auto& list = journeys.list;
  std::sort(list.begin(), list.end(), [](const Result* a, const Result* b) { return a->order < b->order; });

  j["fate"] = fate_text(result);
  put_end(j, result);
  if (!result.last_hook && (result.fate == Fate::dropped || result.fate == Fate::ignored))
    j["dropped_at"] = sent ? "before OUTPUT (routing)" : "before PREROUTING";
  if (result.fate == Fate::unknown) j["why"] = result.reason;

  struct Frame {
    std::uint64_t order;
    Json json;
  };
  std::vector<Frame> frames;
  std::vector<Record> records;
  const auto original = identity(result.packet);
  j["journeys"] = Json::array();
  const auto take = [&](const Result& r, const Json& number) {
    for (const Sent& s : r.out) {
      const bool made = &r != &result && r.cause != "copy" && !s.packet.clone && identity(s.packet) != original;   // TEE's copies keep theirs
      frames.push_back({s.order, {{"if", s.device}, {"journey", number}, {"ip", made ? masked_hex(s.packet) : to_hex(s.packet.bytes)}}});
    }
    records.insert(records.end(), r.records.begin(), r.records.end());
  };
  // What passed no hook: a bridged frame, a reset put straight onto a port.
  const auto unseen = [&](const Result& r, const auto& self) -> void {
    if (!r.last_hook) take(r, nullptr);
    for (const Result& g : r.generated) self(g, self);
  };
  unseen(result, unseen);
  for (std::size_t i = 0; i < list.size(); ++i) {
    j["journeys"].push_back(journey_json(*list[i], result));
    take(*list[i], i);
  }
  std::sort(frames.begin(), frames.end(), [](const Frame& a, const Frame& b) { return a.order < b.order; });
  j["out"] = Json::array();
  for (Frame& frame : frames) j["out"].push_back(std::move(frame.json));

  std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) { return a.order < b.order; });
  for (const Record& r : records) {
    if (r.kind == Record::Kind::log) j["log"].push_back(r.text);
    if (r.kind == Record::Kind::conntrack) j["ct_log"].push_back(r.text);
    if (r.kind == Record::Kind::nflog)
      j["nflog"].push_back({{"group", r.group}, {"prefix", r.text}, {"hook", hook_name(r.hook)}});
  }
  return j;
}

}  // namespace fwsim::kernel

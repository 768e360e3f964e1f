// What became of a packet, as a line, as a path, as JSON.
#pragma once

#include <array>
#include <bitset>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "simulator/flow_memory.hh"
#include "simulator/result.hh"

namespace fwsim {

// A packet with what was said of it before it went its way.
struct Traced {
  std::uint64_t number = 0;     // in its source, from 1
  std::int64_t time = 0;        // ns since 1970
  std::string flow;             // "203.0.113.9:51515 > 198.51.100.7:22 TCP [S]"
  Result result;
};

struct ReportContext {
  std::array<std::string, 2> files;   // of the rulesets, by family
  bool colour = false;
};

// "12:00:00.000001 203.0.113.9:51515 > ... eth0 dropped by filter/INPUT/policy (rules.v4:3)"
std::string line_of(const Traced& traced, const ReportContext& context);
// The way through every hook, a line each, indented.
std::string path_of(const Result& result, const ReportContext& context);
// One object, one line; see reports/trace.schema.json.
std::string json_of(const Traced& traced, const ReportContext& context);

// "filter/INPUT/3 (rules.v4:12)"
std::string place_text(const RuleRef& rule, const ReportContext& context);
// The fate with its device and why, without time and flow.
std::string verdict_text(const Result& result, const ReportContext& context);
// "2026-11-24T12:00:00.000001Z"
std::string time_text(std::int64_t ns);

// The states of packets in the order in which a connection takes them.
inline constexpr std::pair<CtState, std::string_view> state_names[] = {{CtState::fresh, "NEW"},
                                                                       {CtState::established, "ESTABLISHED"},
                                                                       {CtState::related, "RELATED"},
                                                                       {CtState::invalid, "INVALID"},
                                                                       {CtState::untracked, "UNTRACKED"}};

// Totals of a run.
class Summary {
 public:
  void add(const Traced& traced);
  // Packets that went the way of earlier ones, whose connections have been counted with those.
  void add(const FlowMemory::Way& way);
  // Connections that came into the table with such packets, by serial number; none of them was expected.
  void add_connections(std::uint64_t first, std::uint64_t last);
  // The totals of other packets, whose connections are others.
  void add(const Summary& other);
  std::string text(const ReportContext& context) const;
  std::string json(const ReportContext& context) const;

  std::uint64_t packets() const { return packets_; }
  std::uint64_t count(Fate fate) const { return fates_[static_cast<std::size_t>(fate)]; }

  std::uint64_t count(CtState state) const { return states_[static_cast<std::size_t>(state)]; }
  std::size_t connections() const { return connections_.count(); }
  std::size_t expected_connections() const { return expected_.count(); }

 private:
  void note_connection(const Result& result);
  void count(const RuleRef& by, Fate fate, const Counters& counters);
  std::string states_text() const;

  struct Decided {
    RuleRef rule;
    Fate fate = Fate::unknown;
    Counters counters;
  };
  struct Decision {
    const Table* table = nullptr;
    std::uint32_t chain = 0, index = 0;
    Fate fate = Fate::unknown;
    bool operator==(const Decision&) const = default;
  };
  struct DecisionHash {
    std::size_t operator()(const Decision& d) const;
  };
  // In the order of family, name and fate.
  std::vector<Decided> decided() const;
  std::uint64_t packets_ = 0, bytes_ = 0, generated_ = 0, records_ = 0;
  std::array<std::uint64_t, fate_count> fates_{};
  std::array<std::uint64_t, 5> states_{};       // packets by CtState, as PREROUTING or OUTPUT left it
  // Connections that came into the table, by serial number: these are dense, so neighbours share a set of bits.
  class Seen {
   public:
    void add(std::uint64_t serial);
    std::size_t count() const { return count_; }
    void add_others(const Seen& other) { count_ += other.count_; }   // other ones, which no serial number names

   private:
    static constexpr std::uint64_t together = 4096;
    std::unordered_map<std::uint64_t, std::bitset<together>> seen_;
    std::size_t count_ = 0;
  };
  Seen connections_, expected_;
  std::unordered_map<Decision, Decided, DecisionHash> rules_;
  std::map<std::string, std::uint64_t> reasons_;
};

}  // namespace fwsim

// First packets of connections that nothing but the tests of rules, the routes and the connection's making have a say in: they are
// judged without a walk through the engine, and nothing is changed before that is sure. The walk gives the same.
//
// A course is learned from a walk: by which device packets come and where they are routed, for all that come alike from one class of
// addresses to another. It holds the tables that they pass, and the fields that are the same for them.
//
// Only IPv4 where routes look at addresses alone; connections that a rule translates, marks or hands to a helper walk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/engine.hh"
#include "simulator/flow_view.hh"

namespace fwsim {

class Openings {
 public:
  // What becomes of such a packet. A connection is known from then on when the packet got through.
  struct Opening {
    Fate fate = Fate::unknown;
    std::optional<RuleRef> decided_by;
    CtRef connection;
  };

  explicit Openings(Engine& engine);

  // `arrival`: a number for frames that come alike, by the same device from and to the same MAC addresses. Nothing: it must walk.
  // The new connection is that of the Opening; keep() makes it known.
  std::optional<Opening> take(const FlowView& view, std::uint32_t arrival, std::int64_t now);
  // What has counted it, good until the next one is taken.
  const std::vector<Counters*>& counters() const { return counters_; }
  void keep(const Opening& opening);

  // After a walk that FlowTrail calls fixed, of a packet that began a connection.
  void learn(const FlowView& view, std::uint32_t arrival, const Result& result);

 private:
  struct Stop {
    Hook hook = Hook::prerouting;
    TableId table = TableId::filter;
    Program* program = nullptr;
  };
  struct Course {
    std::uint64_t key = 0;              // of arrival and classes; 0: nothing is known
    bool forwarded = false, local = false;
    std::uint64_t longest = 0;          // packet, in bytes: longer ones may go another way
    std::string in;
    std::uint32_t realm = 0;
    u128 out_word = 0;
    std::uint32_t out_group = 0;
    std::optional<unsigned> src_type_out, dst_type_out;
    std::vector<Stop> before, early, late;   // before conntrack, before routing, behind it
    FieldValues fields;                 // of PREROUTING; what is different for each packet is overwritten
  };

  std::uint64_t key_of(const FlowView& view, std::uint32_t arrival) const;
  Course& place_of(std::uint64_t key);
  Course make(const FlowView& view, const std::string& device, const RouteResult& route, const Result& result);
  void add_stops(Course& course, Hook hook);
  bool pass(const std::vector<Stop>& stops, FieldValues& fields, CtEntry* entry, Opening& opening, bool& stopped);
  static void arrive(FieldValues& fields, const FlowView& view);
  static void describe(FieldValues& fields, const FlowView& view);

  Engine& engine_;
  World& world_;
  std::vector<Course> courses_;
  std::vector<Counters*> counters_;
};

}  // namespace fwsim

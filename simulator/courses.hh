// Packets that nothing but the tests of rules, the routes and their connection have a say in are judged without a walk through the
// engine: those that begin a connection, and the first of each kind of a known one. Nothing is changed before that is sure, and the
// walk gives the same.
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
#include "simulator/trail.hh"

namespace fwsim {

class Courses {
 public:
  // What has become of a packet. A connection that it begins is known from then on, unless the packet was dropped.
  struct Passage {
    Fate fate = Fate::unknown;
    std::optional<RuleRef> decided_by;
    CtRef connection;
    bool reply = false;
    CtState state = CtState::fresh;
    bool opened = false;   // it made the connection known
  };

  explicit Courses(Engine& engine);

  // `arrival`: a number for frames that come alike, by the same device from and to the same MAC addresses. Nothing: it must walk.
  std::optional<Passage> take(const FlowView& view, std::uint32_t arrival, std::int64_t now);
  // Of the last passage: what had a say, and what counts it. The counters are as they were.
  FlowTrail& trail() { return trail_; }

  // After a walk that FlowTrail calls fixed, of a packet with a connection.
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
    unsigned src_type_out = 0, dst_type_out = 0;
    std::vector<Stop> before, early, late;   // before conntrack, before routing, behind it
    FieldValues fields;                 // of PREROUTING; what is different for each packet is overwritten
  };

  std::uint64_t key_of(const FlowView& view, std::uint32_t arrival) const;
  Course& place_of(std::uint64_t key);
  Course make(const FlowView& view, const std::string& device, const RouteResult& route, const Result& result);
  void add_stops(Course& course, Hook hook);
  enum class Way : std::uint8_t { on, dropped, unsure };
  Way pass(const std::vector<Stop>& stops, FieldValues& fields, Passage& passage);
  std::optional<Passage> open(Course& course, const FlowView& view, std::int64_t now);
  std::optional<Passage> go_on(Course& course, const FlowView& view, const CtRef& connection, bool reply, std::int64_t now);
  Way behind_conntrack(Course& course, const FlowView& view, Passage& passage, std::int64_t now);
  static void arrive(FieldValues& fields, const FlowView& view);

  Engine& engine_;
  World& world_;
  std::vector<Course> courses_;
  FlowTrail trail_;
};

}  // namespace fwsim

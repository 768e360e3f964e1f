#include "simulator/courses.hh"

#include <algorithm>

#include "simulator/bridge.hh"
#include "simulator/conntrack_parts.hh"
#include "simulator/ct_step.hh"
#include "simulator/nat.hh"
#include "simulator/pure_walk.hh"
#include "simulator/tcp_segment.hh"

namespace fwsim {
namespace {

constexpr unsigned tcp = 6;
constexpr std::size_t course_places = 4096;
constexpr std::uint32_t most_arrivals = 1U << 20, most_classes = 1U << 21;   // what a key has room for

Tuple turned(const Tuple& t) {
  Tuple r = t;
  std::swap(r.src, r.dst);
  std::swap(r.sport, r.dport);
  return r;
}

// Or would be, if it went another way.
bool is_translated(const CtEntry& e) { return (e.status & (ct_src_nat | ct_dst_nat)) != 0 || e.masquerade != 0; }

// A device that hands frames to others than the host, or takes them from others.
bool is_bridged(const Host& host, const std::string& device) { return bridge_of(host, device) || find_bridge(host, device); }

bool asks_mss(const Program& program) {
  return std::any_of(program.ops.begin(), program.ops.end(), [](const Op& op) { return op.field == Field::tcp_mss; });
}

}  // namespace

Courses::Courses(Engine& engine) : engine_(engine), world_(engine.world()) {}

// From 1 on; 0: there can be no course.
std::uint64_t Courses::key_of(const FlowView& view, std::uint32_t arrival) const {
  const auto from = engine_.routing().address_class(view.tuple.family, view.tuple.src);
  const auto to = engine_.routing().address_class(view.tuple.family, view.tuple.dst);
  if (!from || !to || *from >= most_classes || *to >= most_classes || arrival >= most_arrivals) return 0;
  return (std::uint64_t{*from} << 42 | std::uint64_t{*to} << 21 | arrival) + 1;
}

Courses::Course& Courses::place_of(std::uint64_t key) {
  return courses_[((key * 0x9e3779b97f4a7c15U) >> 40) % course_places];
}

std::optional<Courses::Passage> Courses::take(const FlowView& view, std::uint32_t arrival, std::int64_t now) {
  if (courses_.empty()) return std::nullopt;
  const std::uint64_t key = key_of(view, arrival);
  Course& course = place_of(key);
  if (key == 0 || course.key != key || view.length > course.longest || (course.forwarded && view.ttl <= 1)) return std::nullopt;
  if (!is_trackable(view, world_.conntrack.config())) return std::nullopt;
  if (course.local && world_.sockets.early({.family = view.tuple.family, .proto = view.tuple.proto, .src = view.tuple.src, .sport = view.tuple.sport,
                                            .dst = view.tuple.dst, .dport = view.tuple.dport, .device = course.in}).socket)
    return std::nullopt;
  trail_.asked.reset();
  trail_.counters.clear();
  trail_.shortest = 0;
  trail_.longest = course.longest;
  trail_.forwarded = course.forwarded;
  trail_.fixed = true;

  bool reply = false;
  const CtRef known = world_.conntrack.find(view.tuple, {}, now, reply);
  std::optional<Passage> passage = known ? go_on(course, view, known, reply, now) : open(course, view, now);
  if (passage) world_.now = now;
  return passage;
}

std::optional<Courses::Passage> Courses::open(Course& course, const FlowView& view, std::int64_t now) {
  Conntrack& conntrack = world_.conntrack;
  const CtConfig& config = conntrack.config();
  Passage passage{.connection = conntrack.begin(view.tuple, turned(view.tuple), now)};
  if (!passage.connection) return std::nullopt;
  CtEntry& entry = *passage.connection;
  arrive(course.fields, view);
  if (pass(course.before, course.fields, passage) != Way::on) return std::nullopt;   // dropped there, it has no state
  const CtJudgement judgement = view.tuple.proto == tcp
                                    ? judge_tcp(entry, read_tcp_segment(view.transport(), view.l4_length()), false, true, config, now)
                                    : judge_udp(entry, config, now);
  if (judgement != CtJudgement::accept) return std::nullopt;
  entry.seen = now;
  if (config.accounting) entry.count(false, view.length);
  const Way way = behind_conntrack(course, view, passage, now);
  if (way == Way::unsure) return std::nullopt;
  passage.opened = way == Way::on;
  if (passage.opened) conntrack.keep(passage.connection);
  return passage;
}

std::optional<Courses::Passage> Courses::go_on(Course& course, const FlowView& view, const CtRef& connection, bool reply, std::int64_t now) {
  if (!is_plain(*connection) || is_translated(*connection)) return std::nullopt;
  Passage passage{.connection = connection, .reply = reply};
  arrive(course.fields, view);
  if (pass(course.before, course.fields, passage) != Way::on) return std::nullopt;
  CtStep step(*connection, reply);
  const auto state = step.take(view, world_.conntrack.config(), now);
  if (!state) return std::nullopt;
  passage.state = *state;
  if (behind_conntrack(course, view, passage, now) == Way::unsure) {
    step.undo();
    return std::nullopt;
  }
  step.keep(view, world_.conntrack, now);
  return passage;
}

// Writes the fate.
Courses::Way Courses::behind_conntrack(Course& course, const FlowView& view, Passage& passage, std::int64_t now) {
  FieldValues& fields = course.fields;
  fields.set(Field::ct_state, static_cast<unsigned>(passage.state));
  describe_connection(fields, *passage.connection, passage.reply, now);
  if (const Way way = pass(course.early, fields, passage); way != Way::on) return Way::unsure;   // dropped there, it shows no state
  fields.set(Field::realm, course.realm);
  if (course.forwarded) {
    fields.set(Field::ttl, view.ttl - 1U);
    fields.set(Field::out_if, course.out_word);
    fields.set(Field::out_group, course.out_group);
    fields.set(Field::src_type_out, course.src_type_out);
    fields.set(Field::dst_type_out, course.dst_type_out);
  }
  const Way way = pass(course.late, fields, passage);
  if (way == Way::on) passage.fate = course.forwarded ? Fate::forwarded : Fate::delivered;
  return way;
}

// As Journey::table() and nat().
Courses::Way Courses::pass(const std::vector<Stop>& stops, FieldValues& fields, Passage& passage) {
  for (const Stop& stop : stops) {
    CtEntry& entry = *passage.connection;
    const bool nat = stop.table == TableId::nat, first = passage.state == CtState::fresh || passage.state == CtState::related;
    if (nat && (!first || nat_done(entry, manip_of(stop.hook)))) continue;   // nothing is translated
    if (nat && (entry.status & ct_confirmed) != 0) return Way::unsure;
    const auto end = walk_pure(*stop.program, stop.hook, fields, trail_);
    if (!end) return Way::unsure;
    if (!end->accepted) {
      passage.fate = Fate::dropped;
      passage.decided_by = end->by;
      return Way::dropped;
    }
    if (nat) {   // the null binding: nothing else is known of the answer's tuple, so it stays
      entry.status |= manip_of(stop.hook) == Manip::source ? ct_src_nat_done : ct_dst_nat_done;
      fields.set(Field::ct_status, entry.status);
    } else if (end->by && (stop.table == TableId::filter || !passage.decided_by)) {
      passage.decided_by = end->by;
    }
  }
  return Way::on;
}

// As decode() and PREROUTING have it before connection tracking.
void Courses::arrive(FieldValues& f, const FlowView& view) {
  f.set(Field::src, view.tuple.src);
  f.set(Field::dst, view.tuple.dst);
  f.set(Field::out_if, 0);
  f.set(Field::proto, view.tuple.proto);
  f.set(Field::length, view.length);
  f.set(Field::tos, view.tos);
  f.set(Field::ttl, view.ttl);
  f.set(Field::l4_len, view.l4_length());
  f.set(Field::sport, view.tuple.sport);
  f.set(Field::dport, view.tuple.dport);
  if (view.tuple.proto == tcp) {
    f.set(Field::tcp_flags, view.tcp_flags());
    f.set(Field::tcp_options, 1);
  } else {
    f.clear(Field::tcp_flags, Field::tcp_options);
  }
  for (const Field absent : {Field::out_group, Field::src_type_out, Field::dst_type_out, Field::realm}) f.clear(absent);
  f.clear(Field::ct_orig_src, Field::ct_repl_dst);
  f.clear(Field::ct_state, Field::ct_expire);
}

void Courses::learn(const FlowView& view, std::uint32_t arrival, const Result& result) {
  const std::uint64_t key = key_of(view, arrival);
  if (key == 0 || result.in_if.empty() || is_translated(*result.packet.ct)) return;
  if (courses_.empty()) courses_.resize(course_places);
  Course& place = place_of(key);
  if (place.key == key) return;
  const RouteResult route = engine_.routing().input({.family = view.tuple.family, .src = view.tuple.src, .dst = view.tuple.dst, .in = result.in_if});
  const bool forwarded = route.kind == RouteResult::Kind::forward;
  if ((!forwarded && route.kind != RouteResult::Kind::local) || route.redirect || route.balanced) return;
  if (is_bridged(engine_.host(), result.in_if) || (forwarded && is_bridged(engine_.host(), route.device))) return;
  Course course = make(view, result.in_if, route, result);
  const auto asks = [](const std::vector<Stop>& stops) {
    return std::any_of(stops.begin(), stops.end(), [](const Stop& s) { return asks_mss(*s.program); });
  };
  if (asks(course.before) || asks(course.early) || asks(course.late)) return;
  course.key = key;
  place = std::move(course);
}

Courses::Course Courses::make(const FlowView& view, const std::string& device, const RouteResult& route, const Result& result) {
  const Host& host = engine_.host();
  const Routing& routing = engine_.routing();
  const Family family = view.tuple.family;
  Course course{.forwarded = route.kind == RouteResult::Kind::forward, .local = route.kind == RouteResult::Kind::local, .in = device, .realm = route.realm};
  const auto group = [&](const std::string& name) {
    const Interface* i = host.find(name);
    return i ? i->group : 0;
  };
  const auto type = [&](u128 address, const std::string& by) { return static_cast<unsigned>(routing.address_type(family, address, by)); };
  FieldValues& f = course.fields;
  for (const Field kept : {Field::mac_src, Field::pkttype})
    if (result.packet.fields.has(kept)) f.set(kept, result.packet.fields.get(kept));
  for (const Field zero : {Field::cpu, Field::ipsec, Field::mark, Field::frag_off}) f.set(zero, 0);
  f.set(Field::in_if, name_word(device));
  f.set(Field::in_group, group(device));
  f.set(Field::src_type, type(view.tuple.src, {}));
  f.set(Field::dst_type, type(view.tuple.dst, {}));
  f.set(Field::src_type_in, type(view.tuple.src, device));
  f.set(Field::dst_type_in, type(view.tuple.dst, device));
  const Interface* by = host.find(device);
  course.longest = by && by->mtu != 0 ? by->mtu : 0xffff;
  for (const Hook hook : {Hook::prerouting, course.forwarded ? Hook::forward : Hook::input}) add_stops(course, hook);
  if (!course.forwarded) return course;
  add_stops(course, Hook::postrouting);
  course.longest = std::min<std::uint64_t>(course.longest, route.mtu);
  course.out_word = name_word(route.device);
  course.out_group = group(route.device);
  course.src_type_out = type(view.tuple.src, route.device);
  course.dst_type_out = type(view.tuple.dst, route.device);
  return course;
}

void Courses::add_stops(Course& course, Hook hook) {
  std::vector<Stop>* stops = hook == Hook::prerouting ? &course.before : &course.late;
  for (const Stage stage : stages(hook)) {
    if (stage == Stage::conntrack) stops = &course.early;
    const auto table = stage_table(stage);
    Program* const program = table ? engine_.program(Family::v4, *table) : nullptr;
    if (program) stops->push_back({hook, *table, program});
  }
}

}  // namespace fwsim

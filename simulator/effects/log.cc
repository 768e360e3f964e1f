// LOG, NFLOG, AUDIT and TRACE: what they write down is the packet as this hook sees it.
#include <fmt/format.h>

#include <string>

#include "simulator/effect.hh"
#include "simulator/log_line.hh"
#include "simulator/proc_text.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

std::unique_ptr<Target> make_log(const TargetUse& use, Family, World&) {
  const LogParts parts{.tcp_sequence = use.has("log-tcp-sequence"),
                       .tcp_options = use.has("log-tcp-options"),
                       .ip_options = use.has("log-ip-options"),
                       .uid = use.has("log-uid"),
                       .mac_decode = use.has("log-macdecode")};
  const auto level = static_cast<unsigned>(use.number("log-level", 4));
  return make_effect([=, prefix = std::string(use.text("log-prefix"))](Packet& packet, const Where& where, World& world) {
    world.record(
        {.kind = Record::Kind::log, .text = log_line(packet, prefix, parts), .hook = where.hook, .level = level});
    return Outcome::next_rule;
  });
}

std::unique_ptr<Target> make_nflog(const TargetUse& use, Family, World&) {
  const auto group = static_cast<unsigned>(use.number("nflog-group"));
  return make_effect([=, prefix = std::string(use.text("nflog-prefix"))](Packet&, const Where& where, World& world) {
    world.record({.kind = Record::Kind::nflog, .text = prefix, .group = group, .hook = where.hook});
    return Outcome::next_rule;
  });
}

// As the record of type NETFILTER_PKT has it; the option --type is not in it.
std::unique_ptr<Target> make_audit(const TargetUse&, Family, World&) {
  return make_effect([](Packet& packet, const Where& where, World& world) {
    const FieldValues& f = packet.fields;
    const auto address = [&](Field field) { return address_text(packet.family, f.get(field)); };
    world.record({.kind = Record::Kind::audit,
                  .text = fmt::format("mark=0x{:x} saddr={} daddr={} proto={}", f.number(Field::mark),
                                      address(Field::src), address(Field::dst), f.number(Field::proto)),
                  .hook = where.hook});
    return Outcome::next_rule;
  });
}

std::unique_ptr<Target> make_trace(const TargetUse&, Family, World&) {
  return make_effect([](Packet& packet, const Where&, World&) {
    packet.traced = true;
    return Outcome::next_rule;
  });
}

}  // namespace

extern const TargetKind effect_LOG{"LOG", make_log};
extern const TargetKind effect_NFLOG{"NFLOG", make_nflog};
extern const TargetKind effect_AUDIT{"AUDIT", make_audit};
extern const TargetKind effect_TRACE{"TRACE", make_trace};

}  // namespace fwsim

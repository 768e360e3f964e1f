// -m osf: whether a SYN looks like one of a system (net/netfilter/nfnetlink_osf.c). As the kernel has
// it, an inverted --genre is the same as a plain one, and with --log any known system matches.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>

#include "simulator/fingerprints.hh"
#include "simulator/oracle.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr unsigned ttl_true = 0, ttl_not_above = 1, ttl_any = 2, log_first = 1;
constexpr std::uint8_t option_mss = 2;

struct Database : Shared {
  std::vector<Fingerprint> list;
  bool read = false;
};

const std::vector<Fingerprint>& fingerprints(World& world) {
  auto& database = world.get_shared<Database>("osf");
  if (std::exchange(database.read, true)) return database.list;
  std::ifstream file(world.host.fingerprints);
  for (std::string line; std::getline(file, line);)
    if (auto fingerprint = read_fingerprint(line)) database.list.push_back(std::move(*fingerprint));
  return database.list;
}

// In the network of the device, the packet has passed no router.
bool from_link(const Packet& packet, const Host& host) {
  const Interface* device = host.find(name_text(packet.fields.get(Field::in_if)));
  const u128 src = packet.fields.get(Field::src);
  return device && std::any_of(device->addresses.begin(), device->addresses.end(), [&](const InterfaceAddress& a) {
           return a.family == Family::v4 && ((a.address ^ src) & prefix_mask(Family::v4, a.length)) == 0;
         });
}

bool ttl_fits(const Packet& packet, const Fingerprint& f, unsigned check, const Host& host) {
  const auto ttl = packet.fields.number(Field::ttl);
  if (check == ttl_any) return true;
  if (check == ttl_not_above && ttl <= f.ttl) return true;
  return ttl == f.ttl && (check == ttl_true || from_link(packet, host));
}

bool window_fits(const Fingerprint& f, std::uint32_t window, std::uint32_t mss) {
  const auto times = [&](std::uint32_t extra) {
    for (const std::uint32_t size : {mss, 1460U, 1448U})  // some modems lower the MSS
      if (window == f.window_value * (size + extra)) return true;
    return false;
  };
  switch (f.window) {
    case Fingerprint::Window::plain: return f.window_value == 0 || window == f.window_value;
    case Fingerprint::Window::mss: return times(0);
    case Fingerprint::Window::mtu: return times(40);
    case Fingerprint::Window::modulo: return window % f.window_value == 0;
  }
  return false;
}

bool fits(const Packet& packet, const Fingerprint& f, unsigned ttl_check, const Host& host) {
  const Bytes tcp = packet.transport();
  if (be16(packet.all(), 2) != f.length || !ttl_fits(packet, f, ttl_check, host)) return false;
  std::size_t size = 0;
  for (const Fingerprint::Option& option : f.options) size += option.length;
  if (static_cast<std::size_t>(tcp[12] >> 4) * 4 != 20 + size) return false;
  std::uint32_t mss = 0;
  std::size_t at = 20;
  for (const Fingerprint::Option& option : f.options) {
    if (byte_at(tcp, at) != option.kind) return false;
    if (option.kind == option_mss) mss = be16(tcp, at + 2);
    at += option.length;
  }
  return window_fits(f, be16(tcp, 14), mss);
}

class Osf : public Oracle {
 public:
  explicit Osf(const MatchUse& use)
      : genre_(use.text("genre")), ttl_(static_cast<unsigned>(use.number("ttl"))), logs_(use.has("log")),
        log_(use.number("log")) {}

  Answer test(Packet& packet, const Where& where, World& world) override {
    if (packet.transport().size() < 20) return Answer::no;
    if (world.host.fingerprints.empty()) return Answer::unknown;
    const bool whole = (be16(packet.all(), 6) & 0x4000) != 0;
    bool found = false;
    for (const Fingerprint& f : fingerprints(world)) {
      if (f.dont_fragment != whole || (!logs_ && f.genre != genre_) || !fits(packet, f, ttl_, world.host)) continue;
      found = true;
      if (!logs_) break;
      const int hops = static_cast<int>(f.ttl) - static_cast<int>(packet.fields.number(Field::ttl));
      log(world, where, fmt::format("{} [{}:{}] : {} hops={}", f.genre, f.version, f.subtype, ends(packet), hops));
      if (log_ == log_first) break;
    }
    if (!found && logs_) log(world, where, fmt::format("Remote OS is not known: {}", ends(packet)));
    return answer(found);
  }

  std::string why() const override { return "the fingerprints of systems that nfnl_osf loaded are not described"; }

 private:
  static std::string ends(const Packet& packet) {
    const FieldValues& f = packet.fields;
    return fmt::format("{}:{} -> {}:{}", address_text(Family::v4, f.get(Field::src)), f.number(Field::sport),
                       address_text(Family::v4, f.get(Field::dst)), f.number(Field::dport));
  }
  static void log(World& world, const Where& where, std::string text) {
    world.record({.kind = Record::Kind::nflog, .text = text + "\n", .hook = where.hook});
  }

  std::string genre_;
  unsigned ttl_;
  bool logs_;
  std::uint64_t log_;
};

}  // namespace

extern const OracleKind oracle_osf{"osf", [](const MatchUse& use, Family, World&) -> std::unique_ptr<Oracle> {
                                     return std::make_unique<Osf>(use);
                                   }};

}  // namespace fwsim

// -m connlimit: how many connections an address has (net/netfilter/xt_connlimit.c and
// nf_conncount.c). Each rule keeps a list for each masked address and zone; connections that are
// gone are only forgotten when the list is walked, at most once a tick, so a connection that was
// refused can still count for a moment. Not mirrored: that a new address also walks the lists
// that lie near its place in the kernel's tree.
#include <map>
#include <optional>
#include <utility>

#include "simulator/oracle.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_collected = 64;  // CONNCOUNT_GC_MAX_COLLECT

struct Connection {
  Tuple tuple;
  Zones zone{};
};

struct List {
  std::vector<Connection> connections;
  std::uint64_t walked = 0;        // tick of the last walk
  std::size_t after_walk = 0;      // connections that it left
};

bool closed(const CtEntry& entry) {
  return entry.proto == 6 && (entry.tcp.state == TcpState::time_wait || entry.tcp.state == TcpState::close);
}

// Forgets connections that are gone or closed, until `wanted` is met: whether it was.
bool walk(List& list, World& world, const Connection* wanted) {
  std::size_t collected = 0;
  for (std::size_t i = 0; i < list.connections.size() && collected <= most_collected;) {
    const Connection& here = list.connections[i];
    bool reply = false;
    const auto entry = world.conntrack.find(here.tuple, here.zone, world.now, reply);
    if (entry && wanted && here.tuple == wanted->tuple && entry->zone[0] == wanted->zone[0]) return true;
    if (entry && !closed(*entry)) {
      ++i;
      continue;
    }
    list.connections.erase(list.connections.begin() + static_cast<std::ptrdiff_t>(i));
    ++collected;
  }
  list.walked = world.jiffies();
  list.after_walk = list.connections.size();
  return false;
}

// Puts the packet's connection on the list (__nf_conncount_add).
void add(List& list, World& world, const Connection& connection, const CtEntry* entry) {
  const bool confirmed = entry && (entry->status & ct_confirmed) != 0;
  const bool now = list.walked == world.jiffies();
  if (confirmed && (entry->status & ct_assured) != 0) {
    if (!now) walk(list, world, nullptr);
    return;
  }
  const bool fresh = now && list.connections.size() - list.after_walk < most_collected;
  if ((confirmed || !fresh) && walk(list, world, &connection)) return;
  list.connections.push_back(connection);
}

class Connlimit : public Oracle {
 public:
  Connlimit(const MatchUse& use, Family family)
      : destination_(use.has("connlimit-daddr")),
        upto_(use.has("connlimit-upto") || use.inverted("connlimit-above")),
        limit_(use.number(use.has("connlimit-upto") ? "connlimit-upto" : "connlimit-above")),
        mask_(prefix_mask(family, static_cast<unsigned>(use.number("connlimit-mask", address_bits(family))))) {}

  Answer test(Packet& packet, const Where&, World& world) override {
    Connection connection;
    CtRef entry = packet.ct;
    if (entry) {
      connection = {entry->original(), entry->zone};
    } else {  // untracked or invalid: listed by the packet's own tuple, although its connection may be known
      const auto tuple = tuple_of(packet);
      if (!tuple) return Answer::hotdrop;
      bool reply = false;
      connection.tuple = *tuple;
      entry = world.conntrack.find(*tuple, Zones{}, world.now, reply);
    }
    const Zones& zone = connection.zone;
    const u128 address = packet.fields.get(destination_ ? Field::dst : Field::src) & mask_;
    const auto [at, is_new] = lists_.try_emplace({address, zone[0] != 0 ? zone[0] : zone[1]});
    List& list = at->second;
    if (is_new) {
      list.connections.push_back(connection);
      list.walked = world.jiffies();
    } else {
      add(list, world, connection, entry.get());
    }
    if (list.connections.empty()) return Answer::hotdrop;
    return answer((list.connections.size() > limit_) != upto_);
  }

  bool remembers() const override { return true; }

 private:
  bool destination_;
  bool upto_;
  std::uint64_t limit_;
  u128 mask_;
  std::map<std::pair<u128, std::uint16_t>, List> lists_;
};

}  // namespace

extern const OracleKind oracle_connlimit{
    "connlimit", [](const MatchUse& use, Family family, World&) -> std::unique_ptr<Oracle> {
      return std::make_unique<Connlimit>(use, family);
    }};

}  // namespace fwsim

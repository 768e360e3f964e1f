// fwsim live --enforce: the kernel routes and carries, the engine decides at every hook.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "cli/live/modes.hh"
#include "cli/live/queue_reader.hh"
#include "model/diagnostic.hh"
#include "simulator/defrag.hh"
#include "simulator/live/hook_table.hh"
#include "simulator/live/in_flight.hh"
#include "simulator/live/raw_sender.hh"
#include "simulator/offload.hh"

namespace fwsim {
namespace {

constexpr std::int64_t patience = 2'000'000'000;   // nanoseconds from one hook to the next
constexpr std::size_t most_in_flight = 65'536, most_bytes_in_flight = 64 << 20;
constexpr std::size_t transport_headers = 20;      // bytes in which the checksums of all protocols are
constexpr std::size_t most_spare = 256;            // of those that came to their end

std::vector<Family> families_of(const Session& session) {
  std::vector<Family> list;
  for (const Family f : {Family::v4, Family::v6})
    if (session.rules(f)) list.push_back(f);
  return list;
}

class Enforcer {
 public:
  explicit Enforcer(Session& session)
      : session_(session), accept_unknown_(session.args().unknown == "accept"), fail_open_(session.args().fail_open) {
    const LiveArgs& args = session.args();
    const auto first = static_cast<std::uint16_t>(args.queue), many = static_cast<std::uint16_t>(args.queue_balance);
    for (std::uint16_t i = 0; i < many; ++i)
      readers_.push_back(std::make_unique<QueueReader>(
          session, QueueOptions{.number = static_cast<std::uint16_t>(first + i), .length = args.queue_length, .fail_open = args.fail_open, .send_apart = many == 1},
          many > 1, [this](PacketQueue& queue, QueuedPacket& packet) { judge(queue, packet); }));
    table_.emplace(families_of(session), HookTableOptions{.queue = first, .queues = many, .bypass = args.queue_bypass});
    for (const auto& reader : readers_) reader->begin();
    session.on_second = [this] { look_after(); };
    session.on_new_rules = [this] { flights_.forget_rules(); };
    session.on_new_host = [this] {
      for (const auto& reader : readers_) reader->forget_devices();
    };
    session.on_end = [this] {
      table_.reset();
      for (const auto& reader : readers_) reader->end();
    };
  }

  void rethrow() const {
    for (const auto& reader : readers_) reader->rethrow();
  }

 private:
  void judge(PacketQueue& queue, QueuedPacket& queued) {
    if (queued.checksum_left) complete(queued);
    const std::uint32_t mark = static_cast<std::uint32_t>(queued.packet.fields.number(Field::mark));
    Flight flight;
    // What begins its way here was at no hook before, unless the engine sent it.
    if (queued.hook != Hook::prerouting || queued.in == "lo") flight = flights_.take(queued.packet, queued.hook == Hook::output);
    if (flight && flight->own) {
      pass_own(queue, queued, std::move(flight));
      return;
    }
    if (flight)
      take_notes(queued.packet, flight->result.packet);
    else
      flight = begun(queued.packet);
    Result& r = flight->result;
    Packet& packet = r.packet;
    // Behind PREROUTING the kernel writes into options (record route, timestamp); the checksum follows when the packet leaves.
    packet.arrived = packet.arrived || queued.hook != Hook::prerouting;
    if (!decode(packet)) {
      queue.drop(queued.id);
      session_.trouble(fmt::format("a packet that cannot be read was dropped: {}", packet.fault));
      return;
    }
    if (goes_its_way_here(queued.hook, packet)) return take_whole_way(queue, queued, std::move(packet));
    const std::size_t answered = r.generated.size();
    session_.engine().at_hook(queued.hook, r, queued.in, queued.out);
    send_generated(std::span(r.generated).subspan(answered));
    const bool passes = r.fate == Fate::forwarded || (r.fate == Fate::unknown && accept_unknown_);
    if (passes)
      accept(queue, queued, r, mark);
    else
      queue.drop(queued.id);
    if (!passes || goes_no_further(queued)) {
      // With --unknown accept it went on from there, but what would have become of it is still not known.
      if (r.fate == Fate::forwarded && (flight->undecided || !r.undecided.empty())) r.fate = Fate::unknown;
      if (r.fate == Fate::forwarded) r.fate = queued.hook == Hook::input ? Fate::delivered : r.packet.locally_sent ? Fate::sent : Fate::forwarded;
      r.out_if = queued.out;
      session_.saw(r);
      if (spare_.size() < most_spare) spare_.push_back(std::move(flight));
      return;
    }
    flights_.put(std::move(flight));
    if (flights_.too_many()) tell_lost();
  }

  // As on the wire; what stays as it came goes on with the checksum left to the card.
  static void complete(QueuedPacket& queued) {
    Packet& packet = queued.packet;
    packet.locally_sent = true;   // its header checksum may be left, too
    const bool readable = decode(packet);
    packet.locally_sent = false;
    if (!readable || packet.truncated) return;
    fix_checksums(packet, true);
    std::copy_n(packet.bytes.begin(), std::min(packet.l4 + transport_headers, packet.bytes.size()), queued.came.begin());
  }

  // One that was at no hook yet. Bytes change places, and memory is used again.
  Flight begun(Packet& packet) {
    Flight flight;
    if (spare_.empty()) {
      flight = std::make_unique<InFlight>();
    } else {
      flight = std::move(spare_.back());
      spare_.pop_back();
    }
    std::vector<std::uint8_t> bytes = std::move(flight->result.packet.bytes);
    flight->result = {.packet = std::move(packet)};
    flight->undecided = false;
    packet.bytes = std::move(bytes);
    return flight;
  }

  static bool goes_no_further(const QueuedPacket& queued) {
    return queued.hook == Hook::input || (queued.hook == Hook::postrouting && queued.out != "lo");
  }

  // To what the engine knew of the packet at the hook before, what the kernel has made of it.
  static void take_notes(Packet& came, Packet& known) {
    std::swap(known.bytes, came.bytes);
    known.time = came.time;
    known.fields.set(Field::mark, came.fields.number(Field::mark));
    if (came.link.present) known.link = came.link;
  }

  void accept(PacketQueue& queue, const QueuedPacket& queued, const Result& r, std::uint32_t mark) {
    const auto now = static_cast<std::uint32_t>(r.packet.fields.number(Field::mark));
    const bool changed = !std::ranges::equal(r.packet.bytes, queued.came);
    if (changed && r.packet.missing != 0) {
      queue.drop(queued.id);   // a queue shows no more than 65,531 bytes (NFQNL_MAX_COPY_RANGE)
      session_.trouble("a packet that the kernel did not show whole should have been changed: dropped");
      return;
    }
    queue.accept(queued.id, now == mark ? nullptr : &now, changed ? r.packet.all() : Bytes());
  }

  void pass_own(PacketQueue& queue, const QueuedPacket& queued, Flight own) {
    queue.accept(queued.id);
    if (goes_no_further(queued)) return;
    own->result.packet.time = queued.packet.time;
    flights_.put(std::move(own));
  }

  // Answers (REJECT) and copies (TEE): through every hook already, and now onto the network.
  void send_generated(std::span<const Result> generated) {
    for (const Result& g : generated) {
      for (const Sent& sent : g.out)
        for (const Packet& part : cut_to(sent.packet, session_.engine().routing().mtu(sent.device))) send(part);
      if (g.fate == Fate::delivered) send(g.packet);   // to this host itself, by lo
      send_generated(g.generated);
    }
  }

  void put_own(const Packet& packet) {
    Flight own = std::make_unique<InFlight>();
    own->result.packet = packet;
    own->own = true;
    flights_.put(std::move(own));
  }

  void send(const Packet& packet) {
    put_own(packet);
    if (const std::string why = sender_.send(packet); !why.empty()) {
      flights_.take(packet, true);
      session_.trouble(fmt::format("a packet of our own could not be sent: {}", why));
    }
  }

  // An IPv6 router does not fragment: what was put together to be judged goes its whole way here, not in the kernel.
  bool goes_its_way_here(Hook hook, const Packet& packet) const {
    return hook == Hook::prerouting && packet.family == Family::v6 && is_fragment(packet) && session_.engine().reassembles(Family::v6);
  }

  void take_whole_way(PacketQueue& queue, const QueuedPacket& queued, Packet packet) {
    Result r = session_.engine().receive(std::move(packet), queued.in);
    send_generated(r.generated);
    if (r.fate == Fate::delivered) {
      queue.accept(queued.id, nullptr, r.packet.all());
      put_own(r.packet);
    } else {
      queue.drop(queued.id);
      for (const Sent& sent : r.out) send(sent.packet);
    }
    session_.saw(r);
  }

  // Those that should have been among what was read, in whichever queue.
  void tell_lost() {
    std::int64_t until = session_.now();
    for (const auto& reader : readers_) until = std::min(until, reader->complete_until(patience));
    for (const Flight& lost : flights_.lost_before(until)) {
      if (lost->own) continue;
      Result& r = lost->result;
      r.fate = fail_open_ ? Fate::unknown : Fate::dropped;
      r.reason = fail_open_ ? "the kernel dropped it between two hooks, or let it pass unjudged (--fail-open)" : "the kernel dropped it between two hooks";
      session_.saw(r);
    }
  }

  void look_after() {
    for (const auto& reader : readers_) reader->look_after();
    tell_lost();
  }

  Session& session_;
  bool accept_unknown_, fail_open_;
  RawSender sender_;
  FlightTable flights_{most_in_flight, most_bytes_in_flight};
  std::vector<Flight> spare_;
  std::vector<std::unique_ptr<QueueReader>> readers_;
  std::optional<HookTable> table_;   // last: packets come as soon as it is there
};

}  // namespace

int run_enforce(Session& session) {
  if (session.args().cleanup && HookTable::remove_abandoned()) fmt::print(stderr, "fwsim: removed the table 'fwsim' that another one left\n");
  Enforcer enforcer(session);
  session.on_start = [&session] {
    const bool v4 = session.rules(Family::v4) != nullptr, v6 = session.rules(Family::v6) != nullptr;
    fmt::print(stderr, "fwsim: in force{}\n", v4 && v6 ? "" : v4 ? " for IPv4; IPv6 passes untouched, without --rules6" : " for IPv6; IPv4 passes untouched, without --rules");
  };
  session.run();
  enforcer.rethrow();
  return status_good;
}

}  // namespace fwsim

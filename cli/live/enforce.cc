// fwsim live --enforce: the kernel routes and carries, the engine decides at every hook.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "cli/live/modes.hh"
#include "model/diagnostic.hh"
#include "simulator/defrag.hh"
#include "simulator/live/hook_table.hh"
#include "simulator/live/in_flight.hh"
#include "simulator/live/packet_queue.hh"
#include "simulator/live/raw_sender.hh"
#include "simulator/offload.hh"

namespace fwsim {
namespace {

constexpr std::int64_t patience = 2'000'000'000;   // nanoseconds from one hook to the next
constexpr std::size_t most_in_flight = 65'536, most_bytes_in_flight = 64 << 20;
constexpr std::size_t transport_headers = 20;      // bytes in which the checksums of all protocols are
constexpr std::size_t most_spare = 256;            // of those that came to their end
constexpr int batches_in_a_row = 16;               // before the other descriptors and timers have a turn

std::vector<Family> families_of(const Session& session) {
  std::vector<Family> list;
  for (const Family f : {Family::v4, Family::v6})
    if (session.rules(f)) list.push_back(f);
  return list;
}

class Enforcer {
 public:
  explicit Enforcer(Session& session)
      : session_(session), accept_unknown_(session.args().unknown == "accept"), fail_open_(session.args().fail_open),
        looks_full_(std::min<std::size_t>(PacketQueue::batch, session.args().queue_length)),
        queue_({.number = static_cast<std::uint16_t>(session.args().queue), .length = session.args().queue_length,
                .fail_open = session.args().fail_open}),
        table_(families_of(session), {.queue = static_cast<std::uint16_t>(session.args().queue), .bypass = session.args().queue_bypass}) {
    session.loop().watch(queue_.descriptor(), [this] { read(); });
    session.on_second = [this] { look_after(); };
  }

 private:
  void read() {
    for (int i = 0; i < batches_in_a_row; ++i) {
      std::size_t count = 0;
      if (!queue_.read(packets_, count)) {
        drained_ = session_.now();
        break;
      }
      const std::int64_t now = session_.now();
      if (queue_.holds_back()) held_back_ = now;
      if (fail_open_ && count >= looks_full_ && queue_.full()) session_.trouble("the queue was full: packets passed unjudged (--fail-open)");
      for (std::size_t p = 0; p < count; ++p) {
        packets_[p].packet.time = now;
        judge(packets_[p]);
      }
    }
    queue_.flush();
    if (queue_.overran()) tell_overrun();
    if (const std::uint64_t n = queue_.unsent(); n > 0) session_.trouble("the kernel did not take verdicts: their packets wait until fwsim ends", n);
  }

  void judge(QueuedPacket& queued) {
    if (queued.checksum_left) complete(queued);
    const std::uint32_t mark = static_cast<std::uint32_t>(queued.packet.fields.number(Field::mark));
    Flight flight;
    // What begins its way here was at no hook before, unless the engine sent it.
    if (queued.hook != Hook::prerouting || queued.in == "lo") flight = flights_.take(queued.packet, queued.hook == Hook::output);
    if (flight && flight->own) {
      pass_own(queued, std::move(flight));
      return;
    }
    if (flight) take_notes(queued.packet, flight->packet);
    Packet& packet = flight ? flight->packet : queued.packet;
    // Behind PREROUTING the kernel writes into options (record route, timestamp); the checksum follows when the packet leaves.
    packet.arrived = packet.arrived || queued.hook != Hook::prerouting;
    if (!decode(packet)) {
      queue_.drop(queued.id);
      session_.trouble(fmt::format("a packet that cannot be read was dropped: {}", packet.fault));
      return;
    }
    if (goes_its_way_here(queued.hook, packet)) return take_whole_way(queued, std::move(packet));
    Result r = session_.engine().at_hook(queued.hook, std::move(packet), queued.in, queued.out);
    send_generated(r);
    if (flight) join(r, *flight);
    bool passes = r.fate == Fate::forwarded || (r.fate == Fate::unknown && accept_unknown_);
    if (passes)
      accept(queued, r, mark);
    else
      queue_.drop(queued.id);
    if (!passes || goes_no_further(queued)) {
      // With --unknown accept it went on from there, but what would have become of it is still not known.
      if (r.fate == Fate::forwarded && !r.undecided.empty()) r.fate = Fate::unknown;
      if (r.fate == Fate::forwarded) r.fate = queued.hook == Hook::input ? Fate::delivered : r.packet.locally_sent ? Fate::sent : Fate::forwarded;
      r.out_if = queued.out;
      session_.saw(r);
      if (flight && spare_.size() < most_spare) spare_.push_back(std::move(flight));
      return;
    }
    if (!flight) flight = blank();
    flight->packet = std::move(r.packet);
    flight->path = std::move(r.path);
    flight->records = std::move(r.records);
    flight->undecided = std::move(r.undecided);
    flight->decided_by = r.decided_by;
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

  // One to be filled: most were on the way before, and have their memory still.
  Flight blank() {
    if (spare_.empty()) return std::make_unique<InFlight>();
    Flight flight = std::move(spare_.back());
    spare_.pop_back();
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

  static void join(Result& r, InFlight& before) {
    r.path.insert(r.path.begin(), std::make_move_iterator(before.path.begin()), std::make_move_iterator(before.path.end()));
    r.records.insert(r.records.begin(), std::make_move_iterator(before.records.begin()), std::make_move_iterator(before.records.end()));
    r.undecided.insert(r.undecided.begin(), std::make_move_iterator(before.undecided.begin()), std::make_move_iterator(before.undecided.end()));
    if (!r.decided_by) r.decided_by = before.decided_by;
  }

  void accept(const QueuedPacket& queued, const Result& r, std::uint32_t mark) {
    const auto now = static_cast<std::uint32_t>(r.packet.fields.number(Field::mark));
    const bool changed = !std::ranges::equal(r.packet.bytes, queued.came);
    if (changed && r.packet.missing != 0) {
      queue_.drop(queued.id);   // a queue shows no more than 65,531 bytes (NFQNL_MAX_COPY_RANGE)
      session_.trouble("a packet that the kernel did not show whole should have been changed: dropped");
      return;
    }
    queue_.accept(queued.id, now == mark ? nullptr : &now, changed ? r.packet.all() : Bytes());
  }

  void pass_own(const QueuedPacket& queued, Flight own) {
    queue_.accept(queued.id);
    if (goes_no_further(queued)) return;
    own->packet.time = queued.packet.time;
    flights_.put(std::move(own));
  }

  // Answers (REJECT) and copies (TEE): through every hook already, and now onto the network.
  void send_generated(const Result& result) {
    for (const Result& g : result.generated) {
      for (const Sent& sent : g.out)
        for (const Packet& part : cut_to(sent.packet, session_.engine().routing().mtu(sent.device))) send(part);
      if (g.fate == Fate::delivered) send(g.packet);   // to this host itself, by lo
      send_generated(g);
    }
  }

  void put_own(const Packet& packet) {
    Flight own = std::make_unique<InFlight>();
    own->packet = packet;
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

  void take_whole_way(const QueuedPacket& queued, Packet packet) {
    Result r = session_.engine().receive(std::move(packet), queued.in);
    send_generated(r);
    if (r.fate == Fate::delivered) {
      queue_.accept(queued.id, nullptr, r.packet.all());
      put_own(r.packet);
    } else {
      queue_.drop(queued.id);
      for (const Sent& sent : r.out) send(sent.packet);
    }
    session_.saw(r);
  }

  // Those that should have been among what was read when nothing more was there: all verdicts were with the kernel for long.
  void tell_lost() {
    const std::int64_t since = drained_ - held_back_ < patience ? 0 : drained_ - patience;
    for (const Flight& lost : flights_.lost_before(since)) {
      if (lost->own) continue;
      Result r;
      r.fate = fail_open_ ? Fate::unknown : Fate::dropped;
      r.reason = fail_open_ ? "the kernel dropped it between two hooks, or let it pass unjudged (--fail-open)" : "the kernel dropped it between two hooks";
      r.path = std::move(lost->path);
      r.records = std::move(lost->records);
      r.decided_by = lost->decided_by;
      r.packet = std::move(lost->packet);
      session_.saw(r);
    }
  }

  void look_after() {
    read();
    tell_lost();
    tell_dropped();
  }

  // True when there were any.
  bool tell_dropped() {
    const PacketQueue::Lost now = queue_.lost(), before = std::exchange(lost_, now);
    if (now.full > before.full) session_.trouble("the queue was full: packets were dropped (--queue-length, --fail-open)", now.full - before.full);
    if (now.unread > before.unread) session_.trouble("the queue's socket was full (ENOBUFS): packets were dropped", now.unread - before.unread);
    return now.full > before.full || now.unread > before.unread;
  }

  // With --fail-open the kernel counts none.
  void tell_overrun() {
    if (fail_open_)
      session_.trouble("the queue's socket was full (ENOBUFS): packets passed unjudged (--fail-open)");
    else if (!tell_dropped())
      session_.trouble("the queue's socket was full (ENOBUFS)");
  }

  Session& session_;
  bool accept_unknown_, fail_open_;
  std::size_t looks_full_;   // so many at once: the queue may be full
  PacketQueue queue_;
  RawSender sender_;
  FlightTable flights_{most_in_flight, most_bytes_in_flight};
  std::vector<Flight> spare_;
  HookTable table_;   // last: packets come as soon as it is there
  std::vector<QueuedPacket> packets_;
  PacketQueue::Lost lost_;
  std::int64_t drained_ = 0, held_back_ = 0;   // when last nothing was left to read, and when verdicts had to wait
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
  return status_good;
}

}  // namespace fwsim

// TCP connections: the state table and the window check of net/netfilter/nf_conntrack_proto_tcp.c
// (Rooij, "Real stateful TCP packet filtering in IP Filter"), as Linux 6.18 has them.
#include <algorithm>
#include <array>

#include "simulator/conntrack.hh"
#include "simulator/conntrack_config.hh"
#include "simulator/seqadj.hh"

namespace fwsim {
namespace {

constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, ack = 0x10, urg = 0x20;

enum Index : unsigned { i_syn, i_synack, i_fin, i_ack, i_rst, i_none };

Index index_of_flags(std::uint8_t flags) {
  if (flags & rst) return i_rst;
  if (flags & syn) return (flags & ack) ? i_synack : i_syn;
  if (flags & fin) return i_fin;
  if (flags & ack) return i_ack;
  return i_none;
}

enum Next : std::uint8_t { NO, SS, SR, ES, FW, CW, LA, TW, CL, S2, IV, IG };

using States = std::array<Next, 10>;
// By direction, kind of segment and present state.
constexpr std::array<std::array<States, 6>, 2> transitions{{
    {{
        // NO  SS  SR  ES  FW  CW  LA  TW  CL  S2
        {SS, SS, IG, IG, IG, IG, IG, SS, SS, S2},  // SYN
        {IV, IV, SR, IV, IV, IV, IV, IV, IV, SR},  // SYN+ACK
        {IV, IV, FW, FW, LA, LA, LA, TW, CL, IV},  // FIN
        {ES, IV, ES, ES, CW, CW, TW, TW, CL, IV},  // ACK
        {IV, CL, CL, CL, CL, CL, CL, CL, CL, CL},  // RST
        {IV, IV, IV, IV, IV, IV, IV, IV, IV, IV},
    }},
    {{
        {IV, S2, IV, IV, IV, IV, IV, SS, IV, S2},
        {IV, SR, IG, IG, IG, IG, IG, IG, IG, SR},
        {IV, IV, FW, FW, LA, LA, LA, TW, CL, IV},
        {IV, IG, SR, ES, CW, CW, TW, TW, CL, IG},
        {IV, CL, CL, CL, CL, CL, CL, CL, CL, CL},
        {IV, IV, IV, IV, IV, IV, IV, IV, IV, IV},
    }},
}};

bool before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }
bool after(std::uint32_t a, std::uint32_t b) { return before(b, a); }

struct Segment {
  std::uint32_t seq = 0, ack_number = 0, sack = 0, end = 0, window = 0;
  std::uint8_t flags = 0, scale = 0;
  std::uint16_t raw_window = 0;
  bool has_scale = false, sack_permitted = false;
};

// Options that matter, and the highest SACK edge.
void read_options(Bytes tcp, std::size_t header, Segment& s) {
  for (std::size_t at = 20; at < header;) {
    const std::uint8_t kind = byte_at(tcp, at);
    if (kind == 0) return;
    if (kind == 1) {
      ++at;
      continue;
    }
    const std::size_t size = byte_at(tcp, at + 1);
    if (at + 1 >= header || size < 2 || at + size > header) return;
    if (kind == 4 && size == 2) s.sack_permitted = true;
    if (kind == 3 && size == 3) {
      s.has_scale = true;
      s.scale = std::min<std::uint8_t>(byte_at(tcp, at + 2), 14);
    }
    if (kind == 5 && size >= 10 && (size - 2) % 8 == 0)
      for (std::size_t edge = at + 2; edge + 8 <= at + size; edge += 8) {
        const std::uint32_t right = be32(tcp, edge + 4);
        if (after(right, s.sack)) s.sack = right;
      }
    at += size;
  }
}

Segment read_segment(const Packet& packet) {
  const Bytes tcp = packet.transport();
  Segment s;
  s.seq = be32(tcp, 4);
  s.ack_number = s.sack = be32(tcp, 8);
  s.flags = byte_at(tcp, 13);
  s.raw_window = be16(tcp, 14);
  s.window = s.raw_window;
  const std::size_t header = static_cast<std::size_t>(byte_at(tcp, 12) >> 4) * 4;
  const auto total = static_cast<std::size_t>(packet.fields.number(Field::l4_len));
  const std::size_t payload = total > header ? total - header : 0;
  s.end = s.seq + static_cast<std::uint32_t>(payload) + ((s.flags & syn) ? 1U : 0U) + ((s.flags & fin) ? 1U : 0U);
  read_options(tcp, header, s);
  return s;
}

enum class Window : std::uint8_t { good, ignore, invalid };

class WindowCheck {
 public:
  WindowCheck(CtEntry& entry, bool reply, unsigned index, Segment& segment, const CtConfig& config)
      : entry_(entry), t_(entry.tcp), sender_(t_.side[reply]), receiver_(t_.side[!reply]), dir_(reply), index_(index),
        s_(segment), config_(config) {}

  Window check() {
    if (!receiver_.sack) s_.sack = s_.ack_number;  // an edge counts only when SACK was agreed on
    // What is acknowledged are the numbers of the wire, which a helper may have moved.
    const auto moved = static_cast<std::uint32_t>(seq_offset(entry_, !dir_, s_.ack_number - 1));
    s_.ack_number -= moved;
    s_.sack -= moved;
    start();
    if (!(s_.flags & ack)) {
      s_.ack_number = s_.sack = receiver_.end;
    } else if ((s_.flags & (ack | rst)) == (ack | rst) && s_.ack_number == 0) {
      s_.ack_number = s_.sack = receiver_.end;  // broken stacks
    }
    // An RST that answers the SYN before anything else was seen.
    if ((s_.flags & rst) && s_.seq == 0 && t_.state == TcpState::syn_sent) s_.seq = s_.end = sender_.end;
    return judge();
  }

 private:
  void take_options() {
    sender_.sack = s_.sack_permitted;
    sender_.scaled = s_.has_scale;
    sender_.scale = s_.has_scale ? s_.scale : std::uint8_t{0};
  }

  // The first segments of each side set what is known of it.
  void start() {
    if (sender_.max_win == 0) {
      if (s_.flags & syn) {
        take_options();
        sender_.end = sender_.max_end = s_.end;
        sender_.max_win = std::max<std::uint32_t>(s_.window, 1);
        if (!(sender_.scaled && receiver_.scaled) && (s_.flags & ack)) sender_.scale = receiver_.scale = 0;
      } else {
        // Picked up in the middle.
        sender_.end = s_.end;
        s_.window <<= sender_.scale;
        scaled_already_ = true;
        sender_.max_win = std::max<std::uint32_t>(s_.window, 1);
        sender_.max_end = s_.end + sender_.max_win;
        if (receiver_.max_win == 0) receiver_.end = receiver_.max_end = s_.sack;
        else if (s_.sack == receiver_.end + 1) ++receiver_.end;  // keep-alive of an idle connection
      }
    } else if ((s_.flags & syn) && after(s_.end, sender_.end) &&
               (t_.state == TcpState::syn_sent || t_.state == TcpState::syn_recv)) {
      // Another SYN in the same direction: a new attempt.
      take_options();
      sender_.end = sender_.max_end = s_.end;
      sender_.max_win = std::max<std::uint32_t>(s_.window, 1);
      if (dir_ && !(sender_.scaled && receiver_.scaled)) sender_.scale = receiver_.scale = 0;
    }
  }

  Window judge() {
    if (!(s_.flags & syn) && !scaled_already_) s_.window <<= sender_.scale;
    const bool liberal = config_.tcp_liberal || sender_.liberal;
    const bool below_max_end = !after(s_.seq, sender_.max_end);
    const bool ack_known = !after(s_.sack, receiver_.end);
    const bool in_window = receiver_.max_win == 0 || !before(s_.end, sender_.end - receiver_.max_win);
    const std::uint32_t ack_window = std::max<std::uint32_t>(sender_.max_win, 66000);
    const bool ack_recent = !before(s_.sack, receiver_.end - ack_window);
    if (!liberal && !below_max_end) {
      const std::uint32_t overshot = s_.end - sender_.max_end + 1;
      if (!in_window || !ack_known || !ack_recent || overshot > receiver_.max_win) return Window::invalid;
      if (after(s_.end, sender_.end)) sender_.end = s_.end;  // a little too far: let by, remembered
      return Window::ignore;
    }
    if (!liberal && !ack_known) return Window::invalid;
    if (!liberal && !(in_window && ack_recent)) return Window::ignore;
    update();
    return Window::good;
  }

  void update() {
    std::uint32_t window = s_.window;
    if (!before(s_.sack, s_.ack_number)) window += s_.sack - s_.ack_number;
    if (sender_.max_win < window) sender_.max_win = window;
    if (after(s_.end, sender_.end)) {
      sender_.end = s_.end;
      sender_.unacked = true;
    }
    if (s_.flags & ack) {
      if (!sender_.max_ack_set || after(s_.ack_number, sender_.max_ack)) {
        sender_.max_ack = s_.ack_number;
        sender_.max_ack_set = true;
      }
    }
    if (receiver_.max_win != 0 && after(s_.end, sender_.max_end)) receiver_.max_win += s_.end - sender_.max_end;
    if (after(s_.sack + s_.window, receiver_.max_end - 1)) {
      receiver_.max_end = s_.sack + s_.window;
      if (s_.window == 0) ++receiver_.max_end;
    }
    if (s_.ack_number == receiver_.end) receiver_.unacked = false;
    count_repeats();
  }

  void count_repeats() {
    if (index_ != i_ack) return;
    if (t_.last_dir == static_cast<unsigned>(dir_) && t_.last_seq == s_.seq && t_.last_ack == s_.ack_number &&
        t_.last_end == s_.end && t_.last_win == s_.raw_window) {
      ++t_.retrans;
      return;
    }
    t_.last_dir = dir_;
    t_.last_seq = s_.seq;
    t_.last_ack = s_.ack_number;
    t_.last_end = s_.end;
    t_.last_win = s_.raw_window;
    t_.retrans = 0;
  }

  const CtEntry& entry_;
  TcpTrack& t_;
  TcpSide& sender_;
  TcpSide& receiver_;
  bool dir_;
  unsigned index_;
  Segment& s_;
  const CtConfig& config_;
  bool scaled_already_ = false;
};

// The first packet of a connection. False: it cannot begin one.
bool begin(TcpTrack& t, Segment& s, const CtConfig& config) {
  const Next next = transitions[0][index_of_flags(s.flags)][0];
  if (next >= IV) return false;
  if (next == SS) {
    TcpSide& side = t.side[0];
    side.end = side.max_end = s.end;
    side.max_win = std::max<std::uint32_t>(s.window, 1);
    side.sack = s.sack_permitted;
    side.scaled = s.has_scale;
    side.scale = s.has_scale ? s.scale : std::uint8_t{0};
  } else if (!config.tcp_loose) {
    return false;
  } else {
    TcpSide& side = t.side[0];
    side.end = s.end;
    side.max_win = std::max<std::uint32_t>(s.window, 1);
    side.max_end = s.end + side.max_win;
    // Picked up in the middle: windows and options are unknown, so nothing is checked.
    for (TcpSide& each : t.side) each.sack = each.liberal = true;
  }
  t.last_index = i_none;
  return true;
}

class Transition {
 public:
  Transition(CtEntry& entry, const Packet& packet, bool reply, const CtConfig& config, std::int64_t now)
      : entry_(entry), t_(entry.tcp), reply_(reply), s_(read_segment(packet)),
        index_(index_of_flags(s_.flags)), config_(config), now_(now) {}

  Judgement judge(bool fresh) {
    if (fresh && t_.state == TcpState::none && !begin(t_, s_, config_)) return Judgement::invalid;
    const auto old_state = static_cast<unsigned>(t_.state);
    unsigned next = transitions[reply_][index_][old_state];
    switch (next) {
      case SS:
        if (const auto early = reopened(old_state)) return *early;
        break;
      case IG: return ignored(old_state, next);
      case IV: return Judgement::invalid;
      case TW:
        // The answer to a challenge ACK does not end the connection.
        if (old_state == LA && index_ == i_ack && t_.last_dir != static_cast<unsigned>(reply_) && t_.last_index == i_syn &&
            t_.challenge_ack) {
          t_.challenge_ack = false;
          return Judgement::ignore;
        }
        break;
      case S2: t_.simultaneous_open = true; break;
      case SR:
        if (reply_ && index_ == i_ack && t_.simultaneous_open) next = ES;
        break;
      case CL:
        if (index_ == i_rst) {
          bool inexact = false;
          if (const auto early = reset(old_state, inexact)) return *early;
          return finish(old_state, inexact ? old_state : next, inexact);
        }
        break;
      default: break;
    }
    return finish(old_state, next, false);
  }

 private:
  // A SYN where an old connection is over.
  std::optional<Judgement> reopened(unsigned old_state) {
    if (old_state < TW) return {};
    if (t_.side[0].close_init || t_.side[1].close_init ||
        (t_.last_dir == static_cast<unsigned>(reply_) && t_.last_index == i_rst))
      return Judgement::reopen;
    return ignored(old_state, IG);
  }

  // A SYN or SYN+ACK that this state does not expect: kept in mind, for the other side may know better.
  Judgement ignored(unsigned, unsigned) {
    if (index_ == i_synack && t_.last_index == i_syn && t_.last_dir != static_cast<unsigned>(reply_) &&
        s_.ack_number == t_.last_end) {
      // Out of sync: the answer shows that the remembered SYN was a real start.
      TcpSide& starter = t_.side[t_.last_dir];
      starter = TcpSide{};
      starter.end = starter.max_end = t_.last_end;
      starter.max_win = std::max<std::uint32_t>(t_.last_win, 1);
      starter.scale = t_.last_wscale;
      starter.scaled = t_.last_scaled;
      starter.sack = t_.last_sack;
      t_.side[!t_.last_dir] = TcpSide{};
      t_.challenge_ack = false;
      return finish(static_cast<unsigned>(t_.state), SR, false);
    }
    t_.last_index = index_;
    t_.last_dir = reply_;
    t_.last_seq = s_.seq;
    t_.last_end = s_.end;
    t_.last_win = s_.raw_window;
    if (index_ == i_syn) {
      t_.last_wscale = s_.has_scale ? s_.scale : std::uint8_t{0};
      t_.last_scaled = s_.has_scale;
      t_.last_sack = s_.sack_permitted;
      t_.challenge_ack = t_.state != TcpState::syn_sent && t_.state != TcpState::syn_recv;
    }
    return Judgement::ignore;
  }

  // `inexact`: within the window but not at the expected number: the connection stays open.
  std::optional<Judgement> reset(unsigned old_state, bool& inexact) {
    if (old_state >= FW && old_state <= CL) return {};
    const TcpSide& other = t_.side[!reply_];
    if (!other.max_ack_set || t_.last_index == i_syn) return {};
    if (s_.seq == 0 && old_state < ES) return {};
    if (before(s_.seq, other.max_ack) && !config_.tcp_liberal) return Judgement::invalid;
    const bool follows = t_.last_dir == static_cast<unsigned>(reply_) && s_.seq == t_.last_end;
    if (s_.seq != other.max_ack && !follows) inexact = true;
    return {};
  }

  Judgement finish(unsigned old_state, unsigned next, bool inexact_reset) {
    WindowCheck window(entry_, reply_, index_, s_, config_);
    switch (window.check()) {
      case Window::invalid: return Judgement::invalid;
      case Window::ignore: return Judgement::ignore;
      case Window::good: break;
    }
    t_.last_index = index_;
    t_.last_dir = reply_;
    t_.last_end = s_.end;
    t_.state = static_cast<TcpState>(next);
    if (old_state != next && next == FW) t_.side[reply_].close_init = true;
    const bool seen_reply = (entry_.status & ct_seen_reply) != 0;
    if (!seen_reply && index_ == i_rst) return Judgement::destroy;
    // A SYN sent again before any answer does not prolong the wait.
    if (!seen_reply && index_ == i_syn && old_state == SS && entry_.expires > now_ && (entry_.status & ct_confirmed))
      return Judgement::ignore;
    if (seen_reply && !(entry_.status & ct_assured) && (old_state == SR || old_state == ES) && next == ES)
      entry_.status |= ct_assured;
    entry_.expires = now_ + timeout(next, inexact_reset, seen_reply);
    return Judgement::accept;
  }

  std::int64_t timeout(unsigned state, bool inexact_reset, bool seen_reply) const {
    const std::int64_t normal = config_.tcp[state];
    if (t_.retrans >= 3 && normal > config_.tcp_max_retrans) return config_.tcp_max_retrans;
    if (inexact_reset) return std::min(normal, config_.tcp[CL]);
    if ((t_.side[0].unacked || t_.side[1].unacked) && normal > config_.tcp_unacknowledged) return config_.tcp_unacknowledged;
    if (s_.raw_window == 0 && index_ != i_rst && normal > config_.tcp_max_retrans) return config_.tcp_max_retrans;
    // Picked up in the middle and nothing heard from the other side yet.
    if (!seen_reply && state == ES && normal > config_.tcp_unacknowledged) return config_.tcp_unacknowledged;
    return normal;
  }

  CtEntry& entry_;
  TcpTrack& t_;
  bool reply_;
  Segment s_;
  unsigned index_;
  const CtConfig& config_;
  std::int64_t now_;
};

}  // namespace

bool tcp_flags_valid(std::uint8_t flags) {
  switch (flags & (fin | syn | rst | ack | urg)) {  // PSH, ECE and CWR do not matter
    case syn:
    case syn | urg:
    case syn | ack:
    case rst:
    case rst | ack:
    case fin | ack:
    case fin | ack | urg:
    case ack:
    case ack | urg: return true;
    default: return false;
  }
}

std::string_view tcp_state_name(TcpState state) {
  constexpr std::array<std::string_view, 10> names{"NONE",       "SYN_SENT", "SYN_RECV",  "ESTABLISHED", "FIN_WAIT",
                                                   "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE",       "SYN_SENT2"};
  return names[static_cast<std::size_t>(state)];
}

Judgement judge_tcp(CtEntry& entry, const Packet& packet, bool reply, bool fresh, const CtConfig& config,
                    std::int64_t now) {
  return Transition(entry, packet, reply, config, now).judge(fresh);
}

}  // namespace fwsim

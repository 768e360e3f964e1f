// TCP connections: the state table of net/netfilter/nf_conntrack_proto_tcp.c, as Linux 6.18 has it.
#include <algorithm>
#include <array>
#include <optional>

#include "simulator/conntrack.hh"
#include "simulator/conntrack_config.hh"
#include "simulator/tcp_segment.hh"
#include "simulator/tcp_window.hh"

namespace fwsim {
namespace {

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

// The first packet of a connection. False: it cannot begin one.
bool begin(TcpTrack& t, const TcpSegment& s, const CtConfig& config) {
  const Next next = transitions[0][static_cast<std::size_t>(s.kind)][NO];
  if (next >= IV) return false;
  TcpSide& side = t.side[0];
  if (next == SS) {
    start_side(side, s);
    return true;
  }
  if (!config.tcp_loose) return false;
  side.end = s.end;
  side.max_win = std::max<std::uint32_t>(s.window, 1);
  side.max_end = s.end + side.max_win;
  // Picked up in the middle: windows and options are unknown, so nothing is checked.
  for (TcpSide& each : t.side) each.sack = each.liberal = true;
  return true;
}

class Transition {
 public:
  Transition(CtEntry& entry, const TcpSegment& segment, bool reply, const CtConfig& config, std::int64_t now)
      : entry_(entry), t_(entry.tcp), reply_(reply), s_(segment), config_(config), now_(now) {}

  CtJudgement judge(bool fresh) {
    if (fresh && !begin(t_, s_, config_)) return CtJudgement::invalid;
    old_ = static_cast<Next>(t_.state);
    next_ = transitions[reply_][static_cast<std::size_t>(s_.kind)][old_];
    bool check = true;
    switch (next_) {
      case SS:
        if (old_ < TW) break;
        if (may_reopen()) return CtJudgement::reopen;
        [[fallthrough]];
      case IG:
        if (!answers_ignored_syn()) return ignore();
        resynchronise();
        break;
      case IV: return asks_proxy_again() ? CtJudgement::ignore : CtJudgement::invalid;
      case TW:
        if (!challenge_ack()) break;
        t_.challenge_ack = false;
        return CtJudgement::ignore;
      case S2: t_.simultaneous_open = true; break;
      case SR:
        if (reply_ && s_.kind == TcpKind::ack && t_.simultaneous_open) next_ = ES;
        break;
      case CL:
        if (s_.kind != TcpKind::rst) break;
        if (const Reset reset = judge_reset(); reset == Reset::invalid) return CtJudgement::invalid;
        else check = reset == Reset::check;
        break;
      default: break;
    }
    if (check) {
      const Window window = check_window(entry_, reply_, s_, config_.tcp_liberal);
      if (window == Window::ignore) return CtJudgement::ignore;
      if (window == Window::invalid) {
        note_invalid();
        return CtJudgement::invalid;
      }
    }
    return accept();
  }

 private:
  enum class Reset : std::uint8_t { invalid, check, unchecked };

  bool seen_reply() const { return (entry_.status & ct_seen_reply) != 0; }
  bool assured() const { return (entry_.status & ct_assured) != 0; }
  bool last_was(TcpKind kind) const { return t_.last_index == static_cast<std::uint8_t>(kind); }
  bool last_from(bool reply) const { return t_.last_dir == reply; }

  // A SYN where the old connection is over: the client aborted it, or closed it.
  bool may_reopen() const {
    return t_.side[0].close_init || t_.side[1].close_init || (last_from(reply_) && last_was(TcpKind::rst));
  }

  // The SYN that was let through before was a real start: both ends know better than this entry.
  bool answers_ignored_syn() const {
    return s_.kind == TcpKind::synack && last_was(TcpKind::syn) && !last_from(reply_) && s_.ack == t_.last_end;
  }

  // A keep-alive of SYNPROXY's client while the server is silent: it will repeat the SYN.
  bool asks_proxy_again() const {
    return entry_.ext().synproxy && old_ == SS && s_.kind == TcpKind::ack && !reply_ && last_from(false) &&
           s_.seq == t_.side[0].end - 1;
  }

  void resynchronise() {
    old_ = SS;
    next_ = SR;
    t_.challenge_ack = false;
    TcpSide& starter = t_.side[t_.last_dir];
    const std::uint32_t max_ack = starter.max_ack;
    starter = TcpSide{};
    starter.end = starter.max_end = t_.last_end;
    starter.max_win = std::max<std::uint32_t>(t_.last_win, 1);
    starter.max_ack = max_ack;
    starter.scale = t_.last_wscale;
    starter.scaled = t_.last_scaled;
    starter.sack = t_.last_sack;
    TcpSide& answerer = t_.side[reply_];
    const bool liberal = answerer.liberal;
    answerer = TcpSide{};
    answerer.liberal = liberal;
  }

  // Let through, for the other end may know better; kept in mind.
  CtJudgement ignore() {
    t_.last_index = static_cast<std::uint8_t>(s_.kind);
    t_.last_dir = reply_;
    t_.last_seq = s_.seq;
    t_.last_end = s_.end;
    t_.last_win = s_.window;
    if (s_.kind == TcpKind::syn && !reply_) {
      t_.last_scaled = s_.has_scale;
      t_.last_wscale = s_.scale;
      t_.last_sack = s_.sack_permitted;
      t_.simultaneous_open = false;
      t_.challenge_ack = old_ == LA;  // the answer might look like the last ACK (RFC 5961)
    }
    if (old_ == SS && s_.kind == TcpKind::ack && reply_) t_.last_ack = s_.ack;
    return CtJudgement::ignore;
  }

  bool challenge_ack() const {
    return old_ == LA && s_.kind == TcpKind::ack && !last_from(reply_) && last_was(TcpKind::syn) && t_.challenge_ack;
  }

  // An RST whose number does not fit exactly leaves the state as it is: a challenge ACK may follow.
  Reset judge_reset() {
    if (old_ >= FW && old_ <= CL) return Reset::unchecked;  // closing: what is remembered may be outdated
    const TcpSide& other = t_.side[!reply_];
    if (other.max_ack_set && !last_was(TcpKind::syn)) {
      const bool established = old_ == ES && assured();
      if (s_.seq == 0 && !established) return Reset::check;  // likely the answer to a SYN let through
      if (seq_before(s_.seq, other.max_ack) && !config_.tcp_ignore_invalid_rst) return Reset::invalid;
      if (!established || s_.seq == other.max_ack) return Reset::check;
      if (last_was(TcpKind::ack) && last_from(reply_) && s_.seq == t_.last_end) return Reset::check;
      next_ = old_;
    }
    // The answer to a SYN or ACK that was let through: it acknowledges what was ignored.
    if (((seen_reply() && last_was(TcpKind::syn)) || (!assured() && last_was(TcpKind::ack))) && s_.ack == t_.last_end)
      return Reset::unchecked;
    // The answer to a challenge ACK.
    if (old_ == SS && last_was(TcpKind::ack) && last_from(true) && s_.seq == t_.last_ack) return Reset::unchecked;
    return Reset::check;
  }

  // FIN or RST of both sides outside the window: entry and ends have lost each other (nf_tcp_handle_invalid).
  void note_invalid() {
    if (!assured() || (s_.kind != TcpKind::rst && s_.kind != TcpKind::fin)) return;
    if (!last_from(reply_) && (last_was(TcpKind::fin) || last_was(TcpKind::rst))) {
      const std::int64_t left = entry_.expires - now_;
      if (left >= 120'000'000'000 && left > config_.tcp_unacknowledged) entry_.expires = now_ + config_.tcp_unacknowledged;
      return;
    }
    t_.last_index = static_cast<std::uint8_t>(s_.kind);
    t_.last_dir = reply_;
  }

  CtJudgement accept() {
    t_.last_index = static_cast<std::uint8_t>(s_.kind);
    t_.last_dir = reply_;
    t_.state = static_cast<TcpState>(next_);
    if (old_ != next_ && next_ == FW) t_.side[reply_].close_init = true;
    std::int64_t wait = timeout();
    if (!seen_reply()) {
      if (s_.kind == TcpKind::rst) return CtJudgement::destroy;
      // A SYN sent again before any answer does not prolong the wait.
      if (s_.kind == TcpKind::syn && old_ == SS) return CtJudgement::ignore;
      if (next_ == ES) wait = std::min(wait, config_.tcp_unacknowledged);  // picked up in the middle
    } else if (!assured() && (old_ == SR || old_ == ES) && next_ == ES) {
      entry_.status |= ct_assured;
    }
    refresh(entry_, now_, wait);
    return CtJudgement::accept;
  }

  std::int64_t timeout() const {
    const std::int64_t normal = config_.tcp[next_];
    if (t_.retrans >= config_.tcp_max_retrans_count && normal > config_.tcp_max_retrans) return config_.tcp_max_retrans;
    if (s_.kind == TcpKind::rst) return config_.tcp[CL];
    if ((t_.side[0].unacked || t_.side[1].unacked) && normal > config_.tcp_unacknowledged) return config_.tcp_unacknowledged;
    if (t_.last_win == 0 && normal > config_.tcp_max_retrans) return config_.tcp_max_retrans;
    return normal;
  }

  CtEntry& entry_;
  TcpTrack& t_;
  bool reply_;
  const TcpSegment& s_;
  const CtConfig& config_;
  std::int64_t now_;
  Next old_ = NO, next_ = NO;
};

}  // namespace

bool tcp_flags_valid(std::uint8_t flags) {
  // PSH, ECE and CWR do not matter.
  switch (flags & (tcp_flag::fin | tcp_flag::syn | tcp_flag::rst | tcp_flag::ack | tcp_flag::urg)) {
    case tcp_flag::syn:
    case tcp_flag::syn | tcp_flag::urg:
    case tcp_flag::syn | tcp_flag::ack:
    case tcp_flag::rst:
    case tcp_flag::rst | tcp_flag::ack:
    case tcp_flag::fin | tcp_flag::ack:
    case tcp_flag::fin | tcp_flag::ack | tcp_flag::urg:
    case tcp_flag::ack:
    case tcp_flag::ack | tcp_flag::urg: return true;
    default: return false;
  }
}

std::string_view tcp_state_name(TcpState state) {
  constexpr std::array<std::string_view, 10> names{"NONE",       "SYN_SENT", "SYN_RECV",  "ESTABLISHED", "FIN_WAIT",
                                                   "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE",       "SYN_SENT2"};
  return names[static_cast<std::size_t>(state)];
}

void tcp_set_closing(CtEntry& entry, const CtConfig& config, std::int64_t now) {
  if (entry.proto != 6 || (entry.status & ct_confirmed) == 0) return;
  const TcpState old = entry.tcp.state;
  entry.tcp.state = TcpState::close;
  if (old != TcpState::close) refresh(entry, now, config.tcp[CL]);
}

CtJudgement judge_tcp(CtEntry& entry, const TcpSegment& segment, bool reply, bool fresh, const CtConfig& config,
                    std::int64_t now) {
  return Transition(entry, segment, reply, config, now).judge(fresh);
}

}  // namespace fwsim

#include "simulator/tcp_window.hh"

#include <algorithm>
#include <optional>

#include "simulator/seqadj.hh"

namespace fwsim {
namespace {

constexpr std::uint32_t least_ack_window = 66000;  // MAXACKWINCONST

class WindowCheck {
 public:
  WindowCheck(CtEntry& entry, bool reply, const TcpSegment& s, bool liberal)
      : t_(entry.tcp), sender_(t_.side[reply]), receiver_(t_.side[!reply]), reply_(reply), s_(s), seq_(s.seq), end_(s.end),
        ack_(s.ack), sack_(receiver_.sack ? s.sack : s.ack), window_(s.window), liberal_(liberal || sender_.liberal) {
    // What is acknowledged are the numbers of the wire, which a helper may have moved.
    const auto moved = static_cast<std::uint32_t>(seq_offset(entry, !reply, ack_ - 1));
    ack_ -= moved;
    sack_ -= moved;
  }

  Window check() {
    if (sender_.max_win == 0) {
      if (!s_.has(tcp_flag::syn)) {
        pick_up();
      } else {
        start();
        if (!s_.has(tcp_flag::ack)) return Window::good;  // simultaneous open
      }
    } else if (s_.has(tcp_flag::syn) && seq_after(end_, sender_.end) &&
               (t_.state == TcpState::syn_sent || t_.state == TcpState::syn_recv)) {
      start();  // another attempt
      if (reply_ && !s_.has(tcp_flag::ack)) return Window::good;
    }
    // Without ACK, or as broken stacks send it in an RST, nothing is acknowledged.
    if (!s_.has(tcp_flag::ack) || (s_.has(tcp_flag::rst) && ack_ == 0)) ack_ = sack_ = receiver_.end;
    // An RST that answers the SYN.
    if (s_.has(tcp_flag::rst) && seq_ == 0 && t_.state == TcpState::syn_sent) seq_ = end_ = sender_.end;
    if (const auto verdict = outside()) return liberal_ ? Window::good : *verdict;
    update();
    return Window::good;
  }

 private:
  void start() {
    start_side(sender_, s_);
    if (reply_ && !(sender_.scaled && receiver_.scaled)) sender_.scale = receiver_.scale = 0;
  }

  // The history of the connection is not known.
  void pick_up() {
    sender_.end = end_;
    sender_.max_win = std::max<std::uint32_t>(window_ << sender_.scale, 1);
    sender_.max_end = end_ + sender_.max_win;
    if (receiver_.max_win == 0)
      receiver_.end = receiver_.max_end = sack_;
    else if (sack_ == receiver_.end + 1)
      ++receiver_.end;  // likely the answer to a keep-alive probe
  }

  bool in_receive_window() const { return !seq_before(end_, sender_.end - receiver_.max_win); }
  bool ack_recent() const {
    return !seq_before(sack_, receiver_.end - std::max(sender_.max_win, least_ack_window));
  }

  // Nothing: the segment is inside the window. A liberal side's segment outside updates nothing.
  std::optional<Window> outside() {
    const bool ack_known = !seq_after(sack_, receiver_.end);
    if (seq_after(seq_, sender_.max_end)) {
      const std::uint32_t overshot = end_ - sender_.max_end + 1;
      if (receiver_.max_win == 0 || !in_receive_window() || !ack_recent() || overshot > receiver_.max_win || !ack_known)
        return Window::invalid;
      // A little too much: remembered, for the receiver may acknowledge it.
      sender_.end = end_;
      sender_.unacked = true;
      return Window::ignore;
    }
    if (!ack_known) return Window::invalid;
    if ((receiver_.max_win != 0 && !in_receive_window()) || !ack_recent()) return Window::ignore;
    return std::nullopt;
  }

  void update() {
    if (!s_.has(tcp_flag::syn)) window_ <<= sender_.scale;
    sender_.max_win = std::max(sender_.max_win, window_ + (sack_ - ack_));
    if (seq_after(end_, sender_.end)) {
      sender_.end = end_;
      sender_.unacked = true;
    }
    if (s_.has(tcp_flag::ack) && (!sender_.max_ack_set || seq_after(ack_, sender_.max_ack))) {
      sender_.max_ack = ack_;
      sender_.max_ack_set = true;
    }
    if (receiver_.max_win != 0 && seq_after(end_, sender_.max_end)) receiver_.max_win += end_ - sender_.max_end;
    if (seq_after(sack_ + window_, receiver_.max_end - 1)) {
      receiver_.max_end = sack_ + window_;
      if (window_ == 0) ++receiver_.max_end;
    }
    if (ack_ == receiver_.end) receiver_.unacked = false;
    if (s_.kind == TcpKind::ack) count_repeats();
  }

  void count_repeats() {
    if (t_.last_dir == reply_ && t_.last_seq == seq_ && t_.last_ack == ack_ &&
        t_.last_end == end_ && t_.last_win == s_.window) {
      if (t_.retrans != 255) ++t_.retrans;
      return;
    }
    t_.last_dir = reply_;
    t_.last_seq = seq_;
    t_.last_ack = ack_;
    t_.last_end = end_;
    t_.last_win = s_.window;
    t_.retrans = 0;
  }

  TcpTrack& t_;
  TcpSide& sender_;
  TcpSide& receiver_;
  bool reply_;
  const TcpSegment& s_;
  std::uint32_t seq_, end_, ack_, sack_, window_;
  bool liberal_;
};

}  // namespace

void take_options(TcpSide& side, const TcpSegment& syn) {
  if (!syn.has_options) return;
  side.max_ack_set = side.close_init = side.unacked = false;
  side.sack = syn.sack_permitted;
  side.scaled = syn.has_scale;
  side.scale = syn.scale;
}

void start_side(TcpSide& side, const TcpSegment& syn) {
  side.end = side.max_end = syn.end;
  side.max_win = std::max<std::uint32_t>(syn.window, 1);
  take_options(side, syn);
}

Window check_window(CtEntry& entry, bool reply, const TcpSegment& segment, bool liberal) {
  return WindowCheck(entry, reply, segment, liberal).check();
}

}  // namespace fwsim

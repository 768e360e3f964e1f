#include "simulator/ct_step.hh"

#include "simulator/conntrack_parts.hh"
#include "simulator/tcp_segment.hh"

namespace fwsim {
namespace {

constexpr unsigned tcp = 6;

}  // namespace

bool is_trackable(const FlowView& view, const CtConfig& config) {
  if (malformed_header(view.tuple.proto, view.transport(), view.l4_length())) return false;
  return !config.checksum || view.truncated || transport_checksum_ok(view.tuple.family, view.tuple.proto, view.packet, view.l4);
}

bool is_plain(const CtEntry& e) {
  return (e.status & ct_confirmed) != 0 && (e.status & (ct_dying | ct_seq_adjust)) == 0 && e.zone == Zones{} && e.ext().helper.empty() &&
         !e.ext().synproxy && !e.ext().expectation && e.ext().timeout_policy.empty();
}

std::optional<CtState> CtStep::take(const FlowView& view, const CtConfig& config, std::int64_t now) {
  const CtJudgement judgement = view.tuple.proto == tcp ? judge_tcp(entry_, read_tcp_segment(view.transport(), view.l4_length()), reply_, false, config, now)
                                                        : judge_udp(entry_, config, now);
  if (judgement != CtJudgement::accept && judgement != CtJudgement::ignore) {
    undo();
    return std::nullopt;
  }
  ignored_ = judgement == CtJudgement::ignore;
  const bool seen_reply = reply_ || (entry_.status & ct_seen_reply) != 0;
  if (reply_) entry_.status |= ct_seen_reply;
  return seen_reply ? CtState::established : (entry_.status & ct_expected) != 0 ? CtState::related : CtState::fresh;
}

void CtStep::undo() {
  entry_.tcp = tcp_;
  entry_.status = status_;
  entry_.expires = expires_;
}

void CtStep::keep(const FlowView& view, Conntrack& conntrack, std::int64_t now) {
  if (expires_ > entry_.expires) conntrack.follow(entry_);
  if (ignored_) return;
  entry_.seen = now;
  if (conntrack.config().accounting) entry_.count(reply_, view.length);
}

}  // namespace fwsim

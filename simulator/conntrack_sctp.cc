// SCTP associations: the chunk rules, verification tags and state table of
// net/netfilter/nf_conntrack_proto_sctp.c (RFC 9260, 8.4 and 8.5).
#include <array>
#include <bitset>
#include <vector>

#include "simulator/conntrack_config.hh"
#include "simulator/conntrack_parts.hh"

namespace fwsim {
namespace {

enum Chunk : std::uint8_t {
  data = 0, init = 1, init_ack = 2, heartbeat = 4, heartbeat_ack = 5, abort_chunk = 6, shutdown = 7, shutdown_ack = 8,
  error = 9, cookie_echo = 10, cookie_ack = 11, shutdown_complete = 14
};
constexpr std::uint8_t flag_t = 0x01;

enum Next : std::uint8_t { NO, CL, CW, CE, ES, SS, SR, SA, HS, IV };
using States = std::array<Next, sctp_state_count>;

// By direction, row_of() and present state.
constexpr std::array<std::array<States, 11>, 2> transitions{{
    {{
        // NO  CL  CW  CE  ES  SS  SR  SA  HS
        {CL, CL, CW, CE, ES, CL, CL, SA, CW},  // INIT
        {CL, CL, CW, CE, ES, SS, SR, SA, CL},  // INIT ACK
        {CL, CL, CL, CL, CL, CL, CL, CL, CL},  // ABORT
        {CL, CL, CW, CE, SS, SS, SR, SA, CL},  // SHUTDOWN
        {SA, CL, CW, CE, ES, SA, SA, SA, SA},  // SHUTDOWN ACK
        {CL, CL, CW, CE, ES, SS, SR, SA, CL},  // ERROR
        {CL, CL, CE, CE, ES, SS, SR, SA, CL},  // COOKIE ECHO
        {CL, CL, CW, ES, ES, SS, SR, SA, CL},  // COOKIE ACK
        {CL, CL, CW, CE, ES, SS, SR, CL, CL},  // SHUTDOWN COMPLETE
        {HS, CL, CW, CE, ES, SS, SR, SA, HS},  // HEARTBEAT
        {CL, CL, CW, CE, ES, SS, SR, SA, HS},  // HEARTBEAT ACK
    }},
    {{
        {IV, CL, CW, CE, ES, SS, SR, SA, IV},
        {IV, CW, CW, CE, ES, SS, SR, SA, IV},
        {IV, CL, CL, CL, CL, CL, CL, CL, IV},
        {IV, CL, CW, CE, SR, SS, SR, SA, IV},
        {IV, CL, CW, CE, ES, SA, SA, SA, IV},
        {IV, CL, CW, CL, ES, SS, SR, SA, IV},
        {IV, CL, CE, CE, ES, SS, SR, SA, IV},
        {IV, CL, CW, ES, ES, SS, SR, SA, IV},
        {IV, CL, CW, CE, ES, SS, SR, CL, IV},
        {IV, CL, CW, CE, ES, SS, SR, SA, HS},
        {IV, CL, CW, CE, ES, SS, SR, SA, ES},
    }},
}};

int row_of(std::uint8_t chunk) {
  switch (chunk) {
    case init: return 0;
    case init_ack: return 1;
    case abort_chunk: return 2;
    case shutdown: return 3;
    case shutdown_ack: return 4;
    case error: return 5;
    case cookie_echo: return 6;
    case cookie_ack: return 7;
    case shutdown_complete: return 8;
    case heartbeat: return 9;
    case heartbeat_ack: return 10;
    default: return -1;  // DATA, SACK, ... do not change the state
  }
}

Next next_state(bool reply, Next now, std::uint8_t chunk) {
  const int row = row_of(chunk);
  return row < 0 ? now : transitions[reply][static_cast<std::size_t>(row)][now];
}

struct ChunkAt {
  std::uint8_t type = 0, flags = 0;
  std::size_t at = 0;
};

using Kinds = std::bitset<256>;

// INIT, INIT ACK and SHUTDOWN COMPLETE travel alone, COOKIE ECHO and COOKIE ACK come first. Empty when
// the packet breaks this, has no chunk, or one of no length.
std::vector<ChunkAt> read_chunks(Bytes sctp, Kinds& kinds) {
  std::vector<ChunkAt> chunks;
  bool alone = false;
  for (std::size_t at = 12; at + 4 <= sctp.size();) {
    const ChunkAt chunk{sctp[at], sctp[at + 1], at};
    const std::size_t length = be16(sctp, at + 2);
    alone = alone || chunk.type == init || chunk.type == init_ack || chunk.type == shutdown_complete;
    const bool first_only = chunk.type == cookie_ack || chunk.type == cookie_echo;
    if (((first_only || alone) && !chunks.empty()) || length == 0) return {};
    chunks.push_back(chunk);
    kinds.set(chunk.type);
    at += (length + 3) & ~std::size_t{3};
  }
  return chunks;
}

class Association {
 public:
  Association(CtEntry& entry, Bytes sctp, bool reply)
      : entry_(entry), t_(entry.extend().sctp), sctp_(sctp), reply_(reply), vtag_(be32(sctp, 4)) {}

  CtJudgement judge(bool fresh, const CtConfig& config, std::int64_t now) {
    const std::vector<ChunkAt> chunks = read_chunks(sctp_, kinds_);
    if (chunks.empty()) return CtJudgement::invalid;
    if (fresh && !begin(chunks)) return CtJudgement::invalid;
    if (t_.unknown_tag[reply_] && !kinds_[init]) {
      t_.vtag[reply_] = vtag_;
      t_.unknown_tag[reply_] = false;
    }
    if (needs_tag() && vtag_ != t_.vtag[reply_]) return CtJudgement::invalid;
    for (const ChunkAt& chunk : chunks)
      if (!take(chunk, fresh)) return CtJudgement::invalid;
    if (ignore_) return CtJudgement::ignore;
    refresh(entry_, now, config.sctp[next_]);
    return CtJudgement::accept;
  }

 private:
  std::optional<std::uint32_t> init_tag(const ChunkAt& chunk) const {
    if (chunk.at + 20 > sctp_.size()) return std::nullopt;
    return be32(sctp_, chunk.at + 4);
  }

  // Whether packets out of the blue may begin an association, and the tags they announce.
  bool begin(const std::vector<ChunkAt>& chunks) {
    if (kinds_[abort_chunk] || kinds_[shutdown_complete] || kinds_[cookie_ack]) return false;
    for (const ChunkAt& chunk : chunks) {
      if (next_state(false, NO, chunk.type) == NO) return false;
      if (chunk.type == init) {
        const auto tag = init_tag(chunk);
        if (vtag_ != 0 || !tag) return false;
        t_.vtag[1] = *tag;
      } else if (chunk.type == heartbeat) {
        t_.vtag[0] = vtag_;
      } else if (chunk.type == shutdown_ack) {
        t_.vtag[1] = vtag_;  // the answer will be a SHUTDOWN COMPLETE
      }
    }
    return true;
  }

  // These chunks have tag rules of their own.
  bool needs_tag() const {
    return !kinds_[init] && !kinds_[shutdown_complete] && !kinds_[cookie_echo] && !kinds_[abort_chunk] &&
           !kinds_[shutdown_ack] && !kinds_[heartbeat] && !kinds_[heartbeat_ack];
  }

  enum class Tag : std::uint8_t { right, wrong, pass_over };

  Tag judge_tag(const ChunkAt& chunk) {
    switch (chunk.type) {
      case init: return vtag_ == 0 ? Tag::right : Tag::wrong;
      case abort_chunk:
      case shutdown_complete:  // with T the tag is the receiver's own
        return vtag_ == t_.vtag[(chunk.flags & flag_t) ? !reply_ : reply_] ? Tag::right : Tag::wrong;
      case cookie_echo: return vtag_ == t_.vtag[reply_] ? Tag::right : Tag::wrong;
      case cookie_ack: t_.init = {}; return Tag::right;
      case heartbeat:
      case heartbeat_ack: return judge_heartbeat(chunk.type == heartbeat_ack);
      default: return Tag::right;
    }
  }

  // A secondary path may use tags that are not known yet; a changed one must be answered.
  Tag judge_heartbeat(bool answer) {
    if (t_.vtag[reply_] == 0) {
      t_.vtag[reply_] = vtag_;
      return Tag::right;
    }
    if (vtag_ == t_.vtag[reply_]) {
      t_.heartbeat_failed = false;
      return Tag::right;
    }
    if (kinds_[data] || ignore_) return Tag::wrong;
    if (!answer) {
      t_.heartbeat_failed = true;
      t_.last_dir = reply_;
      ignore_ = true;
      return Tag::pass_over;
    }
    if (!t_.heartbeat_failed || t_.last_dir == static_cast<unsigned>(reply_)) return Tag::wrong;
    t_.heartbeat_failed = false;
    t_.vtag[reply_] = vtag_;
    t_.vtag[!reply_] = 0;
    return Tag::right;
  }

  // False: the packet is invalid; what earlier chunks did stays.
  bool take(const ChunkAt& chunk, bool fresh) {
    const Tag tag = judge_tag(chunk);
    if (tag != Tag::right) return tag == Tag::pass_over;
    const auto old = static_cast<Next>(t_.state);
    next_ = next_state(reply_, old, chunk.type);
    if (next_ == IV) return false;
    if (chunk.type == init && !take_init(chunk, old, fresh)) return false;
    if (chunk.type == init_ack && !take_init_ack(chunk)) return false;
    t_.state = static_cast<SctpState>(next_);
    if (old != next_ && next_ == ES) entry_.status |= ct_assured;
    return true;
  }

  bool take_init(const ChunkAt& chunk, Next old, bool fresh) {
    const auto tag = init_tag(chunk);
    if (!tag) return false;
    // One that announces the tag that is known already, is an old one, or sent again.
    if (old == NO || t_.vtag[!reply_] != *tag) {
      if (t_.init[reply_] && t_.init[!reply_]) t_.init[!reply_] = false;
      t_.init[reply_] = true;
      t_.vtag[!reply_] = *tag;
    }
    // An INIT sent again does not prolong the wait.
    if (next_ == CL && old == CL && !fresh) ignore_ = true;
    return true;
  }

  bool take_init_ack(const ChunkAt& chunk) {
    const auto tag = init_tag(chunk);
    if (!tag) return false;
    const std::uint32_t known = t_.vtag[!reply_];
    if (!t_.init[!reply_] && known != 0 && known != *tag) return false;
    if (t_.init[reply_] && t_.init[!reply_] && known != *tag) return false;  // both sides sent an INIT
    t_.vtag[!reply_] = *tag;
    return true;
  }

  CtEntry& entry_;
  SctpTrack& t_;
  Bytes sctp_;
  bool reply_;
  std::uint32_t vtag_;
  Kinds kinds_;
  Next next_ = NO;
  bool ignore_ = false;
};

}  // namespace

std::string_view sctp_state_name(SctpState state) {
  constexpr std::array<std::string_view, sctp_state_count> names{
      "NONE",          "CLOSED",        "COOKIE_WAIT",       "COOKIE_ECHOED", "ESTABLISHED",
      "SHUTDOWN_SENT", "SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT"};
  return names[static_cast<std::size_t>(state)];
}

CtJudgement judge_sctp(CtEntry& entry, const Packet& packet, bool reply, bool fresh, const CtConfig& config,
                     std::int64_t now) {
  return Association(entry, packet.transport(), reply).judge(fresh, config, now);
}

}  // namespace fwsim

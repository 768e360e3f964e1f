#include "simulator/live/packet_queue.hh"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>

#include "model/diagnostic.hh"
#include "simulator/live/netlink.hh"
#include "simulator/live/verdict_sender.hh"

namespace fwsim {
namespace {

constexpr std::size_t common = 2048;                 // a packet of Ethernet, and what is said of it
constexpr std::size_t largest = 65536 + 1024;        // any packet
constexpr int socket_room = 16 << 20, verdict_room = 1 << 20;   // bytes

nlmsghdr* put_header(void* at, int type, std::uint16_t queue, std::uint16_t flags) {
  nlmsghdr* m = mnl_nlmsg_put_header(at);
  m->nlmsg_type = static_cast<std::uint16_t>((NFNL_SUBSYS_QUEUE << 8) | type);
  m->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  auto* g = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(m, sizeof(nfgenmsg)));
  g->nfgen_family = AF_UNSPEC;
  g->version = NFNETLINK_V0;
  g->res_id = htons(queue);
  return m;
}

std::string why(int error) {
  // EPERM is the kernel's word for a queue of another socket, too (nfqnl_recv_config).
  if (error == EPERM && !may_configure_networks()) return "this needs root, or CAP_NET_ADMIN";
  if (error == EBUSY || error == EPERM) return "somebody else reads it, another fwsim live perhaps: choose another with --queue";
  if (error == EINVAL || error == EOPNOTSUPP) return "this kernel has no NFQUEUE (nfnetlink_queue)";
  return std::strerror(error);
}

}  // namespace

// What most messages need lies close together, where it is warm; what is longer goes on elsewhere.
struct PacketQueue::Buffers {
  std::vector<char> first = std::vector<char>(batch * common);
  std::vector<char> rest = std::vector<char>(batch * largest);
  std::array<mmsghdr, batch> headers{};
  std::array<std::array<iovec, 2>, batch> parts{};

  Buffers() {
    for (std::size_t i = 0; i < batch; ++i) {
      parts[i] = {{{first.data() + i * common, common}, {rest.data() + i * largest + common, largest - common}}};
      headers[i].msg_hdr.msg_iov = parts[i].data();
      headers[i].msg_hdr.msg_iovlen = parts[i].size();
    }
  }

  std::span<char> message(std::size_t i) {
    const std::size_t length = headers[i].msg_len;
    char* begin = first.data() + i * common;
    if (length > common) begin = static_cast<char*>(std::memcpy(rest.data() + i * largest, begin, common));
    return {begin, length};
  }
};

PacketQueue::PacketQueue(const QueueOptions& options)
    : options_(options), netlink_(std::make_unique<Netlink>(NETLINK_NETFILTER)), buffers_(std::make_unique<Buffers>()) {
  alignas(nlmsghdr) std::array<char, 1024> buffer{};
  nlmsghdr* m = put_header(buffer.data(), NFQNL_MSG_CONFIG, options.number, NLM_F_ACK);
  m->nlmsg_seq = netlink_->next();
  nfqnl_msg_config_cmd command{};
  command.command = NFQNL_CFG_CMD_BIND;
  command.pf = htons(AF_INET);
  mnl_attr_put(m, NFQA_CFG_CMD, sizeof command, &command);
  if (const int error = netlink_->transact(m, m->nlmsg_len, 1); error != 0)
    throw EnvironmentError(fmt::format("cannot read packets of queue {}: {}", options.number, why(error)));
  m = put_header(buffer.data(), NFQNL_MSG_CONFIG, options.number, NLM_F_ACK);
  m->nlmsg_seq = netlink_->next();
  nfqnl_msg_config_params params{};
  params.copy_mode = NFQNL_COPY_PACKET;
  params.copy_range = htonl(0xffff);
  mnl_attr_put(m, NFQA_CFG_PARAMS, sizeof params, &params);
  mnl_attr_put_u32(m, NFQA_CFG_QUEUE_MAXLEN, htonl(options.length));
  mnl_attr_put_u32(m, NFQA_CFG_FLAGS, htonl(NFQA_CFG_F_UID_GID | NFQA_CFG_F_GSO | (options.fail_open ? NFQA_CFG_F_FAIL_OPEN : 0)));
  mnl_attr_put_u32(m, NFQA_CFG_MASK, htonl(NFQA_CFG_F_UID_GID | NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN));
  if (const int error = netlink_->transact(m, m->nlmsg_len, 1); error != 0)
    throw EnvironmentError(fmt::format("cannot set up queue {}: {}", options.number, why(error)));
  make_room(SO_RCVBUFFORCE, SO_RCVBUF, socket_room);
  make_room(SO_SNDBUFFORCE, SO_SNDBUF, verdict_room);
  sender_ = std::make_unique<VerdictSender>(netlink_->descriptor(), options.send_apart);
}

PacketQueue::~PacketQueue() = default;

void PacketQueue::make_room(int by_force, int option, int room) const {
  if (setsockopt(descriptor(), SOL_SOCKET, by_force, &room, sizeof room) != 0) setsockopt(descriptor(), SOL_SOCKET, option, &room, sizeof room);
}

int PacketQueue::descriptor() const { return netlink_->descriptor(); }

const std::string& PacketQueue::device(std::uint32_t index) {
  static const std::string none;
  if (index == 0) return none;
  const auto found = devices_.find(index);
  if (found != devices_.end()) return found->second;
  char name[IF_NAMESIZE] = {};
  if (!if_indextoname(index, name)) return none;   // gone already
  if (devices_.size() > 4096) devices_.clear();
  return devices_[index] = name;
}

bool PacketQueue::decode_message(std::span<char> message, QueuedPacket& into) {
  const auto* m = reinterpret_cast<const nlmsghdr*>(message.data());
  if (m->nlmsg_type != ((NFNL_SUBSYS_QUEUE << 8) | NFQNL_MSG_PACKET)) return false;
  std::array<const nlattr*, NFQA_MAX + 1> attributes{};
  const auto* attribute = static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(m, sizeof(nfgenmsg)));
  const auto* end = static_cast<const char*>(mnl_nlmsg_get_payload_tail(m));
  for (; mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute))); attribute = mnl_attr_next(attribute)) {
    const std::uint16_t type = mnl_attr_get_type(attribute);
    if (type <= NFQA_MAX) attributes[type] = attribute;
  }
  if (!attributes[NFQA_PACKET_HDR] || !attributes[NFQA_PAYLOAD]) return false;
  const auto* header = static_cast<const nfqnl_msg_packet_hdr*>(mnl_attr_get_payload(attributes[NFQA_PACKET_HDR]));
  const auto u32 = [&](int type) { return attributes[static_cast<std::size_t>(type)] ? ntohl(mnl_attr_get_u32(attributes[static_cast<std::size_t>(type)])) : 0; };
  into.id = ntohl(header->packet_id);
  into.hook = static_cast<Hook>(header->hook);
  Packet& p = into.packet;
  std::vector<std::uint8_t> bytes = std::move(p.bytes);
  std::destroy_at(&p);
  std::construct_at(&p);   // in its place: it is large
  const std::size_t payload = static_cast<std::size_t>(static_cast<const char*>(mnl_attr_get_payload(attributes[NFQA_PAYLOAD])) - message.data());
  into.came = std::span(reinterpret_cast<std::uint8_t*>(message.data()) + payload, mnl_attr_get_payload_len(attributes[NFQA_PAYLOAD]));
  bytes.assign(into.came.begin(), into.came.end());
  p.bytes = std::move(bytes);
  p.family = ntohs(header->hw_protocol) == 0x86dd || (header->hw_protocol == 0 && !p.bytes.empty() && p.bytes[0] >> 4 == 6) ? Family::v6 : Family::v4;
  p.fields.set(Field::mark, u32(NFQA_MARK));
  if (const nlattr* hw = attributes[NFQA_HWADDR]) {
    const auto* address = static_cast<const nfqnl_msg_packet_hw*>(mnl_attr_get_payload(hw));
    if (ntohs(address->hw_addrlen) == 6) {
      p.link.present = true;
      std::memcpy(p.link.ethernet.data() + 6, address->hw_addr, 6);
      std::uint64_t mac = 0;
      for (int i = 0; i < 6; ++i) mac = (mac << 8) | address->hw_addr[i];
      p.fields.set(Field::mac_src, mac);
    }
  }
  if (into.hook == Hook::output) {
    p.fields.set(Field::socket, attributes[NFQA_UID] ? 1 : 0);
    if (attributes[NFQA_UID]) p.fields.set(Field::uid, u32(NFQA_UID));
    if (attributes[NFQA_GID]) p.fields.set(Field::gid, u32(NFQA_GID));
  }
  into.checksum_left = (u32(NFQA_SKB_INFO) & NFQA_SKB_CSUMNOTREADY) != 0;
  if (const std::size_t whole = u32(NFQA_CAP_LEN); whole > p.bytes.size()) p.missing = whole - p.bytes.size();
  into.in = device(u32(NFQA_IFINDEX_INDEV));
  into.out = device(u32(NFQA_IFINDEX_OUTDEV));
  return true;
}

bool PacketQueue::read(std::vector<QueuedPacket>& packets, std::size_t& count) {
  flush();
  count = 0;
  if (forget_.exchange(false)) devices_.clear();
  const int n = recvmmsg(descriptor(), buffers_->headers.data(), batch, MSG_DONTWAIT, nullptr);
  if (n < 0) {
    if (errno == ENOBUFS) {
      overran_ = congested_ = true;
      return true;
    }
    if (errno == EINTR) return false;
    congested_ = false;
    if (errno == EAGAIN) return false;
    throw EnvironmentError(fmt::format("reading queue {}: {}", options_.number, std::strerror(errno)));
  }
  if (static_cast<std::size_t>(n) < batch) congested_ = false;
  for (int i = 0; i < n; ++i) {
    const std::span<char> message = buffers_->message(static_cast<std::size_t>(i));
    if (message.size() < sizeof(nlmsghdr)) continue;
    if (count == packets.size()) packets.emplace_back();
    if (decode_message(message, packets[count])) ++count;
  }
  return n > 0;
}

void PacketQueue::accept(std::uint32_t id, const std::uint32_t* mark, Bytes changed) {
  ++answered_;
  if (mark == nullptr && changed.empty())
    accepted_ = id;   // packets are answered in order: one message for all before it that are accepted as they are
  else
    answer(NFQNL_MSG_VERDICT, NF_ACCEPT, id, mark, changed);
}

void PacketQueue::drop(std::uint32_t id) {
  ++answered_;
  answer(NFQNL_MSG_VERDICT, NF_DROP, id, nullptr, {});
}

void PacketQueue::answer(int type, std::uint32_t verdict, std::uint32_t id, const std::uint32_t* mark, Bytes changed) {
  constexpr std::size_t most = 64 << 10;
  put_accepted();
  const std::size_t need = 128 + MNL_ALIGN(changed.size());
  if (verdicts_.size() > most) flush();
  const std::size_t at = verdicts_.size();
  verdicts_.resize(at + need);
  nlmsghdr* m = put_header(verdicts_.data() + at, type, options_.number, 0);
  nfqnl_msg_verdict_hdr header{};
  header.verdict = htonl(verdict);
  header.id = htonl(id);
  mnl_attr_put(m, NFQA_VERDICT_HDR, sizeof header, &header);
  if (mark) mnl_attr_put_u32(m, NFQA_MARK, htonl(*mark));
  if (!changed.empty()) mnl_attr_put(m, NFQA_PAYLOAD, changed.size(), changed.data());
  verdicts_.resize(at + MNL_ALIGN(m->nlmsg_len));
}

void PacketQueue::put_accepted() {
  if (const auto last = std::exchange(accepted_, std::nullopt)) answer(NFQNL_MSG_VERDICT_BATCH, NF_ACCEPT, *last, nullptr, {});
}

// A socket that was full takes nothing until it is empty: what went on earlier would be lost at its next hook.
void PacketQueue::flush() {
  if (congested_) return;
  put_accepted();
  sender_->send(verdicts_, std::exchange(answered_, 0));
}

std::uint64_t PacketQueue::unsent() {
  const std::uint64_t all = sender_->failures();
  return all - std::exchange(unsent_, all);
}

bool PacketQueue::full() const { return counts().waiting >= options_.length; }

PacketQueue::Counts PacketQueue::counts() const {
  std::ifstream file("/proc/net/netfilter/nfnetlink_queue");
  std::uint64_t queue = 0, port = 0, waiting = 0, mode = 0, range = 0, dropped = 0, unread = 0, sequence = 0, use = 0;
  while (file >> queue >> port >> waiting >> mode >> range >> dropped >> unread >> sequence >> use)
    if (queue == options_.number) return {waiting, {dropped, unread}};
  return {};
}

}  // namespace fwsim

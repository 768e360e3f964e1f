// accept_all [QUEUE]: takes every packet at every hook as `fwsim live --enforce` does, whole, and lets it pass: reads many at a
// time, answers many at a time, looks at nothing. What live is measured against; shares only the hooks with it.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "model/diagnostic.hh"
#include "simulator/live/hook_table.hh"

using namespace fwsim;

namespace {

constexpr std::size_t batch = 64, room = 2048;   // offloads are off: a packet is no longer than that

nlmsghdr* put_header(void* at, int type, std::uint16_t queue) {
  nlmsghdr* m = mnl_nlmsg_put_header(at);
  m->nlmsg_type = static_cast<std::uint16_t>((NFNL_SUBSYS_QUEUE << 8) | type);
  m->nlmsg_flags = NLM_F_REQUEST;
  auto* g = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(m, sizeof(nfgenmsg)));
  g->version = NFNETLINK_V0;
  g->res_id = htons(queue);
  return m;
}

void set_up(mnl_socket* socket, std::uint16_t queue) {
  alignas(nlmsghdr) std::array<char, 256> buffer{};
  nlmsghdr* m = put_header(buffer.data(), NFQNL_MSG_CONFIG, queue);
  nfqnl_msg_config_cmd command{};
  command.command = NFQNL_CFG_CMD_BIND;
  mnl_attr_put(m, NFQA_CFG_CMD, sizeof command, &command);
  mnl_socket_sendto(socket, m, m->nlmsg_len);
  m = put_header(buffer.data(), NFQNL_MSG_CONFIG, queue);
  nfqnl_msg_config_params params{};
  params.copy_mode = NFQNL_COPY_PACKET;
  params.copy_range = htonl(0xffff);
  mnl_attr_put(m, NFQA_CFG_PARAMS, sizeof params, &params);
  mnl_attr_put_u32(m, NFQA_CFG_QUEUE_MAXLEN, htonl(4096));
  mnl_socket_sendto(socket, m, m->nlmsg_len);
  const int bytes = 16 << 20;
  setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
}

// The packet's id, in the attribute that is always first.
std::uint32_t id_of(const char* message) {
  const auto* attribute = static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(reinterpret_cast<const nlmsghdr*>(message), sizeof(nfgenmsg)));
  return static_cast<const nfqnl_msg_packet_hdr*>(mnl_attr_get_payload(attribute))->packet_id;
}

[[noreturn]] void run(mnl_socket* socket, std::uint16_t queue) {
  std::vector<char> bytes(batch * room), verdicts;
  std::array<mmsghdr, batch> headers{};
  std::array<iovec, batch> parts{};
  for (std::size_t i = 0; i < batch; ++i) {
    parts[i] = {bytes.data() + i * room, room};
    headers[i].msg_hdr.msg_iov = &parts[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  for (;;) {
    const int n = recvmmsg(mnl_socket_get_fd(socket), headers.data(), batch, MSG_WAITFORONE, nullptr);
    verdicts.clear();
    for (int i = 0; i < n; ++i) {
      const char* message = bytes.data() + static_cast<std::size_t>(i) * room;
      if (reinterpret_cast<const nlmsghdr*>(message)->nlmsg_type != ((NFNL_SUBSYS_QUEUE << 8) | NFQNL_MSG_PACKET)) continue;
      const std::size_t at = verdicts.size();
      verdicts.resize(at + 128);
      nlmsghdr* m = put_header(verdicts.data() + at, NFQNL_MSG_VERDICT, queue);
      nfqnl_msg_verdict_hdr header{};
      header.verdict = htonl(NF_ACCEPT);
      header.id = id_of(message);
      mnl_attr_put(m, NFQA_VERDICT_HDR, sizeof header, &header);
      verdicts.resize(at + m->nlmsg_len);
    }
    if (!verdicts.empty()) mnl_socket_sendto(socket, verdicts.data(), verdicts.size());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto queue = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 17);
  mnl_socket* socket = mnl_socket_open(NETLINK_NETFILTER);
  if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
    fmt::print(stderr, "accept_all: {}\n", std::strerror(errno));
    return 2;
  }
  set_up(socket, queue);
  try {
    const HookTable table({Family::v4}, {.queue = queue});
    fmt::print(stderr, "in force\n");
    run(socket, queue);
  } catch (const EnvironmentError& e) {
    fmt::print(stderr, "accept_all: {}\n", e.what());
    return 2;
  }
}

// send_frames FILE DEVICE [FILE DEVICE]...: sends the frames of captures by devices as fast as they take them, all in the order of their
// times, past their queues (PACKET_QDISC_BYPASS). Prints the seconds that took.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

struct Sent {
  std::int64_t time = 0;   // ns
  int socket = -1;
  std::vector<unsigned char> bytes;
};

[[noreturn]] void fail(const char* what) {
  fmt::print(stderr, "{}\n", what);
  std::exit(2);
}

int socket_of(const char* device) {
  const int s = socket(AF_PACKET, SOCK_RAW, 0);   // receives nothing
  const int yes = 1;
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(if_nametoindex(device));
  if (s < 0 || to.sll_ifindex == 0 || setsockopt(s, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes) != 0 ||
      bind(s, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    fail(device);
  return s;
}

void read(const char* path, int socket, std::vector<Sent>& frames) {
  char error[PCAP_ERRBUF_SIZE];
  pcap_t* file = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error);
  if (!file) fail(error);
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  while (pcap_next_ex(file, &header, &data) == 1)
    frames.push_back({header->ts.tv_sec * std::int64_t{1'000'000'000} + header->ts.tv_usec, socket, {data, data + header->caplen}});
  pcap_close(file);
}

}  // namespace

int main(int count, char** words) {
  std::vector<Sent> frames;
  for (int i = 1; i + 1 < count; i += 2) read(words[i], socket_of(words[i + 1]), frames);
  std::stable_sort(frames.begin(), frames.end(), [](const Sent& a, const Sent& b) { return a.time < b.time; });
  constexpr std::size_t batch = 64;
  std::vector<iovec> parts(batch);
  std::vector<mmsghdr> messages(batch);
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t at = 0; at < frames.size();) {
    std::size_t n = 0;
    for (; n < batch && at + n < frames.size() && frames[at + n].socket == frames[at].socket; ++n) {
      parts[n] = {frames[at + n].bytes.data(), frames[at + n].bytes.size()};
      messages[n] = {};
      messages[n].msg_hdr.msg_iov = &parts[n];
      messages[n].msg_hdr.msg_iovlen = 1;
    }
    for (std::size_t done = 0; done < n;) {
      const int sent = sendmmsg(frames[at].socket, messages.data() + done, static_cast<unsigned>(n - done), 0);
      if (sent <= 0) fail("sendmmsg");
      done += static_cast<std::size_t>(sent);
    }
    at += n;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print("{:.6f}\n", took.count());
}

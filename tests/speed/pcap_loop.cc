// pcap_loop FILE...: reads captures with libpcap, looks at nothing, and prints how many packets and bytes there were: the floor
// for everything that reads a capture with it.
#include <fmt/format.h>
#include <pcap/pcap.h>

#include <cstdint>

int main(int count, char** words) {
  std::uint64_t packets = 0, bytes = 0;
  for (int i = 1; i < count; ++i) {
    char error[PCAP_ERRBUF_SIZE];
    pcap_t* file = pcap_open_offline(words[i], error);
    if (!file) {
      fmt::print(stderr, "{}\n", error);
      return 2;
    }
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    while (pcap_next_ex(file, &header, &data) == 1) {
      ++packets;
      bytes += header->caplen;
    }
    pcap_close(file);
  }
  fmt::print("{} packets, {} bytes\n", packets, bytes);
}

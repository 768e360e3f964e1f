// A queue of NFQUEUE: packets that the kernel holds until they get their verdict (net/netfilter/nfnetlink_queue.c).
// Segments that the kernel carries as one (GSO) come as one, as its own tables see them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/hooks.hh"
#include "simulator/packet.hh"

namespace fwsim {

class Netlink;
class VerdictSender;

struct QueuedPacket {
  std::uint32_t id = 0;
  Hook hook = Hook::prerouting;
  std::span<std::uint8_t> came;   // as the kernel has it; good until the next read()
  bool checksum_left = false;     // to the card: the transport checksum is not there yet
  Packet packet;           // not decoded; mark, MAC address of the sender, uid and gid are noted
  std::string in, out;     // devices, as at that hook
};

struct QueueOptions {
  std::uint16_t number = 0;
  std::uint32_t length = 4096;   // packets that may wait
  bool fail_open = false;        // a full queue lets packets pass, instead of dropping them
  bool send_apart = true;        // verdicts go from a thread of their own: see VerdictSender
};

class PacketQueue {
 public:
  static constexpr std::size_t batch = 32;   // packets that are read at once
  // Throws EnvironmentError: not root, or somebody has the queue.
  explicit PacketQueue(const QueueOptions& options);
  ~PacketQueue();
  PacketQueue(const PacketQueue&) = delete;
  PacketQueue& operator=(const PacketQueue&) = delete;

  int descriptor() const;
  // All that waits now, at most some dozens at a time. False when there was nothing. `packets` keeps its memory.
  bool read(std::vector<QueuedPacket>& packets, std::size_t& count);

  // Every packet gets its verdict, in the order in which they came.
  void drop(std::uint32_t id);
  // With another mark, or other bytes.
  void accept(std::uint32_t id, const std::uint32_t* mark = nullptr, Bytes changed = {});
  // Verdicts are collected, and begin to be sent here; and by the next read().
  void flush();

  // Devices may have other names now.
  void forget_devices() { forget_ = true; }   // any thread may say so

  // Whether, since the last time, the socket was full, and packets could not be told of (ENOBUFS); and verdicts that the
  // kernel did not take: their packets stay where they are.
  bool overran() { return std::exchange(overran_, false); }
  std::uint64_t unsent();
  // Whether verdicts wait until the socket that was full is empty.
  bool holds_back() const { return congested_; }
  // Whether as many packets wait as may. Between a read() and the next one those that were read wait still.
  bool full() const;
  // What the kernel dropped so far because the queue was full, and because this socket was (/proc/net/netfilter/nfnetlink_queue).
  struct Lost {
    std::uint64_t full = 0, unread = 0;
  };
  Lost lost() const { return counts().lost; }

 private:
  struct Buffers;
  void answer(int type, std::uint32_t verdict, std::uint32_t id, const std::uint32_t* mark, Bytes changed);
  void put_accepted();
  void make_room(int by_force, int option, int room) const;
  struct Counts {
    std::uint64_t waiting = 0;
    Lost lost;
  };
  Counts counts() const;
  bool decode_message(std::span<char> message, QueuedPacket& into);
  const std::string& device(std::uint32_t index);

  QueueOptions options_;
  std::unique_ptr<Netlink> netlink_;
  std::unique_ptr<Buffers> buffers_;
  std::unordered_map<std::uint32_t, std::string> devices_;
  std::vector<char> verdicts_;
  std::size_t answered_ = 0;                // packets since the last flush()
  std::optional<std::uint32_t> accepted_;   // the last of those that a message yet to come accepts
  std::atomic<bool> forget_ = false;
  bool overran_ = false, congested_ = false;
  std::uint64_t unsent_ = 0;   // that were told
  std::unique_ptr<VerdictSender> sender_;
};

}  // namespace fwsim

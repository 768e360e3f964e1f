// Writes packets to a pcap file with nanoseconds, as raw IP or with their Ethernet header.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "simulator/packet.hh"

namespace fwsim {

class CaptureWriter {
 public:
  enum class Link : std::uint8_t { ethernet = 1, raw = 101 };

  // "-" is standard output. Throws EnvironmentError when the file cannot be made.
  explicit CaptureWriter(const std::string& path, Link link = Link::raw);
  ~CaptureWriter();

  // With its VLAN tags, if any; a packet without Ethernet header gets one of zeros.
  // Throws EnvironmentError, like close(), when the bytes cannot be written.
  void write(const Packet& packet) { write(packet, packet.link); }
  void write(const Packet& packet, const LinkHeader& link);
  // To be called at the end: only then it is sure that everything was written.
  void close();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const;
  };
  std::string path_;
  Link link_;
  std::unique_ptr<std::FILE, CloseFile> file_;

  void put(Bytes bytes);
};

}  // namespace fwsim

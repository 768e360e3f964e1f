#include "simulator/conntrack_config.hh"

#include <string>

namespace fwsim {

CtConfig read_ct_config(const Host& host) {
  const auto number = [&](const char* name, long long otherwise) {
    return host.sysctl(std::string("net.netfilter.nf_conntrack_") + name, otherwise);
  };
  const auto seconds = [&](const char* name, long long otherwise) {
    return static_cast<std::int64_t>(number(name, otherwise)) * 1'000'000'000;
  };
  constexpr std::int64_t syn_sent2 = 120'000'000'000, sctp_none = 10'000'000'000;  // no sysctl changes these
  CtConfig c;
  c.tcp = {0,
           seconds("tcp_timeout_syn_sent", 120),
           seconds("tcp_timeout_syn_recv", 60),
           seconds("tcp_timeout_established", 432000),
           seconds("tcp_timeout_fin_wait", 120),
           seconds("tcp_timeout_close_wait", 60),
           seconds("tcp_timeout_last_ack", 30),
           seconds("tcp_timeout_time_wait", 120),
           seconds("tcp_timeout_close", 10),
           syn_sent2};
  c.tcp_max_retrans = seconds("tcp_timeout_max_retrans", 300);
  c.tcp_unacknowledged = seconds("tcp_timeout_unacknowledged", 300);
  c.tcp_max_retrans_count = static_cast<std::uint64_t>(number("tcp_max_retrans", 3));
  c.sctp = {sctp_none,
            seconds("sctp_timeout_closed", 10),
            seconds("sctp_timeout_cookie_wait", 3),
            seconds("sctp_timeout_cookie_echoed", 3),
            seconds("sctp_timeout_established", 210),
            seconds("sctp_timeout_shutdown_sent", 3),
            seconds("sctp_timeout_shutdown_recd", 3),
            seconds("sctp_timeout_shutdown_ack_sent", 3),
            seconds("sctp_timeout_heartbeat_sent", 30)};
  c.udp = seconds("udp_timeout", 30);
  c.udp_stream = seconds("udp_timeout_stream", 120);
  c.icmp = seconds("icmp_timeout", 30);
  c.icmpv6 = seconds("icmpv6_timeout", 30);
  c.generic = seconds("generic_timeout", 600);
  c.gre = seconds("gre_timeout", 30);
  c.gre_stream = seconds("gre_timeout_stream", 180);
  c.tcp_loose = number("tcp_loose", 1) != 0;
  c.tcp_liberal = number("tcp_be_liberal", 0) != 0;
  c.tcp_ignore_invalid_rst = number("tcp_ignore_invalid_rst", 0) != 0;
  c.checksum = number("checksum", 1) != 0;
  c.accounting = number("acct", 0) != 0;
  c.max = static_cast<std::uint64_t>(number("max", 262144));
  c.expect_max = static_cast<std::uint64_t>(number("expect_max", 4096));
  return c;
}

}  // namespace fwsim

#include "simulator/live/hook_table.hh"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/xt_NFQUEUE.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "model/diagnostic.hh"
#include "simulator/live/netlink.hh"
#include "simulator/live/nf_transaction.hh"

namespace fwsim {
namespace {

constexpr const char* name = "fwsim";

// PREROUTING and OUTPUT before everything else that is there, reassembly too (NF_IP_PRI_CONNTRACK_DEFRAG is -400);
// POSTROUTING behind it.
struct HookChain {
  const char* name;
  std::uint32_t hook;
  std::int32_t priority;
};
constexpr std::array<HookChain, 5> chains{{{"prerouting", NF_INET_PRE_ROUTING, -450},
                                           {"input", NF_INET_LOCAL_IN, -150},
                                           {"forward", NF_INET_FORWARD, -150},
                                           {"output", NF_INET_LOCAL_OUT, -450},
                                           {"postrouting", NF_INET_POST_ROUTING, 300}}};

std::uint8_t number(Family family) { return family == Family::v4 ? NFPROTO_IPV4 : NFPROTO_IPV6; }

void put_queue_statement(nlmsghdr* m, const HookTableOptions& options) {
  mnl_attr_put_strz(m, NFTA_EXPR_NAME, "queue");
  nlattr* data = mnl_attr_nest_start(m, NFTA_EXPR_DATA);
  mnl_attr_put_u16(m, NFTA_QUEUE_NUM, htons(options.queue));
  mnl_attr_put_u16(m, NFTA_QUEUE_TOTAL, htons(options.queues));
  mnl_attr_put_u16(m, NFTA_QUEUE_FLAGS, htons(options.bypass ? NFT_QUEUE_FLAG_BYPASS : 0));
  mnl_attr_nest_end(m, data);
}

void put_queue_target(nlmsghdr* m, const HookTableOptions& options) {
  xt_NFQ_info_v3 info{};
  info.queuenum = options.queue;
  info.queues_total = options.queues;
  info.flags = options.bypass ? NFQ_FLAG_BYPASS : 0;
  std::array<char, 8> padded{};   // XT_ALIGN
  std::memcpy(padded.data(), &info, sizeof info);
  mnl_attr_put_strz(m, NFTA_EXPR_NAME, "target");
  nlattr* data = mnl_attr_nest_start(m, NFTA_EXPR_DATA);
  mnl_attr_put_strz(m, NFTA_TARGET_NAME, "NFQUEUE");
  mnl_attr_put_u32(m, NFTA_TARGET_REV, htonl(3));
  mnl_attr_put(m, NFTA_TARGET_INFO, padded.size(), padded.data());
  mnl_attr_nest_end(m, data);
}

using PutQueue = void (*)(nlmsghdr*, const HookTableOptions&);

void add_table(NfTransaction& batch, std::uint8_t family, const HookTableOptions& options, PutQueue put_queue) {
  nlmsghdr* m = batch.add(NFT_MSG_NEWTABLE, family, NLM_F_CREATE | NLM_F_EXCL);
  mnl_attr_put_strz(m, NFTA_TABLE_NAME, name);
  mnl_attr_put_u32(m, NFTA_TABLE_FLAGS, htonl(NFT_TABLE_F_OWNER));
  for (const HookChain& c : chains) {
    m = batch.add(NFT_MSG_NEWCHAIN, family, NLM_F_CREATE);
    mnl_attr_put_strz(m, NFTA_CHAIN_TABLE, name);
    mnl_attr_put_strz(m, NFTA_CHAIN_NAME, c.name);
    nlattr* hook = mnl_attr_nest_start(m, NFTA_CHAIN_HOOK);
    mnl_attr_put_u32(m, NFTA_HOOK_HOOKNUM, htonl(c.hook));
    mnl_attr_put_u32(m, NFTA_HOOK_PRIORITY, htonl(static_cast<std::uint32_t>(c.priority)));
    mnl_attr_nest_end(m, hook);
    // What NAT chains are is not asked of these: "filter" at every hook but OUTPUT, where another mark means another route.
    mnl_attr_put_strz(m, NFTA_CHAIN_TYPE, c.hook == NF_INET_LOCAL_OUT ? "route" : "filter");
    m = batch.add(NFT_MSG_NEWRULE, family, NLM_F_CREATE | NLM_F_APPEND);
    mnl_attr_put_strz(m, NFTA_RULE_TABLE, name);
    mnl_attr_put_strz(m, NFTA_RULE_CHAIN, c.name);
    nlattr* list = mnl_attr_nest_start(m, NFTA_RULE_EXPRESSIONS);
    nlattr* element = mnl_attr_nest_start(m, NFTA_LIST_ELEM);
    put_queue(m, options);
    mnl_attr_nest_end(m, element);
    mnl_attr_nest_end(m, list);
  }
}

int install(Netlink& netlink, const std::vector<Family>& families, const HookTableOptions& options, PutQueue put_queue) {
  NfTransaction batch(netlink);
  for (const Family family : families) add_table(batch, number(family), options, put_queue);
  return batch.commit();
}

int remove(Netlink& netlink, Family family) {
  NfTransaction batch(netlink);
  nlmsghdr* m = batch.add(NFT_MSG_DELTABLE, number(family), 0);
  mnl_attr_put_strz(m, NFTA_TABLE_NAME, name);
  return batch.commit();
}

std::string why(int error) {
  switch (error) {
    case EPERM:   // also: the table is another socket's
      if (!may_configure_networks()) return "this needs root, or CAP_NET_ADMIN";
      [[fallthrough]];
    case EEXIST:
    case EBUSY: return "another fwsim live --enforce is in force here: it has the table 'fwsim' (or see --cleanup)";
    case EOPNOTSUPP:
    case EINVAL: return "this kernel has no nf_tables tables with owners (Linux 5.12)";
    case ENOENT: return "this kernel has neither nf_tables' queue statement nor the NFQUEUE target for it (nft_queue, nft_compat)";
    default: return std::strerror(error);
  }
}

}  // namespace

HookTable::HookTable(const std::vector<Family>& families, const HookTableOptions& options) {
  auto netlink = std::make_unique<Netlink>(NETLINK_NETFILTER);
  int error = install(*netlink, families, options, put_queue_statement);
  if (error == ENOENT || error == EOPNOTSUPP) {
    netlink = std::make_unique<Netlink>(NETLINK_NETFILTER);   // late answers to the first try go with its socket
    error = install(*netlink, families, options, put_queue_target);
  }
  if (error != 0) throw EnvironmentError(fmt::format("cannot hook into the kernel's packet path: {}", why(error)));
  netlink_ = std::move(netlink);
}

HookTable::~HookTable() = default;   // its tables go with the socket

bool HookTable::remove_abandoned() {
  bool removed = false;
  for (const Family family : {Family::v4, Family::v6}) {
    Netlink netlink(NETLINK_NETFILTER);
    const int error = remove(netlink, family);
    if (error == 0) removed = true;
    else if (error != ENOENT) throw EnvironmentError(fmt::format("cannot remove the table 'fwsim': {}", why(error)));
  }
  return removed;
}

}  // namespace fwsim

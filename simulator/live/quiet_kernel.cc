#include "simulator/live/quiet_kernel.hh"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "model/diagnostic.hh"
#include "simulator/live/netlink.hh"
#include "simulator/live/nf_transaction.hh"

namespace fwsim {
namespace {

constexpr const char* chain_name = "answers";

// Expressions of one rule, which all work on register 1.
class RuleWriter {
 public:
  explicit RuleWriter(nlmsghdr* message) : m_(message), all_(mnl_attr_nest_start(m_, NFTA_RULE_EXPRESSIONS)) {}
  ~RuleWriter() { mnl_attr_nest_end(m_, all_); }
  RuleWriter(const RuleWriter&) = delete;
  RuleWriter& operator=(const RuleWriter&) = delete;

  RuleWriter& load(nft_meta_keys key) {
    return expression("meta", [&] {
      number(NFTA_META_KEY, key);
      number(NFTA_META_DREG, NFT_REG_1);
    });
  }
  RuleWriter& load_transport(unsigned offset, unsigned size) {
    return expression("payload", [&] {
      number(NFTA_PAYLOAD_DREG, NFT_REG_1);
      number(NFTA_PAYLOAD_BASE, NFT_PAYLOAD_TRANSPORT_HEADER);
      number(NFTA_PAYLOAD_OFFSET, offset);
      number(NFTA_PAYLOAD_LEN, size);
    });
  }
  RuleWriter& mask(std::uint8_t bits) {
    return expression("bitwise", [&] {
      number(NFTA_BITWISE_SREG, NFT_REG_1);
      number(NFTA_BITWISE_DREG, NFT_REG_1);
      number(NFTA_BITWISE_LEN, 1);
      data(NFTA_BITWISE_MASK, &bits, 1);
      const std::uint8_t none = 0;
      data(NFTA_BITWISE_XOR, &none, 1);
    });
  }
  RuleWriter& compare(const void* value, std::size_t size) {
    return expression("cmp", [&] {
      number(NFTA_CMP_SREG, NFT_REG_1);
      number(NFTA_CMP_OP, NFT_CMP_EQ);
      data(NFTA_CMP_DATA, value, size);
    });
  }
  void verdict(int code) {
    expression("immediate", [&] {
      number(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
      nlattr* value = mnl_attr_nest_start(m_, NFTA_IMMEDIATE_DATA);
      nlattr* inner = mnl_attr_nest_start(m_, NFTA_DATA_VERDICT);
      number(NFTA_VERDICT_CODE, static_cast<std::uint32_t>(code));
      mnl_attr_nest_end(m_, inner);
      mnl_attr_nest_end(m_, value);
    });
  }

 private:
  template <class Fill>
  RuleWriter& expression(const char* name, Fill fill) {
    nlattr* element = mnl_attr_nest_start(m_, NFTA_LIST_ELEM);
    mnl_attr_put_strz(m_, NFTA_EXPR_NAME, name);
    nlattr* inside = mnl_attr_nest_start(m_, NFTA_EXPR_DATA);
    fill();
    mnl_attr_nest_end(m_, inside);
    mnl_attr_nest_end(m_, element);
    return *this;
  }
  void number(int attribute, std::uint32_t value) { mnl_attr_put_u32(m_, static_cast<std::uint16_t>(attribute), htonl(value)); }
  void data(int attribute, const void* value, std::size_t size) {
    nlattr* nest = mnl_attr_nest_start(m_, static_cast<std::uint16_t>(attribute));
    mnl_attr_put(m_, NFTA_DATA_VALUE, size, value);
    mnl_attr_nest_end(m_, nest);
  }

  nlmsghdr* m_;
  nlattr* all_;
};

// The table and its one chain.
class Answers {
 public:
  Answers(Netlink& netlink, std::string table) : transaction_(netlink), table_(std::move(table)) {}

  template <class Fill>
  void message(int kind, int attribute, Fill fill) {
    nlmsghdr* m = transaction_.add(kind, NFPROTO_INET, NLM_F_CREATE | NLM_F_APPEND);
    mnl_attr_put_strz(m, static_cast<std::uint16_t>(attribute), table_.c_str());
    fill(m);
  }
  template <class Fill>
  void rule(Fill fill) {
    message(NFT_MSG_NEWRULE, NFTA_RULE_TABLE, [&](nlmsghdr* m) {
      mnl_attr_put_strz(m, NFTA_RULE_CHAIN, chain_name);
      RuleWriter writer(m);
      fill(writer);
    });
  }
  int commit() { return transaction_.commit(); }

 private:
  NfTransaction transaction_;
  std::string table_;
};

void add_rules(Answers& batch, unsigned device) {
  const auto drop = [&](std::uint8_t protocol, auto look) {
    batch.rule([&](RuleWriter& rule) {
      rule.load(NFT_META_OIF).compare(&device, sizeof device).load(NFT_META_L4PROTO).compare(&protocol, 1);
      look(rule);
      rule.verdict(NF_DROP);
    });
  };
  const std::uint8_t tcp = 6, reset = 0x04;
  drop(tcp, [&](RuleWriter& rule) { rule.load_transport(13, 1).mask(reset).compare(&reset, 1); });
  // Type and code of "port unreachable".
  const std::array<std::uint8_t, 2> v4{3, 3}, v6{1, 4};
  drop(1, [&](RuleWriter& rule) { rule.load_transport(0, 2).compare(v4.data(), 2); });
  drop(58, [&](RuleWriter& rule) { rule.load_transport(0, 2).compare(v6.data(), 2); });
}

int make_table(Netlink& netlink, const std::vector<unsigned>& devices) {
  Answers batch(netlink, "fwsim-" + std::to_string(getpid()));
  batch.message(NFT_MSG_NEWTABLE, NFTA_TABLE_NAME, [](nlmsghdr* m) { mnl_attr_put_u32(m, NFTA_TABLE_FLAGS, htonl(NFT_TABLE_F_OWNER)); });
  batch.message(NFT_MSG_NEWCHAIN, NFTA_CHAIN_TABLE, [](nlmsghdr* m) {
    mnl_attr_put_strz(m, NFTA_CHAIN_NAME, chain_name);
    mnl_attr_put_strz(m, NFTA_CHAIN_TYPE, "filter");
    nlattr* hook = mnl_attr_nest_start(m, NFTA_CHAIN_HOOK);
    mnl_attr_put_u32(m, NFTA_HOOK_HOOKNUM, htonl(NF_INET_LOCAL_OUT));
    mnl_attr_put_u32(m, NFTA_HOOK_PRIORITY, htonl(static_cast<std::uint32_t>(-400)));
    mnl_attr_nest_end(m, hook);
  });
  // What a program's socket sends has a user; an answer of the kernel has none, and the rule ends there.
  batch.rule([](RuleWriter& rule) { rule.load(NFT_META_SKUID).verdict(NF_ACCEPT); });
  for (const unsigned device : devices) add_rules(batch, device);
  return batch.commit();
}

}  // namespace

QuietKernel::QuietKernel(const std::vector<unsigned>& devices) : netlink_(std::make_unique<Netlink>(NETLINK_NETFILTER)) {
  if (const int error = make_table(*netlink_, devices); error != 0)
    throw EnvironmentError(fmt::format("the kernel cannot be kept from answering in our place (nf_tables): {}{}", std::strerror(error),
                                       error == EPERM ? ": it takes root" : ""));
}

QuietKernel::~QuietKernel() = default;   // the table goes with the socket

}  // namespace fwsim

#include "simulator/live/nf_transaction.hh"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>

namespace fwsim {

NfTransaction::NfTransaction(Netlink& netlink) : netlink_(netlink) { header(NFNL_MSG_BATCH_BEGIN, AF_UNSPEC, NFNL_SUBSYS_NFTABLES); }

nlmsghdr* NfTransaction::add(int kind, std::uint8_t family, unsigned flags) {
  nlmsghdr* m = header((NFNL_SUBSYS_NFTABLES << 8) | kind, family, 0);
  m->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
  ++count_;
  return m;
}

int NfTransaction::commit() {
  header(NFNL_MSG_BATCH_END, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
  finish();
  return netlink_.transact(bytes_.data(), used_, count_);
}

nlmsghdr* NfTransaction::header(int type, std::uint8_t family, std::uint16_t resource) {
  finish();
  last_ = mnl_nlmsg_put_header(bytes_.data() + used_);
  last_->nlmsg_type = static_cast<std::uint16_t>(type);
  last_->nlmsg_flags = NLM_F_REQUEST;
  last_->nlmsg_seq = netlink_.next();
  auto* g = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(last_, sizeof(nfgenmsg)));
  g->nfgen_family = family;
  g->version = NFNETLINK_V0;
  g->res_id = htons(resource);
  return last_;
}

void NfTransaction::finish() {
  if (last_) used_ += MNL_ALIGN(last_->nlmsg_len);
  last_ = nullptr;
}

}  // namespace fwsim

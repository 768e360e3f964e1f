#include "parser/nft/listing.hh"

#include <fmt/format.h>

namespace fwsim::nft_json {
namespace {

class Sorter {
 public:
  Listing sort(const json& document) {
    for (const json& entry : document.at("nftables")) {
      if (!entry.is_object() || entry.size() != 1) throw NotUnderstood(fmt::format("'{}' is no table, chain or rule", expression_text(entry)));
      add(entry.begin().key(), entry.begin().value());
    }
    return std::move(out_);
  }

 private:
  void add(const std::string& kind, const json& v) {
    if (kind == "metainfo") return;
    // A file for nft -j -f has its tables in commands.
    if (kind == "add" || kind == "create" || kind == "insert") return add(v.begin().key(), v.begin().value());
    if (kind == "flush" || kind == "delete") return;
    if (kind == "table") {
      table({v.at("family"), v.at("name")});
    } else if (kind == "chain") {
      chain(v);
    } else if (kind == "rule") {
      rule(v);
    } else if (v.is_object() && v.contains("table") && v.contains("name")) {
      out_.objects.known[{{v.at("family"), v.at("table")}, kind, v.at("name")}] = &v;
    }
  }

  ListedTable& table(const TableName& name) {
    for (ListedTable& t : out_.tables)
      if (t.name == name) return t;
    return out_.tables.emplace_back(ListedTable{name, {}});
  }

  void chain(const json& v) {
    ListedChain c{.name = v.at("name"), .handle = v.value("handle", std::uint64_t{0}), .rules = {}, .type = {}, .hook = {}};
    if (v.contains("hook")) {
      c.type = v.at("type");
      c.hook = v.at("hook");
      c.priority = v.at("prio").get<std::int64_t>();
      c.policy = v.value("policy", "accept") == "drop" ? Verdict::drop : Verdict::accept;
    }
    table({v.at("family"), v.at("table")}).chains.push_back(std::move(c));
  }

  void rule(const json& v) {
    const TableName name{v.at("family"), v.at("table")};
    const std::string chain = v.at("chain");
    for (ListedChain& c : table(name).chains) {
      if (c.name != chain) continue;
      ListedRule r{.handle = v.value("handle", std::uint64_t{0}), .comment = v.value("comment", "")};
      if (const auto found = v.find("expr"); found != v.end()) {
        if (!found->is_array()) throw NotUnderstood(fmt::format("the expressions of a rule in chain {} are no list", chain));
        r.expressions = &*found;
        for (const json& statement : *found) note_writes(statement, name);
      }
      c.rules.push_back(std::move(r));
      return;
    }
    throw NotUnderstood(fmt::format("a rule stands in chain {} of table {} {}, which is not there", chain, name.family, name.name));
  }

  void note_writes(const json& statement, const TableName& table) {
    for (const char* kind : {"set", "map"})
      if (statement.is_object() && statement.contains(kind) && statement[kind].is_object()) {
        const auto found = statement[kind].find(kind);
        if (found != statement[kind].end() && found->is_string() && found->get<std::string>().starts_with('@'))
          out_.objects.written.insert({table, found->get<std::string>().substr(1)});
      }
  }

  Listing out_;
};

}  // namespace

Listing listing_of(const json& document) { return Sorter().sort(document); }

}  // namespace fwsim::nft_json

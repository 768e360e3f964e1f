#include "lint/checks.hh"
#include "lint/checks/exposed.hh"

namespace fwsim::checks {
namespace {

constexpr ExposedService services[] = {
    {over_tcp, {1433, 1434}, "SQL Server"},
    {over_tcp, {1521, 1521}, "Oracle"},
    {over_tcp, {3306, 3306}, "MySQL"},
    {over_tcp, {5432, 5432}, "PostgreSQL"},
    {over_tcp, {5984, 5984}, "CouchDB"},
    {over_tcp, {6379, 6379}, "Redis"},
    {over_tcp, {9042, 9042}, "Cassandra"},
    {over_tcp, {9200, 9200}, "Elasticsearch"},
    {over_tcp, {9300, 9300}, "Elasticsearch nodes"},
    {over_tcp, {11211, 11211}, "memcached"},
    {over_tcp, {27017, 27017}, "MongoDB"},
};

void run(const Facts& facts, Findings& findings) {
  find_exposed(facts, findings, services, "limit it to the hosts that use it");
}

}  // namespace

const Check database_exposed{
    .id = "FW303", .name = "database-exposed",
    .title = "a database or cache is open to everybody",
    .why = "These are made for trusted networks; many ask for no password.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 3306 -m conntrack --ctstate NEW -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 10.0.5.7/32 -p tcp -m tcp --dport 3306 -m conntrack --ctstate NEW -j ACCEPT\n"
           "COMMIT\n",
    .covers = "H03 H14",
    .asks = new_from_outside,
    .run = run};

}  // namespace fwsim::checks

// fwsim graph: what is drawn, and that the drawing says it in both formats.
#include <doctest/doctest.h>

#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;

namespace {

const std::string rules =
    "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n"
    "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:WEB - [0:0]\n:a<b& - [0:0]\n:OLD - [0:0]\n:DEAD - [0:0]\n"
    "-A INPUT -i eth0 -p tcp -j WEB\n-A INPUT -i eth1 -p tcp -j WEB\n-A INPUT -g a<b&\n-A INPUT -j DEAD\n"
    "-A WEB -p tcp --dport 80 -j ACCEPT\n-A WEB -j DROP\n-A a<b& -j REJECT\n-A OLD -j DROP\n-A DEAD -j DROP\nCOMMIT\n";

bool has(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

}  // namespace

TEST_CASE("graph as DOT: hooks in the way of packets, calls, gotos, and what no packet comes to") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", rules);
  const auto ran = fwsim::test::fwsim("graph " + file);
  CHECK(ran.status == 0);
  const std::string& dot = ran.out;
  CHECK(dot.find("digraph \"" + file + "\" {\n") == 0);
  CHECK(dot.substr(dot.size() - 2) == "}\n");
  CHECK(has(dot, "  subgraph \"cluster_INPUT\" {\n    label=\"INPUT\";\n    color=steelblue;\n"
                 "    \"filter/INPUT\" [label=\"filter INPUT (4)\\npolicy DROP\", penwidth=2];\n    \"nat/INPUT\" [label=\"nat INPUT (0)\\npolicy ACCEPT\", penwidth=2];\n  }\n"));
  CHECK(has(dot, "  \"nat/PREROUTING\" -> \"filter/INPUT\" [color=steelblue"));
  CHECK(has(dot, "  \"filter/INPUT\" -> \"nat/INPUT\" [color=steelblue"));
  CHECK(has(dot, "  \"filter/WEB\" [label=\"filter WEB (2)\\nACCEPT 1, DROP 1\"];\n"));
  CHECK(has(dot, "  \"filter/OLD\" [label=\"filter OLD (1)\\nDROP 1\", color=gray"));
  CHECK(has(dot, "  \"filter/DEAD\" [label=\"filter DEAD (1)\\nDROP 1\", color=gray"));
  CHECK(has(dot, "  \"filter/INPUT\" -> \"filter/WEB\" [label=\"2\"];\n"));
  CHECK(has(dot, "  \"filter/INPUT\" -> \"filter/a<b&\" [style=dashed];\n"));
  CHECK(has(dot, "  \"filter/INPUT\" -> \"filter/DEAD\" [color=gray];\n"));
  const std::string nat = fwsim::test::fwsim("graph -t nat " + file).out;
  CHECK(has(nat, "nat/OUTPUT"));
  CHECK_FALSE(has(nat, "filter/"));
}

TEST_CASE("graph as SVG says the same, and needs nothing else") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", rules), drawing = folder / "rules.svg";
  CHECK(fwsim::test::fwsim("graph --format svg -o " + drawing + " " + file).out.empty());
  std::ifstream in(drawing);
  const std::string svg(std::istreambuf_iterator<char>(in), {});
  CHECK(svg.find("<svg xmlns=\"http://www.w3.org/2000/svg\" ") == 0);
  CHECK(svg.substr(svg.size() - 7) == "</svg>\n");
  CHECK(has(svg, ">filter WEB (2)</text>"));
  CHECK(has(svg, ">ACCEPT 1, DROP 1</text>"));
  CHECK(has(svg, ">filter a&lt;b&amp; (1)</text>"));
  CHECK(has(svg, "<path class=\"call go\""));
  CHECK(has(svg, "<title>INPUT calls WEB, 2 times</title>"));
  CHECK(has(svg, "<title>INPUT goes to a&lt;b&amp;</title>"));
  CHECK(has(svg, ">no rule calls these</text>"));
  std::size_t grey = 0;
  for (std::size_t at = svg.find("class=\"box dead\""); at != std::string::npos; at = svg.find("class=\"box dead\"", at + 1)) ++grey;
  CHECK(grey == 2);
  // Each hook stands below the one before.
  double last = 0;
  for (const std::string hook : {"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"}) {
    INFO(hook);
    const std::size_t end = svg.find("\" class=\"head\">" + hook + "</text>");
    REQUIRE(end != std::string::npos);
    const double y = std::stod(svg.substr(svg.rfind("y=\"", end) + 3));
    CHECK(y > last);
    last = y;
  }
  CHECK_FALSE(has(svg, "href"));
}

TEST_CASE("graph of what is not there") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", rules);
  CHECK(fwsim::test::fwsim("graph --format png " + file).out.find("not one of dot, svg") != std::string::npos);
  CHECK(fwsim::test::fwsim("graph -t nta " + file).out.find("did you mean 'nat'?") != std::string::npos);
  CHECK(fwsim::test::fwsim("graph -t raw " + file).status == 2);
  CHECK(fwsim::test::fwsim("graph " + folder.write("empty", "")).status == 2);
}

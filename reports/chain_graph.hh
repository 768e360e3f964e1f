// Which chain calls which, and where each stands in a drawing: of `fwsim graph` and of the page of lint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/ruleset.hh"

namespace fwsim {

struct ChainNode {
  TableId table = TableId::filter;
  std::uint16_t chain = 0;
  std::string title, ends;       // "INPUT (3)", "ACCEPT 2, DROP 1": the lines of its box
  bool base = false;
  bool entered = true;           // packets come to it, or may
  double above = 0;              // room over it, of those in the first column
  double x = 0, y = 0, width = 0;
};

struct ChainCall {
  std::size_t from = 0, to = 0;  // of ChainGraph::nodes
  unsigned rules = 0;            // so many rules
  bool go = false;               // by goto
  bool taken = true;             // by one of them at least
};

struct ChainGraph {
  std::vector<ChainNode> nodes;  // base chains first, in the order in which they are to stand
  std::vector<ChainCall> calls;  // of each node by its rules
  double width = 0, height = 0;
};

// "INPUT (3)": a chain and how many rules it has.
std::string chain_title(const Chain& chain);
// The chains of one table, without ends.
ChainGraph graph_of(const Table& table);
// Adds a table's calls, once all its nodes are there.
void add_calls(ChainGraph& graph, const Table& table);

struct BoxSizes {
  double left = 16, top = 16;                 // around the drawing
  double height = 24, gap = 10, between = 80; // of boxes, between those of a column, between columns
  double letter = 7.6, padding = 12;
};
// Columns by the longest way from a base chain; within one, chains stand near those that call them.
void lay_out(ChainGraph& graph, const BoxSizes& sizes);
// The line of a call, as a path of SVG.
std::string call_path(const ChainGraph& graph, const ChainCall& call, const BoxSizes& sizes);

}  // namespace fwsim

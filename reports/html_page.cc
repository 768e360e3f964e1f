#include "reports/html_page.hh"

namespace fwsim {

const std::string_view html_frame = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>fwsim lint</title>
<style>
{style}</style>
</head>
<body>
<header>
  <h1>fwsim lint</h1>
  <select id="ruleset" aria-label="ruleset"></select>
  <nav><a href="#to=findings">Findings</a> <a href="#to=services">Services</a> <a href="#to=rules">Rules</a> <a href="#to=way">The packet's way</a> <a href="#to=graph">Call graph</a></nav>
  <button id="theme" type="button" title="light or dark">light / dark</button>
</header>
<noscript><p>This page shows the report with JavaScript; without it, use <code>fwsim lint</code> or <code>--format markdown</code>.</p></noscript>
<main>
  <section id="summary" aria-label="summary"></section>
  <section id="findings">
    <h2>Findings</h2>
    <div id="filter">
      <input id="q" type="search" placeholder="search: words of a rule, a chain, an address" aria-label="search findings">
      <span id="severities"></span>
      <select id="check" aria-label="check"></select>
      <button id="clear" type="button">clear</button>
      <span id="count" role="status"></span>
    </div>
    <div id="list"></div>
  </section>
  <section id="services">
    <h2>Services: which are reached, from where</h2>
    <div id="service-tables"></div>
  </section>
  <section id="rules">
    <h2>Rules</h2>
    <div id="rule-filter">
      <input id="rule-q" type="search" placeholder="search rules" aria-label="search rules">
      <button id="open-all" type="button">open all chains</button>
      <button id="close-all" type="button">close all</button>
      <span id="rule-count" role="status"></span>
    </div>
    <div id="rule-list"></div>
    <div id="chains"></div>
  </section>
  <section id="way">
    <h2>The packet's way</h2>
    <div id="stepper">
      <select id="packet" aria-label="packet"></select>
      <button id="step-back" type="button" title="left arrow">&#9664; back</button>
      <button id="step-on" type="button" title="right arrow">step &#9654;</button>
      <span id="step-count" role="status"></span>
    </div>
    <div class="drawing" id="way-drawing"></div>
    <p class="soft">Tables from top to bottom, as packets come to them. nat sees only the first packet of a connection. A dot: there are findings.</p>
    <div id="steps"></div>
  </section>
  <section id="graph">
    <h2>Which chain calls which</h2>
    <div id="tables"></div>
    <div class="drawing" id="graph-drawing"></div>
    <p class="soft">Behind each name, its rules. A coloured border: the worst finding. A dashed one: no rule calls it. A dashed line: a goto.</p>
  </section>
</main>
<script type="application/json" id="report">{report}</script>
<script>
{script}</script>
</body>
</html>
)html";

}  // namespace fwsim

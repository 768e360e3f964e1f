#include "reports/html_page.hh"

namespace fwsim {

const std::string_view html_style = R"css(
:root {
  --paper: #ffffff; --card: #f6f7f9; --ink: #1b1f24; --soft: #5b6570; --line: #d8dde3; --link: #0b57b0; --mark: #fff3b0;
  --error: #b3261e; --warning: #8a5a00; --note: #1f6173; --good: #1d6b3a; --bar: #7aa7dc;
  --error-bg: #fde8e6; --warning-bg: #fdf0d5; --note-bg: #e0f1f5; --good-bg: #e0f3e6;
  color-scheme: light;
}
@media (prefers-color-scheme: dark) {
  :root:not([data-theme="light"]) {
    --paper: #14171b; --card: #1d2228; --ink: #e4e7eb; --soft: #9aa5b1; --line: #343b44; --link: #83b8f5; --mark: #4a4210;
    --error: #ff8d85; --warning: #f2bf5e; --note: #7fcbdd; --good: #7fd49b; --bar: #3d6ea8;
    --error-bg: #4a1f1c; --warning-bg: #43330f; --note-bg: #163a44; --good-bg: #173d25;
    color-scheme: dark;
  }
}
:root[data-theme="dark"] {
  --paper: #14171b; --card: #1d2228; --ink: #e4e7eb; --soft: #9aa5b1; --line: #343b44; --link: #83b8f5; --mark: #4a4210;
  --error: #ff8d85; --warning: #f2bf5e; --note: #7fcbdd; --good: #7fd49b; --bar: #3d6ea8;
  --error-bg: #4a1f1c; --warning-bg: #43330f; --note-bg: #163a44; --good-bg: #173d25;
  color-scheme: dark;
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; padding: .5rem 1rem;
  background: var(--card); border-bottom: 1px solid var(--line); }
h1 { font-size: 1.1rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; }
nav { flex: 1; }
nav a { margin-right: .8rem; }
main { max-width: 1280px; margin: 0 auto; padding: 0 1rem 4rem; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
code, .rule { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
button, input, select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .2rem .6rem; }
header select { max-width: 26rem; text-overflow: ellipsis; }
button { cursor: pointer; }
button[aria-pressed="false"] { opacity: .45; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.file { color: var(--soft); overflow-wrap: anywhere; margin: 1rem 0 .6rem; }
.cards { display: flex; flex-wrap: wrap; gap: .7rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .5rem 1rem; min-width: 7rem; }
.card b { display: block; font-size: 1.6rem; line-height: 1.2; }
.card.error b { color: var(--error); } .card.warning b { color: var(--warning); } .card.note b { color: var(--note); } .card.good b { color: var(--good); }
.by-check { display: grid; grid-template-columns: minmax(11rem, max-content) 1fr max-content; gap: .15rem .8rem; align-items: center; margin: 1rem 0 0; max-width: 46rem; }
.bar { display: block; height: .7rem; background: var(--bar); border-radius: 3px; min-width: 2px; }
#filter, #rule-filter { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-bottom: .7rem; }
#filter input, #rule-filter input { flex: 1 1 18rem; max-width: 32rem; }
#count, #rule-count { color: var(--soft); }
.tag { display: inline-block; border-radius: 4px; padding: 0 .4rem; font-size: .85em; white-space: nowrap; }
.tag.error { background: var(--error-bg); color: var(--error); } .tag.warning { background: var(--warning-bg); color: var(--warning); }
.tag.note { background: var(--note-bg); color: var(--note); }
.finding { border: 1px solid var(--line); border-left-width: 4px; border-radius: 6px; padding: .5rem .8rem; margin-bottom: .5rem;
  content-visibility: auto; contain-intrinsic-size: auto 6rem; overflow-wrap: anywhere; }
.finding.error { border-left-color: var(--error); } .finding.warning { border-left-color: var(--warning); } .finding.note { border-left-color: var(--note); }
.finding p { margin: .2rem 0; }
.finding .rule { display: block; background: var(--card); border-radius: 4px; padding: .2rem .5rem; }
.finding dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .7rem; margin: .2rem 0 0; }
dt { color: var(--soft); } dd { margin: 0; }
.soft { color: var(--soft); }
details.chain { border: 1px solid var(--line); border-radius: 6px; margin-bottom: .4rem; }
details.chain > summary { cursor: pointer; padding: .3rem .8rem; background: var(--card); border-radius: 6px; }
details.chain > summary b { margin-right: .6rem; }
details.chain > summary .tag, .row .tag { margin-right: .25rem; }
.row { display: grid; grid-template-columns: 3.2rem 4rem 1fr max-content; gap: .7rem; padding: .1rem .8rem; border-top: 1px solid var(--line);
  content-visibility: auto; contain-intrinsic-size: auto 1.7rem; align-items: baseline; }
.counted .row { grid-template-columns: 3.2rem 4rem 11rem 1fr max-content; }
.row > :nth-child(1), .row > :nth-child(2) { text-align: right; color: var(--soft); font-variant-numeric: tabular-nums; }
.row > a:nth-child(1) { color: var(--link); }
.row.head { color: var(--soft); font-size: .85em; border-top: 0; } .row.head > :nth-child(3) { text-align: right; padding-right: .3rem; }
#severities { display: flex; gap: .3rem; }
.hits { position: relative; text-align: right; font-variant-numeric: tabular-nums; padding: 0 .3rem; background: var(--card); border-radius: 3px; }
.hits i { position: absolute; inset: 0 auto 0 0; background: var(--bar); opacity: .55; border-radius: 3px; }
.hits span { position: relative; }
.hits.none { color: var(--soft); }
.target { background: var(--mark); }
.drawing { overflow: auto; max-height: 80vh; border: 1px solid var(--line); border-radius: 8px; }
svg { display: block; font: 12px system-ui, sans-serif; }
svg text { fill: var(--ink); } svg .soft { fill: var(--soft); } svg a text { fill: var(--link); } svg a:hover text { text-decoration: underline; }
svg .head { font-weight: 600; }
svg .box { fill: var(--card); stroke: var(--line); } svg .box.warning { stroke: var(--warning); } svg .box.error { stroke: var(--error); }
svg .box.note { stroke: var(--note); } svg .box.lonely { stroke-dasharray: 4 3; } svg .box.base { stroke-width: 2.5; }
svg .edge { fill: none; stroke: var(--soft); stroke-opacity: .7; } svg .edge.go { stroke-dasharray: 5 3; } svg marker path { fill: var(--soft); }
svg .stage { fill: none; } svg .stage.passed { fill: var(--note-bg); } svg .stage.here { fill: var(--mark); stroke: var(--ink); } svg .box.passed { stroke: var(--note); stroke-width: 2.5; }
#stepper { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-bottom: .6rem; } #stepper select { max-width: 100%; flex: 0 1 44rem; text-overflow: ellipsis; }
#steps .row { grid-template-columns: 8rem 14rem 1fr max-content; content-visibility: visible; cursor: pointer; }
#steps .row > :nth-child(1), #steps .row > :nth-child(2) { text-align: left; overflow-wrap: anywhere; } #steps .row > a { color: var(--link); } #steps .row.skip { padding-block: 0; font-size: .85em; cursor: default; border-top: 0; }
#steps .row.here { background: var(--mark); } #steps .row.ahead { opacity: .55; } #steps p { margin: .6rem 0; }
.verdict { font-weight: 600; } .verdict.good { color: var(--good); } .verdict.bad { color: var(--error); } .verdict.open { color: var(--warning); }
.matrix { overflow: auto; max-height: 80vh; border: 1px solid var(--line); border-radius: 8px; margin-bottom: .8rem; }
.matrix table { border-collapse: collapse; width: 100%; } .matrix th, .matrix td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.matrix thead th { position: sticky; top: 0; background: var(--card); font-weight: 600; z-index: 1; } .matrix td.cell { text-align: center; white-space: nowrap; }
.matrix td.cell.yes { background: var(--good-bg); } .matrix td.cell.may { background: var(--warning-bg); } .matrix tr.wide td.cell.yes { background: var(--warning-bg); }
#tables button { margin: 0 .4rem .5rem 0; }
@media print {
  :root, :root[data-theme="dark"] { --paper: #fff; --card: #f4f4f4; --ink: #000; --soft: #444; --line: #bbb; --link: #000; --mark: #fff; color-scheme: light;
    --error: #900; --warning: #640; --note: #046; --error-bg: #fff; --warning-bg: #fff; --note-bg: #fff; --bar: #aaa; }
  header { position: static; } nav, button, #filter input, #filter select, #rule-filter, #rule-list, #stepper, header select { display: none; }
  .finding, .row { content-visibility: visible; break-inside: avoid; }
  .drawing, .matrix { overflow: visible; max-height: none; border: 0; break-inside: avoid; } svg { max-width: 100%; height: auto; }
  main { max-width: none; }
}
)css";

}  // namespace fwsim

/** How the page looks: light and dark as the reader's system is, from a phone's width up, and on paper. */
import { html } from './markup.ts'

/** Texts have a contrast of 4.5 or more on what they stand on, in both. */
export const pageStyle = html`<style>
:root{color-scheme:light dark;--ground:#fff;--panel:#f5f6f8;--text:#1b1f24;--quiet:#57606a;--edge:#d5d9de;--good:#146c36;--bad:#b3261e;--wait:#7a5200;--mark:#fdebe8;--share:#1a5fb4;--under:#dbe7f6;--match:#7aa7dd;--gap:#e7e9ec}
@media(prefers-color-scheme:dark){:root{--ground:#14171a;--panel:#1d2125;--text:#e6e8ea;--quiet:#a3abb3;--edge:#3a4047;--good:#74d69f;--bad:#ff8f85;--wait:#f0c261;--mark:#47211e;--share:#8ab8f0;--under:#1f3148;--match:#41699a;--gap:#2a2f35}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,sans-serif}
main{max-width:1120px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.6rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:40px 0 12px}
h3{font-size:1rem;margin:0;overflow-wrap:anywhere}
p{margin:8px 0}
code{font:0.9em ui-monospace,monospace;overflow-wrap:anywhere}
.quiet{color:var(--quiet)}
.good{color:var(--good)}.bad{color:var(--bad)}.wait{color:var(--wait)}
.verdict{margin:20px 0;padding:12px 16px;background:var(--panel);border-left:6px solid currentColor}
.verdict strong{display:block;font-size:1.25rem;line-height:1.3}
.verdict span{color:var(--text)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0}
dl div{padding:10px 12px;background:var(--panel)}
dt{color:var(--quiet);font-size:.85rem}
dd{margin:0;font-weight:600;overflow-wrap:anywhere}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:6px 12px 6px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--edge)}
th{color:var(--quiet);font-size:.85rem;font-weight:600}
tbody th{color:inherit;font-size:inherit;overflow-wrap:break-word}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.number+.number{padding-left:12px}
article{margin:0 0 16px;padding:12px 16px;border:1px solid var(--edge)}
.pair{table-layout:fixed;margin-top:10px;font-size:.9rem}
.lenient th{overflow-wrap:anywhere;min-width:110px}
details{margin-top:10px}summary{cursor:pointer;color:var(--quiet)}
thead .place{display:block;font-weight:400}
.pair th,.pair td{overflow-wrap:anywhere}
.pair th:first-child{width:28%}
.pair .differs>*{background:var(--mark)}
.pair .differs th::before{content:"≠ ";color:var(--bad)}
.pair tbody th{font-weight:400;padding-left:6px}
.pair td{font-family:ui-monospace,monospace}
.chart{display:grid;grid-template-columns:max-content 1fr;gap:8px 10px;margin:0}
.chart svg{display:block;width:100%}
.share{height:180px}.counts{height:56px}
.scale{display:flex;flex-direction:column;justify-content:space-between;text-align:right}
.scale,.times,figcaption{color:var(--quiet);font-size:.85rem;line-height:1}
.times{display:flex;justify-content:space-between;gap:8px}
figcaption{grid-column:1/-1;line-height:1.6;margin-top:4px}
.grid{stroke:var(--edge)}.line{stroke:var(--share);stroke-width:2}
.grid,.line{fill:none;vector-effect:non-scaling-stroke}
.under{fill:var(--under)}
rect.match{fill:var(--match)}rect.other{fill:var(--bad)}rect.gap{fill:var(--gap)}
.key{display:inline-block;width:12px;height:12px;margin:0 4px 0 10px;vertical-align:-1px}
.key:first-child{margin-left:0}
.key.line{height:0;border-top:2px solid var(--share);vertical-align:4px}
.key.match{background:var(--match)}.key.other{background:var(--bad)}.key.gap{background:var(--gap)}
@media(max-width:600px){.middle{display:none}main{padding-top:16px}article{padding:10px 10px}.share{height:140px}.pair{font-size:.8rem}.pair th:first-child{width:32%}
.outcomes thead,.outcomes .zero{display:none}.outcomes tr,.outcomes tbody th{display:block}.outcomes tr{padding:6px 0;border-bottom:1px solid var(--edge)}
.outcomes tbody th,.outcomes td,.outcomes .number{border:0;padding:2px 0}.outcomes td{display:flex;justify-content:space-between}.outcomes td::before{content:attr(data-outcome)}}
@media print{article,tr{break-inside:avoid}}
</style>`

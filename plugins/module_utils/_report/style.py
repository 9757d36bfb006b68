# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The style of the page: system fonts, light and dark by the reader's preference, any width from 320 px, print."""

STYLE = r"""
:root{color-scheme:light dark;
--bg:#f6f7f9;--card:#fff;--ink:#1a212b;--soft:#566171;--line:#dfe3e9;--faint:#eef1f5;--link:#0b57a4;
--add:#11733f;--change:#8a5300;--remove:#b3261e;--data:#b3261e;--availability:#8a5300;
--critical:#9b1239;--high:#b3261e;--medium:#8a5300;--low:#2b5c9e;--info:#566171;--ok:#11733f;
--h0:#2f6fde;--h1:#0f8a80;--h2:#a04fc4;--h3:#c2610c;--h4:#5a7d0b;--h5:#c23a6b}
@media (prefers-color-scheme:dark){:root{
--bg:#12161c;--card:#1a2029;--ink:#e4e8ee;--soft:#9ca8b8;--line:#303947;--faint:#232b36;--link:#7db8ff;
--add:#5fd08f;--change:#efb050;--remove:#ff8a80;--data:#ff8a80;--availability:#efb050;
--critical:#ff86a8;--high:#ff8a80;--medium:#efb050;--low:#8ab6f5;--info:#9ca8b8;--ok:#5fd08f;
--h0:#77a7ff;--h1:#4fc9bd;--h2:#cf93ec;--h3:#f39a52;--h4:#a6c957;--h5:#f389ac}}
*{box-sizing:border-box}
html{scroll-padding-top:3.5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);overflow-wrap:anywhere;
font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Helvetica Neue",Arial,sans-serif}
header,nav,main,footer{max-width:1160px;margin:0 auto;padding:0 24px}
header{padding-top:40px;padding-bottom:20px}
h1,h2,h3,h4,p,dl,dd,ul,ol,figure,pre,fieldset{margin:0;padding:0}
h1{font-size:2.1rem;line-height:1.2;letter-spacing:-.02em;font-weight:650}
h2{font-size:1.35rem;line-height:1.3;letter-spacing:-.01em;font-weight:640;margin-bottom:14px}
h3{font-size:1rem;font-weight:620}
h4{font-size:.9rem;font-weight:600;margin-top:10px}
ul,ol{list-style:none}
a{color:var(--link)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.86em}
small{font-size:.85rem;font-weight:400;margin-left:.6em}
.muted,.lead,small{color:var(--soft)}
.lead{max-width:75ch;margin-bottom:14px}
.bad{color:var(--remove)}
.kind{text-transform:uppercase;letter-spacing:.09em;font-size:.8rem;font-weight:650;color:var(--soft);margin-bottom:4px}
.verdict{font-size:1.1rem;margin:8px 0 20px}
header dl{display:flex;flex-wrap:wrap;gap:8px 36px}
dt{font-size:.8rem;color:var(--soft)}
.skip{position:absolute;left:-999px}
.skip:focus{left:8px;top:8px;background:var(--card);padding:6px 12px;z-index:9}
nav{position:sticky;top:0;z-index:5;background:var(--bg);display:flex;flex-wrap:wrap;gap:0 22px;
padding-top:8px;padding-bottom:8px;border-bottom:1px solid var(--line)}
nav a{text-decoration:none;padding:4px 0;font-weight:550}
nav a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
main>section{margin:36px 0 48px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:14px}
.tile,.plot,.finding,.notes li,.estate,.rows,.resources{
background:var(--card);border:1px solid var(--line);border-radius:10px}
.tile{padding:14px 18px}
.tile h3{font-weight:550;color:var(--soft);font-size:.9rem}
.total{font-size:1.9rem;line-height:1.25;font-weight:620;font-variant-numeric:tabular-nums}
.tile li{font-size:.88rem;color:var(--soft)}
.tile b{font-variant-numeric:tabular-nums}
.add b,b.add,.sign.add{color:var(--add)}
.change b,b.change,.sign.change{color:var(--change)}
.remove b,b.remove,.sign.remove{color:var(--remove)}
.critical b{color:var(--critical)}.high b{color:var(--high)}.medium b{color:var(--medium)}.low b{color:var(--low)}
details>summary{cursor:pointer}
.domain{margin:18px 0}
.domain>summary{padding:6px 0}
.domain>summary h3{display:inline}
.domain>summary .muted{margin-left:.7em;font-size:.9rem}
.findings,.notes{display:grid;gap:8px;margin-top:8px;grid-template-columns:minmax(0,1fr)}
.resources{margin-top:8px;overflow:hidden}
.resources .item{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);gap:0 20px;padding:7px 16px}
.resources .item+.item{border-top:1px solid var(--line)}
.item{padding:12px 16px}
.resources .item[hidden],.item[hidden],.domain[hidden]{display:none}
.name{font-weight:600}
.name code{font-weight:400;margin-left:8px}
.sign{display:inline-block;width:1.1em;font-weight:700}
.steps li{padding:1px 0}
.steps li:not(:has(details)){padding-left:1.05em}
.badge{display:inline-block;border:1px solid currentColor;border-radius:12px;padding:0 9px;margin-left:8px;
font-size:.8rem;font-weight:600;line-height:1.5;color:var(--soft);max-width:100%}
.badge.data{color:var(--data)}.badge.availability{color:var(--availability)}
.badge.critical{color:var(--critical)}.badge.high{color:var(--high)}.badge.medium{color:var(--medium)}
.badge.low{color:var(--low)}.badge.info{color:var(--info)}
.notes li{overflow:hidden}
.finding .badge,.check .badge{margin:0 8px 0 0}
.finding dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 14px;margin-top:8px}
.finding dt{padding-top:2px}
.risk-data{box-shadow:inset 4px 0 var(--data)}
.risk-availability{box-shadow:inset 4px 0 var(--availability)}
.grants summary,.plot summary{color:var(--soft);font-size:.88rem}
pre{background:var(--faint);border-radius:8px;padding:10px 14px;margin:6px 0;white-space:pre-wrap;line-height:1.45;
max-height:28rem;overflow-y:auto}
.notes{margin-bottom:20px}
.notes li{padding:10px 16px}
.failures li,.conflicts li,.problems li{box-shadow:inset 4px 0 var(--remove)}
.recreated li{box-shadow:inset 4px 0 var(--availability)}
.filter{display:flex;flex-wrap:wrap;gap:12px 18px;align-items:end;background:var(--faint);border-radius:10px;
padding:12px 16px;margin-bottom:14px}
.filter[hidden]{display:none}
.filter label{font-size:.85rem;color:var(--soft);display:grid;gap:2px}
.filter .check{display:inline-flex;align-items:center;gap:5px}
.filter legend{font-size:.85rem;color:var(--soft);padding:0}
fieldset{border:0;min-width:0}
input[type=search],select{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--soft);
border-radius:7px;padding:5px 9px;min-height:36px;max-width:100%}
input[type=search]{width:19rem}
.check input{width:18px;height:18px;margin:4px 0}
output{color:var(--soft);font-size:.9rem;padding-bottom:7px}
.phases{display:grid;gap:20px}
.rows{padding:8px 14px;margin-top:8px}
.rows li{display:grid;grid-template-columns:minmax(0,19rem) minmax(0,1fr);gap:0 16px;align-items:center;padding:2px 0}
.who{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font-size:.88rem}
.what{grid-column:2;color:var(--soft);font-size:.78rem;line-height:1.3;overflow:hidden;text-overflow:ellipsis;
white-space:nowrap}
.bars{width:100%;background:var(--faint);border-radius:4px}
rect.add{fill:var(--add)}rect.change{fill:var(--change)}rect.remove{fill:var(--remove)}
.estate{padding:22px}
.estate figcaption{display:flex;flex-wrap:wrap;gap:2px 20px;margin-top:16px;color:var(--soft);font-size:.85rem}
.pills{font-size:.75rem;border:1px solid var(--soft);border-radius:5px;padding:0 5px}
.drawing{width:100%;height:auto;display:block}
.narrow{display:none}
text{font-size:13px;fill:var(--ink)}
svg .strong{font-weight:620}
svg .muted,svg .keys,svg .index{font-size:12px}
svg .muted,svg .keys{fill:var(--soft)}
svg .chip{font-size:12px;font-weight:600}
svg .table{font-weight:550}
tspan.add{fill:var(--add)}tspan.change{fill:var(--change)}tspan.remove{fill:var(--remove)}
tspan.remove{text-decoration:line-through}
rect.service{fill:var(--faint);stroke:var(--line)}
rect.card,rect.group{fill:var(--bg);stroke:var(--line)}
rect.card.add,rect.card.change{fill:var(--bg);stroke:var(--add);stroke-dasharray:5 3}
rect.card.change{stroke:var(--change)}
.defs{position:absolute;width:0;height:0}
rect.pill{fill:var(--card);stroke:currentColor;stroke-opacity:.55}
text.letter{font-size:10.5px;font-weight:650;fill:currentColor}
use{color:var(--soft)}use.add{color:var(--add)}use.change{color:var(--change)}
use.remove,use.alarm{color:var(--remove)}
.branch,.edge{fill:none;stroke:var(--line);stroke-width:1.4}
.edge{opacity:.75}.edge.write{stroke-width:2.4}
.edge.h0{stroke:var(--h0)}.edge.h1{stroke:var(--h1)}.edge.h2{stroke:var(--h2)}
.edge.h3{stroke:var(--h3)}.edge.h4{stroke:var(--h4)}.edge.h5{stroke:var(--h5)}
.fill.h0{fill:var(--h0);stroke:var(--h0)}.fill.h1{fill:var(--h1);stroke:var(--h1)}
.fill.h2{fill:var(--h2);stroke:var(--h2)}.fill.h3{fill:var(--h3);stroke:var(--h3)}
.fill.h4{fill:var(--h4);stroke:var(--h4)}.fill.h5{fill:var(--h5);stroke:var(--h5)}
circle.fill.read{fill:var(--bg);stroke-width:2}
.grants{margin-top:6px}
.columns{columns:22rem;font-size:.88rem;margin:4px 0 8px 1.1em}
table{border-collapse:collapse;width:100%;margin-top:8px;font-size:.88rem;background:var(--card)}
th,td{text-align:left;vertical-align:top;padding:7px 10px;border:1px solid var(--line)}
thead th{color:var(--soft);font-weight:550;overflow-wrap:normal}
td:not(.none){min-width:5.2rem}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,500px),1fr));gap:14px}
.plot{padding:14px 18px;min-width:0}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:6px 18px;margin-top:6px}
.pair h4{grid-column:1/-1}
.pair figcaption{font-size:.84rem;color:var(--soft)}
.pair .bad{margin-left:.6em;font-weight:600}
.pair svg{width:100%;height:64px;display:block;margin-top:4px}
.pair svg line,.curve{stroke-linejoin:round;vector-effect:non-scaling-stroke}
.axis{stroke:var(--line)}
.limit{stroke:var(--soft);stroke-dasharray:4 4}
.throttled{stroke:var(--remove);stroke-width:2}
.curve{stroke-width:1.5;fill-opacity:.16}
.curve.read{stroke:var(--h0);fill:var(--h0)}.curve.write{stroke:var(--h3);fill:var(--h3)}
.empty{color:var(--soft)}
footer{padding:22px 24px 40px;color:var(--soft);font-size:.85rem}
@media (max-width:760px){
header,nav,main,footer{padding-left:16px;padding-right:16px}
header{padding-top:24px}
h1{font-size:1.6rem}
header dl{display:grid;grid-template-columns:1fr 1fr;gap:8px 16px}
nav{gap:0 16px;position:static}
main>section{margin:28px 0 36px}
.tiles{grid-template-columns:1fr 1fr;gap:10px}
.estate{padding:10px}
.wide{display:none}.narrow{display:block}
.rows li{grid-template-columns:minmax(0,1fr);padding:4px 0}
.what{grid-column:1}
.pair{grid-template-columns:1fr}
.resources .item{grid-template-columns:minmax(0,1fr)}
.steps{padding-left:.2em}
.finding dl{grid-template-columns:1fr;gap:0}
.finding dd{margin-bottom:4px}
.finding strong{display:block}
.finding .name code{margin:0}
.filter label:not(.check),input[type=search],select{width:100%}
.tables thead{position:absolute;left:-9999px}
.tables tr{display:grid;grid-template-columns:1fr 1fr;border-top:1px solid var(--line);padding:8px 12px}
.tables tr th{grid-column:1/-1;font-size:.95rem}
.tables td,.tables th{border:0;padding:2px 0;min-width:0}
.tables td::before{content:attr(data-is) " ";color:var(--soft)}
.tables .none{display:none}
}
@media print{
:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--faint:#f4f4f4;--link:#000;
--add:#11733f;--change:#8a5300;--remove:#b3261e;--data:#b3261e;--availability:#8a5300;
--critical:#9b1239;--high:#b3261e;--medium:#8a5300;--low:#2b5c9e;--info:#444;
--h0:#2f6fde;--h1:#0f8a80;--h2:#a04fc4;--h3:#c2610c;--h4:#5a7d0b;--h5:#c23a6b}
body{font-size:10.5pt}
nav,.filter,.skip,.request pre{display:none}
.request summary{list-style:none}
.item,.notes li,.tile,.plot,.rows li,tr{break-inside:avoid}
h2,h3,summary{break-after:avoid}
header,main,footer{max-width:none;padding-left:0;padding-right:0}
.what{white-space:normal}
.drawing.wide{display:block}.drawing.narrow{display:none}
}
"""

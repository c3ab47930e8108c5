const light = `
  color-scheme: light;
  --sc-ground: #ffffff; --sc-raised: #f6f7f9; --sc-sunken: #eceef2; --sc-line: #dfe2e8; --sc-edge: #c3c8d2;
  --sc-text: #191c22; --sc-muted: #565d6b; --sc-accent: #3a3fc9; --sc-accent-ground: #ecedfd;
  --sc-green: #0a6b45; --sc-green-ground: #e3f5ec; --sc-amber: #8a4b06; --sc-amber-ground: #fcf0dc;
  --sc-red: #b0211a; --sc-red-ground: #fdebe9; --sc-blue: #1b57b8; --sc-blue-ground: #e7f0fd;
  --sc-violet: #6238b5; --sc-violet-ground: #f0eafc;`;

const dark = `
  color-scheme: dark;
  --sc-ground: #15171c; --sc-raised: #1c1f26; --sc-sunken: #262a33; --sc-line: #2d323d; --sc-edge: #4a5160;
  --sc-text: #e7e9ee; --sc-muted: #a0a8b8; --sc-accent: #a9adff; --sc-accent-ground: #262a4d;
  --sc-green: #63d6a0; --sc-green-ground: #14332a; --sc-amber: #f0b656; --sc-amber-ground: #38290f;
  --sc-red: #ff958a; --sc-red-ground: #421d1b; --sc-blue: #85b8ff; --sc-blue-ground: #172b48;
  --sc-violet: #c3abf8; --sc-violet-ground: #2c2247;`;

const colours = `
.sessionchart-devtools {${light}
  --sc-hue: var(--sc-muted); --sc-hue-ground: var(--sc-sunken);
}
.sessionchart-devtools[data-theme=dark] {${dark}
}
@media (prefers-color-scheme: dark) {
  .sessionchart-devtools[data-theme=system] {${dark}
  }
}
.sessionchart-devtools [data-status=authenticated] { --sc-hue: var(--sc-green); --sc-hue-ground: var(--sc-green-ground); }
.sessionchart-devtools [data-status=refreshing] { --sc-hue: var(--sc-blue); --sc-hue-ground: var(--sc-blue-ground); }
.sessionchart-devtools [data-status=expired] { --sc-hue: var(--sc-amber); --sc-hue-ground: var(--sc-amber-ground); }
.sessionchart-devtools [data-status=loggedOut] { --sc-hue: var(--sc-violet); --sc-hue-ground: var(--sc-violet-ground); }
`;

const frame = `
.sessionchart-devtools {
  container-type: inline-size;
  background: var(--sc-ground); color: var(--sc-text);
  font: 400 12.5px/1.45 ui-sans-serif, system-ui, -apple-system, sans-serif;
  text-align: start; -webkit-text-size-adjust: 100%;
  --sc-mono: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
.sessionchart-devtools *, .sessionchart-devtools *::before { box-sizing: border-box; }
.sessionchart-devtools :is(p, h3, dl, dd, ul, table, th, td) { margin: 0; padding: 0; font: inherit; text-align: start; }
.sessionchart-devtools ul { list-style: none; }
.sessionchart-devtools code { font: 11.5px/1.45 var(--sc-mono); background: none; padding: 0; color: inherit; }
.sessionchart-devtools h3 { font-weight: 650; font-size: 12.5px; color: var(--sc-text); }
.sessionchart-devtools section { padding: 12px 14px; border-top: 1px solid var(--sc-line); }
.sessionchart-columns { display: grid; }
.sessionchart-column { min-width: 0; }
@container (min-width: 760px) {
  .sessionchart-columns { grid-template-columns: minmax(0, 9fr) minmax(0, 10fr); }
  .sessionchart-column + .sessionchart-column { border-inline-start: 1px solid var(--sc-line); }
  .sessionchart-column + .sessionchart-column section:first-child { border-top: 0; }
}
.sessionchart-scroll { max-height: 20em; overflow: auto; scrollbar-width: thin; }
.sessionchart-devtools :is(button, select, input, textarea) {
  font: inherit; color: inherit; background: var(--sc-raised);
  border: 1px solid var(--sc-edge); border-radius: 6px; padding: 3px 9px; margin: 0; min-height: 26px; font-size: 12px;
}
.sessionchart-devtools button { cursor: pointer; font-weight: 500; transition: background 120ms; }
.sessionchart-devtools button:hover:enabled { background: var(--sc-sunken); }
.sessionchart-devtools button:disabled { cursor: default; color: var(--sc-muted); opacity: 0.6; }
.sessionchart-devtools :focus-visible { outline: 2px solid var(--sc-accent); outline-offset: 1px; }
.sessionchart-chip {
  display: inline-block; font: 10.5px/1.5 var(--sc-mono); padding: 0 5px; border-radius: 4px;
  background: var(--sc-sunken); color: var(--sc-muted);
}
.sessionchart-empty { color: var(--sc-muted); padding-top: 4px; }
.sessionchart-heading { display: flex; flex-wrap: wrap; align-items: start; justify-content: space-between; gap: 8px; }
`;

const dock = `
.sessionchart-devtools[data-position] {
  box-sizing: border-box;
  position: fixed; z-index: 99999; inset: auto 0 0; height: min(28rem, 60vh); overflow: auto;
  border-top: 1px solid var(--sc-edge); box-shadow: 0 0 24px rgb(0 0 0 / 20%); scrollbar-width: thin;
}
@media (min-width: 640px) {
  .sessionchart-devtools[data-position=right] {
    inset: 0 0 0 auto; width: min(800px, 60vw); height: auto; border-top: 0; border-inline-start: 1px solid var(--sc-edge);
  }
}
html:has(.sessionchart-devtools[data-position]:not([hidden])) { padding-bottom: min(28rem, 60vh); }
@media (min-width: 640px) {
  html:has(.sessionchart-devtools[data-position=right]:not([hidden])) { padding-bottom: 0; padding-right: min(800px, 60vw); }
}
.sessionchart-dock-bar {
  position: sticky; top: 0; z-index: 1; display: flex; justify-content: end; gap: 6px; padding: 6px 14px;
  background: var(--sc-raised); border-bottom: 1px solid var(--sc-line);
}
.sessionchart-devtools .sessionchart-dock-bar [aria-pressed=true] { background: var(--sc-accent-ground); border-color: var(--sc-accent); }
.sessionchart-opener { position: fixed; z-index: 99999; inset: auto 12px 12px auto; container-type: normal; background: none; }
.sessionchart-devtools.sessionchart-opener button { border-radius: 999px; padding: 5px 7px 5px 13px; box-shadow: 0 2px 10px rgb(0 0 0 / 25%); }
.sessionchart-opener b {
  display: inline-block; margin-inline-start: 5px; padding: 1px 8px; border-radius: 999px;
  font: 650 11px/1.5 var(--sc-mono); color: var(--sc-hue); background: var(--sc-hue-ground);
}
`;

const summary = `
.sessionchart-summary { padding: 12px 14px; display: grid; gap: 10px; }
.sessionchart-headline { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; }
.sessionchart-status { display: flex; align-items: baseline; gap: 8px; font-family: var(--sc-mono); }
.sessionchart-status strong {
  font: 650 15px/1.3 var(--sc-mono); color: var(--sc-hue); background: var(--sc-hue-ground);
  padding: 3px 10px; border-radius: 999px;
}
.sessionchart-status span { color: var(--sc-muted); font-size: 12px; }
.sessionchart-countdown { display: flex; align-items: baseline; gap: 6px; }
.sessionchart-countdown span { color: var(--sc-muted); }
.sessionchart-countdown b { font: 600 14px/1 var(--sc-mono); font-variant-numeric: tabular-nums; }
.sessionchart-countdown[data-over=true] b { color: var(--sc-amber); }
.sessionchart-commands { display: flex; gap: 6px; margin-inline-start: auto; }
.sessionchart-devtools .sessionchart-commands { margin-inline-start: auto; }
.sessionchart-facts { display: flex; flex-wrap: wrap; gap: 4px 18px; }
.sessionchart-facts div { display: flex; gap: 6px; min-width: 0; align-items: baseline; }
.sessionchart-facts dt { color: var(--sc-muted); }
.sessionchart-devtools .sessionchart-facts dd { font: 11.5px/1.45 var(--sc-mono); overflow-wrap: anywhere; }
.sessionchart-cause {
  border-radius: 7px; padding: 7px 10px; border-inline-start: 3px solid var(--sc-amber);
  background: var(--sc-amber-ground);
}
.sessionchart-cause[data-kind=refused] { border-color: var(--sc-red); background: var(--sc-red-ground); }
.sessionchart-cause[data-kind=over] { border-color: var(--sc-edge); background: var(--sc-raised); }
.sessionchart-cause code { font-weight: 650; }
.sessionchart-words { display: inline-flex; flex-wrap: wrap; gap: 0 6px; }
.sessionchart-words b { font: 650 11.5px/1.45 var(--sc-mono); color: var(--sc-red); }
.sessionchart-words code { color: var(--sc-red); overflow-wrap: anywhere; }
`;

const chart = `
.sessionchart-chart { display: block; width: 100%; max-width: 28rem; margin: 0 auto; padding: 4px 8px 10px; }
.sessionchart-state { cursor: pointer; outline: none; }
.sessionchart-state text { font: 11px var(--sc-mono); fill: var(--sc-text); }
.sessionchart-state[data-kind=leaf] text { font-size: 9.5px; }
.sessionchart-state circle { fill: var(--sc-muted); }
.sessionchart-state rect { fill: var(--sc-ground); stroke: var(--sc-edge); stroke-width: 1; transition: fill 180ms, stroke 180ms; }
.sessionchart-state[data-kind=outer] rect { fill: var(--sc-raised); stroke: var(--sc-line); }
.sessionchart-state[data-kind=outer][data-depth="2"] rect { fill: var(--sc-sunken); }
.sessionchart-state[data-kind=outer] text { font-weight: 650; }
.sessionchart-state[data-kind=outer][data-depth="2"] text { font-size: 10px; }
.sessionchart-state[data-kind=any] rect { stroke-dasharray: 3 3; }
.sessionchart-state[data-kind=any] text { fill: var(--sc-muted); font-style: italic; }
.sessionchart-state[data-current=true] rect { stroke: var(--sc-hue); stroke-width: 1.5; }
.sessionchart-state[data-current=true][data-kind=outer] rect { fill: var(--sc-hue-ground); }
.sessionchart-state[data-current=true][data-kind=outer] text { fill: var(--sc-hue); }
.sessionchart-state[data-current=true][data-kind=leaf] rect { fill: var(--sc-hue); }
.sessionchart-state[data-current=true][data-kind=leaf] text { fill: var(--sc-ground); font-weight: 650; }
.sessionchart-state[data-current=true][data-kind=leaf] circle { fill: var(--sc-ground); }
.sessionchart-state[aria-selected=true]:not([data-current=true]) rect { stroke-width: 2; stroke: var(--sc-accent); }
.sessionchart-devtools .sessionchart-state:focus-visible { outline: none; }
.sessionchart-state:focus-visible rect { stroke: var(--sc-accent); stroke-width: 3; }
.sessionchart-state:hover rect { stroke: var(--sc-accent); }
.sessionchart-arrow path { fill: none; stroke: var(--sc-muted); stroke-width: 1; }
.sessionchart-arrow[data-kind=lit] path { stroke: var(--sc-accent); stroke-width: 2.25; }
.sessionchart-arrow[data-age="1"] { opacity: 0.7; }
.sessionchart-arrow[data-age="2"] { opacity: 0.5; }
.sessionchart-arrow[data-age="3"] { opacity: 0.36; }
.sessionchart-arrow[data-age="4"] { opacity: 0.26; }
.sessionchart-devtools .sessionchart-arrow .sessionchart-reach { stroke: transparent; stroke-width: 7; }
.sessionchart-tip-possible { fill: var(--sc-muted); }
.sessionchart-tip-lit { fill: var(--sc-accent); }
.sessionchart-label { pointer-events: none; }
.sessionchart-leader { stroke: var(--sc-accent); stroke-width: 1; stroke-dasharray: 2 2; }
.sessionchart-label rect { fill: var(--sc-accent-ground); stroke: var(--sc-accent); stroke-width: 1; }
.sessionchart-label text { font: 600 10px var(--sc-mono); fill: var(--sc-text); }
.sessionchart-label[data-kind=possible] rect { fill: var(--sc-ground); stroke: var(--sc-edge); }
.sessionchart-label[data-kind=possible] text { font-weight: 400; }
.sessionchart-title { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; min-height: 26px; }
.sessionchart-details h3 code { font-size: 12.5px; font-weight: 650; }
.sessionchart-devtools .sessionchart-title button { margin-inline-start: auto; }
.sessionchart-details > p { color: var(--sc-muted); padding-bottom: 6px; }
.sessionchart-possibilities li { padding: 5px 0; border-top: 1px solid var(--sc-line); display: flex; flex-wrap: wrap; gap: 0 8px; align-items: baseline; }
.sessionchart-possibilities p { flex-basis: 100%; color: var(--sc-muted); }
.sessionchart-guard { font: 10.5px/1.5 var(--sc-mono); color: var(--sc-muted); }
.sessionchart-devtools button.sessionchart-target {
  margin-inline-start: auto; border: 0; background: none; padding: 0 4px; min-height: 20px; font: 11.5px/1.45 var(--sc-mono); color: var(--sc-accent);
}
.sessionchart-details summary { padding: 6px 0; cursor: pointer; color: var(--sc-muted); border-top: 1px solid var(--sc-line); }
`;

const tables = `
.sessionchart-devtools table code { font-size: 11px; }
.sessionchart-devtools table { width: 100%; border-collapse: collapse; table-layout: fixed; }
.sessionchart-devtools thead th { color: var(--sc-muted); font-size: 11px; padding: 4px 0; position: sticky; top: 0; background: var(--sc-ground); z-index: 1; }
.sessionchart-devtools tbody :is(th, td) { border-top: 1px solid var(--sc-line); padding: 5px 6px 5px 0; vertical-align: top; overflow-wrap: anywhere; }
.sessionchart-tabs th:nth-child(1) { width: 28%; }
.sessionchart-tabs th:nth-child(2) { width: 36%; }
.sessionchart-tabs tbody span { font: 600 11px/1.45 var(--sc-mono); color: var(--sc-hue); background: var(--sc-hue-ground); padding: 1px 7px; border-radius: 999px; }
.sessionchart-tabs tbody b { font: 650 11px/1.45 var(--sc-mono); color: var(--sc-hue); }
.sessionchart-requests th:first-child { width: 38%; }
.sessionchart-requests thead th:last-child { width: 134px; }
.sessionchart-requests tbody code { display: block; }
.sessionchart-requests .sessionchart-chip { background: var(--sc-violet-ground); color: var(--sc-violet); }
.sessionchart-requests { container-type: inline-size; }
@container (max-width: 460px) {
  .sessionchart-requests tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; }
  .sessionchart-devtools .sessionchart-requests thead th:nth-child(2) { display: none; }
  .sessionchart-devtools .sessionchart-requests tr > * { width: auto; }
  .sessionchart-devtools .sessionchart-requests :is(tbody td, thead th:last-child) { text-align: end; }
  .sessionchart-devtools .sessionchart-requests tbody td:nth-child(2) { grid-area: 2 / 1 / auto / -1; border: 0; padding-top: 0; }
}
.sessionchart-bars { position: relative; display: block; height: 18px; background: var(--sc-raised); border-radius: 3px; overflow: hidden; }
.sessionchart-bars i { position: absolute; top: 4px; height: 10px; min-width: 3px; border-radius: 2px; background: var(--sc-blue); }
.sessionchart-devtools i[data-kind=held] { background: repeating-linear-gradient(135deg, var(--sc-amber) 0 2px, var(--sc-amber-ground) 2px 5px); }
.sessionchart-devtools i[data-kind=sent] { background: var(--sc-blue); }
.sessionchart-devtools i[data-verdict=good] { background: var(--sc-green); }
.sessionchart-devtools i[data-verdict=bad] { background: var(--sc-red); }
.sessionchart-bars i[data-open=true] { animation: sessionchart-open 1.2s ease-in-out infinite alternate; }
@keyframes sessionchart-open { from { opacity: 1; } to { opacity: 0.55; } }
.sessionchart-legend { font-weight: 400; white-space: nowrap; color: var(--sc-muted); font-size: 11px; }
.sessionchart-legend i { display: inline-block; width: 9px; height: 7px; border-radius: 2px; margin-inline-start: 6px; }
.sessionchart-outcome { display: block; font: 600 11.5px/1.45 var(--sc-mono); }
.sessionchart-devtools [data-outcome=held] .sessionchart-outcome { color: var(--sc-amber); }
.sessionchart-devtools [data-outcome="in flight"] .sessionchart-outcome { color: var(--sc-blue); }
.sessionchart-devtools .sessionchart-failure { display: block; font: 600 10.5px/1.5 var(--sc-mono); color: var(--sc-red); }
.sessionchart-notes { color: var(--sc-muted); font-size: 11px; }
.sessionchart-history thead th:first-child { width: 64px; }
.sessionchart-history th:nth-child(3) { width: 102px; }
.sessionchart-history th:last-child, .sessionchart-history td:last-child { width: 30px; padding-inline-end: 0; text-align: end; }
.sessionchart-history time { font: 11px/1.5 var(--sc-mono); color: var(--sc-muted); }
.sessionchart-history tbody code { display: block; }
.sessionchart-history tbody .sessionchart-words code { display: inline; }
.sessionchart-history tbody th code:first-child { font-weight: 600; }
.sessionchart-devtools .sessionchart-move { color: var(--sc-muted); }
.sessionchart-copy { display: flex; flex-wrap: wrap; justify-content: end; align-items: center; gap: 8px; }
.sessionchart-copy span { color: var(--sc-green); }
.sessionchart-devtools .sessionchart-copy textarea { flex-basis: 100%; font: 11px/1.4 var(--sc-mono); }
`;

const protocol = `
.sessionchart-protocol thead th:first-child { width: 64px; }
.sessionchart-protocol thead th:last-child { width: 134px; }
.sessionchart-protocol time { font: 11px/1.5 var(--sc-mono); color: var(--sc-muted); }
.sessionchart-protocol summary { cursor: pointer; }
.sessionchart-devtools .sessionchart-endpoint { display: block; color: var(--sc-muted); }
.sessionchart-protocol .sessionchart-chip { background: var(--sc-violet-ground); color: var(--sc-violet); }
.sessionchart-devtools .sessionchart-protocol dl { padding: 5px 0 2px 14px; display: grid; gap: 4px; }
.sessionchart-protocol dt { color: var(--sc-muted); font-size: 11px; }
.sessionchart-protocol dd code { display: block; }
.sessionchart-protocol dd i { color: var(--sc-muted); }
`;

const force = `
.sessionchart-force { display: grid; gap: 10px; }
.sessionchart-form { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; margin: 0; }
.sessionchart-form label { display: grid; gap: 2px; min-width: 0; }
.sessionchart-form label:nth-of-type(2) { flex: 1 1 9em; }
.sessionchart-form label select { width: 100%; }
.sessionchart-form label span { color: var(--sc-muted); font-size: 11px; }
.sessionchart-devtools .sessionchart-form :is(select, input) { font: 11.5px/1.45 var(--sc-mono); max-width: 100%; }
.sessionchart-free-status input { width: 5em; }
.sessionchart-free-body { flex: 1 1 12em; }
.sessionchart-devtools [aria-invalid=true] { border-color: var(--sc-red); }
.sessionchart-problem { color: var(--sc-red); flex-basis: 100%; }
.sessionchart-active { display: grid; gap: 4px; }
.sessionchart-active li { display: flex; align-items: center; gap: 8px; padding: 3px 4px 3px 10px; border-radius: 6px; background: var(--sc-accent-ground); }
.sessionchart-active li code { font-weight: 600; overflow-wrap: anywhere; }
.sessionchart-active li span { color: var(--sc-muted); margin-inline-end: auto; }
.sessionchart-network { display: flex; align-items: center; gap: 8px; }
.sessionchart-network span { color: var(--sc-amber); }
@media (prefers-reduced-motion: reduce) {
  .sessionchart-devtools * { animation: none; transition: none; }
}
`;

/** Colours of the user's choice, as with Windows' contrast themes. Browsers apply them to HTML, but not to SVG and bars. */
const forcedColours = `
@media (forced-colors: active) {
  .sessionchart-devtools[data-theme] {
    --sc-ground: Canvas; --sc-raised: Canvas; --sc-sunken: Canvas; --sc-line: GrayText; --sc-edge: CanvasText;
    --sc-text: CanvasText; --sc-muted: CanvasText; --sc-accent: Highlight; --sc-accent-ground: Canvas;
    --sc-green: CanvasText; --sc-amber: GrayText; --sc-red: LinkText; --sc-blue: Highlight; --sc-violet: CanvasText;
    --sc-amber-ground: Canvas;
  }
  .sessionchart-devtools[data-theme] .sessionchart-state { --sc-hue: Highlight; --sc-hue-ground: Canvas; }
  .sessionchart-chart text, .sessionchart-devtools :is(.sessionchart-bars, .sessionchart-legend) i { forced-color-adjust: none; }
  .sessionchart-state[data-current=true][data-kind=leaf] text { fill: HighlightText; }
}
`;

/** The panel's style sheet. Outside of the panel, it only makes room for the dock. */
export const style = [colours, frame, dock, summary, chart, tables, protocol, force, forcedColours].join('');

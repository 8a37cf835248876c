/* Score and proven limit over time: two lines that draw together. Drawn by plotly, fetched when first needed. */

import { PLOTLY, PLOTLY_STYLES } from "./shared.js";
import { FONT, rem, tones } from "./colours.js";
import { h } from "./dom.js";
import { language, say } from "./words.js";

const NEAR = 0.6; // share of the score within which the lines are drawn
let library = null;

function plotly() {
  library ??= new Promise((resolve, reject) => {
    // Style elements of its own would break the security policy; it adds none that it finds there. See look.css.
    document.head.append(...PLOTLY_STYLES.map((id) => h("meta.no-inline-styles", { id })));
    const script = h("script", { src: PLOTLY, onload: () => resolve(window.Plotly), onerror: reject });
    document.head.append(script);
  });
  return library;
}

/** A chart of moments `{ seconds, score, bound }`; call `show` with all of them when there are more. */
export function progressChart() {
  const element = h("div.chart", { role: "img", "aria-label": say("chart_label") });
  let latest = [];
  let drawing = false;

  async function show(moments) {
    latest = moments;
    if (drawing) return;
    drawing = true;
    const library = await plotly();
    drawing = false;
    if (!element.isConnected) return;
    const tone = tones();
    const line = (key, colour, value) => {
      const told = latest.filter((moment) => moment[value] !== null && moment[value] !== undefined);
      return { type: "scatter", mode: "lines", name: say(key), x: told.map((moment) => moment.seconds), y: told.map((moment) => moment[value]), line: { shape: "hv", color: colour, width: 2.5 }, hovertemplate: `${say(key)}: %{y:,.1f}<br>%{x:.1f} s<extra></extra>` };
    };
    const grid = { gridcolor: tone.line, zeroline: false, fixedrange: true, automargin: true };
    library.react(
      element,
      [line("bound_short", tone.warn, "bound"), line("score", tone.good, "score")],
      {
        font: { family: FONT, size: 0.78 * rem(), color: tone.muted },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        margin: { l: 8, r: 12, t: 8, b: 8 },
        separators: language === "en" ? ".," : ",.",
        legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom" },
        hovermode: "x",
        hoverlabel: { bgcolor: tone.paper, font: { color: tone.ink } },
        dragmode: false,
        xaxis: { ...grid, title: { text: say("seconds") }, rangemode: "tozero" },
        yaxis: { ...grid, range: near(latest), tickformat: ",", title: { text: say("points") } },
      },
      { responsive: true, displayModeBar: false },
    );
  }

  return { element, show };
}

/* First guesses of the limit lie far outside; shown is where the lines come together. */
function near(moments) {
  const score = moments.findLast((moment) => moment.score !== null && moment.score !== undefined)?.score ?? 0;
  const values = moments.flatMap((moment) => [moment.score, moment.bound]).filter((value) => value !== null && value !== undefined && Math.abs(value - score) <= NEAR * Math.max(1, Math.abs(score)));
  const [low, high] = [Math.min(score, ...values), Math.max(score, ...values)];
  const room = 0.08 * Math.max(high - low, 1);
  return [low - room, high + room];
}

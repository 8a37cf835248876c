/* Draws the report's figures and tables from the data in the page; asks nothing of any network. */
(function () {
  "use strict";

  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const texts = read("texts");
  const root = document.documentElement;
  let language = root.lang;

  const say = (key, values) =>
    texts[language].words[key].replace(/\{(\w+)\}/g, (_, gap) => values[gap]);

  function number(value, digits) {
    const locale = language === "id" ? "id-ID" : "en-GB";
    return value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  function day(iso) {
    const [year, month, date] = iso.split("-");
    return `${Number(date)} ${texts[language].shortMonths[Number(month) - 1]} ${year}`;
  }

  /* ---- words ---- */

  function translate() {
    for (const element of document.querySelectorAll("[data-en]")) {
      const text = element.getAttribute("data-" + language);
      const attribute = element.getAttribute("data-attribute");
      if (attribute) element.setAttribute(attribute, text);
      else element.textContent = text;
    }
  }

  function speak(chosen) {
    language = chosen;
    root.lang = chosen;
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === chosen));
    }
    translate();
    for (const element of document.querySelectorAll(".figure")) if (element.drawn) draw(element);
    for (const table of tables) table.show();
  }

  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => speak(button.dataset.language));
  }

  /* ---- figures ---- */

  /* English is plotly's own language; to register it again would take its formats away. */
  Plotly.register({
    moduleType: "locale",
    name: "id",
    dictionary: texts.id.plotly,
    format: {
      days: texts.id.days,
      shortDays: texts.id.shortDays,
      months: texts.id.months,
      shortMonths: texts.id.shortMonths,
      periods: ["AM", "PM"],
      dateTime: "%-d %b %Y %X",
      date: "%-d %b %Y",
      time: "%H:%M:%S",
      decimal: ",",
      thousands: ".",
      grouping: [3],
      currency: ["Rp", ""],
    },
  });

  const finePointer = window.matchMedia("(pointer: fine)").matches;
  const scale = () => Math.max(1, parseFloat(getComputedStyle(root).fontSize) / 16);

  /* A figure is stored once; what differs between the languages is stored as [path, value]. */
  function figureOf(element) {
    const stored = read(element.dataset.figure);
    for (const [path, value] of stored[language]) {
      const last = path[path.length - 1];
      path.slice(0, -1).reduce((spot, key) => spot[key], stored.figure)[last] = value;
    }
    return stored.figure;
  }

  const NARROW = 560;

  /* On a telephone: short names beside the schedule, room for the words beside bars, a map without lists. */
  function narrow(element, figure) {
    const layout = figure.layout;
    if (layout.meta && layout.meta.short) layout.yaxis.ticktext = layout.meta.short;
    if (layout.meta && layout.meta.labels) layout.xaxis.range[1] *= 1.5;
    if (element.id !== "map") return;
    layout.height = element.clientWidth * 1.5;
    for (const trace of figure.data) {
      if (trace.meta === "routes") trace.showlegend = false;
      if (trace.marker && Array.isArray(trace.marker.size)) {
        trace.marker.size = trace.marker.size.map((size) => size * 0.6);
      }
    }
  }

  function draw(element, width) {
    const figure = figureOf(element);
    const free = element.dataset.free === "yes";
    figure.layout.font.size *= width ? 0.85 : scale();
    figure.layout.height *= Math.sqrt(scale());
    for (const trace of figure.data) if (trace.textfont) trace.textfont.size *= width ? 0.75 : scale();
    if (!finePointer) figure.layout.dragmode = false;
    if (width) {
      figure.layout.width = width;
      figure.layout.height = Math.min(figure.layout.height, element.id === "gantt" ? PAPER.gantt : PAPER.height);
      if (figure.layout.uniformtext) figure.layout.uniformtext.minsize = 6;
    }
    if (!width && root.clientWidth < NARROW) narrow(element, figure);
    if (element.picked) figure.data.push(...pickedWay(figure, element.picked));
    element.drawn = true;
    Plotly.react(element, figure.data, figure.layout, {
      responsive: !width,
      displaylogo: false,
      displayModeBar: free ? "hover" : false,
      modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]],
      locale: language,
    }).then(() => fitNames(element));
  }

  /* Names in the schedule's bars are cut to what fits, again after each zoom. */
  const MILLISECONDS = 86400000;
  const LETTER = 0.56; /* of the font size */

  function fitNames(element) {
    const axis = element._fullLayout.xaxis;
    const days = (new Date(axis.range[1]) - new Date(axis.range[0])) / MILLISECONDS;
    const traces = element.data.map((trace, at) => at).filter((at) => element.data[at].meta === "stays");
    if (!traces.length) return;
    const cut = traces.map((at) => {
      const trace = element.data[at];
      return trace.customdata.map((stay, number) => {
        const room = (trace.x[number] / MILLISECONDS / days) * axis._length - 8;
        const mark = trace.text[number].startsWith("★") ? "★ " : "";
        const letters = Math.floor(room / (trace.textfont.size * LETTER)) - mark.length;
        const name = plain(stay[6]);
        return mark + escaped(name.length <= letters ? name : name.slice(0, Math.max(0, letters - 1)) + "…");
      });
    });
    Plotly.restyle(element, { text: cut }, traces);
    if (element.fitted) return;
    element.fitted = true;
    element.on("plotly_relayout", () => fitNames(element));
  }

  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const plain = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        watcher.unobserve(entry.target);
        draw(entry.target);
      }
    },
    { rootMargin: "900px" }
  );
  const figures = [...document.querySelectorAll(".figure")];
  figures.forEach((element) => watcher.observe(element));

  /* Pixels of A4 landscape inside its margins, and of a column there. */
  const PAPER = { width: 1030, column: 490, height: 620, gantt: 430 };
  window.addEventListener("beforeprint", () => {
    for (const element of figures) draw(element, element.closest(".columns") ? PAPER.column : PAPER.width);
  });
  window.addEventListener("afterprint", () => figures.forEach((element) => draw(element)));

  const page = document.getElementById("gantt-page");
  if (page) {
    page.addEventListener("change", () => {
      const gantt = document.getElementById("gantt");
      gantt.dataset.figure = page.value;
      Plotly.purge(gantt);
      gantt.fitted = false;
      draw(gantt);
    });
  }

  /* One unit's way, drawn bold with its stops numbered. */
  function pickedWay(figure, unit) {
    for (const trace of figure.data) if (trace.meta === "routes") trace.opacity = 0.12;
    const way = { x: [], y: [] };
    for (const trace of figure.data.filter((one) => one.meta === "routes")) {
      trace.customdata.forEach((owner, at) => {
        if (owner !== unit) return;
        way.x.push(trace.x[at]);
        way.y.push(trace.y[at]);
      });
    }
    let visits = 0;
    const home = (at) => way.x[at] === way.x[0] && way.y[at] === way.y[0];
    const stops = way.x.map((_, at) => (home(at) ? "" : String((visits += 1))));
    return [
      {
        type: "scatter",
        mode: "lines+markers+text",
        x: way.x,
        y: way.y,
        text: stops,
        textposition: "top right",
        textfont: { size: 15 * scale(), color: "#a8452b" },
        line: { color: "#a8452b", width: 3 },
        marker: { size: 8, color: "#a8452b" },
        hoverinfo: "skip",
        showlegend: false,
      },
    ];
  }

  const picker = document.getElementById("map-unit");
  if (picker) {
    picker.addEventListener("change", () => {
      const map = document.getElementById("map");
      map.picked = picker.value;
      draw(map);
    });
  }

  /* ---- tables ---- */

  const tables = [...document.querySelectorAll("[data-table]")].map((section) => {
    const content = read(section.dataset.table);
    const head = section.querySelector("thead tr");
    const body = section.querySelector("tbody");
    const counter = section.querySelector(".counter");
    const [previous, next] = section.querySelectorAll(".pager button");
    const filters = [...section.querySelectorAll("[data-filter]")];
    const SIZE = 25;
    let at = 0;
    let order = { column: null, up: true };

    const value = (row, number) => {
      const names = content.columns[number].names;
      return names ? (names[language] || names)[row[number]] : row[number];
    };
    const searchable = (row) =>
      content.columns.map((column, number) => (column.kind === "number" ? "" : value(row, number) || "")).join("\n").toLowerCase();

    function shown(number) {
      return filters.every((filter) => {
        const wanted = filter.value;
        if (!wanted) return true;
        const row = content.rows[number];
        if (filter.dataset.filter === "search") {
          const text = searchable(row);
          return wanted.toLowerCase().split(/\s+/).every((word) => text.includes(word));
        }
        if (filter.dataset.filter === "day") {
          return row[content.start] <= wanted && wanted <= row[content.end];
        }
        const column = Number(filter.dataset.filter);
        const item = String(value(row, column));
        return content.columns[column].kind === "list" ? item.split(", ").includes(wanted) : item === wanted;
      });
    }

    function cell(row, number) {
      const column = content.columns[number];
      const element = document.createElement("td");
      const item = value(row, number);
      element.className = column.kind;
      if (item === null || item === "") return element;
      if (column.kind === "number") element.textContent = number_of(column, item);
      else if (column.kind === "day") element.textContent = day(item);
      else if (column.kind === "yes") element.textContent = item ? say("yes", {}) : "";
      else element.textContent = item;
      if (column.colours) {
        const swatch = document.createElement("span");
        swatch.className = "swatch";
        swatch.style.background = column.colours[row[number]];
        element.prepend(swatch);
      }
      return element;
    }
    const number_of = (column, item) => number(item, column.digits || 0);

    function compare(first, second) {
      const a = value(content.rows[first], order.column);
      const b = value(content.rows[second], order.column);
      if (a === b) return first - second;
      if (a === null || a === "") return 1;
      if (b === null || b === "") return -1;
      const less = typeof a === "string" ? a.localeCompare(b, undefined, { numeric: true }) < 0 : a < b;
      return less === order.up ? -1 : 1;
    }

    function show() {
      let rows = [];
      for (let number = 0; number < content.rows.length; number++) if (shown(number)) rows.push(number);
      if (order.column !== null) rows.sort(compare);
      at = Math.min(at, Math.max(0, Math.ceil(rows.length / SIZE) - 1));
      const first = at * SIZE;
      const part = rows.slice(first, first + SIZE);
      body.replaceChildren(
        ...part.map((number) => {
          const line = document.createElement("tr");
          line.append(...content.columns.map((_, column) => cell(content.rows[number], column)));
          return line;
        })
      );
      const values = {
        first: number(part.length ? first + 1 : 0, 0),
        last: number(first + part.length, 0),
        found: number(rows.length, 0),
        all: number(content.rows.length, 0),
      };
      counter.textContent = say("rows_shown", values);
      previous.disabled = at === 0;
      next.disabled = first + SIZE >= rows.length;
    }

    [...head.children].forEach((heading, number) => {
      heading.querySelector("button").addEventListener("click", () => {
        order = { column: number, up: order.column === number ? !order.up : true };
        [...head.children].forEach((other) => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", order.up ? "ascending" : "descending");
        at = 0;
        show();
      });
    });
    previous.addEventListener("click", () => { at -= 1; show(); });
    next.addEventListener("click", () => { at += 1; show(); });
    for (const filter of filters) filter.addEventListener("input", () => { at = 0; show(); });
    show();
    return { show };
  });
})();

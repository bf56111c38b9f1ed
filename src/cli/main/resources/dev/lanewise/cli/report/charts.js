const data = JSON.parse(document.getElementById("data").textContent);
const main = document.querySelector("main");
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const color = i => css("--c" + i % 8);
const faint = i => color(i) + "55";

/** An element; a child that is a string becomes text. */
function el(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** A number with four significant digits or, if it is whole, all of them. */
function format(value) {
  if (typeof value !== "number") return value == null ? "" : String(value);
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e7 ? value.toExponential(3)
      : value.toLocaleString("en", {maximumSignificantDigits: Math.max(4, Math.ceil(Math.log10(size + 1)))});
}
const percent = share => (100 * share).toFixed(2) + " %";
const words = key => key.replaceAll("_", " ");

function header(title, note) {
  document.title = title + " · Lanewise";
  main.append(el("h1", "", title), el("p", "", note));
}

function tiles(entries) {
  const box = el("div", "tiles");
  for (const [label, value] of entries) {
    if (value != null) box.append(el("div", "tile", el("span", "", label), el("b", "", format(value))));
  }
  main.append(box);
}

/** A headed part of the page; returns the grid that its charts go into. */
function section(title, note, className = "grid") {
  const grid = el("div", className);
  main.append(el("h2", "", title));
  if (note) main.append(el("p", "", note));
  main.append(grid);
  return grid;
}

function unfolding(title, text) {
  main.append(el("details", "", el("summary", "", title), el("pre", "", text)));
}

/** Follows the theme: colors are functions that are asked again at each update. */
function theme() {
  Chart.defaults.color = css("--muted");
  Chart.defaults.borderColor = css("--line");
}
theme();
Chart.defaults.font.family = "system-ui, sans-serif";
Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;
Chart.defaults.interaction = {mode: "nearest", axis: "x", intersect: false};
Chart.defaults.plugins.legend.labels.boxWidth = 18;
Chart.defaults.plugins.legend.labels.boxHeight = 2;
Chart.defaults.plugins.tooltip.callbacks.label =
    item => `${item.dataset.label ? item.dataset.label + ": " : ""}${format(item.parsed.y)}`;
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  theme();
  Object.values(Chart.instances).forEach(chart => chart.update("none"));
});

function chart(grid, title, note, config) {
  const canvas = el("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", title);
  const caption = el("figcaption", "", title);
  if (note) caption.append(el("small", "", note));
  grid.append(el("figure", "", caption, el("div", "canvas", canvas)));
  return new Chart(canvas, config);
}

const axis = (title, more) => ({title: {display: Boolean(title), text: title}, ...more});
const points = curve => curve.x.map((x, i) => ({x, y: curve.y[i]}));

/** Curves over numbers. A series: label, points, color (an index), and what Chart.js knows. */
function lines(grid, title, note, series, xTitle, y = {}, x = {}) {
  return chart(grid, title, note, {
    type: "line",
    data: {
      datasets: series.map(({color: i, pale, ...more}) => ({
        borderColor: () => pale ? faint(i) : color(i),
        backgroundColor: () => pale ? faint(i) : color(i),
        borderWidth: pale ? 1 : 2,
        pointRadius: more.points.length > 40 ? 0 : 2,
        data: more.points,
        ...more,
      })),
    },
    options: {
      parsing: false,
      plugins: {legend: {display: series.length > 1}, tooltip: {callbacks: {
        title: items => items.length ? `${xTitle} ${format(items[0].parsed.x)}` : "",
      }}},
      scales: {x: axis(xTitle, {type: "linear", bounds: "data", ...x}), y: axis("", y)},
    },
  });
}

/** Bars with a label each. */
function bars(grid, title, note, labels, values, xTitle, i = 0) {
  return chart(grid, title, note, {
    type: "bar",
    data: {labels, datasets: [{
      data: values, backgroundColor: () => color(i), barPercentage: 1, categoryPercentage: .94,
    }]},
    options: {
      plugins: {legend: {display: false}},
      scales: {
        x: axis(xTitle, {grid: {display: false}, ticks: {maxTicksLimit: 6, maxRotation: 0}}),
        y: {beginAtZero: true, ticks: {maxTicksLimit: 5}},
      },
    },
  });
}

function histogram(grid, h, i) {
  const width = (h.max - h.min) / h.bins.length;
  const middles = h.bins.map((_, bin) => format(h.min + (bin + .5) * width));
  const note = `${format(h.count)} values, mean ${format(h.mean)}, std ${format(h.std)}`
      + (h.zeros > 0 ? `, ${percent(h.zeros)} zero` : "")
      + (h.non_finite > 0 ? `, ${format(h.non_finite)} not finite` : "");
  bars(grid, h.name, note, middles, h.bins, "", i);
}

/** A table with a row of headings; each row begins with its own. */
function table(className, headings, rows) {
  const head = el("tr", "", ...headings.map(text => el("th", "", text)));
  const body = rows.map(row => el("tr", row.className || "",
      ...row.cells.map((cell, i) => cell instanceof Node ? cell : el(i ? "td" : "th", "", format(cell)))));
  return el("div", "scroll", el("table", className, el("thead", "", head), el("tbody", "", ...body)));
}

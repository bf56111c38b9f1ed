const {name, lr, found} = data;
header(name, "Loss while the learning rate grows from step to step.");
const suggestion = typeof found.suggestion === "number" ? found.suggestion : null;
tiles([
  ["suggested rate", suggestion === null ? "none" : suggestion.toPrecision(2)], ["rate of the recipe", lr],
  ["steps", found.points.length], ["diverged", found.diverged ? "yes" : "no"],
]);
const smoothed = found.points.map(p => p.smoothed), highest = 1.5 * smoothed[0], least = Math.min(...smoothed);
const mark = (label, rate, i) => ({label, color: i, pointRadius: 0, borderDash: [5, 5],
  points: [{x: rate, y: least}, {x: rate, y: highest}]});
lines(section("Loss by learning rate", "The suggestion is where the smoothed loss falls fastest.", "grid large"), "Loss", "", [
  {label: "smoothed", color: 0, points: found.points.map(p => ({x: p.lr, y: p.smoothed}))},
  {label: "batches", color: 0, pale: true, points: found.points.map(p => ({x: p.lr, y: p.loss}))},
  ...(suggestion === null ? [] : [mark("suggested", suggestion, 2)]), mark("recipe", lr, 7),
], "rate", {max: highest}, {
  type: "logarithmic",
  ticks: {maxRotation: 0, callback: rate => Number.isInteger(Math.round(1e9 * Math.log10(rate)) / 1e9) ? rate.toExponential(0) : ""},
});

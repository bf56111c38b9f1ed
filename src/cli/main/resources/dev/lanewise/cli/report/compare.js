const {settings, results, runs} = data;
header(`${runs.length} runs`, "Recipes, results and curves side by side.");

const shares = new Set(["test_accuracy"]);
section("Runs", settings.length ? "" : "The recipes are the same.", "").append(table("wide",
    ["run", "state", ...settings, ...results.map(words), "weights"],
    runs.map((run, i) => {
      const name = el("th", "", run.name);
      name.style.borderLeft = `.35rem solid var(--c${i % 8})`;
      return {cells: [name, run.state, ...settings.map(key => run.settings[key]),
        ...results.map(key => {
          const value = run.results[key];
          return value == null ? "" : shares.has(key) ? percent(value) : format(Number(value.toPrecision(5)));
        }), run.weights]};
    })));

/** One chart with a curve of each run that has measured it. */
function together(grid, title, key, part, options) {
  const series = runs.flatMap((run, i) => run.curves[part][key] ? [{
    label: run.name, color: i, points: points(run.curves[part][key]), borderDash: i < 8 ? [] : [6, 3], borderWidth: 1.5,
  }] : []);
  lines(grid, title, part === "steps" ? "by step" : "after each epoch", series, "step", options, {beginAtZero: true});
}
const keysOf = part => [...new Set(runs.flatMap(run => Object.keys(run.curves[part])))];
const epochs = section("After each epoch", "");
keysOf("epochs").filter(key => key !== "train_s").forEach(key => together(epochs, words(key), key, "epochs"));
const steps = section("Step by step", "Where there are many steps, a point is the mean of some.");
keysOf("steps").forEach(key => together(steps, words(key), key, "steps", key === "grad_norm" ? {type: "logarithmic"} : {}));

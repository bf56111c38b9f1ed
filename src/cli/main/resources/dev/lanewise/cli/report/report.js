const {summary = {}, manifest = {}, curves, findings} = data;
const machine = manifest.machine || {};
header(data.name, [
  manifest.started && "started " + manifest.started.replace("T", " "), machine.cpu, machine.jdk && "JDK " + machine.jdk,
  manifest.lanewise && "Lanewise " + manifest.lanewise,
].filter(Boolean).join(" · "));

const shares = new Set(["test_accuracy"]);
const shown = {epochs: "epochs", steps: "steps", samples_per_s: "samples a second", wall_s: "seconds"};
tiles(Object.entries(summary)
    .filter(([key, value]) => typeof value === "number" && (key.startsWith("test_") || shown[key]))
    .map(([key, value]) => [shown[key] || words(key), shares.has(key) ? percent(value) : format(Number(value.toPrecision(5)))])
    .concat([["parameters", manifest.parameters], ["kernels", summary.kernels], ["mode", summary.mode]]));

// ---- how training went ----
{
  const grid = section("Training", "Over the steps done. Where there are many steps, a point is the mean of some.");
  const titles = {loss: "Loss", accuracy: "Accuracy", lr: "Learning rate", grad_norm: "Gradient norm"};
  const step = curves.steps, epoch = curves.epochs;
  const ofEpochs = Object.keys(epoch).filter(key => /^(train|validation)_/.test(key) && key !== "train_s");
  const keys = new Set([...Object.keys(step), ...ofEpochs.map(key => key.replace(/^(train|validation)_/, ""))]);
  for (const key of keys) {
    const series = [];
    if (epoch["train_" + key]) series.push({label: "training", color: 0, points: points(epoch["train_" + key])});
    if (epoch["validation_" + key]) series.push({label: "validation", color: 1, points: points(epoch["validation_" + key])});
    if (step[key]) {
      const alone = series.length === 0;
      series.push({label: alone ? "" : "batches", color: 0, pale: !alone, points: points(step[key]), pointRadius: 0});
    }
    const logarithmic = key === "grad_norm" && step[key].y.every(y => y > 0);
    lines(grid, titles[key] || words(key), "", series, "step", logarithmic ? {type: "logarithmic"} : {}, {beginAtZero: true});
  }
  if (epoch.samples_per_s) {
    bars(grid, "Throughput", "samples a second, by epoch", epoch.samples_per_s.y.map((_, i) => i + 1),
        epoch.samples_per_s.y, "epoch", 2);
  }
}

// ---- what the model answers ----
if (findings.classes) {
  const {names, confusion, calibration, calibration_error: error, mistakes} = findings.classes;
  const rows = confusion.map(row => row.reduce((a, b) => a + b, 0));
  if (names.length <= 40) {
    const box = section("Confusion matrix", "Test samples by true class (rows) and predicted class (columns); the shade is the share of the row.", "");
    box.append(table("matrix", ["", ...names, "recall"], confusion.map((row, i) => ({
      cells: [names[i], ...row.map((count, j) => {
        const cell = el("td", "", count ? String(count) : "");
        const share = count / Math.max(1, rows[i]);
        const strength = count ? Math.min(85, 10 + 100 * Math.sqrt(share) * .75) : 0;
        cell.style.background = `color-mix(in srgb, var(--c${i === j ? 2 : 1}) ${strength}%, var(--card))`;
        cell.title = `${names[i]} taken for ${names[j]}: ${percent(share)}`;
        return cell;
      }), rows[i] ? percent(row[i] / rows[i]) : ""],
    }))));
  } else {
    const pairs = confusion.flatMap((row, i) => row.map((count, j) => ({i, j, count}))).filter(p => p.i !== p.j && p.count);
    pairs.sort((a, b) => b.count - a.count);
    section("Most frequent confusions", `Of ${names.length} classes.`, "").append(table("text wide", ["true class", "predicted", "samples"],
        pairs.slice(0, 30).map(p => ({cells: [names[p.i], names[p.j], p.count]}))));
  }

  const grid = section("Calibration", `Expected calibration error ${percent(error)}: how far the confidence of an answer is from the share of right ones.`);
  lines(grid, "Reliability", "share of right answers by confidence", [
    {label: "model", color: 0, points: calibration.map(bin => ({x: bin.confidence, y: bin.accuracy})), pointRadius: 4},
    {label: "perfectly calibrated", color: 7, points: [{x: 0, y: 0}, {x: 1, y: 1}], borderDash: [5, 5], pointRadius: 0},
  ], "confidence", {min: 0, max: 1}, {min: 0, max: 1});
  bars(grid, "Confidence", "test samples by mean confidence of their bin", calibration.map(bin => bin.confidence.toFixed(2)),
      calibration.map(bin => bin.samples), "confidence");

  if (mistakes.length && mistakes.some(m => m.image)) {
    const gallery = section("Worst mistakes", "Wrong answers on the test set, those first that gave the true class the least probability.", "pictures");
    for (const m of mistakes) {
      const image = el("img");
      image.src = m.image;
      image.alt = `test sample ${m.sample}`;
      gallery.append(el("figure", "", image, el("figcaption", "", `${m.truth} → ${m.predicted}`,
          el("small", "", `${percent(m.confidence)} sure, sample ${m.sample}`))));
    }
  } else if (mistakes.length) {
    section("Worst mistakes", "Wrong answers on the test set, those first that gave the true class the least probability.", "").append(
        table("text wide", ["sample", "true class", "predicted", "confidence", "probability of the true class"],
            mistakes.map(m => ({cells: [m.sample, m.truth, m.predicted, percent(m.confidence), format(m.probability)]}))));
  }
}
if (findings.numbers) {
  const {points: seen, residuals, worst} = findings.numbers;
  const grid = section("Predictions", "On the test set.");
  const truths = seen.map(p => p.truth);
  const low = Math.min(...truths), high = Math.max(...truths);
  lines(grid, "Predicted over true", "", [
    {label: "test samples", color: 0, pale: true, points: seen.map(p => ({x: p.truth, y: p.predicted})), showLine: false, pointRadius: 2},
    {label: "exact", color: 7, points: [{x: low, y: low}, {x: high, y: high}], borderDash: [5, 5], pointRadius: 0},
  ], "true");
  histogram(grid, residuals, 1);
  section("Worst mistakes", "Test samples whose prediction is furthest off.", "").append(
      table("wide", ["sample", "true", "predicted", "off by"],
          worst.map(p => ({cells: [p.sample, p.truth, p.predicted, p.predicted - p.truth]}))));
}

// ---- what the model looks like inside ----
const mostHistograms = 60;
for (const [title, note, i, all] of [
  ["Weights", "Values of each parameter after training.", 0, findings.weights],
  ["Activations", "Results of each layer for the first test samples.", 2, findings.activations],
]) {
  const cut = all.length > mostHistograms ? ` The first ${mostHistograms} of ${all.length}.` : "";
  const grid = section(title, note + cut, "grid small");
  all.slice(0, mostHistograms).forEach(h => histogram(grid, h, i));
}

// ---- what it was made of ----
section("Recipe and manifest", "", "");
unfolding("recipe.yaml", data.recipe);
unfolding("manifest.json", JSON.stringify(manifest, null, 2));
if (data.summary) unfolding("summary.json", JSON.stringify(summary, null, 2));

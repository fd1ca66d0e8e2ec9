// Times TensorFlow Playground's engine (playground-nn.mjs), in Node.
//   node playground.mjs --layers 2-4-2-1 --rows 250 --batch 10 --activation tanh --seconds 3
//   node playground.mjs --exchange FILE    as `mlpviz bench --peers` starts it, see the end
// Prints one JSON line. Figures are medians over the slices; *_best is the best slice.
//
// One epoch is what playground.ts's oneStep does: for each point forwardProp and
// backProp with the squared error, and updateWeights after every `batch` points.
// Left out, in the Playground's favour: drawing, rebuilding the input array of each
// point, and (unless --loss is given) the training and test losses that oneStep
// evaluates after each epoch. It is plain SGD, and its backProp knows only one output.
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { Activations, Errors, backProp, buildNetwork, forwardProp, updateWeights }
  from "./playground-nn.mjs";

const opt = { layers: "2-4-2-1", rows: "250", batch: "10", activation: "tanh",
              seconds: "3", slices: "9", rate: "0.03", seed: "1", loss: false, exchange: "" };
for (let i = 2; i < process.argv.length; i++) {
  const key = process.argv[i].replace(/^--/, "");
  if (!(key in opt)) { console.error(`unknown option ${process.argv[i]}`); process.exit(2); }
  opt[key] = key === "loss" ? true : process.argv[++i];
}
const told = opt.exchange ? JSON.parse(readFileSync(opt.exchange, "utf8")) : null;
if (told && (told.optimizer !== "sgd" || told.loss !== "squared")) {
  console.error("the Playground has plain SGD and the squared loss"); process.exit(2);
}
if (told) Object.assign(opt, { layers: told.layers.join("-"), rows: told.X.length,
                               batch: told.batch, rate: told.rate });
const layers = opt.layers.split("-").map(Number);
const rows = Number(opt.rows), rate = Number(opt.rate), seconds = Number(opt.seconds);
const batch = opt.batch === "full" ? rows : Math.min(Number(opt.batch), rows);
const slices = Math.max(1, Number(opt.slices));
const ACT = { tanh: Activations.TANH, relu: Activations.RELU,
              sigmoid: Activations.SIGMOID, linear: Activations.LINEAR };
if (layers[layers.length - 1] !== 1) { console.error("the Playground trains one output"); process.exit(2); }
if (!ACT[opt.activation]) { console.error("unknown activation"); process.exit(2); }

// A seeded generator, so that every run trains the same network on the same data.
let state = Number(opt.seed) >>> 0;
Math.random = () => {  // mulberry32
  state = (state + 0x6D2B79F5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

function circle(n) {  // as dataset.ts's classifyCircleData without noise, interleaved
  const pts = [];
  for (let i = 0; i < n; i++) {
    const inside = i % 2 === 0, radius = 5;
    const r = inside ? Math.random() * radius * 0.5 : radius * (0.7 + 0.3 * Math.random());
    const a = Math.random() * 2 * Math.PI;
    pts.push({ input: [r * Math.sin(a), r * Math.cos(a)], label: inside ? 1 : -1 });
  }
  return pts;
}
function generic(n, inputs) {
  const pts = [];
  for (let i = 0; i < n; i++) {
    const input = Array.from({ length: inputs }, () => Math.random() * 2 - 1);
    pts.push({ input, label: Math.sin(3 * input[0]) });
  }
  return pts;
}
const make = n => told ? told.X.map((input, i) => ({ input, label: told.y[i][0] }))
  : layers[0] === 2 ? circle(n) : generic(n, layers[0]);
const train = make(rows), test = make(rows);
const output = told && told.output === "identity" ? ACT.linear : ACT.tanh;
const network = buildNetwork(layers, ACT[opt.activation], output, null,
                             train[0].input.map((_, i) => `x${i}`), false);
if (told) network.slice(1).forEach((nodes, l) => nodes.forEach((node, unit) => {
  node.bias = told.b[l][unit];
  node.inputLinks.forEach((link, source) => { link.weight = told.W[l][unit][source]; });
}));

function getLoss(points) {
  let loss = 0;
  for (const p of points) loss += Errors.SQUARE.error(forwardProp(network, p.input), p.label);
  return loss / points.length;
}
let sink = 0;
function oneStep() {
  train.forEach((point, i) => {
    forwardProp(network, point.input);
    backProp(network, point.label, Errors.SQUARE);
    if ((i + 1) % batch === 0) updateWeights(network, rate, 0);
  });
  // oneStep leaves the rows of an unfinished batch to the next epoch; equal work needs an update here.
  if (told && rows % batch) updateWeights(network, rate, 0);
  if (opt.loss) sink += getLoss(train) + getLoss(test);
}
function timed(ms) {  // whole epochs, for at least ms: how many, and the milliseconds they took
  const t0 = performance.now();
  let n = 0, t = t0;
  do { oneStep(); n++; t = performance.now(); } while (t - t0 < ms);
  return [n, t - t0];
}
function slice(ms) {
  const [n, took] = timed(ms);
  return n * 1000 / took;
}

// The exchange (mlpviz/bench/exchange.py says how): the loss after the epochs asked for from the
// given weights, then a slot for every number of seconds that is read.
async function exchange() {
  for (let i = 0; i < told.epochs; i++) oneStep();
  console.log(JSON.stringify({ loss: getLoss(train), computes:
    `point by point in double precision: tanh units, ${told.output} output, half the squared error, ` +
    "plain SGD with the mean gradient of each batch" }));
  for await (const line of createInterface({ input: process.stdin })) {
    const [n, took] = timed(1000 * Number(line));
    console.log(JSON.stringify([n, took / 1000]));
  }
}
if (told) {
  await exchange();
  process.exit(0);
}

const before = getLoss(train);
slice(Math.min(500, 250 * seconds));  // warm up the JIT
const speed = [];
for (let i = 0; i < slices; i++) speed.push(slice(1000 * seconds / slices));
speed.sort((a, b) => a - b);
const median = speed[speed.length >> 1], best = speed[speed.length - 1];
const steps = Math.floor(rows / batch), round = x => Number(x.toPrecision(4));
console.log(JSON.stringify({
  engine: "playground", layers: opt.layers, rows, batch, activation: opt.activation,
  optimizer: "sgd", dtype: "float64", loss: opt.loss,
  epochs_per_s: round(median), epochs_per_s_best: round(best),
  steps_per_s: round(median * steps), steps_per_s_best: round(best * steps),
  loss_before: round(before), loss_after: round(getLoss(train)) }));

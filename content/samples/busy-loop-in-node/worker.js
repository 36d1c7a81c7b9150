// The same work on a worker thread, which has an event loop of its own.
const { Worker, isMainThread, parentPort } = require("node:worker_threads");

function compute(milliseconds) {
  const end = Date.now() + milliseconds;
  let rounds = 0;
  while (Date.now() < end) rounds += 1;
  return rounds;
}

function report() {
  return new Promise((done, failed) => {
    const worker = new Worker(__filename);
    worker.once("message", done);
    worker.once("error", failed);
  });
}

async function main() {
  let ticks = 0;
  const timer = setInterval(() => { ticks += 1; }, 20);
  await report();
  console.log("at least three ticks while the report was made:", ticks >= 3);
  clearInterval(timer);
}

if (isMainThread) main();
else parentPort.postMessage(compute(300));

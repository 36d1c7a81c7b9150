// The same work in thirty pieces, with a turn for the others after each.
const { setImmediate: othersFirst } = require("node:timers/promises");

let ticks = 0;
const timer = setInterval(() => { ticks += 1; }, 20);

function compute(milliseconds) {
  const end = Date.now() + milliseconds;
  let rounds = 0;
  while (Date.now() < end) rounds += 1;
  return rounds;
}

async function report() {
  let rounds = 0;
  for (let piece = 0; piece < 30; piece += 1) {
    rounds += compute(10);
    await othersFirst();
  }
  return rounds;
}

async function main() {
  await report();
  console.log("at least three ticks while the report was made:", ticks >= 3);
  clearInterval(timer);
}

main();

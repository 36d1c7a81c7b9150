// In thirty pieces again, but each awaits a promise that is already settled.
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
    await Promise.resolve();
  }
  return rounds;
}

async function main() {
  await report();
  console.log("ticks while the report was made:", ticks);
  clearInterval(timer);
}

main();

// A timer should fire every 20 ms while a function computes for a while.
let ticks = 0;
const timer = setInterval(() => { ticks += 1; }, 20);

function compute(milliseconds) {
  const end = Date.now() + milliseconds;
  let rounds = 0;
  while (Date.now() < end) rounds += 1;
  return rounds;
}

async function report() {
  return compute(300); // async, yet nothing here gives way
}

async function main() {
  await report();
  console.log("ticks while the report was made:", ticks);
  clearInterval(timer);
}

main();

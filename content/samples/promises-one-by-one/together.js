// The same eight waits begun together and collected with Promise.all.
const { setTimeout: wait } = require("node:timers/promises");

let waiting = 0;
let most = 0;

async function ask(number) {
  waiting += 1;
  most = Math.max(most, waiting);
  await wait(50); // stands in for a reply from elsewhere
  waiting -= 1;
  return number * number;
}

async function main() {
  const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
  const answers = await Promise.all(numbers.map(ask));
  console.log("answers:", answers.join(" "));
  console.log("most waits under way at once:", most);
}

main();

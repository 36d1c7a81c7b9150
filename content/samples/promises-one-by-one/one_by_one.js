// Eight waits, each awaited before the next begins.
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
  const answers = [];
  for (let number = 0; number < 8; number += 1) {
    answers.push(await ask(number));
  }
  console.log("answers:", answers.join(" "));
  console.log("most waits under way at once:", most);
}

main();

// The same loop as a forEach, which throws away the promises it is given.
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
  [0, 1, 2, 3, 4, 5, 6, 7].forEach(async (number) => {
    answers.push(await ask(number));
  });
  console.log("answers at the end of the loop:", answers.length);
  console.log("most waits under way at once:", most);
}

main();

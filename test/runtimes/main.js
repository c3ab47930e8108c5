// Runs the smoke test as a program, for runtimes that start a file: `main.js <server URL>`.
import { openSession, smoke } from './smoke.js';

const [, , baseUrl] = process.argv;
console.log(JSON.stringify(await smoke(openSession(baseUrl), baseUrl)));

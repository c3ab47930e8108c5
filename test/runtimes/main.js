// The smoke as a program of its own, for runtimes that start a file: `main.js <address of the server>`.
import { openSession, smoke } from './smoke.js';

const [, , baseUrl] = process.argv;
console.log(JSON.stringify(await smoke(openSession(baseUrl), baseUrl)));

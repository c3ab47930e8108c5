#!/usr/bin/env node
import process from 'node:process';
import { run } from './command/run.ts';

const { env: environment, stdin, stdout, stderr } = process;

void run(process.argv.slice(2), { environment, stdin, stdout, stderr }).then((code) => {
  process.exitCode = code;
});

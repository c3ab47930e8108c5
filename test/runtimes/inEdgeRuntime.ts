// Runs the smoke test in edge-runtime, the runtime of Vercel's edge functions: `inEdgeRuntime.ts <folder> <server URL>`.
import { EdgeRuntime } from 'edge-runtime';
import { bundle } from './bundle.ts';

const [folder = '', baseUrl = ''] = process.argv.slice(2);
const runtime = new EdgeRuntime({ initialCode: await bundle(folder, 'edge.js', 'iife', baseUrl) });
const response = await runtime.dispatchFetch('http://localhost/');
console.log(await response.text());
// Timers are numbers there and cannot be detached from the process, so the platform ends it.
process.exit();

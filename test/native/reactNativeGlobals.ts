import './takeAway.ts';
import { AbortController, AbortSignal } from 'abort-controller';
import { XMLHttpRequest } from './xmlHttpRequest.ts';

// React Native's implementations: the `AbortController` up to 0.86, and the `fetch` of all releases.
const globals = { AbortController, AbortSignal, XMLHttpRequest, navigator: { product: 'ReactNative' } };
Object.assign(globalThis, globals);
// @ts-expect-error -- the module has no types, and none are needed
await import('whatwg-fetch');

import './takeAway.ts';
import { AbortController, AbortSignal } from 'abort-controller';
import { XMLHttpRequest } from './xmlHttpRequest.ts';

// React Native's implementations: the `AbortController` up to 0.86, and the `fetch` of all releases.
const globals = { AbortController, AbortSignal, XMLHttpRequest, navigator: { product: 'ReactNative' } };
Object.assign(globalThis, globals);
// @ts-expect-error -- it has no types, and nothing of it is named here
await import('whatwg-fetch');

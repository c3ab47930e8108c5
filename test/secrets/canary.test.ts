import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createCanary, hunt, containsCanary } from './canary.ts';

const canary = createCanary();

class Keeper {
  readonly #secret = canary;
  get secret() {
    return this.#secret;
  }
}

const circle: { self?: object; secret?: string } = {};
circle.self = circle;
circle.secret = canary;

describe('The search for canaries', () => {
  test.each<[string, unknown, string]>([
    ['a text', `Bearer ${canary}`, 'value'],
    ['another case', canary.toUpperCase(), 'value'],
    ['Base64', btoa(`ada:${canary}`), 'value'],
    ['Base64, one further', btoa(`ada2:${canary}`), 'value'],
    ['Base64, two further', btoa(`ada23:${canary}`), 'value'],
    ['a URL', new URL(`https://example.com/?token=${canary}`), 'value.href'],
    ['JSON', JSON.stringify({ token: canary }), 'value'],
    ['a property', { deep: [{ token: canary }] }, 'value.deep.0.token'],
    ['a key', { [canary]: true }, 'value (a key)'],
    ['a symbol', { [Symbol(canary)]: true }, 'value (a key)'],
    ['a property under a symbol', { [Symbol('hidden')]: canary }, 'value[Symbol(hidden)]'],
    [
      'a property that is not enumerable',
      Object.defineProperty({}, 'hidden', { value: canary }),
      'value.hidden',
    ],
    ['a getter of a class', new Keeper(), 'value.secret'],
    ['a circle', circle, 'value.secret'],
    ['a map', new Map([['token', canary]]), 'value.entries().0.1'],
    ['a set', new Set([canary]), 'value.entries().0'],
    ['headers', new Headers({ authorization: canary }), 'value.entries().0.1'],
    [
      'a request',
      new Request('https://example.com', { headers: { authorization: canary } }),
      'value.headers.entries().0.1',
    ],
    ['bytes', new TextEncoder().encode(`a ${canary}`), 'value'],
    ['a function’s property', Object.assign(() => undefined, { token: canary }), 'value.token'],
    [
      'a cause of a cause',
      { error: new Error('one', { cause: new Error('two', { cause: { canary } }) }) },
      'inspect(value.error)',
    ],
    ['a stack', Object.assign(new Error('none'), { stack: `Error: ${canary}` }), 'inspect(value)'],
    [
      'what an error shows of itself',
      Object.assign(new Error(), { toJSON: () => canary }),
      'JSON.stringify(value)',
    ],
    [
      'what an error shows to the console',
      Object.assign(new Error(), { [inspect.custom]: () => canary }),
      'inspect(value)',
    ],
  ])('finds one in %s', (_, value, path) => {
    expect(hunt(value)).toBe(path);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['an error', new Error('no secret', { cause: new TypeError('none either') })],
    ['a class without one', Keeper],
    ['a closure', () => canary.length],
    [
      'a getter that throws',
      {
        get broken() {
          throw new Error('broken');
        },
      },
    ],
    ['the world', globalThis.performance],
  ])('finds none in %s', (_, value) => {
    expect(hunt(value)).toBeNull();
  });

  test('has distinct canaries that any header can carry', () => {
    const other = createCanary('other');

    expect(other).not.toBe(canary);
    expect([canary, other].every(containsCanary)).toBe(true);
    expect(new Headers({ authorization: other }).get('authorization')).toBe(other);
  });
});

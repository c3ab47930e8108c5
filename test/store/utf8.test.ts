import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLength, splitText } from '../../src/store/utf8.ts';

const encoder = new TextEncoder();
const sizeOf = (text: string) => encoder.encode(text).length;

/** Texts in any script, also with halves of surrogate pairs. */
const anyText = fc
  .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('한', '🚀', '\ud83d', '\ude80', 'é', 'a')))
  .map((parts) => parts.join(''));

describe('The bytes of a text', () => {
  test('are counted as an encoder counts them', () => {
    fc.assert(fc.property(anyText, (text) => byteLength(text) === sizeOf(text)));
  });

  test.each(['\u007f', '\u0080', '\u07ff', '\u0800', '\uffff', '\u{10000}'])(
    'are counted where their number changes (%j), and a piece may have as many as the limit',
    (character) => {
      const limit = 2 * sizeOf(character);
      expect(byteLength(character)).toBe(sizeOf(character));
      expect(splitText(character.repeat(4), limit)).toEqual([character.repeat(2), character.repeat(2)]);
    },
  );

  test('are split into pieces within the limit, which together are the text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 40 }), (text, limit) => {
        const pieces = splitText(text, limit);
        expect(pieces.join('')).toBe(text);
        expect(pieces.every((piece) => sizeOf(piece) <= limit)).toBe(true);
      }),
    );
  });

  test('are never split inside a character', () => {
    const text = '🚀한a'.repeat(50);
    const halfOfPair = /\p{Surrogate}/u;
    for (let limit = 4; limit < 30; limit += 1) {
      expect(splitText(text, limit).filter((piece) => halfOfPair.test(piece))).toEqual([]);
    }
  });
});

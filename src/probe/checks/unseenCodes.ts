import { fieldAt } from '../../server/readJson.ts';
import { codesIn, isCode } from '../../server/verdict.ts';
import { find, type Probe } from './probeParts.ts';

/** Names the codes of the contract, and the places of codes, that no response had. */
export function checkUnseenCodes(probe: Probe): void {
  const { contract, client } = probe;
  const { errorCode = [], errorCodes = {} } = contract;
  const answers = client.exchanges();
  const seen = new Set(answers.flatMap((answer) => [...codesIn(contract, answer)].map(String)));
  const places = typeof errorCode === 'function' ? [] : [errorCode].flat();
  const unseen = [
    ...Object.keys(errorCodes).filter((code) => !seen.has(code)),
    ...places.filter((path) => !answers.some(({ body }) => isCode(fieldAt(body, path)))),
  ];
  if (unseen.length === 0) return;
  const result = `no response had ${unseen.join(', ')}`;
  find(probe, { id: 'access.codes', topic: 'access token', label: 'other codes', mark: 'skipped', result });
}

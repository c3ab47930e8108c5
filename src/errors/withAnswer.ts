import type { Failure } from '../../machines/index.ts';

/** What a server has answered, to end a sentence with. */
export function withAnswer(failure: Pick<Failure, 'status' | 'serverCode' | 'explanation'> | null): string {
  const { status = null, serverCode = null, explanation } = failure ?? {};
  const facts = [
    ...(status === null ? [] : [`status ${status}`]),
    ...(serverCode === null || serverCode === status ? [] : [`code ${serverCode}`]),
  ].join(', ');
  return `${facts && ` (${facts})`}${explanation ? `: ${explanation}` : ''}`;
}

import { Session, type Profiler } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';
import { relative, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '../figure.ts';
import { baseUrl, createApi, dataUrl } from '../server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The source files in which at least one function has run. Top-level code of a module does not count. */
function filesRun(coverage: readonly Profiler.ScriptCoverage[]): readonly string[] {
  return coverage
    .filter(({ url, functions }) => url.startsWith('file:') && functions.some(hasRun))
    .map(({ url }) => relative(root, fileURLToPath(url)))
    .filter((file) => file.startsWith(`src${sep}`) || file.startsWith(`machines${sep}`));
}

const hasRun = ({ functionName, ranges }: Profiler.FunctionCoverage): boolean =>
  (ranges[0]?.count ?? 0) > 0 && (functionName !== '' || ranges[0]?.startOffset !== 0);

/** The number of source files that one request runs through: with a valid token, and with a 401 and a refresh. */
const part: Part = async () => {
  // The sources, not the bundle: Node strips their types.
  const { createSession, restContract } = await import('../../src/index.ts');
  const api = createApi();
  const session = createSession({
    baseUrl,
    server: restContract({
      login: 'login',
      refresh: 'refresh',
      errorCodes: { TOKEN_EXPIRED: 'accessTokenExpired' },
    }),
    ky: { fetch: api.fetch },
  });
  await session.login({ name: 'ada' });
  await session.fetch(dataUrl);
  await delay(50);

  const inspector = new Session();
  inspector.connect();
  await inspector.post('Profiler.enable');
  await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const passedBy = async (call: () => Promise<unknown>): Promise<readonly string[]> => {
    await inspector.post('Profiler.takePreciseCoverage');
    await call();
    await delay(50);
    const { result } = await inspector.post('Profiler.takePreciseCoverage');
    return filesRun(result);
  };

  const answered = await passedBy(() => session.fetch(dataUrl));
  api.expireTokens();
  const refreshed = await passedBy(() => session.fetch(dataUrl));
  console.error(`A 200 passes ${answered.toSorted().join(', ')}.`);
  console.error(`A refresh passes ${refreshed.toSorted().join(', ')}.`);
  return [
    {
      name: 'source files that a request passes that is answered with 200',
      value: answered.length,
      unit: 'files',
      budget: 8,
    },
    {
      name: 'source files that a 401, the refresh and the replay pass',
      value: refreshed.length,
      unit: 'files',
      budget: 18,
    },
  ];
};

export default part;

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startProvider, type TestProviderOptions } from './provider.ts';

const program = join(import.meta.dirname, 'shiftedClient.ts');
const clients = [
  {
    client_id: 'service',
    client_secret: 'secret',
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  },
] satisfies TestProviderOptions['clients'];
const minute = 60_000;

test.each([
  ['five minutes and a half behind', -5.5 * minute],
  ['three hours ahead', 180 * minute],
])(
  'A device whose clock is %s signs in, calls an API and refreshes: its proofs and its check of the ID token have the time of the provider',
  async (_, shift) => {
    await using provider = await startProvider({ clients });
    const { issuer, api } = provider;
    const { stdout } = await promisify(execFile)(process.execPath, [program, issuer, api, String(shift)]);
    expect(stdout.trim()).toBe('200 200 200');
    expect(provider.tokenRequests.map(({ status }) => status)).toEqual([200, 200, 200]);
  },
);

import { fieldAt } from '../../server/readJson.ts';
import { findField, isUsual } from '../checks/grantPaths.ts';
import type { Exchange } from '../client/exchange.ts';
import type { Held } from '../client/held.ts';

/** A response that granted tokens, and what the session read from it. */
export interface Sample {
  readonly exchange: Exchange;
  readonly held: Held;
}

/** The fields of a grant that have no usual name, as options of `grant`. */
export function grantOf({ exchange, held }: Sample): Record<string, string> {
  const { accessToken, refreshToken } = held;
  const header = accessToken === null ? undefined : headerOf(exchange, accessToken);
  return {
    ...(header === undefined ? pathOf('accessToken', exchange, accessToken) : { accessTokenHeader: header }),
    ...pathOf('refreshToken', exchange, refreshToken),
    ...lifetimeOf(exchange, held),
  };
}

function pathOf(option: string, { body }: Exchange, token: string | null): Record<string, string> {
  if (token === null) return {};
  const usual = [option, option === 'accessToken' ? 'access_token' : 'refresh_token'];
  if (usual.some((name) => fieldAt(body, name) === token)) return {};
  const path = findField(body, (value) => value === token);
  return path === undefined || isUsual(option, path) ? {} : { [option]: path };
}

function headerOf({ headers, body }: Exchange, token: string): string | undefined {
  if (findField(body, (value) => value === token) !== undefined) return undefined;
  return [...headers].find(([, value]) => value.replace(/^Bearer /i, '') === token)?.[0];
}

/** The field with the lifetime, or with the time of expiry. */
function lifetimeOf({ body, headers, answeredAt }: Exchange, { lifetime }: Held): Record<string, string> {
  const usual = Number(fieldAt(body, 'expiresIn') ?? fieldAt(body, 'expires_in') ?? NaN);
  if (lifetime === null || usual * 1000 === lifetime) return {};
  if (usual === lifetime) return { expiresInUnit: 'milliseconds' };
  const path = findField(
    body,
    (value, name) => /exp|ttl|lifetime/i.test(name) && Number(value) * 1000 === lifetime,
  );
  if (path !== undefined) return { expiresIn: path };
  const inMilliseconds = findField(
    body,
    (value, name) => /exp|ttl|lifetime/i.test(name) && value === lifetime,
  );
  if (inMilliseconds !== undefined) return { expiresIn: inMilliseconds, expiresInUnit: 'milliseconds' };
  const now = Date.parse(headers.get('date') ?? '') || answeredAt;
  const isEnd = (value: unknown, name: string) =>
    /exp/i.test(name) && Math.abs(timeOf(value) - now - lifetime) < 2_000;
  const end = findField(body, isEnd);
  return end === undefined ? {} : { expiresAt: end };
}

function timeOf(value: unknown): number {
  if (typeof value === 'number') return value < 1e11 ? value * 1000 : value;
  return typeof value === 'string' ? Date.parse(value) : NaN;
}
